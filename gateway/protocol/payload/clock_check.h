#pragma once

#include "gateway/base/clock.h"

#include <cstdint>

namespace carport::payload {

/// A `ts` further ahead of the arrival than this is not believed. Small, because the newest time is what a car's state
/// shows: a clock that runs ahead and is then set right would otherwise freeze the state until time has caught up.
inline constexpr Milliseconds kMaxClockAhead = std::chrono::minutes(5);
/// A `ts` further behind the arrival than this is kept, and doubted in a refusal.
inline constexpr Milliseconds kDoubtedClockBehind = std::chrono::hours(24 * 30);
/// The oldest `ts` that is believed: 2000-01-01T00:00:00Z.
inline constexpr TimePoint kOldestTime = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1);

/// What to think of a car's time.
enum class ClockVerdict : std::uint8_t { believed, doubted, tooFarAhead, tooOld, notATime };

struct CheckedTime {
  TimePoint time{};  ///< the car's, or the arrival where that is not believed
  ClockVerdict verdict = ClockVerdict::believed;
};

/// Reads a `ts` in whichever unit (see timeFromNumber) and compares it with the arrival.
CheckedTime checkTime(double ts, TimePoint arrival);

}  // namespace carport::payload
