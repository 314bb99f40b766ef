#pragma once

#include "gateway/api/car_state.h"
#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace carport::api {

/// Longest stretch of one answer.
inline constexpr Milliseconds kMaxMomentsRange = std::chrono::hours(24);
/// How far back a car's last fix is looked for, unless the caller says otherwise, and at most.
inline constexpr Milliseconds kMomentLookBack = std::chrono::hours(24);
inline constexpr Milliseconds kMaxMomentLookBack = std::chrono::hours(7 * 24);
/// So far back events are read to tell which alarms were active.
inline constexpr Milliseconds kMomentAlarmLookBack = std::chrono::hours(7 * 24);
inline constexpr Milliseconds kShortestMomentStep{100};
inline constexpr Milliseconds kLongestMomentStep = std::chrono::hours(1);
/// Most fixes of one answer, packed and as rows; where there are more the step is made wider.
inline constexpr std::size_t kMaxPackedMoments = 500'000;
inline constexpr std::size_t kMaxMomentRows = 50'000;

/// "Where were these cars at `from`, and how did they move until `to`, at most one fix a car and step?"
struct FleetMomentsQuery {
  std::vector<PrincipalNumber> cars;  ///< ascending
  TimePoint from{};
  TimePoint to{};  ///< as `from`: that moment alone
  Milliseconds step{1000};
  Milliseconds lookBack = kMomentLookBack;
  std::size_t maxFixes = kMaxPackedMoments;
};

/// The answer. Steps of a minute and more are whole minutes, and `from` and `to` are widened to whole ones.
struct FleetMoments {
  TimePoint from{};
  TimePoint to{};
  Milliseconds step{};
  Milliseconds lookBack{};
  /// In ascending time. Of each car that was heard of first its state at `from` (with the time of its newest sample),
  /// then the newest in each step; each figure is the newest known then. `connected`: not silent; whether it was
  /// connected is not stored.
  std::vector<CarPosition> fixes;
};

/// `{"from","to","stepMs","lookBackMs","fixes":[[car,time,lat,lon,speed,heading,activity]…]}`; null for what is not
/// known.
nlohmann::json toJson(const FleetMoments& value);
/// The same as CBOR (RFC 8949) with `frames` in the place of `fixes`: byte strings, each a live frame (live_frame.h).
std::string toPackedCbor(const FleetMoments& value);

}  // namespace carport::api
