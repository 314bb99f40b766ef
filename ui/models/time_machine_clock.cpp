#include "ui/models/time_machine_clock.h"

#include <algorithm>
#include <cmath>

namespace carport::ui {

void TimeMachineClock::goLive() {
  m_live = true;
  m_playing = false;
}

void TimeMachineClock::goTo(TimePoint moment) {
  m_live = false;
  m_moment = moment;
  m_restMs = 0;
}

void TimeMachineClock::play() {
  m_playing = !m_live;
  m_restMs = 0;
}

void TimeMachineClock::setSpeed(double speed) {
  // Speeds are told apart by their ratio.
  const auto distance = [speed](double one) { return std::abs(std::log(one / std::max(speed, 1e-9))); };
  m_speed =
      *std::min_element(kSpeeds.begin(), kSpeeds.end(), [&](double a, double b) { return distance(a) < distance(b); });
}

void TimeMachineClock::changeSpeed(int steps) {
  const auto at = std::find(kSpeeds.begin(), kSpeeds.end(), m_speed) - kSpeeds.begin();
  const auto last = static_cast<std::ptrdiff_t>(kSpeeds.size()) - 1;
  m_speed = kSpeeds[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at + steps, 0, last))];
}

void TimeMachineClock::advance(Milliseconds passed) {
  if (!isPlaying()) return;
  const double ms = static_cast<double>(passed.count()) * m_speed + m_restMs;
  const auto whole = static_cast<std::int64_t>(ms);
  m_restMs = ms - static_cast<double>(whole);
  m_moment += Milliseconds(whole);
}

}  // namespace carport::ui
