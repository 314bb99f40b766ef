#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carport {

using BoxKey = std::array<std::uint8_t, 32>;
using BoxNonce = std::array<std::uint8_t, 24>;

/// The nonce, then the text encrypted and authenticated (libsodium's secretbox: XSalsa20 and Poly1305). Never use a
/// nonce for two texts. Any thread.
std::string sealInBox(std::string_view text, const BoxNonce& nonce, const BoxKey& key);
/// The text; none where it was not sealed with this key, or has been changed.
std::optional<std::string> openBox(std::string_view sealed, const BoxKey& key);

}  // namespace carport
