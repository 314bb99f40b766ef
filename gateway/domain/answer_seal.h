#pragma once

#include "gateway/domain/answer_store.h"
#include "gateway/domain/credentials.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// What keeps an answer to itself until somebody asks again: of the key that came with the request and who sent it,
/// both of which the one who asks again has, and the gateway's own key, so that a copy of the database gives nothing
/// away.
class AnswerSeal {
 public:
  AnswerSeal(std::string_view idempotencyKey, PrincipalNumber caller, const SecretKey& secretKey);

  /// What the answer is found by; tells nothing of the idempotency key.
  const KeptAnswer::Hash& key() const { return m_key; }

  /// Encrypted and authenticated (XSalsa20 and Poly1305).
  std::string seal(std::string_view text) const;
  /// None where the seal is broken or another one's.
  std::optional<std::string> open(std::string_view sealed) const;

 private:
  KeptAnswer::Hash m_key{};
  KeptAnswer::Hash m_cipherKey{};
};

/// BLAKE2b-256 over the parts, each with its length, so that what is on which side of a border counts.
KeptAnswer::Hash hashParts(std::initializer_list<std::string_view> parts);

}  // namespace carport
