#pragma once

#include <cstddef>
#include <string_view>

namespace carport {

/// The first bytes of a text in UTF-8, at most `maxBytes`, without the part of a character that would be cut through.
/// Of what is not UTF-8 it may leave out more.
constexpr std::string_view utf8Prefix(std::string_view text, std::size_t maxBytes) {
  if (text.size() <= maxBytes) return text;
  std::size_t end = maxBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace carport
