#include "gateway/domain/cursor_seal.h"

#include <fmt/format.h>
#include <sodium.h>

#include <span>

namespace carport {

namespace {

void hashInto(std::span<std::uint8_t> out, std::string_view text, std::span<const std::uint8_t> key) {
  crypto_generichash(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     key.data(), key.size());
}

}  // namespace

CursorSeal::CursorSeal(const SecretKey& secret, std::string_view organisation) {
  hashInto(m_cipherKey, fmt::format("carport cursor sealed with {}", organisation), secret);
  hashInto(m_nonceKey, fmt::format("carport cursor nonce {}", organisation), secret);
}

std::string CursorSeal::seal(std::string_view text) const {
  BoxNonce nonce{};
  hashInto(nonce, text, m_nonceKey);
  return sealInBox(text, nonce, m_cipherKey);
}

std::optional<std::string> CursorSeal::open(std::string_view sealed) const {
  return openBox(sealed, m_cipherKey);
}

}  // namespace carport
