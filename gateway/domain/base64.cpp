#include "gateway/domain/base64.h"

#include <sodium.h>

#include <algorithm>

namespace carport {

namespace {

std::optional<std::string> decodeBase64(std::string_view text, int variant) {
  // libsodium takes some bytes beyond ASCII for digits.
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7F; })) {
    return std::nullopt;
  }
  std::string bytes(text.size(), '\0');
  std::size_t length = 0;
  // Without an end pointer it fails where anything is left over.
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                        &length, nullptr, variant) != 0) {
    return std::nullopt;
  }
  bytes.resize(length);
  return bytes;
}

}  // namespace

std::string toBase64Url(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    kVariant);
  text.pop_back();  // the terminating zero
  return text;
}

std::optional<std::string> fromBase64Url(std::string_view text) {
  return decodeBase64(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::optional<std::string> fromBase64(std::string_view text) {
  return decodeBase64(text, sodium_base64_VARIANT_ORIGINAL);
}

}  // namespace carport
