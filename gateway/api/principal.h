#pragma once

#include "gateway/api/attributes.h"
#include "gateway/api/organisation.h"
#include "gateway/api/token_scope.h"
#include "gateway/base/clock.h"
#include "gateway/base/rare_text.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport::api {

/// An application is a program that others wrote, a service one of the fleet's own; both sign in with password or
/// token.
enum class PrincipalType : std::uint8_t { device = 1, user, service, group, application };
/// How many there are, with the 0 that none has: for arrays by type.
inline constexpr std::size_t kPrincipalTypes = 6;

/// Longest id of a principal, in bytes.
inline constexpr std::size_t kMaxPrincipalIdBytes = 64;
/// Longest display name, in bytes.
inline constexpr std::size_t kMaxPrincipalNameBytes = 200;
/// Most groups that one principal is in.
inline constexpr std::size_t kMaxPrincipalGroups = 100;
/// Longest label of a token, and longest name of a client, in bytes.
inline constexpr std::size_t kMaxTokenLabelBytes = 100;

/// Somebody or something the registry knows. A car is a principal of type device.
/// There may be 100,000: what most do not have must cost next to nothing.
struct Principal {
  PrincipalNumber number;
  PrincipalType type = PrincipalType::device;
  bool blocked = false;
  std::uint8_t organisationBytes = 0;  ///< so many first bytes of the id are its organisation's id; 0: the house's own
  std::string id;                      ///< unique among all principals; what topics, sign-in and addresses use
  std::string name;                    ///< what people read; may be empty
  RareText role;                       ///< id of its role; empty: none. Its rights are ordinary access rules
  std::vector<std::string> groups;     ///< ids of the groups it is in
  Attributes attributes;
  TimePoint createdAt{};
  /// Of somebody who signed in with a token: what that token is for. Null: everything that the rules allow. The registry
  /// has none; whoever takes a principal from it for somebody signed in hands this on.
  std::shared_ptr<const TokenScope> scope{};

  /// Id of the organisation that it belongs to; empty: the house's own. Valid as long as `id` is.
  std::string_view organisation() const { return std::string_view(id).substr(0, organisationBytes); }
  /// Puts it into an organisation (empty: the house). False, and nothing changes, where its id is not one of those.
  bool setOrganisation(std::string_view organisation);

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
  std::optional<TokenScope> scope{};  ///< none: everything that its owner may
  std::string address{};              ///< of a session: from where it was signed in
  std::string client{};               ///< of a session: the program, as it called itself

  bool operator==(const TokenInfo&) const = default;
};

}  // namespace carport::api
