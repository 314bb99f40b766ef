#pragma once

#include "gateway/api/permission.h"
#include "gateway/api/principal.h"
#include "gateway/api/retention.h"
#include "gateway/base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace carport {

/// A car's secret as it is kept: BLAKE2b-256 of the secret, salted, keyed by the file beside the database.
struct DeviceSecret {
  std::array<std::uint8_t, 16> salt{};
  std::array<std::uint8_t, 32> hash{};
  bool operator==(const DeviceSecret&) const = default;
};

/// A principal with what proves that it is the one.
struct PrincipalRecord {
  api::Principal principal;
  std::string passwordHash;            ///< users and services: Argon2id in its text form; empty: cannot sign in so
  std::optional<DeviceSecret> secret;  ///< devices
  bool mustChangePassword = false;

  bool operator==(const PrincipalRecord&) const = default;
};

struct TokenRecord {
  api::TokenInfo info;
  std::array<std::uint8_t, 32> hash{};  ///< BLAKE2b-256 of the token's text
  bool operator==(const TokenRecord&) const = default;
};

/// The registry as the database has it.
struct RegistrySnapshot {
  std::vector<PrincipalRecord> principals;
  std::vector<api::Rule> rules;
  std::vector<TokenRecord> tokens;
  std::int64_t sequence = 0;  ///< number of the newest change that is in it
};

/// What changed in the registry after some sequence number, by whichever process.
struct RegistryChanges {
  bool reloadEverything = false;            ///< too long ago to tell: call load()
  std::vector<PrincipalRecord> principals;  ///< added or changed
  std::vector<PrincipalNumber> removedPrincipals;
  std::optional<std::vector<api::Rule>> rules;  ///< all rules, where any changed
  std::vector<TokenRecord> tokens;              ///< added or changed
  std::vector<std::int64_t> removedTokens;
  std::int64_t sequence = 0;
};

/// Port: where the registry is kept. Every call blocks; on success it is on disk. One thread an instance; several
/// instances, in several processes, may share the database. Implemented by storage.
class RegistryStore {
 public:
  virtual ~RegistryStore() = default;

  virtual Result<RegistrySnapshot> load() = 0;
  virtual Result<RegistryChanges> changesSince(std::int64_t sequence) = 0;

  /// Adds a principal; its number and creation time are filled in. StorageErrc::exists where the id is taken.
  virtual Result<PrincipalRecord> addPrincipal(PrincipalRecord record) = 0;
  /// Adds or, where the id is taken by the same type, updates name and secret; all in one transaction or none.
  virtual Result<std::size_t> importPrincipals(std::span<const PrincipalRecord> records) = 0;
  virtual Result<void> updatePrincipal(const PrincipalRecord& record) = 0;
  /// Also removes its tokens and the rules that name it. Refused while a retention policy is about it: with the group
  /// gone, what its cars sent could go sooner than anybody wants.
  virtual Result<void> removePrincipal(PrincipalNumber number) = 0;

  virtual Result<api::Rule> addRule(api::Rule rule) = 0;
  virtual Result<void> updateRule(const api::Rule& rule) = 0;
  virtual Result<void> removeRule(RuleNumber number) = 0;

  virtual Result<TokenRecord> addToken(TokenRecord record) = 0;
  virtual Result<void> removeToken(std::int64_t number) = 0;

  /// How long what cars sent is kept.
  virtual Result<api::Retention> retention() = 0;
  /// Puts this in the place of all that was. StorageErrc::notFound where a policy names a group that does not exist.
  virtual Result<void> setRetention(const api::Retention& retention) = 0;
};

}  // namespace carport
