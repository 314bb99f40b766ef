#pragma once

#include "gateway/base/clock.h"
#include "gateway/domain/registry_store.h"
#include "gateway/storage/attribute_table.h"
#include "gateway/storage/change_log.h"
#include "gateway/storage/credential_table.h"
#include "gateway/storage/database.h"
#include "gateway/storage/fence_table.h"
#include "gateway/storage/limit_table.h"
#include "gateway/storage/membership_table.h"
#include "gateway/storage/organisation_table.h"
#include "gateway/storage/principal_table.h"
#include "gateway/storage/registry_audit.h"
#include "gateway/storage/retention_table.h"
#include "gateway/storage/role_table.h"
#include "gateway/storage/rule_table.h"
#include "gateway/storage/sqlite_answer_store.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/sqlite_people_store.h"
#include "gateway/storage/sqlite_provisioning_store.h"
#include "gateway/storage/token_table.h"
#include "gateway/storage/transaction.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// The registry in registry.db. A call inside a transaction of its database becomes part of it. Owner: whoever opened
/// it; one thread.
class SqliteRegistryStore final : public RegistryStore {
 public:
  /// Opens the file, makes it or brings its schema up to date, and lays the default rules down where none ever were.
  static Result<std::unique_ptr<SqliteRegistryStore>> open(const std::filesystem::path& file, const Clock& clock);

  /// Opens what is there and changes nothing, so that it works in a folder that cannot be written as well.
  static Result<std::unique_ptr<SqliteRegistryStore>> openForReading(const std::filesystem::path& file,
                                                                     const Clock& clock);

  SqliteRegistryStore(std::unique_ptr<Database> database, const Clock& clock);

  Result<void> enter(std::span<const api::AuditEntry> entries) override;
  Result<std::size_t> forgetAuditBefore(TimePoint time) override;
  Result<RegistrySnapshot> load() override;
  Result<RegistryChanges> changesSince(std::int64_t sequence) override;
  Result<PrincipalRecord> addPrincipal(PrincipalRecord record) override;
  Result<std::size_t> importPrincipals(std::span<const PrincipalRecord> records) override;
  Result<void> updatePrincipal(const PrincipalRecord& record) override;
  Result<void> removePrincipal(PrincipalNumber number) override;
  Result<api::Rule> addRule(api::Rule rule) override;
  Result<void> updateRule(const api::Rule& rule) override;
  Result<void> removeRule(RuleNumber number) override;
  Result<api::Organisation> addOrganisation(api::Organisation organisation) override;
  Result<void> updateOrganisation(const api::Organisation& organisation) override;
  Result<void> removeOrganisation(const std::string& id) override;
  Result<api::Role> addRole(api::Role role) override;
  Result<void> updateRole(const api::Role& role) override;
  Result<void> removeRole(const std::string& id) override;
  Result<api::Limit> addLimit(api::Limit limit) override;
  Result<void> updateLimit(const api::Limit& limit) override;
  Result<void> removeLimit(const std::string& organisation, api::LimitNumber number) override;
  Result<api::Fence> addFence(api::Fence fence) override;
  Result<api::Fence> updateFence(api::Fence fence) override;
  Result<void> removeFence(const std::string& organisation, api::FenceNumber number) override;
  ProvisioningStore& provisioning() override { return m_provisioning; }
  PeopleStore& people() override { return m_people; }
  AnswerStore& answers() override { return m_answers; }
  Result<TokenRecord> addToken(TokenRecord record) override;
  Result<void> removeToken(std::int64_t number) override;
  Result<api::Retention> retention() override;
  Result<void> setRetention(const api::Retention& retention) override;

  /// Whether it never had a principal: its numbers have not begun yet.
  Result<bool> isNew();
  /// Where it is new, its numbers begin above `number`.
  Result<void> beginAbove(PrincipalNumber number);
  /// Where it has given lower numbers only, its numbers go on above `number`; true where that was so.
  Result<bool> continueAbove(PrincipalNumber number);
  /// How many cars have a secret.
  Result<std::int64_t> carsWithSecrets();

  Database& database() { return *m_database; }
  /// For what changes the same database in the same transaction beside the registry's own calls.
  RegistryAudit& audit() { return m_audit; }

 private:
  friend class SqlitePeopleStore;        // likewise
  friend class SqliteProvisioningStore;  // its calls are the registry's: one transaction, one audit log

  /// Runs `work` in one transaction, which it commits where the result is a success. Work that enters nothing in the
  /// audit log is entered by its name alone. What a command line is refused is entered as well.
  template <class Work>
  auto change(std::string_view name, Work&& work) -> decltype(work());
  void enterRefusal(std::string_view name, const Error& error);
  /// With groups and credentials.
  std::optional<PrincipalRecord> recordOf(PrincipalNumber number);
  Result<void> layDownRules(std::span<const api::Rule> rules);
  Result<PrincipalRecord> insert(PrincipalRecord record);
  /// Whether a principal may be as it is: in the organisation that its id begins with, with a role that is there.
  Result<void> checkPlace(const api::Principal& principal);
  Result<void> importOne(const PrincipalRecord& record);
  void removeRulesNaming(const std::string& selector);
  /// What became of the fences in these rows.
  void addFences(const std::set<std::int64_t>& rows, RegistryChanges& changes);
  void removeLimitsNaming(const api::LimitTarget& target);

  std::unique_ptr<Database> m_database;
  const Clock& m_clock;
  PrincipalTable m_principals{*m_database};
  MembershipTable m_memberships{*m_database};
  CredentialTable m_credentials{*m_database};
  AttributeTable m_attributes{*m_database};
  OrganisationTable m_organisations{*m_database};
  RoleTable m_roles{*m_database};
  RuleTable m_rules{*m_database};
  LimitTable m_limits{*m_database};
  FenceTable m_fences{*m_database};
  TokenTable m_tokens{*m_database};
  RetentionTable m_retention{*m_database};
  ChangeLog m_changes{*m_database};
  RegistryAudit m_audit{*m_database, m_clock};
  SqliteProvisioningStore m_provisioning{*this, *m_database, m_clock};
  SqlitePeopleStore m_people{*this, *m_database};
  SqliteAnswerStore m_answers{*m_database, m_clock};
};

template <class Work>
auto SqliteRegistryStore::change(std::string_view name, Work&& work) -> decltype(work()) {
  auto done = guarded(kRegistryName, [&]() -> decltype(work()) {
    Transaction transaction(*m_database);
    const auto told = m_audit.told();
    const auto sequence = m_changes.newest();
    auto result = work();
    if (result) {
      const bool isUntold = m_audit.told() == told && m_changes.newest() != sequence;
      if (isUntold) m_audit.enter(entryOf(act(), std::string(name)));
      m_changes.trim();
      transaction.commit();
    }
    return result;
  });
  if (!done) enterRefusal(name, done.error());
  return done;
}

}  // namespace carport
