#pragma once

#include "gateway/domain/credentials.h"
#include "gateway/domain/secret_box.h"

#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// Hides where a list goes on from whoever is told it: a place is made of the gateway's own numbers. The same place is
/// always sealed alike, so that a page stays the same as long as its list does. Encrypted and authenticated (XSalsa20
/// and Poly1305, with a nonce that is a keyed hash of the text). Immutable; any thread.
class CursorSeal {
 public:
  /// `organisation`: the caller's; cursors of one mean nothing to another.
  CursorSeal(const SecretKey& secret, std::string_view organisation);

  std::string seal(std::string_view text) const;
  /// None where it was not sealed here.
  std::optional<std::string> open(std::string_view sealed) const;

 private:
  BoxKey m_cipherKey{};
  BoxKey m_nonceKey{};
};

}  // namespace carport
