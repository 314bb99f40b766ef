#pragma once

#include "gateway/base/clock.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace carport::api {

inline constexpr std::size_t kMaxRetentionPolicies = 1000;
inline constexpr std::size_t kMaxRetentionNameBytes = 64;
/// Longest time that a policy may name; a hundred years.
inline constexpr std::uint32_t kMaxRetentionDays = 36'525;
/// A smaller budget would be spent by a day's file as it is begun.
inline constexpr std::uint64_t kLeastDiskBudgetBytes = 16 * 1024 * 1024;

/// How long what some cars sent is kept. Days count from the day (UTC) of arrival. Each number is absent for “for
/// ever”, and none is smaller than the one before it.
struct RetentionPolicy {
  std::string name;                         ///< as logs and audits call it
  std::optional<std::string> group;         ///< its cars; absent: the cars that no other policy is about
  std::optional<std::uint32_t> rawDays;     ///< every sample; afterwards one roll-up a minute
  std::optional<std::uint32_t> minuteDays;  ///< a roll-up a minute; afterwards one an hour
  std::optional<std::uint32_t> hourDays;    ///< a roll-up an hour, and events; afterwards nothing
  TimePoint changedAt{};                    ///< filled in by the gateway
  std::string changedBy;                    ///< id of who changed it; filled in by the gateway

  bool operator==(const RetentionPolicy&) const = default;
};

/// Everything about how long data is kept.
struct Retention {
  std::vector<RetentionPolicy> policies;         ///< by name
  std::optional<std::uint64_t> diskBudgetBytes;  ///< of all stored telemetry: beyond it the oldest day goes

  bool operator==(const Retention&) const = default;
};

}  // namespace carport::api
