#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"
#include "gateway/domain/credentials.h"
#include "gateway/domain/one_time_code.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// What somebody needs beside the password to sign in: an authenticator app's codes (RFC 6238), or one of a few
/// recovery codes, each good once. As it is kept.
struct SecondFactor {
  PrincipalNumber owner;
  std::vector<std::uint8_t> sealedKey;  ///< the app's key, encrypted with secret.key for this owner alone
  bool confirmed = false;               ///< a first code was right; until then it is not asked for
  std::int64_t lastStep = 0;            ///< no code of this step or an earlier one is taken any more
  std::vector<std::array<std::uint8_t, 32>> recoveryHashes;  ///< BLAKE2b-256 with secret.key
  TimePoint createdAt{};

  bool operator==(const SecondFactor&) const = default;
};

inline constexpr std::size_t kRecoveryCodes = 10;
/// Codes of so many steps before and after the present one are taken: clocks differ.
inline constexpr std::int64_t kOneTimeDrift = 1;

/// A factor that is still to be confirmed.
SecondFactor makeSecondFactor(PrincipalNumber owner, const OneTimeKey& key, const SecretKey& secretKey, TimePoint now);
/// The app's key; fails where secret.key is another one, or the factor somebody else's.
Result<OneTimeKey> openKey(const SecondFactor& factor, const SecretKey& secretKey);

/// Takes a code: the app's of about now, later than any that was taken, or a recovery code, which is used up by it. On
/// success `factor` has changed and must be stored before anybody is let in. Constant time. DomainErrc::wrongCode.
Result<void> useCode(SecondFactor& factor, std::string_view code, const SecretKey& secretKey, TimePoint now);

/// New recovery codes, twelve characters that can be read out, in groups of four; the earlier ones are void.
std::vector<std::string> renewRecoveryCodes(SecondFactor& factor, const SecretKey& secretKey);

}  // namespace carport
