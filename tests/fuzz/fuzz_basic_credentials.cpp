#include "gateway/server/http/basic_credentials.h"
#include "tests/fuzz/fuzz_input.h"

#include <sodium.h>

#include <string>

using namespace carport;

/// What is read from the field is the same when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool ready = initCryptography().has_value();
  fuzz::require(ready, "cryptography is ready");
  const auto said = BasicCredentials::parse(fuzz::asText(data, size));
  if (!said) return 0;
  fuzz::require(!said->id.empty() && said->id.find(':') == std::string::npos, "the id is one");
  const std::string text = said->id + ":" + said->secret;
  fuzz::require(text.size() <= BasicCredentials::kMaxBytes, "the length has its limit");
  std::string encoded(sodium_base64_ENCODED_LEN(text.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(encoded.data(), encoded.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  encoded.pop_back();
  fuzz::require(fuzz::asText(data, size).substr(6) == encoded, "there is one way to write it");
  return 0;
}
