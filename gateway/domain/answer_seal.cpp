#include "gateway/domain/answer_seal.h"

#include "gateway/domain/secret_box.h"

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
  BoxNonce nonce{};
  randombytes_buf(nonce.data(), nonce.size());
  return sealInBox(text, nonce, m_cipherKey);
}

std::optional<std::string> AnswerSeal::open(std::string_view sealed) const {
  return openBox(sealed, m_cipherKey);
}

}  // namespace carport
