#pragma once

#include "gateway/api/moments.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace carport::ui {

/// A stretch of the fleet's past, as the gateway answered, and where every car was at any moment of it: between two
/// fixes a car is on the straight line between them, everything else is as its newest sample said. Immutable.
class TimeMachineStretch {
 public:
  /// Two fixes farther apart than this, or than three steps where those are longer, are not joined.
  static constexpr Milliseconds kLongestGap{30'000};

  /// `asked`: the step that was asked for; zero for a moment alone.
  TimeMachineStretch(api::FleetMoments moments, Milliseconds asked);

  TimePoint from() const { return m_from; }
  TimePoint to() const { return m_to; }
  Milliseconds askedStep() const { return m_asked; }
  bool covers(TimePoint time) const { return time == m_from || (m_from <= time && time < m_to); }
  std::size_t size() const { return m_fixes.size(); }
  Milliseconds lookBack() const { return m_lookBack; }

  /// Every car that was heard of, with the time of its newest sample.
  std::vector<api::CarPosition> at(TimePoint time) const;

 private:
  api::CarPosition between(const api::CarPosition& fix, const api::CarPosition* next, TimePoint time) const;

  TimePoint m_from;
  TimePoint m_to;
  Milliseconds m_asked;
  Milliseconds m_longestGap;
  Milliseconds m_lookBack;
  std::vector<api::CarPosition> m_fixes;  ///< by car, then time
  std::vector<std::size_t> m_firsts;      ///< of each car, and the end
};

}  // namespace carport::ui
