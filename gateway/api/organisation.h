#pragma once

#include "gateway/base/clock.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace carport::api {

/// Longest id of an organisation, in bytes.
inline constexpr std::size_t kMaxOrganisationIdBytes = 24;
/// Longest id of a role, in bytes: that of an organisation, a dot, and its own.
inline constexpr std::size_t kMaxRoleIdBytes = 64;
/// Longest name of an organisation or role, and longest note about one, in bytes.
inline constexpr std::size_t kMaxTitleBytes = 200;
inline constexpr std::size_t kMaxNoteBytes = 1000;

/// A tenant of the gateway. Everything in it has an id that begins with the organisation's and a dot (`acme.van-12`),
/// is decided by the organisation's own rules alone, and sees nothing of what is outside.
struct Organisation {
  std::string id;
  std::string name;  ///< what people read; may be empty
  std::string note;
  TimePoint createdAt{};

  bool operator==(const Organisation&) const = default;
};

/// What somebody is: rules speak of it by `role:ID`. There are `admin`, `operator` and `viewer` in every organisation,
/// and those that the house and the organisations add.
struct Role {
  std::string id;
  std::string name;  ///< what people read; may be empty
  std::string note;
  std::string organisation;  ///< whose it is; empty: the house's
  bool builtIn = false;
  TimePoint createdAt{};

  bool operator==(const Role&) const = default;
};

inline constexpr std::string_view kAdministratorRole = "admin";
inline constexpr std::string_view kOperatorRole = "operator";
inline constexpr std::string_view kViewerRole = "viewer";

/// 1 to 24 of a–z 0–9 -, neither beginning nor ending with a hyphen.
bool isValidOrganisationId(std::string_view id);
/// 1 to 64 of A–Z a–z 0–9 . _ -, not beginning with a dot, and not `none`, which stands for no role.
bool isValidRoleId(std::string_view id);
/// Whether there is such a role in every organisation.
bool isBuiltInRole(std::string_view id);
/// Whether an id may stand for something in this organisation: it begins with the organisation's id and a dot.
/// The house (empty) may have any.
bool idIsIn(std::string_view id, std::string_view organisation);

}  // namespace carport::api
