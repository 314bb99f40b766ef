#include "gateway/domain/credentials.h"

#include "gateway/domain/base64.h"
#include "gateway/domain/domain_errc.h"
#include "gateway/domain/sodium_bytes.h"

#include <fmt/format.h>
#include <sodium.h>

#include <span>

namespace carport {

namespace {

static_assert(crypto_generichash_BYTES == 32 && crypto_generichash_KEYBYTES == 32);

/// Crockford's base32 in lower case: without i, l, o and u, nothing looks like a 1, a 0 or a v.
constexpr std::string_view kReadable = "0123456789abcdefghjkmnpqrstvwxyz";

/// Five random bits a character.
std::string readableRandom(std::size_t chars) {
  std::string text(chars, '\0');
  randombytes_buf(text.data(), text.size());
  for (char& c : text) c = kReadable[static_cast<unsigned char>(c) & 31U];
  return text;
}

std::array<std::uint8_t, 32> keyedHash(std::string_view secret, std::span<const std::uint8_t, 16> salt,
                                       const SecretKey& key) {
  std::array<std::uint8_t, 32> hash{};
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.data(), key.size(), hash.size());
  crypto_generichash_update(&state, salt.data(), salt.size());
  crypto_generichash_update(&state, sodiumBytes(secret), secret.size());
  crypto_generichash_final(&state, hash.data(), hash.size());
  sodium_memzero(&state, sizeof state);
  return hash;
}

}  // namespace

Result<void> initCryptography() {
  if (sodium_init() < 0) {
    return fail(DomainErrc::cryptography, "The cryptography library found no source of random numbers on this machine");
  }
  return {};
}

std::string makeDeviceSecret() {
  return readableRandom(32);
}

namespace {
/// 256 random bits, URL-safe.
std::string randomText() {
  std::array<std::uint8_t, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::string text = toBase64Url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  sodium_memzero(bytes.data(), bytes.size());
  return text;
}

// Without what looks like something else in capitals: no I, O, Q, S, Z beside 1, 0, 5 and 2, no U beside V, no B.
constexpr std::string_view kCodeLetters = "ACDEFGHJKLMNPRTVWXY";
constexpr std::string_view kCodeDigits = "23456789";
constexpr std::size_t kCodeHalf = 4;
}  // namespace

std::string makeToken() {
  return "cp_" + randomText();
}

std::string makeProvisioningKey() {
  return std::string(kProvisioningKeyPrefix) + randomText();
}

std::string makeClaimCode() {
  std::string code;
  const auto draw = [&code](std::string_view from) {
    for (std::size_t i = 0; i < kCodeHalf; ++i) {
      code += from[randombytes_uniform(static_cast<std::uint32_t>(from.size()))];
    }
  };
  draw(kCodeLetters);
  code += '-';
  draw(kCodeDigits);
  return code;
}

std::string readClaimCode(std::string_view typed) {
  std::string code;
  for (const char c : typed) {
    if (c == ' ' || c == '-') continue;
    if (code.size() == 2 * kCodeHalf) return {};
    const char capital = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const auto from = code.size() < kCodeHalf ? kCodeLetters : kCodeDigits;
    if (from.find(capital) == std::string_view::npos) return {};
    code += capital;
  }
  return code.size() == 2 * kCodeHalf ? code.insert(kCodeHalf, 1, '-') : std::string();
}

std::string makeOneTimePassword() {
  const std::string text = readableRandom(16);
  return fmt::format("{}-{}-{}-{}", text.substr(0, 4), text.substr(4, 4), text.substr(8, 4), text.substr(12, 4));
}

SecretKey makeSecretKey() {
  SecretKey key{};
  randombytes_buf(key.data(), key.size());
  return key;
}

Result<DeviceSecret> hashDeviceSecret(std::string_view secret, const SecretKey& key) {
  if (secret.size() < kMinDeviceSecretChars) {
    return fail(DomainErrc::badSecret,
                fmt::format("A car's secret needs at least {} characters; leave it out to have one made",
                            kMinDeviceSecretChars));
  }
  if (secret.size() > kMaxDeviceSecretBytes) {
    return fail(DomainErrc::badSecret,
                fmt::format("A car's secret may not be longer than {} bytes", kMaxDeviceSecretBytes));
  }
  DeviceSecret kept;
  randombytes_buf(kept.salt.data(), kept.salt.size());
  kept.hash = keyedHash(secret, kept.salt, key);
  return kept;
}

bool verifyDeviceSecret(std::string_view secret, const DeviceSecret& kept, const SecretKey& key) {
  if (secret.size() > kMaxDeviceSecretBytes) return false;
  const std::array<std::uint8_t, 32> hash = keyedHash(secret, kept.salt, key);
  return sodium_memcmp(hash.data(), kept.hash.data(), hash.size()) == 0;
}

void replaceSecret(PrincipalRecord& car, const DeviceSecret& secret, TimePoint now, std::chrono::seconds overlap) {
  car.retiring.reset();
  if (car.secret && overlap.count() > 0) car.retiring = RetiringSecret{*car.secret, now + overlap};
  car.secret = secret;
}

Result<std::string> hashPassword(std::string_view password) {
  if (password.size() < kMinPasswordChars) {
    return fail(DomainErrc::badSecret, fmt::format("A password needs at least {} characters", kMinPasswordChars));
  }
  if (password.size() > kMaxPasswordBytes) {
    return fail(DomainErrc::badSecret, fmt::format("A password may not be longer than {} bytes", kMaxPasswordBytes));
  }
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(DomainErrc::cryptography, "There is not enough memory (64 MiB) to keep a password safely");
  }
  return std::string(text.data());
}

bool verifyPassword(std::string_view password, const std::string& hash) {
  if (password.size() > kMaxPasswordBytes) return false;
  if (hash.empty()) {
    // As much work as for somebody who exists, so that the time taken does not tell who does.
    static const std::string kNobody = hashPassword(makeDeviceSecret()).value_or("");
    [[maybe_unused]] const int answer = crypto_pwhash_str_verify(kNobody.c_str(), password.data(), password.size());
    return false;
  }
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

std::array<std::uint8_t, 32> hashClaimCode(std::string_view code, const SecretKey& key) {
  std::array<std::uint8_t, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), sodiumBytes(code), code.size(), key.data(), key.size());
  return hash;
}

std::array<std::uint8_t, 32> hashToken(std::string_view token) {
  std::array<std::uint8_t, 32> hash{};
  crypto_generichash(hash.data(), hash.size(), sodiumBytes(token), token.size(), nullptr, 0);
  return hash;
}

}  // namespace carport
