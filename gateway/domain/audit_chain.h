#pragma once

#include "gateway/api/audit.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// The hash that an entry of the audit log carries: over the hash of the entry before it and everything it says itself.
using AuditHash = std::array<std::uint8_t, 32>;

/// BLAKE2b-256 of `previous` and the entry's canonical form: the text "carport-audit-1" and then every field but the
/// hash, numbers as decimals, each after its length as 4 bytes, little-endian. The first entry's `previous` is zero.
///
/// Without a key, on purpose: secret.key lies in the same folder as the log, so that whoever can rewrite one can read
/// the other; and a chain without a key can be checked by an auditor who has a copy and must not have the key with
/// which cars are let in. That somebody rewrote the whole chain shows against a hash that was kept elsewhere: the
/// gateway logs one a day, and `carportd verify --audit-hash` compares.
AuditHash chainHash(const AuditHash& previous, const api::AuditEntry& entry);

/// 64 lower-case hexadecimal digits.
std::string toHex(const AuditHash& hash);
std::optional<AuditHash> auditHashFrom(std::string_view hex);

}  // namespace carport
