#pragma once

#include "gateway/base/clock.h"
#include "gateway/domain/registry_store.h"
#include "gateway/storage/change_log.h"
#include "gateway/storage/credential_table.h"
#include "gateway/storage/database.h"
#include "gateway/storage/membership_table.h"
#include "gateway/storage/principal_table.h"
#include "gateway/storage/retention_table.h"
#include "gateway/storage/rule_table.h"
#include "gateway/storage/token_table.h"

#include <filesystem>
#include <memory>
#include <span>
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

  Result<RegistrySnapshot> load() override;
  Result<RegistryChanges> changesSince(std::int64_t sequence) override;
  Result<PrincipalRecord> addPrincipal(PrincipalRecord record) override;
  Result<std::size_t> importPrincipals(std::span<const PrincipalRecord> records) override;
  Result<void> updatePrincipal(const PrincipalRecord& record) override;
  Result<void> removePrincipal(PrincipalNumber number) override;
  Result<api::Rule> addRule(api::Rule rule) override;
  Result<void> updateRule(const api::Rule& rule) override;
  Result<void> removeRule(RuleNumber number) override;
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

 private:
  /// Runs `work` in one transaction, which it commits where the result is a success.
  template <class Work>
  auto change(Work&& work) -> decltype(work());
  Result<void> layDownRules(std::span<const api::Rule> rules);
  Result<PrincipalRecord> insert(PrincipalRecord record);
  Result<void> importOne(const PrincipalRecord& record);

  std::unique_ptr<Database> m_database;
  const Clock& m_clock;
  PrincipalTable m_principals{*m_database};
  MembershipTable m_memberships{*m_database};
  CredentialTable m_credentials{*m_database};
  RuleTable m_rules{*m_database};
  TokenTable m_tokens{*m_database};
  RetentionTable m_retention{*m_database};
  ChangeLog m_changes{*m_database};
};

}  // namespace carport
