#pragma once

#include "gateway/base/clock.h"
#include "gateway/domain/credentials.h"

#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// What a JSON Web Token of Nitrogen's API says.
struct JsonWebToken {
  std::string issuer;      ///< `iss`: id of the principal whose token it is
  std::string id;          ///< `jti`: makes each token different
  std::string credential;  ///< `crd`: marks the password or secret at that time; another one voids the token
  TimePoint issuedAt{};    ///< `iat`, to the second
  TimePoint expiresAt{};   ///< `exp`, to the second

  bool operator==(const JsonWebToken&) const = default;
};

/// Makes and reads such tokens: RFC 7519, signed with HMAC-SHA-256 (`HS256`, RFC 7518 §3.2). No other algorithm is
/// read, whatever a token says of itself. Immutable; any thread.
class JsonWebTokens {
 public:
  /// Fits what `Authorization: Bearer` may carry.
  static constexpr std::size_t kMaxTokenBytes = 256;

  /// The key is made from the gateway's own.
  explicit JsonWebTokens(const SecretKey& secret);

  std::string sign(const JsonWebToken& token) const;
  /// None where it is malformed, signed by somebody else or over at `now`.
  std::optional<JsonWebToken> read(std::string_view text, TimePoint now) const;

 private:
  SecretKey m_key;
};

}  // namespace carport
