#include "gateway/domain/one_time_code.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

namespace carport {

OneTimeKey makeOneTimeKey() {
  OneTimeKey key{};
  randombytes_buf(key.data(), key.size());
  return key;
}

std::int64_t oneTimeStep(TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch() / kOneTimeStep;
}

std::string oneTimeCode(const OneTimeKey& key, std::int64_t step) {
  std::array<unsigned char, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter[counter.size() - 1 - i] = static_cast<unsigned char>((static_cast<std::uint64_t>(step) >> (8 * i)) & 0xFFU);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int bytes = 0;
  const auto* done =
      HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), counter.data(), counter.size(), mac.data(), &bytes);
  if (done == nullptr || bytes < 20) return {};
  const std::size_t offset = mac[bytes - 1] & 0x0FU;
  const std::uint32_t number = ((mac[offset] & 0x7FU) << 24U) | (std::uint32_t{mac[offset + 1]} << 16U) |
                               (std::uint32_t{mac[offset + 2]} << 8U) | std::uint32_t{mac[offset + 3]};
  return fmt::format("{:06}", number % 1'000'000);
}

std::string toBase32(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    buffer = (buffer << 8U) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += kAlphabet[(buffer >> (bits - 5)) & 31U];
  }
  if (bits > 0) text += kAlphabet[(buffer << (5 - bits)) & 31U];
  return text;
}

std::string oneTimeAddress(const OneTimeKey& key, std::string_view id) {
  // Of what an id may hold, only @ means something in an address, and there it is allowed (RFC 3986 §3.3).
  return fmt::format("otpauth://totp/Carport:{}?secret={}&issuer=Carport&digits={}&period={}", id, toBase32(key),
                     kOneTimeDigits, kOneTimeStep.count());
}

}  // namespace carport
