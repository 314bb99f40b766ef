#pragma once

#include "gateway/api/principal.h"
#include "gateway/domain/credentials.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// What `Authorization: Basic …` says (RFC 7617, its charset UTF-8).
struct BasicCredentials {
  std::string id;
  std::string secret;

  /// Most bytes of id, colon and secret together.
  static constexpr std::size_t kMaxBytes = api::kMaxPrincipalIdBytes + 1 + kMaxDeviceSecretBytes;

  /// Whether the field is of this scheme at all.
  static bool areIn(std::string_view field);
  /// None where it is of another scheme, no canonical base64, without a colon, without an id, too long, not in UTF-8,
  /// or has control characters (§2).
  static std::optional<BasicCredentials> parse(std::string_view field);
};

}  // namespace carport
