#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport::api {

enum class PrincipalType : std::uint8_t { device = 1, user, service, group };
/// What a user or service may do by default; each role is a set of ordinary access rules that can be changed.
enum class Role : std::uint8_t { none, administrator, operatorRole, viewer };

/// Longest id of a principal, in bytes.
inline constexpr std::size_t kMaxPrincipalIdBytes = 64;
/// Longest display name, in bytes.
inline constexpr std::size_t kMaxPrincipalNameBytes = 200;
/// Most groups that one principal is in.
inline constexpr std::size_t kMaxPrincipalGroups = 100;
/// Longest label of a token, in bytes.
inline constexpr std::size_t kMaxTokenLabelBytes = 100;

/// Somebody or something the registry knows. A car is a principal of type device.
struct Principal {
  PrincipalNumber number;
  std::string id;    ///< unique among all principals; what topics, sign-in and addresses use
  std::string name;  ///< what people read; may be empty
  PrincipalType type = PrincipalType::device;
  Role role = Role::none;
  bool blocked = false;
  std::vector<std::string> groups;  ///< ids of the groups it is in
  TimePoint createdAt{};

  bool operator==(const Principal&) const = default;
};

/// Ids are 1 to 64 of A–Z a–z 0–9 . _ - @ and do not start with a dot: safe in topics, addresses and file names.
bool isValidPrincipalId(std::string_view id);

/// An API token as lists show it; the token's text itself is given out once, on creation.
struct TokenInfo {
  std::int64_t number = 0;
  PrincipalNumber owner;
  std::string label;
  TimePoint createdAt{};
  std::optional<TimePoint> expiresAt;

  bool operator==(const TokenInfo&) const = default;
};

}  // namespace carport::api
