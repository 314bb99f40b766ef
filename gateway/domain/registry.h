#pragma once

#include "gateway/domain/access.h"
#include "gateway/domain/registry_store.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
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
  /// Brings it up to date; the version grows where anything changed. Changes with reloadEverything are left to reset().
  void apply(const RegistryChanges& changes);

  /// Grows with every change; sessions drop their cached decisions when it has.
  std::uint64_t version() const;
  /// Number of the newest change that is in it, for RegistryStore::changesSince.
  std::int64_t sequence() const;

  std::optional<api::Principal> find(std::string_view id) const;
  std::optional<api::Principal> find(PrincipalNumber number) const;
  /// With credentials; for signing in.
  std::optional<PrincipalRecord> record(std::string_view id) const;
  std::optional<PrincipalRecord> record(PrincipalNumber number) const;
  std::optional<TokenRecord> tokenByHash(const std::array<std::uint8_t, 32>& hash) const;
  std::optional<TokenRecord> token(std::int64_t number) const;
  /// All of one type, by number.
  std::vector<api::Principal> all(api::PrincipalType type) const;
  /// Those who are in the group, by number.
  std::vector<api::Principal> membersOf(std::string_view group) const;
  /// By number.
  std::vector<TokenRecord> tokensOf(PrincipalNumber owner) const;
  std::size_t count(api::PrincipalType type) const;
  /// The rules, in the order in which they are tried; never changes under the caller.
  std::shared_ptr<const RuleSet> rules() const;

 private:
  /// Lets maps keyed by text be searched without making a string.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };

  // These run with the lock held.
  void put(PrincipalRecord record);
  void remove(PrincipalNumber number);
  void putToken(TokenRecord record);
  void removeToken(std::int64_t number);
  const PrincipalRecord* findRecord(std::string_view id) const;
  std::size_t& countOf(api::PrincipalType type) { return m_counts[static_cast<std::size_t>(type)]; }

  // Guards the members below. Every I/O thread looks principals up at each sign-in; changes are rare and come from one
  // thread, so a shared lock costs less than a post and an answer.
  mutable std::shared_mutex m_mutex;
  std::unordered_map<PrincipalNumber, PrincipalRecord> m_principals;
  std::unordered_map<std::string, PrincipalNumber, TextHash, std::equal_to<>> m_numbers;
  std::array<std::size_t, 5> m_counts{};  // by PrincipalType
  std::unordered_map<std::int64_t, TokenRecord> m_tokens;
  std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>> m_tokenNumbers;  // by hash
  std::shared_ptr<const RuleSet> m_rules = std::make_shared<const RuleSet>();
  std::uint64_t m_version = 0;
  std::int64_t m_sequence = 0;
};

}  // namespace carport
