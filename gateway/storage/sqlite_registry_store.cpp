#include "gateway/storage/sqlite_registry_store.h"

#include "gateway/api/enum_names.h"
#include "gateway/base/base_errc.h"
#include "gateway/domain/access.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/owner_only.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/transaction.h"

#include <fmt/format.h>

namespace carport {

namespace {

tl::unexpected<Error> missing(std::string_view what, std::int64_t number) {
  return fail(StorageErrc::notFound, fmt::format("The registry has no {} with the number {}", what, number));
}

/// A damaged registry cannot be replaced by an empty one: cars would be locked out in silence.
Error withAdvice(Error error, const std::filesystem::path& file) {
  if (!error.is(StorageErrc::corrupted)) return error;
  return Error(StorageErrc::corrupted,
               fmt::format("{} is damaged, so Carport does not start. Put a backup of it in its place, or move it away "
                           "to start with an empty registry; the stored telemetry is not touched by that ({})",
                           file.string(), error.message()));
}

}  // namespace

SqliteRegistryStore::SqliteRegistryStore(std::unique_ptr<Database> database, const Clock& clock)
    : m_database(std::move(database)), m_clock(clock) {}

Result<std::unique_ptr<SqliteRegistryStore>> SqliteRegistryStore::open(const std::filesystem::path& file,
                                                                       const Clock& clock) {
  keepForOwner(file);
  auto database = Database::open(file, Database::Mode::create);
  if (!database) return tl::unexpected<Error>(withAdvice(database.error(), file));
  if (const auto done = migrate(**database, registryMigrations()); !done) {
    return tl::unexpected<Error>(withAdvice(done.error(), file));
  }
  auto store = std::make_unique<SqliteRegistryStore>(*std::move(database), clock);
  if (const auto done = store->layDownRules(defaultRules()); !done) {
    return tl::unexpected<Error>(withAdvice(done.error(), file));
  }
  return store;
}

Result<std::unique_ptr<SqliteRegistryStore>> SqliteRegistryStore::openForReading(const std::filesystem::path& file,
                                                                                 const Clock& clock) {
  auto database = Database::open(file, Database::Mode::readOnly);
  if (!database) return tl::unexpected<Error>(withAdvice(database.error(), file));
  if (const auto known = checkVersion(**database, registryMigrations()); !known) return failFrom(known);
  return std::make_unique<SqliteRegistryStore>(*std::move(database), clock);
}

template <class Work>
auto SqliteRegistryStore::change(Work&& work) -> decltype(work()) {
  return guarded("The registry", [&]() -> decltype(work()) {
    Transaction transaction(*m_database);
    auto result = work();
    if (result) {
      m_changes.trim();
      transaction.commit();
    }
    return result;
  });
}

Result<void> SqliteRegistryStore::layDownRules(std::span<const api::Rule> rules) {
  const auto everHadOne = guarded("The registry", [&]() -> Result<bool> { return m_rules.everHadOne(); });
  if (!everHadOne) return failFrom(everHadOne);
  if (*everHadOne) return {};
  return change([&]() -> Result<void> {
    if (m_rules.everHadOne()) return {};  // another process was quicker
    for (api::Rule rule : rules) {
      rule.builtIn = true;
      m_rules.insert(rule);
    }
    return {};
  });
}

Result<bool> SqliteRegistryStore::isNew() {
  return guarded("The registry", [&]() -> Result<bool> {
    return m_database->integer("SELECT count(*) FROM sqlite_sequence WHERE name = 'principal'") == 0;
  });
}

Result<void> SqliteRegistryStore::beginAbove(PrincipalNumber number) {
  return guarded("The registry", [&]() -> Result<void> {
    Transaction transaction(*m_database);
    m_database
        ->query(
            "INSERT INTO sqlite_sequence(name, seq) SELECT 'principal', ? WHERE NOT EXISTS "
            "(SELECT 1 FROM sqlite_sequence WHERE name = 'principal')")
        .bind(number.value)
        .run();
    transaction.commit();
    return {};
  });
}

Result<bool> SqliteRegistryStore::continueAbove(PrincipalNumber number) {
  return guarded("The registry", [&]() -> Result<bool> {
    if (m_database->integer("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'principal'") >=
        std::int64_t{number.value}) {
      return false;
    }
    Transaction transaction(*m_database);
    m_database->query("UPDATE sqlite_sequence SET seq = ? WHERE name = 'principal' AND seq < ?")
        .bind(number.value, number.value)
        .run();
    const bool raised = m_database->changedRows() > 0;
    transaction.commit();
    return raised;
  });
}

Result<std::int64_t> SqliteRegistryStore::carsWithSecrets() {
  return guarded("The registry", [&]() -> Result<std::int64_t> {
    return m_database->integer("SELECT count(*) FROM credential WHERE secret_hash IS NOT NULL");
  });
}

Result<RegistrySnapshot> SqliteRegistryStore::load() {
  return guarded("The registry", [&]() -> Result<RegistrySnapshot> {
    ReadTransaction snapshotOfAll(*m_database);
    RegistrySnapshot snapshot;
    auto groups = m_memberships.all();
    for (api::Principal& principal : m_principals.all()) {
      if (const auto found = groups.find(principal.number); found != groups.end())
        principal.groups = std::move(found->second);
      snapshot.principals.push_back({std::move(principal), {}, {}, false});
    }
    m_credentials.fillAll(snapshot.principals);
    snapshot.rules = m_rules.all();
    snapshot.tokens = m_tokens.all();
    snapshot.sequence = m_changes.newest();
    return snapshot;
  });
}

Result<RegistryChanges> SqliteRegistryStore::changesSince(std::int64_t sequence) {
  return guarded("The registry", [&]() -> Result<RegistryChanges> {
    ReadTransaction snapshot(*m_database);
    RegistryChanges changes;
    changes.sequence = m_changes.newest();
    if (changes.sequence == sequence) return changes;
    const auto changed = m_changes.since(sequence);
    changes.reloadEverything = !changed.known;
    for (const auto value : changed.principals) {
      const PrincipalNumber number{static_cast<std::uint32_t>(value)};
      if (auto principal = m_principals.find(number)) {
        principal->groups = m_memberships.groupsOf(number);
        m_credentials.fill(changes.principals.emplace_back(PrincipalRecord{*std::move(principal), {}, {}, false}));
      } else {
        changes.removedPrincipals.push_back(number);
      }
    }
    if (changed.rules) changes.rules = m_rules.all();
    for (const auto number : changed.tokens) {
      if (auto token = m_tokens.find(number)) {
        changes.tokens.push_back(*std::move(token));
      } else {
        changes.removedTokens.push_back(number);
      }
    }
    return changes;
  });
}

Result<PrincipalRecord> SqliteRegistryStore::insert(PrincipalRecord record) {
  record.principal.createdAt = m_clock.now();
  record.principal.number = m_principals.insert(record.principal);
  m_credentials.put(record.principal.number, record);
  if (!m_memberships.replace(record.principal.number, record.principal.groups)) {
    return fail(StorageErrc::notFound,
                fmt::format("\"{}\" cannot be put into a group that does not exist", record.principal.id));
  }
  return record;
}

Result<PrincipalRecord> SqliteRegistryStore::addPrincipal(PrincipalRecord record) {
  return change([&]() -> Result<PrincipalRecord> {
    if (m_principals.find(record.principal.id)) {
      return fail(StorageErrc::exists, fmt::format("\"{}\" exists already. Choose another id", record.principal.id));
    }
    return insert(std::move(record));
  });
}

Result<void> SqliteRegistryStore::importOne(const PrincipalRecord& record) {
  auto known = m_principals.find(record.principal.id);
  if (!known) {
    const auto added = insert(record);
    return added ? Result<void>() : failFrom(added);
  }
  if (known->type != record.principal.type) {
    return fail(StorageErrc::exists, fmt::format("\"{}\" exists already as a {}. Nothing was imported",
                                                 record.principal.id, api::nameOf(known->type)));
  }
  if (!record.principal.name.empty()) known->name = record.principal.name;  // a list without names takes none away
  m_principals.update(*known);
  if (record.secret) m_credentials.putSecret(known->number, *record.secret);
  return {};
}

Result<std::size_t> SqliteRegistryStore::importPrincipals(std::span<const PrincipalRecord> records) {
  return change([&]() -> Result<std::size_t> {
    for (const PrincipalRecord& record : records) {
      if (const auto done = importOne(record); !done) return failFrom(done);
    }
    return records.size();
  });
}

Result<void> SqliteRegistryStore::updatePrincipal(const PrincipalRecord& record) {
  return change([&]() -> Result<void> {
    const api::Principal& principal = record.principal;
    const auto known = m_principals.find(principal.number);
    if (!known) return missing("principal", principal.number.value);
    if (known->id != principal.id || known->type != principal.type) {
      return fail(BaseErrc::invalidArgument, fmt::format("The id and the type of \"{}\" cannot be changed", known->id));
    }
    m_principals.update(principal);
    m_credentials.put(principal.number, record);
    if (!m_memberships.replace(principal.number, principal.groups)) {
      return fail(StorageErrc::notFound,
                  fmt::format("\"{}\" cannot be put into a group that does not exist", known->id));
    }
    return {};
  });
}

Result<void> SqliteRegistryStore::removePrincipal(PrincipalNumber number) {
  return change([&]() -> Result<void> {
    const auto known = m_principals.find(number);
    if (!known) return missing("principal", number.value);
    if (const auto policy = m_retention.policyAbout(number)) {
      return fail(StorageErrc::exists, fmt::format("The retention policy “{}” is about the group \"{}\". Change or "
                                                   "remove the policy first",
                                                   *policy, known->id));
    }
    using Kind = api::Selector::Kind;
    for (const Kind kind : {Kind::principal, Kind::group})
      m_rules.removeNaming(api::Selector{kind, known->id}.toString());
    m_principals.remove(number);
    return {};
  });
}

Result<api::Rule> SqliteRegistryStore::addRule(api::Rule rule) {
  return change([&]() -> Result<api::Rule> {
    rule.number = m_rules.insert(rule);
    return rule;
  });
}

Result<void> SqliteRegistryStore::updateRule(const api::Rule& rule) {
  return change([&]() -> Result<void> {
    if (!m_rules.update(rule)) return missing("rule", rule.number.value);
    return {};
  });
}

Result<void> SqliteRegistryStore::removeRule(RuleNumber number) {
  return change([&]() -> Result<void> {
    if (!m_rules.remove(number)) return missing("rule", number.value);
    return {};
  });
}

Result<TokenRecord> SqliteRegistryStore::addToken(TokenRecord record) {
  return change([&]() -> Result<TokenRecord> {
    if (record.info.createdAt == TimePoint{}) record.info.createdAt = m_clock.now();
    record.info.number = m_tokens.insert(record);
    return record;
  });
}

Result<void> SqliteRegistryStore::removeToken(std::int64_t number) {
  return change([&]() -> Result<void> {
    if (!m_tokens.remove(number)) return missing("token", number);
    return {};
  });
}

Result<api::Retention> SqliteRegistryStore::retention() {
  return guarded("The registry", [&]() -> Result<api::Retention> {
    ReadTransaction snapshot(*m_database);
    return m_retention.all();
  });
}

Result<void> SqliteRegistryStore::setRetention(const api::Retention& retention) {
  return change([&]() -> Result<void> {
    if (const auto unknown = m_retention.replace(retention)) {
      return fail(StorageErrc::notFound,
                  fmt::format("There is no group \"{}\" for a retention policy to be about", *unknown));
    }
    return {};
  });
}

}  // namespace carport
