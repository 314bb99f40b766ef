#include "ui/models/time_navigator.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace carport::ui {

void TimeNavigator::showLive(Milliseconds length) {
  m_length = std::clamp(length, kShortest, kLongest);
  m_live = true;
}

void TimeNavigator::show(TimeRange range) {
  m_length = std::clamp(range.length(), kShortest, kLongest);
  m_to = range.to;
  m_live = false;
}

TimeRange TimeNavigator::range(TimePoint now) const {
  const TimePoint to = m_live ? now : m_to;
  return {to - m_length, to};
}

void TimeNavigator::pan(double share, TimePoint now) {
  const TimePoint to = range(now).to + Milliseconds(std::llround(double(m_length.count()) * share));
  m_live = to >= now;
  m_to = to;
}

void TimeNavigator::zoom(double factor, double anchor, TimePoint now) {
  const TimeRange before = range(now);
  const Milliseconds length(std::llround(double(m_length.count()) * factor));
  const Milliseconds after = std::clamp(length, kShortest, kLongest);
  if (!m_live) {
    const double fixed = double(toMs(before.from)) + double(m_length.count()) * anchor;
    m_to = fromMs(std::llround(fixed + double(after.count()) * (1 - anchor)));
    m_live = m_to >= now;
  }
  m_length = after;
}

Milliseconds timeStep(Milliseconds length, int count) {
  using namespace std::chrono;
  constexpr std::array<Milliseconds, 24> kSteps{1s, 2s, 5s, 10s, 15s, 30s, 1min, 2min, 5min, 10min, 15min, 30min,
                                                1h, 2h, 3h, 6h,  12h, 24h, 48h,  168h, 336h, 720h,  2160h, 8760h};
  const auto fits = [&](Milliseconds step) { return length.count() <= step.count() * std::max(1, count); };
  const auto it = std::find_if(kSteps.begin(), kSteps.end(), fits);
  if (it != kSteps.end()) return *it;
  const std::int64_t years = length.count() / (kSteps.back().count() * std::max(1, count)) + 1;
  return kSteps.back() * years;
}

ValueScale valueScale(double min, double max, int steps) {
  steps = std::max(1, steps);
  if (!std::isfinite(min) || !std::isfinite(max) || min > max) return {0, 1, steps};
  if (min == max) {
    // A value that does not change lies in the middle of something readable; but what stood still did not go back.
    const double around = min == 0 ? 1 : std::abs(min) * 0.1;
    if (min != 0) min -= around;
    max += around;
  }
  constexpr std::array kRound{1.0, 2.0, 2.5, 5.0, 10.0};
  const double rough = (max - min) / steps;
  double magnitude = std::pow(10, std::floor(std::log10(rough)));
  for (int tries = 0; tries < 3; ++tries, magnitude *= 10) {
    for (const double round : kRound) {
      const double step = round * magnitude;
      const double low = std::floor(min / step + 1e-9) * step;
      if (low + step * steps >= max - step * 1e-9) return {low, step, steps};
    }
  }
  return {min, rough, steps};
}

}  // namespace carport::ui
