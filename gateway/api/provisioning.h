#pragma once

#include "gateway/base/clock.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace carport::api {

/// Longest label of a provisioning key, in bytes.
inline constexpr std::size_t kMaxKeyLabelBytes = 100;
/// Most devices that one provisioning key may register.
inline constexpr std::uint32_t kMaxProvisioningQuota = 1'000'000;

/// A key by which devices register themselves, as lists show it; its text is given out once, when it is made.
struct ProvisioningKey {
  std::int64_t number = 0;
  std::string label;
  std::string organisation;  ///< whose devices it makes; empty: the house's
  std::string idPrefix;      ///< what the ids of its devices begin with; may be empty in the house
  std::string group;         ///< id of the group that its devices come into; empty: none
  std::uint32_t quota = 0;   ///< devices that it may register in all
  std::uint32_t used = 0;    ///< devices that it has registered
  TimePoint createdAt{};
  std::string createdBy;  ///< id of who made it
  std::optional<TimePoint> expiresAt;

  bool operator==(const ProvisioningKey&) const = default;
};

/// What a claim code gives to whoever has it.
enum class ClaimGives : std::uint8_t {
  secret,  ///< the car's id and a new secret: for the device that is being fitted
  car,     ///< the right to see, follow, command and administer the car: for the person who enters it
};

/// A claim code as lists show it; the code itself (`ABCD-1234`) is given out once, when it is made.
struct ClaimCode {
  std::string car;  ///< id
  ClaimGives gives = ClaimGives::secret;
  TimePoint createdAt{};
  std::string createdBy;  ///< id of who made it
  TimePoint expiresAt{};

  bool operator==(const ClaimCode&) const = default;
};

}  // namespace carport::api
