#include "gateway/protocol/mqtt/utf8.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace carport::mqtt {

namespace {

using Byte = unsigned char;

/// True where all eight bytes are ASCII and none is 0.
bool isEightPlainBytes(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  return ((word | (word - kOnes)) & kHighBits) == 0;
}

bool isContinuation(Byte byte) {
  return (byte & 0xC0) == 0x80;
}

/// Length of the well-formed sequence of two to four bytes at the start of `text`; 0 where there is none. The ranges of
/// the second byte shut out overlong forms, surrogates and what lies above U+10FFFF (RFC 3629 §4).
std::size_t multiByteLength(std::string_view text) {
  const auto at = [text](std::size_t i) { return i < text.size() ? static_cast<Byte>(text[i]) : Byte{0}; };
  const Byte first = at(0);
  const Byte second = at(1);
  if (first >= 0xC2 && first <= 0xDF) return isContinuation(second) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const Byte lowest = first == 0xE0 ? 0xA0 : 0x80;
    const Byte highest = first == 0xED ? 0x9F : 0xBF;
    return second >= lowest && second <= highest && isContinuation(at(2)) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const Byte lowest = first == 0xF0 ? 0x90 : 0x80;
    const Byte highest = first == 0xF4 ? 0x8F : 0xBF;
    return second >= lowest && second <= highest && isContinuation(at(2)) && isContinuation(at(3)) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool isMqttUtf8(std::string_view text) {
  while (!text.empty()) {
    if (text.size() >= 8 && isEightPlainBytes(text.data())) {
      text.remove_prefix(8);
      continue;
    }
    const Byte first = static_cast<Byte>(text.front());
    if (first == 0) return false;
    const std::size_t length = first < 0x80 ? 1 : multiByteLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace carport::mqtt
