#include "gateway/server/http/basic_credentials.h"

#include "gateway/domain/base64.h"
#include "gateway/domain/utf8.h"

#include <sodium.h>

#include <algorithm>

namespace carport {

namespace {

constexpr std::string_view kBasic = "basic ";

char toLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool hasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

bool BasicCredentials::areIn(std::string_view field) {
  return field.size() >= kBasic.size() &&
         std::equal(kBasic.begin(), kBasic.end(), field.begin(), [](char a, char b) { return a == toLower(b); });
}

std::optional<BasicCredentials> BasicCredentials::parse(std::string_view field) {
  if (!areIn(field)) return std::nullopt;
  field.remove_prefix(kBasic.size());
  if (field.size() > sodium_base64_ENCODED_LEN(kMaxBytes, sodium_base64_VARIANT_ORIGINAL)) return std::nullopt;
  const auto text = fromBase64(field);
  if (!text || text->size() > kMaxBytes) return std::nullopt;
  const std::size_t colon = text->find(':');
  if (colon == 0 || colon == std::string::npos || hasControlCharacter(*text) || !isUtf8(*text)) return std::nullopt;
  return BasicCredentials{text->substr(0, colon), text->substr(colon + 1)};
}

}  // namespace carport
