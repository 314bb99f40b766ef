#include "gateway/domain/audit_chain.h"
#include "gateway/domain/second_factor.h"
#include "gateway/domain/self_registration.h"
#include "tests/fuzz/fuzz_input.h"

#include <algorithm>
#include <cctype>
#include <string>

using namespace carport;

namespace {

/// A claim code comes back as it was made, however it was typed.
void readClaim(std::string_view text) {
  const std::string code = readClaimCode(text);
  if (code.empty()) return;
  fuzz::require(code.size() == makeClaimCode().size(), "a code has its length");
  fuzz::require(readClaimCode(code) == code, "what is read once is read again");
}

/// The password of a device that nobody has heard of: KEY.SECRET.
void readKey(std::string_view text) {
  const auto key = provisioningKeyIn(text);
  if (key.empty()) return;
  fuzz::require(key.starts_with(kProvisioningKeyPrefix) && text.starts_with(key), "the key stands in front");
  fuzz::require(text[key.size()] == '.' && text.size() - key.size() > kMinDeviceSecretChars, "a secret follows it");
}

/// A code is taken once, and what is not taken changes nothing.
void takeCode(std::string_view text) {
  static const SecretKey kSecretKey = makeSecretKey();
  static const auto kFactor = [] {
    auto factor = makeSecondFactor(PrincipalNumber{7}, OneTimeKey{}, kSecretKey, fromMs(0));
    factor.confirmed = true;
    renewRecoveryCodes(factor, kSecretKey);
    return factor;
  }();
  const auto now = fromMs(1'790'000'000'000);
  auto factor = kFactor;
  if (!useCode(factor, text, kSecretKey, now)) return fuzz::require(factor == kFactor, "a wrong code changes nothing");
  fuzz::require(!(factor == kFactor), "a code is used up");
  fuzz::require(!useCode(factor, text, kSecretKey, now), "it is taken once");
}

/// The hash of an audit log's entry, as verify prints it.
void readHash(std::string_view text) {
  const auto hash = auditHashFrom(text);
  if (!hash) return;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  fuzz::require(toHex(*hash) == lower, "a hash comes back");
}

}  // namespace

/// What people and devices type or send as one word: none of it is taken for more than it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool kReady = initCryptography().has_value();
  fuzz::require(kReady, "cryptography is ready");
  const auto text = fuzz::asText(data, size);
  readClaim(text);
  readKey(text);
  takeCode(text);
  readHash(text);
  return 0;
}
