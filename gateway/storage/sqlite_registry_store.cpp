#include "gateway/storage/sqlite_registry_store.h"

#include "gateway/api/enum_names.h"
#include "gateway/base/base_errc.h"
#include "gateway/domain/access.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/owner_only.h"

#include <fmt/format.h>

namespace carport {

namespace {

/// Without its number: an organisation knows it by another one.
tl::unexpected<Error> missing(std::string_view what) {
  return fail(StorageErrc::notFound, fmt::format("The registry has no such {} any more", what));
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

void SqliteRegistryStore::enterRefusal(std::string_view name, const Error& error) {
  // Inside a larger transaction the refusal would go with it; there it is the API's, which enters what it refuses.
  if (act().door != api::Door::commandLine || m_database->inTransaction()) return;
  const auto refusal = refusalOf(act(), std::string(name), {}, error.message());
  static_cast<void>(enter({&refusal, 1}));  // the refusal itself is what the caller is told
}

Result<void> SqliteRegistryStore::enter(std::span<const api::AuditEntry> entries) {
  return guarded(kRegistryName, [&]() -> Result<void> {
    Transaction transaction(*m_database);
    for (const api::AuditEntry& entry : entries) m_audit.enter(entry);
    transaction.commit();
    return {};
  });
}

Result<std::size_t> SqliteRegistryStore::forgetAuditBefore(TimePoint time) {
  return guarded(kRegistryName, [&]() -> Result<std::size_t> {
    Transaction transaction(*m_database);
    const std::size_t gone = m_audit.forgetBefore(act(), time);
    transaction.commit();
    return gone;
  });
}

std::optional<PrincipalRecord> SqliteRegistryStore::recordOf(PrincipalNumber number) {
  auto principal = m_principals.find(number);
  if (!principal) return std::nullopt;
  principal->groups = m_memberships.groupsOf(number);
  principal->attributes = m_attributes.of(number);
  PrincipalRecord record;
  record.principal = *std::move(principal);
  m_credentials.fill(record);
  return record;
}

Result<void> SqliteRegistryStore::layDownRules(std::span<const api::Rule> rules) {
  const auto everHadOne = guarded(kRegistryName, [&]() -> Result<bool> { return m_rules.everHadOne(); });
  if (!everHadOne) return failFrom(everHadOne);
  if (*everHadOne) return {};
  return change("rule.add", [&]() -> Result<void> {
    if (m_rules.everHadOne()) return {};  // another process was quicker
    for (api::Rule rule : rules) {
      rule.builtIn = true;
      rule.number = m_rules.insert(rule);
      m_audit.ruleChanged(act(), nullptr, &rule);
    }
    return {};
  });
}

Result<bool> SqliteRegistryStore::isNew() {
  return guarded(kRegistryName, [&]() -> Result<bool> {
    return m_database->integer("SELECT count(*) FROM sqlite_sequence WHERE name = 'principal'") == 0;
  });
}

Result<void> SqliteRegistryStore::beginAbove(PrincipalNumber number) {
  return guarded(kRegistryName, [&]() -> Result<void> {
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
  return guarded(kRegistryName, [&]() -> Result<bool> {
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
  return guarded(kRegistryName, [&]() -> Result<std::int64_t> {
    return m_database->integer("SELECT count(*) FROM credential WHERE secret_hash IS NOT NULL");
  });
}

Result<RegistrySnapshot> SqliteRegistryStore::load() {
  return guarded(kRegistryName, [&]() -> Result<RegistrySnapshot> {
    ReadTransaction snapshotOfAll(*m_database);
    RegistrySnapshot snapshot;
    auto groups = m_memberships.all();
    auto attributes = m_attributes.all();
    for (api::Principal& principal : m_principals.all()) {
      if (const auto found = groups.find(principal.number); found != groups.end())
        principal.groups = std::move(found->second);
      if (const auto found = attributes.find(principal.number); found != attributes.end()) {
        principal.attributes = std::move(found->second);
      }
      snapshot.principals.emplace_back().principal = std::move(principal);
    }
    m_credentials.fillAll(snapshot.principals);
    snapshot.rules = m_rules.all();
    snapshot.tokens = m_tokens.all();
    snapshot.organisations = m_organisations.all();
    snapshot.roles = m_roles.all();
    snapshot.limits = m_limits.all();
    snapshot.fences = m_fences.all();
    snapshot.sequence = m_changes.newest();
    return snapshot;
  });
}

Result<RegistryChanges> SqliteRegistryStore::changesSince(std::int64_t sequence) {
  return guarded(kRegistryName, [&]() -> Result<RegistryChanges> {
    ReadTransaction snapshot(*m_database);
    RegistryChanges changes;
    changes.sequence = m_changes.newest();
    if (changes.sequence == sequence) return changes;
    const auto changed = m_changes.since(sequence);
    changes.reloadEverything = !changed.known;
    for (const auto value : changed.principals) {
      const PrincipalNumber number{static_cast<std::uint32_t>(value)};
      if (auto record = recordOf(number)) {
        changes.principals.push_back(*std::move(record));
      } else {
        changes.removedPrincipals.push_back(number);
      }
    }
    if (changed.rules) changes.rules = m_rules.all();
    if (changed.organisations) changes.organisations = m_organisations.all();
    if (changed.roles) changes.roles = m_roles.all();
    if (changed.limits) changes.limits = m_limits.all();
    addFences(changed.fences, changes);
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
  if (record.principal.organisation().empty()) {
    if (const auto owner = m_organisations.claiming(record.principal.id)) record.principal.setOrganisation(*owner);
  }
  if (const auto fits = checkPlace(record.principal); !fits) return failFrom(fits);
  record.principal.createdAt = m_clock.now();
  record.principal.number = m_principals.insert(record.principal);
  m_credentials.put(record.principal.number, record);
  m_attributes.replace(record.principal.number, record.principal.attributes);
  if (!m_memberships.replace(record.principal.number, record.principal.groups)) {
    return fail(StorageErrc::notFound,
                fmt::format("\"{}\" cannot be put into a group that does not exist", record.principal.id));
  }
  m_audit.principalAdded(act(), record);
  return record;
}

Result<PrincipalRecord> SqliteRegistryStore::addPrincipal(PrincipalRecord record) {
  return change("principal.add", [&]() -> Result<PrincipalRecord> {
    if (m_principals.find(record.principal.id)) {
      return fail(StorageErrc::exists, fmt::format("\"{}\" exists already. Choose another id", record.principal.id));
    }
    return insert(std::move(record));
  });
}

Result<void> SqliteRegistryStore::importOne(const PrincipalRecord& record) {
  auto known = m_principals.find(record.principal.id);
  const bool wasKnown = static_cast<bool>(record.principal.number);
  if (wasKnown && (!known || known->number != record.principal.number)) {
    return fail(StorageErrc::notFound,
                fmt::format("\"{}\" has been removed meanwhile. Nothing was imported; try again", record.principal.id));
  }
  if (!known) {
    const auto added = insert(record);
    return added ? Result<void>() : failFrom(added);
  }
  if (known->type != record.principal.type) {
    return fail(StorageErrc::exists, fmt::format("\"{}\" exists already as a {}. Nothing was imported",
                                                 record.principal.id, api::nameOf(known->type)));
  }
  const auto before = recordOf(known->number);
  if (!record.principal.name.empty()) known->name = record.principal.name;  // a list without names takes none away
  m_principals.update(*known);
  if (record.secret) m_credentials.putSecret(known->number, *record.secret);
  if (wasKnown) {
    m_attributes.replace(known->number, record.principal.attributes);
    if (!m_memberships.replace(known->number, record.principal.groups)) {
      return fail(StorageErrc::notFound,
                  fmt::format("\"{}\" cannot be put into a group that does not exist", known->id));
    }
  }
  const auto after = recordOf(known->number);
  if (before && after) m_audit.principalChanged(act(), *before, *after);
  return {};
}

Result<std::size_t> SqliteRegistryStore::importPrincipals(std::span<const PrincipalRecord> records) {
  return change("import", [&]() -> Result<std::size_t> {
    for (const PrincipalRecord& record : records) {
      if (const auto done = importOne(record); !done) return failFrom(done);
    }
    return records.size();
  });
}

Result<void> SqliteRegistryStore::updatePrincipal(const PrincipalRecord& record) {
  return change("principal.change", [&]() -> Result<void> {
    const api::Principal& principal = record.principal;
    const auto before = recordOf(principal.number);
    if (!before) return missing("principal");
    const api::Principal* known = &before->principal;
    if (known->id != principal.id || known->type != principal.type) {
      return fail(BaseErrc::invalidArgument, fmt::format("The id and the type of \"{}\" cannot be changed", known->id));
    }
    if (const auto fits = checkPlace(principal); !fits) return failFrom(fits);
    m_principals.update(principal);
    m_credentials.put(principal.number, record);
    m_attributes.replace(principal.number, principal.attributes);
    if (!m_memberships.replace(principal.number, principal.groups)) {
      return fail(StorageErrc::notFound,
                  fmt::format("\"{}\" cannot be put into a group that does not exist", known->id));
    }
    m_audit.principalChanged(act(), *before, record);
    return {};
  });
}

Result<void> SqliteRegistryStore::removePrincipal(PrincipalNumber number) {
  return change("principal.remove", [&]() -> Result<void> {
    const auto before = recordOf(number);
    if (!before) return missing("principal");
    const api::Principal* known = &before->principal;
    if (const auto policy = m_retention.policyAbout(number)) {
      return fail(StorageErrc::exists, fmt::format("The retention policy “{}” is about the group \"{}\". Change or "
                                                   "remove the policy first",
                                                   *policy, known->id));
    }
    using Kind = api::Selector::Kind;
    for (const Kind kind : {Kind::principal, Kind::group}) removeRulesNaming(api::Selector{kind, known->id}.toString());
    using Target = api::LimitTarget::Kind;
    for (const Target kind : {Target::principal, Target::group}) removeLimitsNaming({kind, known->id});
    m_principals.remove(number);
    m_audit.principalRemoved(act(), *before);
    return {};
  });
}

void SqliteRegistryStore::removeRulesNaming(const std::string& selector) {
  for (const api::Rule& rule : m_rules.naming(selector)) m_audit.ruleChanged(act(), &rule, nullptr);
  m_rules.removeNaming(selector);
}

Result<api::Rule> SqliteRegistryStore::addRule(api::Rule rule) {
  return change("rule.add", [&]() -> Result<api::Rule> {
    // Asked here once more: one that was removed meanwhile would leave a rule to whoever gets its id one day.
    if (!rule.organisation.empty() && !m_organisations.has(rule.organisation)) {
      return fail(StorageErrc::notFound, fmt::format("There is no organisation \"{}\"", rule.organisation));
    }
    if (m_rules.countOf(rule.organisation) >= static_cast<std::int64_t>(kMaxRules)) {
      return fail(StorageErrc::exists, fmt::format("There are {} rules already; remove some first", kMaxRules));
    }
    rule.number = m_rules.insert(rule);
    m_audit.ruleChanged(act(), nullptr, &rule);
    return rule;
  });
}

Result<void> SqliteRegistryStore::updateRule(const api::Rule& rule) {
  return change("rule.change", [&]() -> Result<void> {
    const auto before = m_rules.find(rule.number);
    if (!before) return missing("rule");
    if (!m_rules.update(rule)) return missing("rule");
    m_audit.ruleChanged(act(), &*before, &rule);
    return {};
  });
}

Result<void> SqliteRegistryStore::removeRule(RuleNumber number) {
  return change("rule.remove", [&]() -> Result<void> {
    const auto before = m_rules.find(number);
    if (!before) return missing("rule");
    m_rules.remove(number);
    m_audit.ruleChanged(act(), &*before, nullptr);
    return {};
  });
}

Result<TokenRecord> SqliteRegistryStore::addToken(TokenRecord record) {
  return change("token.add", [&]() -> Result<TokenRecord> {
    if (record.info.createdAt == TimePoint{}) record.info.createdAt = m_clock.now();
    record.info.number = m_tokens.insert(record);
    const auto owner = m_principals.find(record.info.owner);
    m_audit.tokenAdded(act(), record.info, owner ? &*owner : nullptr);
    return record;
  });
}

Result<void> SqliteRegistryStore::removeToken(std::int64_t number) {
  return change("token.remove", [&]() -> Result<void> {
    const auto before = m_tokens.find(number);
    if (!before) return missing("token");
    m_tokens.remove(number);
    const auto owner = m_principals.find(before->info.owner);
    m_audit.tokenRemoved(act(), before->info, owner ? &*owner : nullptr);
    return {};
  });
}

Result<api::Retention> SqliteRegistryStore::retention() {
  return guarded(kRegistryName, [&]() -> Result<api::Retention> {
    ReadTransaction snapshot(*m_database);
    return m_retention.all();
  });
}

Result<void> SqliteRegistryStore::setRetention(const api::Retention& retention) {
  return change("retention.change", [&]() -> Result<void> {
    const auto before = m_retention.all();
    if (const auto unknown = m_retention.replace(retention)) {
      return fail(StorageErrc::notFound,
                  fmt::format("There is no group \"{}\" for a retention policy to be about", *unknown));
    }
    m_audit.retentionChanged(act(), before, retention);
    return {};
  });
}

}  // namespace carport
