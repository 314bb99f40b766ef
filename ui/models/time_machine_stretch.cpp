#include "ui/models/time_machine_stretch.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace carport::ui {

namespace {
constexpr double kStretchTurnDegrees = 360;
}  // namespace

TimeMachineStretch::TimeMachineStretch(api::FleetMoments moments, Milliseconds asked)
    : m_from(moments.from),
      m_to(moments.to),
      m_asked(asked),
      m_longestGap(std::max(kLongestGap, 3 * moments.step)),
      m_lookBack(moments.lookBack),
      m_fixes(std::move(moments.fixes)) {
  std::stable_sort(m_fixes.begin(), m_fixes.end(), [](const api::CarPosition& a, const api::CarPosition& b) {
    return std::tie(a.car, a.time) < std::tie(b.car, b.time);
  });
  for (std::size_t i = 0; i < m_fixes.size(); ++i) {
    if (i == 0 || m_fixes[i].car != m_fixes[i - 1].car) m_firsts.push_back(i);
  }
  m_firsts.push_back(m_fixes.size());
}

std::vector<api::CarPosition> TimeMachineStretch::at(TimePoint time) const {
  std::vector<api::CarPosition> cars;
  cars.reserve(m_firsts.size());
  for (std::size_t i = 0; i + 1 < m_firsts.size(); ++i) {
    const auto begin = m_fixes.begin() + static_cast<std::ptrdiff_t>(m_firsts[i]);
    const auto end = m_fixes.begin() + static_cast<std::ptrdiff_t>(m_firsts[i + 1]);
    const auto next = std::upper_bound(begin, end, time,
                                       [](TimePoint wanted, const api::CarPosition& fix) { return wanted < fix.time; });
    if (next == begin) continue;
    cars.push_back(between(*std::prev(next), next == end ? nullptr : &*next, time));
  }
  return cars;
}

api::CarPosition TimeMachineStretch::between(const api::CarPosition& fix, const api::CarPosition* next,
                                             TimePoint time) const {
  api::CarPosition car = fix;
  if (time - fix.time > api::kSilentAfter && car.activity != api::Activity::alarm) {
    car.activity = api::Activity::silent;
    car.connected = false;
  }
  const bool joined = next != nullptr && fix.hasFix() && next->hasFix() && next->time - fix.time <= m_longestGap;
  if (!joined || next->time <= fix.time) return car;
  const double part =
      static_cast<double>((time - fix.time).count()) / static_cast<double>((next->time - fix.time).count());
  double eastwards = next->longitude - fix.longitude;
  // The short way round, across the antimeridian too.
  eastwards -= std::round(eastwards / kStretchTurnDegrees) * kStretchTurnDegrees;
  car.latitude += (next->latitude - fix.latitude) * part;
  car.longitude = std::remainder(fix.longitude + eastwards * part, kStretchTurnDegrees);
  return car;
}

}  // namespace carport::ui
