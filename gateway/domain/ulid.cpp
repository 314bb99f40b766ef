#include "gateway/domain/ulid.h"

#include <sodium.h>

#include <algorithm>
#include <string_view>

namespace carport {

namespace {
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::int64_t kMaxMs = (std::int64_t{1} << 48) - 1;

/// Adds one to the number; false where it overflowed.
bool increment(std::array<std::uint8_t, 10>& number) {
  for (auto byte = number.rbegin(); byte != number.rend(); ++byte) {
    if (++*byte != 0) return true;
  }
  return false;
}
}  // namespace

RandomBytes sodiumRandom() {
  return [](std::span<std::uint8_t> bytes) { randombytes_buf(bytes.data(), bytes.size()); };
}

std::string UlidMaker::next(TimePoint now) {
  const std::int64_t ms = std::clamp<std::int64_t>(toMs(now), 0, kMaxMs);
  if (ms > m_lastMs) {
    m_lastMs = ms;
    m_random(m_lastRandom);
  } else if (!increment(m_lastRandom)) {
    ++m_lastMs;
  }
  std::string text(kUlidChars, '0');
  auto time = static_cast<std::uint64_t>(m_lastMs);
  for (std::size_t i = 10; i-- > 0; time >>= 5) text[i] = kAlphabet[time & 31U];
  std::uint32_t bits = 0;
  unsigned have = 0;
  std::size_t at = 10;
  for (const std::uint8_t byte : m_lastRandom) {
    bits = (bits << 8U) | byte;
    for (have += 8; have >= 5; have -= 5) text[at++] = kAlphabet[(bits >> (have - 5)) & 31U];
  }
  return text;
}

}  // namespace carport
