#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace carport {

struct SecondFactor;

/// When a token was last used, and from where.
struct TokenUse {
  std::int64_t token = 0;
  TimePoint at{};
  std::string address;  ///< the client's, without port
};

/// Port: what belongs to people's signing in, beside their records. Part of a RegistryStore, with its rules about
/// threads and blocking. Implemented by storage.
class PeopleStore {
 public:
  virtual ~PeopleStore() = default;

  virtual Result<std::optional<SecondFactor>> secondFactor(PrincipalNumber owner) = 0;
  /// Adds it or puts it in the place of the owner's. Where it is confirmed, PrincipalRecord::hasSecondFactor says so.
  /// That another code was used is not entered in the audit log.
  virtual Result<void> putSecondFactor(const SecondFactor& factor) = 0;
  /// StorageErrc::notFound where there is none.
  virtual Result<void> removeSecondFactor(PrincipalNumber owner) = 0;

  /// Of the owner's tokens, those that were ever used.
  virtual Result<std::vector<TokenUse>> tokenUses(PrincipalNumber owner) = 0;
  /// Not entered in the audit log. Tokens that are gone are passed over.
  virtual Result<void> noteTokenUses(std::span<const TokenUse> uses) = 0;
};

}  // namespace carport
