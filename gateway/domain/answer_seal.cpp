#include "gateway/domain/answer_seal.h"

#include <sodium.h>

#include <algorithm>
#include <span>

namespace carport {

namespace {

void addPart(crypto_generichash_state& state, std::string_view part) {
  const std::uint64_t size = part.size();
  std::array<unsigned char, sizeof(size)> length{};
  for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<unsigned char>(size >> (8 * i));
  crypto_generichash_update(&state, length.data(), length.size());
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
}

KeptAnswer::Hash hashKeyed(std::span<const std::uint8_t> key, std::initializer_list<std::string_view> parts) {
  crypto_generichash_state state;
  KeptAnswer::Hash hash{};
  crypto_generichash_init(&state, key.empty() ? nullptr : key.data(), key.size(), hash.size());
  for (const std::string_view part : parts) addPart(state, part);
  crypto_generichash_final(&state, hash.data(), hash.size());
  return hash;
}

}  // namespace

KeptAnswer::Hash hashParts(std::initializer_list<std::string_view> parts) {
  return hashKeyed({}, parts);
}

AnswerSeal::AnswerSeal(std::string_view idempotencyKey, PrincipalNumber caller, const SecretKey& secretKey) {
  const std::string who = std::to_string(caller.value);
  m_key = hashKeyed(secretKey, {"answer found by", who, idempotencyKey});
  m_cipherKey = hashKeyed(secretKey, {"answer sealed with", who, idempotencyKey});
}

std::string AnswerSeal::seal(std::string_view text) const {
  std::string out(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + text.size(), '\0');
  auto* const nonce = reinterpret_cast<unsigned char*>(out.data());
  randombytes_buf(nonce, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(nonce + crypto_secretbox_NONCEBYTES, reinterpret_cast<const unsigned char*>(text.data()),
                        text.size(), nonce, m_cipherKey.data());
  return out;
}

std::optional<std::string> AnswerSeal::open(std::string_view sealed) const {
  constexpr std::size_t kOverhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (sealed.size() < kOverhead) return std::nullopt;
  std::string out(sealed.size() - kOverhead, '\0');
  const auto* const nonce = reinterpret_cast<const unsigned char*>(sealed.data());
  const int failed =
      crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(out.data()), nonce + crypto_secretbox_NONCEBYTES,
                                 sealed.size() - crypto_secretbox_NONCEBYTES, nonce, m_cipherKey.data());
  if (failed != 0) return std::nullopt;
  return out;
}

}  // namespace carport
