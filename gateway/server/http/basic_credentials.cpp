#include "gateway/server/http/basic_credentials.h"

#include "gateway/domain/utf8.h"

#include <sodium.h>

#include <algorithm>

namespace carport {

namespace {

constexpr std::string_view kScheme = "basic ";

char toLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool hasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

bool BasicCredentials::areIn(std::string_view field) {
  return field.size() >= kScheme.size() &&
         std::equal(kScheme.begin(), kScheme.end(), field.begin(), [](char a, char b) { return a == toLower(b); });
}

std::optional<BasicCredentials> BasicCredentials::parse(std::string_view field) {
  if (!areIn(field)) return std::nullopt;
  field.remove_prefix(kScheme.size());
  if (field.size() > sodium_base64_ENCODED_LEN(kMaxBytes, sodium_base64_VARIANT_ORIGINAL)) return std::nullopt;
  // libsodium takes some bytes beyond ASCII for digits.
  if (std::any_of(field.begin(), field.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7F; })) {
    return std::nullopt;
  }
  std::string text(kMaxBytes, '\0');
  std::size_t length = 0;
  // Without an end pointer it fails where anything is left over.
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(text.data()), text.size(), field.data(), field.size(), nullptr,
                        &length, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    return std::nullopt;
  }
  text.resize(length);
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string::npos || hasControlCharacter(text) || !isUtf8(text)) return std::nullopt;
  return BasicCredentials{text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace carport
