#pragma once

#include "gateway/base/text_hash.h"
#include "gateway/domain/access.h"
#include "gateway/domain/fence_book.h"
#include "gateway/domain/limit_book.h"
#include "gateway/domain/registry_store.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
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
  /// Numbers of those of one type that are an organisation's, in no order.
  std::vector<PrincipalNumber> numbersOf(api::PrincipalType type, std::string_view organisation) const;
  /// None where there is no such organisation.
  std::optional<api::Organisation> organisation(std::string_view id) const;
  /// By id.
  std::vector<api::Organisation> organisations() const;
  /// A built-in role or one of those that were added; none where there is no such role.
  std::optional<api::Role> role(std::string_view id) const;
  /// The built-in ones, then the others by id.
  std::vector<api::Role> roles() const;
  /// The rules, in the order in which they are tried; never changes under the caller.
  std::shared_ptr<const RuleSet> rules() const;
  /// The fences of an organisation, by number; empty: the house's. They decide nothing: version() does not grow with
  /// them.
  std::vector<FenceBook::Pointer> fences(std::string_view organisation) const;
  /// Null where there is no such fence.
  FenceBook::Pointer fence(std::string_view organisation, api::FenceNumber number) const;
  /// Another one whenever that organisation's fences have changed.
  std::uint64_t fencesVersion(std::string_view organisation) const;
  /// The limits, and what is used of them: that changes with everything anybody does, so it is no part of what the
  /// registry says, and of no version of it.
  LimitBook& limitBook() const { return *m_limitBook; }

 private:
  // These run with the lock held.
  void put(PrincipalRecord record);
  void putOrganisations(std::vector<api::Organisation> organisations);
  void putRoles(std::vector<api::Role> roles);
  void remove(PrincipalNumber number);
  void forgetId(const PrincipalRecord& record);
  void putToken(TokenRecord record);
  void removeToken(std::int64_t number);
  const PrincipalRecord* findRecord(std::string_view id) const;
  std::size_t& countOf(api::PrincipalType type) { return m_counts[static_cast<std::size_t>(type)]; }

  // Guards the members below. Every I/O thread looks principals up at each sign-in; changes are rare and come from one
  // thread, so a shared lock costs less than a post and an answer.
  mutable std::shared_mutex m_mutex;
  std::unordered_map<PrincipalNumber, PrincipalRecord> m_principals;
  std::unordered_map<std::string_view, PrincipalNumber> m_numbers;  // by id; the texts are those in m_principals
  std::array<std::size_t, api::kPrincipalTypes> m_counts{};         // by PrincipalType
  std::unordered_map<std::int64_t, TokenRecord> m_tokens;
  TextMap<std::int64_t> m_tokenNumbers;  // by hash
  std::map<std::string, api::Organisation, std::less<>> m_organisations;
  std::map<std::string, api::Role, std::less<>> m_roles;  // without the built-in ones
  FenceBook m_fences;
  std::shared_ptr<const RuleSet> m_rules = std::make_shared<const RuleSet>();
  const std::unique_ptr<LimitBook> m_limitBook = std::make_unique<LimitBook>();  // guards itself
  std::uint64_t m_version = 0;
  std::int64_t m_sequence = 0;
};

}  // namespace carport
