#pragma once

#include "gateway/base/clock.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace carport {

/// The key that an authenticator app and the gateway share: 160 random bits (RFC 4226 §4, R6).
using OneTimeKey = std::array<std::uint8_t, 20>;

inline constexpr std::chrono::seconds kOneTimeStep{30};
inline constexpr std::size_t kOneTimeDigits = 6;

OneTimeKey makeOneTimeKey();
/// The number of the step of 30 seconds in which `time` lies (RFC 6238 §4.2).
std::int64_t oneTimeStep(TimePoint time);
/// The code of a step, six digits: HOTP with HMAC-SHA-1 (RFC 4226 §5.3), which is what every app can do.
std::string oneTimeCode(const OneTimeKey& key, std::int64_t step);

/// Base32 without padding (RFC 4648 §6), as people type it into an app.
std::string toBase32(std::span<const std::uint8_t> bytes);
/// The address that apps read from a QR code: `otpauth://totp/Carport:ID?secret=…`. `id`: of a principal.
std::string oneTimeAddress(const OneTimeKey& key, std::string_view id);

}  // namespace carport
