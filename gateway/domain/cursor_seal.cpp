#include "gateway/domain/cursor_seal.h"

#include <fmt/format.h>
#include <sodium.h>

#include <span>

namespace carport {

namespace {

const unsigned char* bytesOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void hashInto(std::span<std::uint8_t> out, std::string_view text, std::span<const std::uint8_t> key) {
  crypto_generichash(out.data(), out.size(), bytesOf(text), text.size(), key.data(), key.size());
}

}  // namespace

CursorSeal::CursorSeal(const SecretKey& secret, std::string_view organisation) {
  hashInto(m_cipherKey, fmt::format("carport cursor sealed with {}", organisation), secret);
  hashInto(m_nonceKey, fmt::format("carport cursor nonce {}", organisation), secret);
}

std::string CursorSeal::seal(std::string_view text) const {
  std::string out(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + text.size(), '\0');
  auto* const nonce = reinterpret_cast<unsigned char*>(out.data());
  hashInto({nonce, crypto_secretbox_NONCEBYTES}, text, m_nonceKey);
  crypto_secretbox_easy(nonce + crypto_secretbox_NONCEBYTES, bytesOf(text), text.size(), nonce, m_cipherKey.data());
  return out;
}

std::optional<std::string> CursorSeal::open(std::string_view sealed) const {
  constexpr std::size_t kOverhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (sealed.size() < kOverhead) return std::nullopt;
  std::string out(sealed.size() - kOverhead, '\0');
  const auto* const nonce = bytesOf(sealed);
  const int failed =
      crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(out.data()), nonce + crypto_secretbox_NONCEBYTES,
                                 sealed.size() - crypto_secretbox_NONCEBYTES, nonce, m_cipherKey.data());
  if (failed != 0) return std::nullopt;
  return out;
}

}  // namespace carport
