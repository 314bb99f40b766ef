#pragma once

#include "gateway/domain/access.h"
#include "gateway/domain/registry_store.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace carport {

/// The registry in memory, as every thread reads it: who there is, what proves it, and the rules. Filled from a
/// RegistryStore's snapshot and kept up with its changes by the control thread; everybody else only reads. Any thread.
class Registry {
 public:
  /// Replaces everything.
  void reset(RegistrySnapshot snapshot);
  /// Brings it up to date; the version grows.
  void apply(const RegistryChanges& changes);

  /// Grows with every change; sessions drop their cached decisions when it has.
  std::uint64_t version() const;
  /// Number of the newest change that is in it, for RegistryStore::changesSince.
  std::int64_t sequence() const;

  std::optional<api::Principal> find(std::string_view id) const;
  std::optional<api::Principal> find(PrincipalNumber number) const;
  /// With credentials; for signing in.
  std::optional<PrincipalRecord> record(std::string_view id) const;
  std::optional<TokenRecord> tokenByHash(const std::array<std::uint8_t, 32>& hash) const;
  /// All of one type, by number.
  std::vector<api::Principal> all(api::PrincipalType type) const;
  std::vector<TokenRecord> tokensOf(PrincipalNumber owner) const;
  std::size_t count(api::PrincipalType type) const;
  /// The rules, in the order in which they are tried; never changes under the caller.
  std::shared_ptr<const RuleSet> rules() const;

 private:
  void put(PrincipalRecord record);
  void remove(PrincipalNumber number);

  // Guards the members below. Every I/O thread looks principals up at each sign-in; changes are rare and come from one
  // thread, so a shared lock costs less than a post and an answer.
  mutable std::shared_mutex m_mutex;
  std::unordered_map<PrincipalNumber, PrincipalRecord> m_principals;
  std::unordered_map<std::string, PrincipalNumber> m_numbers;
  std::unordered_map<std::int64_t, TokenRecord> m_tokens;
  std::unordered_map<std::string, std::int64_t> m_tokenNumbers;  // by hash
  std::shared_ptr<const RuleSet> m_rules = std::make_shared<const RuleSet>();
  std::uint64_t m_version = 0;
  std::int64_t m_sequence = 0;
};

}  // namespace carport
