#pragma once

#include "gateway/base/result.h"
#include "gateway/domain/registry_store.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace carport {

/// Shortest secret that a car may be given; made ones have 160 random bits.
inline constexpr std::size_t kMinDeviceSecretChars = 16;
inline constexpr std::size_t kMaxDeviceSecretBytes = 1024;
inline constexpr std::size_t kMinPasswordChars = 8;
inline constexpr std::size_t kMaxPasswordBytes = 1024;

/// Longest time for which a car's secret stays good beside the one that has replaced it.
inline constexpr std::chrono::seconds kMaxSecretOverlap = std::chrono::days(90);

/// Key of the cars' secret hashes, from the file beside the database. 32 random bytes.
using SecretKey = std::array<std::uint8_t, 32>;

/// Readies libsodium; must have returned before anything below is called. Safe to call more than once.
Result<void> initCryptography();

/// 160 random bits as 32 characters that a person can read out (base32 without look-alikes).
std::string makeDeviceSecret();
/// A token's text: "cp_" and 256 random bits, URL-safe.
std::string makeToken();
/// Prefix of every provisioning key's text.
inline constexpr std::string_view kProvisioningKeyPrefix = "cpk_";
/// A provisioning key's text: "cpk_" and 256 random bits, URL-safe, without a full stop.
std::string makeProvisioningKey();
/// A claim code, `ABCD-1234`: four letters and four digits that cannot be taken for each other, 29 random bits.
std::string makeClaimCode();
/// A claim code as somebody typed it, in the form in which it was made: without blanks, in capitals, with its hyphen.
/// Empty where it cannot be one.
std::string readClaimCode(std::string_view typed);
/// A password to be used once: four groups of four characters.
std::string makeOneTimePassword();
SecretKey makeSecretKey();

/// Fails where the secret is too short or too long to be kept.
Result<DeviceSecret> hashDeviceSecret(std::string_view secret, const SecretKey& key);
/// Constant time. About a microsecond: 18,000 cars that reconnect at once must be let in within seconds.
bool verifyDeviceSecret(std::string_view secret, const DeviceSecret& kept, const SecretKey& key);

/// Gives a car a new secret. The present one stays good for `overlap`, so that the car can be told the new one first;
/// an overlap that lasts already ends.
void replaceSecret(PrincipalRecord& car, const DeviceSecret& secret, TimePoint now, std::chrono::seconds overlap);

/// Argon2id (RFC 9106) with libsodium's interactive limits: 64 MiB and tens of milliseconds; never on an I/O thread.
Result<std::string> hashPassword(std::string_view password);
/// With an empty hash it does the same work and says no: call it for unknown names too, so that the time taken does not
/// tell who exists.
bool verifyPassword(std::string_view password, const std::string& hash);

/// BLAKE2b-256 of a claim code, with the key: a code has too few bits of its own to be safe in a stolen database.
std::array<std::uint8_t, 32> hashClaimCode(std::string_view code, const SecretKey& key);

/// BLAKE2b-256 of a token's text: tokens carry 256 bits of their own, so they need no salt.
std::array<std::uint8_t, 32> hashToken(std::string_view token);

}  // namespace carport
