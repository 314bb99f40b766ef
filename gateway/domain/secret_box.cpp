#include "gateway/domain/secret_box.h"

#include "gateway/domain/sodium_bytes.h"

#include <sodium.h>

#include <algorithm>
#include <tuple>

namespace carport {

namespace {

static_assert(std::tuple_size_v<BoxKey> == crypto_secretbox_KEYBYTES);
static_assert(std::tuple_size_v<BoxNonce> == crypto_secretbox_NONCEBYTES);

}  // namespace

std::string sealInBox(std::string_view text, const BoxNonce& nonce, const BoxKey& key) {
  std::string out(nonce.size() + crypto_secretbox_MACBYTES + text.size(), '\0');
  auto* const bytes = reinterpret_cast<unsigned char*>(out.data());
  std::copy(nonce.begin(), nonce.end(), bytes);
  crypto_secretbox_easy(bytes + nonce.size(), sodiumBytes(text), text.size(), nonce.data(), key.data());
  return out;
}

std::optional<std::string> openBox(std::string_view sealed, const BoxKey& key) {
  constexpr std::size_t kOverhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (sealed.size() < kOverhead) return std::nullopt;
  std::string out(sealed.size() - kOverhead, '\0');
  const auto* const nonce = sodiumBytes(sealed);
  const int failed =
      crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(out.data()), nonce + crypto_secretbox_NONCEBYTES,
                                 sealed.size() - crypto_secretbox_NONCEBYTES, nonce, key.data());
  if (failed != 0) return std::nullopt;
  return out;
}

}  // namespace carport
