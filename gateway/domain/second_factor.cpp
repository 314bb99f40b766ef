#include "gateway/domain/second_factor.h"

#include "gateway/domain/domain_errc.h"
#include "gateway/domain/sodium_bytes.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cctype>

namespace carport {

namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == std::tuple_size_v<SecretKey>);

/// A key of its own for each use of secret.key.
SecretKey keyFor(const SecretKey& secretKey, std::string_view use) {
  SecretKey key{};
  crypto_generichash(key.data(), key.size(), sodiumBytes(use), use.size(), secretKey.data(), secretKey.size());
  return key;
}

/// Ties what is sealed to its owner: moved to somebody else's row it cannot be opened.
std::string ownerText(PrincipalNumber owner) {
  return fmt::format("second factor of {}", owner.value);
}

std::array<std::uint8_t, 32> hashRecovery(std::string_view code, PrincipalNumber owner, const SecretKey& secretKey) {
  const SecretKey key = keyFor(secretKey, "carport recovery codes");
  const std::string text = ownerText(owner) + ' ' + std::string(code);
  std::array<std::uint8_t, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), sodiumBytes(text), text.size(), key.data(), key.size());
  return hash;
}

/// As it was typed, without what people put between groups.
std::string plain(std::string_view typed) {
  std::string code;
  for (const char c : typed) {
    if (c == ' ' || c == '-') continue;
    code += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return code;
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool useRecoveryCode(SecondFactor& factor, const std::string& code, const SecretKey& secretKey) {
  const auto hash = hashRecovery(code, factor.owner, secretKey);
  auto found = factor.recoveryHashes.end();
  for (auto kept = factor.recoveryHashes.begin(); kept != factor.recoveryHashes.end(); ++kept) {
    if (sodium_memcmp(kept->data(), hash.data(), hash.size()) == 0) found = kept;
  }
  if (found == factor.recoveryHashes.end()) return false;
  factor.recoveryHashes.erase(found);
  return true;
}

}  // namespace

SecondFactor makeSecondFactor(PrincipalNumber owner, const OneTimeKey& key, const SecretKey& secretKey, TimePoint now) {
  SecondFactor factor;
  factor.owner = owner;
  factor.createdAt = now;
  factor.sealedKey.resize(kNonceBytes + key.size() + kTagBytes);
  randombytes_buf(factor.sealedKey.data(), kNonceBytes);
  const SecretKey sealing = keyFor(secretKey, "carport second factors");
  const std::string ad = ownerText(owner);
  unsigned long long written = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(factor.sealedKey.data() + kNonceBytes, &written, key.data(), key.size(),
                                             sodiumBytes(ad), ad.size(), nullptr, factor.sealedKey.data(),
                                             sealing.data());
  return factor;
}

Result<OneTimeKey> openKey(const SecondFactor& factor, const SecretKey& secretKey) {
  OneTimeKey key{};
  if (factor.sealedKey.size() == kNonceBytes + key.size() + kTagBytes) {
    const SecretKey sealing = keyFor(secretKey, "carport second factors");
    const std::string ad = ownerText(factor.owner);
    unsigned long long written = 0;
    const int done = crypto_aead_xchacha20poly1305_ietf_decrypt(
        key.data(), &written, nullptr, factor.sealedKey.data() + kNonceBytes, factor.sealedKey.size() - kNonceBytes,
        sodiumBytes(ad), ad.size(), factor.sealedKey.data(), sealing.data());
    if (done == 0 && written == key.size()) return key;
  }
  return fail(DomainErrc::cryptography,
              "The authenticator app's key cannot be read: secret.key is another one. An administrator can take the "
              "second factor away");
}

Result<void> useCode(SecondFactor& factor, std::string_view code, const SecretKey& secretKey, TimePoint now) {
  const std::string typed = plain(code);
  if (typed.size() != kOneTimeDigits) {
    return factor.confirmed && useRecoveryCode(factor, typed, secretKey) ? Result<void>() : fail(DomainErrc::wrongCode);
  }
  const auto key = openKey(factor, secretKey);
  if (!key) return failFrom(key);
  const std::int64_t present = oneTimeStep(now);
  std::int64_t right = 0;
  for (std::int64_t step = present - kOneTimeDrift; step <= present + kOneTimeDrift; ++step) {
    if (same(oneTimeCode(*key, step), typed) && step > factor.lastStep) right = step;
  }
  if (right == 0) return fail(DomainErrc::wrongCode);
  factor.lastStep = right;
  return {};
}

std::vector<std::string> renewRecoveryCodes(SecondFactor& factor, const SecretKey& secretKey) {
  std::vector<std::string> codes;
  factor.recoveryHashes.clear();
  for (std::size_t i = 0; i < kRecoveryCodes; ++i) {
    const std::string random = makeDeviceSecret().substr(0, 12);  // five bits a character
    codes.push_back(fmt::format("{}-{}-{}", random.substr(0, 4), random.substr(4, 4), random.substr(8, 4)));
    factor.recoveryHashes.push_back(hashRecovery(plain(codes.back()), factor.owner, secretKey));
  }
  return codes;
}

}  // namespace carport
