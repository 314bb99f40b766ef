#include "gateway/transport/certificate_names.h"

#include <openssl/asn1.h>

#include <cstddef>

namespace carport {

std::string textOf(const ASN1_STRING* value) {
  unsigned char* utf8 = nullptr;
  const int size = value == nullptr ? -1 : ASN1_STRING_to_UTF8(&utf8, value);
  if (size < 0) return {};
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

}  // namespace carport
