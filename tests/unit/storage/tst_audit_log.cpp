#include "gateway/domain/credentials.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/sqlite_registry_store.h"
#include "gateway/storage/verify.h"
#include "tests/unit/storage/registry_records.h"

#include <QTemporaryDir>
#include <QtTest>

#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace carport;
using namespace carport::test;

/// The audit log in registry.db: every change and its entry together, the chain, and what verify finds.
class TestAuditLog : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> m_dir;
  ManualClock m_clock;
  std::unique_ptr<SqliteRegistryStore> m_store;

  std::filesystem::path folder() const { return m_dir->path().toStdString(); }
  std::unique_ptr<SqliteRegistryStore> open() const {
    auto opened = SqliteRegistryStore::open(folder() / "registry.db", m_clock);
    return opened ? *std::move(opened) : nullptr;
  }
  std::vector<api::AuditEntry> entries(AuditQuery query = {}) const {
    query.limit = AuditQuery::kMaxLimit;
    return AuditTable(m_store->database()).select(query);
  }
  api::AuditEntry newest() const { return entries().front(); }
  void exec(const char* sql) const { m_store->database().exec(sql); }
  bool refuses(const char* sql) const {
    try {
      exec(sql);
    } catch (const SQLite::Exception&) {
      return true;
    }
    return false;
  }
  /// What verify says of the registry; empty where it is sound.
  std::string damage(const std::optional<KnownAuditEntry>& known = {}) const {
    FileVerdict verdict;
    verifyAudit(m_store->database(), known, verdict);
    return verdict.damage.empty() ? std::string() : verdict.damage.front();
  }
  void withoutTriggers() const {
    for (const char* name : {"audit_goes_on", "audit_is_not_changed", "audit_is_not_removed", "audit_state_grows"}) {
      exec(("DROP TRIGGER " + std::string(name)).c_str());
    }
  }
  void addCars(int count) const {
    for (int i = 0; i < count; ++i) QVERIFY(m_store->addPrincipal(device("car-" + std::to_string(i))).has_value());
  }

 private slots:
  void initTestCase() { QVERIFY(initCryptography().has_value()); }
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_clock.setNow(fromMs(1'700'000'000'000));
    m_store = open();
    QVERIFY(m_store);
    m_store->actAs({"anna", "", api::Door::api, "10.0.0.7"});
  }
  void cleanup() { m_store.reset(); }

  void everyChangeIsEntered() {
    const auto added = m_store->addPrincipal(device("van-1"));
    QVERIFY(added.has_value());
    const auto first = newest();
    QCOMPARE(first.action, std::string("car.add"));
    QCOMPARE(first.about, std::string("van-1"));
    QCOMPARE(first.who, std::string("anna"));
    QCOMPARE(first.address, std::string("10.0.0.7"));
    QVERIFY(first.door == api::Door::api && first.time == m_clock.now() && first.outcome == api::ActOutcome::done);

    auto changed = *added;
    changed.principal.blocked = true;
    changed.secret = DeviceSecret{{9}, {9}};
    QVERIFY(m_store->updatePrincipal(changed).has_value());
    QCOMPARE(newest().before, std::string(R"({"blocked":false,"secret":"set"})"));
    QCOMPARE(newest().after, std::string(R"({"blocked":true,"secret":"changed"})"));
    const auto before = entries().size();
    QVERIFY(m_store->updatePrincipal(changed).has_value());
    QCOMPARE(entries().size(), before);  // nothing changed

    api::Rule rule;
    rule.note = "for the vans";
    rule.who = *api::Selector::parse("principal:van-1");
    rule.about = *api::Selector::parse("*");
    const auto stored = m_store->addRule(rule);
    QVERIFY(stored.has_value());
    QCOMPARE(newest().action, std::string("rule.add"));
    QCOMPARE(newest().about, "rule " + std::to_string(stored->number.value));
    TokenRecord token;
    token.info = {0, added->principal.number, "for a script", {}, {}};
    token.hash = {1};
    QVERIFY(m_store->addToken(token).has_value());
    QCOMPARE(newest().action, std::string("token.add"));
    QCOMPARE(newest().after, std::string(R"({"label":"for a script","owner":"van-1"})"));
    QVERIFY(m_store->removePrincipal(added->principal.number).has_value());
    QCOMPARE(newest().action, std::string("car.remove"));
    QCOMPARE(entries().at(1).action, std::string("rule.remove"));  // the one that named it
    QVERIFY(m_store->setRetention({{}, 1'000'000}).has_value());
    QCOMPARE(newest().action, std::string("retention.change"));
    QCOMPARE(damage(), std::string());
  }

  void aChangeThatFailsLeavesNoEntry() {
    addCars(1);
    const auto before = entries().size();
    QVERIFY(m_store->addPrincipal(device("car-0")).error().is(StorageErrc::exists));
    QVERIFY(!m_store->importPrincipals(std::vector{device("car-5"), [] {
                                                     auto other = device("car-0");
                                                     other.principal.type = api::PrincipalType::user;
                                                     return other;
                                                   }()}));
    QCOMPARE(entries().size(), before);
    QCOMPARE(damage(), std::string());
  }

  void whatACommandLineIsRefusedIsEntered() {
    addCars(1);
    m_store->actAs({"", "", api::Door::commandLine, "root"});
    QVERIFY(!m_store->addPrincipal(device("car-0")).has_value());
    QVERIFY(newest().outcome == api::ActOutcome::refused && newest().address == "root");
    QVERIFY(newest().reason.find("exists already") != std::string::npos);
  }

  void anImportEntersEachCar() {
    std::vector<PrincipalRecord> cars;
    for (int i = 0; i < 50; ++i) cars.push_back(device("car-" + std::to_string(i)));
    QVERIFY(m_store->importPrincipals(cars).has_value());
    AuditQuery query;
    query.action = "car.add";
    QCOMPARE(entries(query).size(), 50U);
    QVERIFY(m_store->importPrincipals(cars).has_value());
    QCOMPARE(entries(query).size(), 50U);  // nothing new in it
    query.about = "car-7";
    QCOMPARE(entries(query).size(), 1U);
  }

  void findsByEverything() {
    addCars(3);
    m_clock.advance(Milliseconds(1000));
    m_store->actAs({"bert", "", api::Door::api, ""});
    addCars(0);
    const auto refusal = refusalOf(m_store->act(), "DELETE /cars/{id}", "car-1", "rule 3 forbids it");
    QVERIFY(m_store->enter({&refusal, 1}).has_value());
    AuditQuery query;
    query.who = "bert";
    QCOMPARE(entries(query).size(), 1U);
    query = {};
    query.about = "car-1";
    QCOMPARE(entries(query).size(), 2U);
    query.outcome = api::ActOutcome::done;
    QCOMPARE(entries(query).size(), 1U);
    query = {};
    query.from = m_clock.now();
    QCOMPARE(entries(query).size(), 1U);
    query = {};
    query.to = m_clock.now();
    query.action = "car.add";
    QCOMPARE(entries(query).size(), 3U);
    query.before = entries(query).at(1).number;  // the next page
    QCOMPARE(entries(query).size(), 1U);
    query = {};
    query.organisation = "acme";
    QCOMPARE(entries(query).size(), 0U);
  }

  void itCannotBeChangedThroughSql() {
    addCars(3);
    QVERIFY(refuses("UPDATE audit SET who = 'nobody'"));
    QVERIFY(refuses("DELETE FROM audit WHERE number = 2"));
    QVERIFY(refuses("INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE number = 2"));
    QVERIFY(refuses("UPDATE audit_state SET head_number = 1"));
    QVERIFY(refuses("UPDATE audit_state SET anchor_number = 1000"));
    QVERIFY(refuses("DELETE FROM audit_state"));
    QVERIFY(refuses("INSERT INTO audit_state VALUES (1, 0, x'', 0, x'')"));
    QCOMPARE(damage(), std::string());
  }

  void verifyFindsTheFirstBrokenEntry_data() {
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("changed") << "UPDATE audit SET who = 'nobody' WHERE number = 8"
                             << "broken at entry 8";
    QTest::newRow("taken out") << "DELETE FROM audit WHERE number = 8"
                               << "broken at entry 8";
    QTest::newRow("hash") << "UPDATE audit SET hash = zeroblob(32) WHERE number = 8"
                          << "broken at entry 8";
    QTest::newRow("cut off") << "DELETE FROM audit WHERE number > 8"
                             << "cut off: its last entry is 8";
    QTest::newRow("front") << "DELETE FROM audit WHERE number < 4"
                           << "broken at entry 1";
    QTest::newRow("anchor") << "UPDATE audit_state SET anchor_number = 3, anchor_hash = (SELECT hash FROM audit WHERE "
                               "number = 3); DELETE FROM audit WHERE number < 4"
                            << "nothing in it says";
  }
  void verifyFindsTheFirstBrokenEntry() {
    QFETCH(QString, sql);
    QFETCH(QString, sentence);
    addCars(10);
    QCOMPARE(damage(), std::string());
    withoutTriggers();
    exec(sql.toStdString().c_str());
    QVERIFY2(damage().find(sentence.toStdString()) != std::string::npos, damage().c_str());
    m_store.reset();
    std::ofstream(folder() / "secret.key", std::ios::binary) << std::string(32, 'k');
    const auto report = verifyFolder(folder());
    QVERIFY(report.has_value() && !report->sound());
    QVERIFY(report->files.front().path == "registry.db" && !report->files.front().sound());
  }

  void aHashFromElsewhereShowsWhatWasRewritten() {
    addCars(3);
    const KnownAuditEntry known{newest().number, *auditHashFrom(newest().hash)};
    QCOMPARE(damage(known), std::string());
    // Somebody who knows how rewrites the end, hashes, state and all.
    withoutTriggers();
    AuditTable table(m_store->database());
    auto forged = newest();
    auto hash = AuditHash{};
    {
      auto row = m_store->database().query("SELECT hash FROM audit WHERE number = ?");
      QVERIFY(row.bind(forged.number - 1).next());
      const auto bytes = row.blob(0);
      std::copy_n(reinterpret_cast<const std::uint8_t*>(bytes.data()), hash.size(), hash.begin());
    }
    forged.who = "somebody else";
    hash = chainHash(hash, forged);
    m_store->database()
        .query("UPDATE audit SET who = ?, hash = ? WHERE number = ?")
        .bind(forged.who, std::as_bytes(std::span(hash)), forged.number)
        .run();
    m_store->database().query("UPDATE audit_state SET head_hash = ?").bind(std::as_bytes(std::span(hash))).run();
    QCOMPARE(damage(), std::string());
    QVERIFY(damage(known).find("rewritten") != std::string::npos);
    QVERIFY(damage(KnownAuditEntry{known.number + 5, known.hash}).find("cut off") != std::string::npos);
  }

  void ageTakesOldEntriesAndKeepsTheChain() {
    addCars(5);
    m_clock.advance(std::chrono::hours(24 * 10));
    QVERIFY(m_store->addPrincipal(device("new-1")).has_value());
    const auto all = entries().size();
    const auto gone = m_store->forgetAuditBefore(m_clock.now() - std::chrono::hours(24));
    QVERIFY(gone.has_value());
    QCOMPARE(*gone, all - 1);
    QCOMPARE(entries().size(), 2U);
    QCOMPARE(newest().action, std::string("audit.forget"));
    QCOMPARE(damage(), std::string());
    QCOMPARE(*m_store->forgetAuditBefore(m_clock.now() - std::chrono::hours(24)), 0U);
    QCOMPARE(entries().size(), 2U);
    QVERIFY(refuses("DELETE FROM audit"));
    m_clock.advance(std::chrono::hours(24 * 10));
    QVERIFY(m_store->addPrincipal(device("new-2")).has_value());
    QCOMPARE(*m_store->forgetAuditBefore(m_clock.now()), 2U);
    QCOMPARE(damage(), std::string());
    QCOMPARE(*m_store->forgetAuditBefore(m_clock.now() + std::chrono::hours(1)), 1U);  // the newest stays
    QCOMPARE(damage(), std::string());
  }

  void anOlderRegistryBeginsItsLog() {
    m_store.reset();
    const auto file = folder() / "older.db";
    {
      // As the version before the audit log, second factors and the rest has left it.
      auto database = Database::open(file, Database::Mode::create);
      QVERIFY(migrate(**database, registryMigrations().first(4)).has_value());
      (*database)->exec(
          "INSERT INTO principal(id, name, type, role, blocked, created_at) VALUES ('anna', 'Anna', 'user', 'admin', "
          "0, 5);"
          "INSERT INTO credential VALUES (1, 'hash', NULL, NULL, 0);"
          "INSERT INTO token(owner, label, created_at, expires_at, hash) VALUES (1, 'old', 5, NULL, zeroblob(32));");
    }
    auto opened = SqliteRegistryStore::open(file, m_clock);
    QVERIFY(opened.has_value());
    m_store = *std::move(opened);
    const auto snapshot = m_store->load();
    QVERIFY(snapshot.has_value());
    QCOMPARE(snapshot->principals.at(0).passwordHash.str(), std::string("hash"));
    QVERIFY(!snapshot->principals.at(0).hasSecondFactor);
    QVERIFY(!snapshot->tokens.at(0).info.scope && snapshot->tokens.at(0).info.address.empty());
    addCars(1);
    QCOMPARE(newest().about, std::string("car-0"));
    QCOMPARE(damage(), std::string());
  }

  void aTokensScopeIsKept() {
    const auto anna = m_store->addPrincipal(device("anna"));
    TokenRecord token;
    token.info = {0, anna->principal.number, "for taxis", {}, {}};
    token.info.scope =
        api::TokenScope{{api::Action::view, api::Action::command}, api::Selector::parse("group:taxis").value()};
    token.info.address = "10.0.0.9";
    token.info.client = "a browser";
    token.hash = {7};
    const auto added = m_store->addToken(token);
    QVERIFY(added.has_value());
    QVERIFY(open()->load()->tokens.at(0) == *added);
    QVERIFY(newest().after.find(R"("cars":"group:taxis")") != std::string::npos);
    const TokenUse uses[] = {{added->info.number, m_clock.now(), "10.0.0.9"}, {99, m_clock.now(), "gone"}};
    QVERIFY(m_store->people().noteTokenUses(uses).has_value());
    QCOMPARE(m_store->people().tokenUses(anna->principal.number)->size(), 1U);
    QVERIFY(m_store->removeToken(added->info.number).has_value());
    QVERIFY(m_store->people().tokenUses(anna->principal.number)->empty());
  }

  void claimCodesThatAreWithdrawnAreEntered() {
    addCars(1);
    api::ClaimCode code;
    code.car = "car-0";
    code.expiresAt = m_clock.now() + std::chrono::hours(1);
    QVERIFY(m_store->provisioning().addClaimCode(code, KeyHash{1}).has_value());
    QCOMPARE(newest().action, std::string("claim.add"));
    QVERIFY(m_store->provisioning().removeClaimCodes(m_store->load()->principals[0].principal.number).has_value());
    QCOMPARE(newest().action, std::string("claim.remove"));
    QCOMPARE(newest().about, std::string("car-0"));
    QCOMPARE(newest().before, std::string(R"({"codes":1})"));
  }

  void longTextsAreCutBetweenCharacters() {
    std::string name(api::kMaxAuditTextBytes - 1, 'x');
    const auto refusal = refusalOf({name + "ß", "", api::Door::api, ""}, "signIn", {}, "no such name");
    QVERIFY(m_store->enter({&refusal, 1}).has_value());
    QCOMPARE(newest().who, name);
  }

  /// What is entered while verify reads is neither missed nor taken for what was cut off.
  void verifyBesideAGatewayThatWrites() {
    addCars(10);
    const auto reader = Database::open(folder() / "registry.db", Database::Mode::readOnly);
    QVERIFY(reader.has_value());
    struct Writer {
      SqliteRegistryStore& store;
      int rowsSeen = 0;
    } writer{*m_store};
    const auto writeMeanwhile = [](unsigned, void* context, void*, void*) {
      auto& self = *static_cast<Writer*>(context);
      if (++self.rowsSeen == 5 && !self.store.addPrincipal(device("late")).has_value()) qFatal("not written");
      return 0;
    };
    sqlite3_trace_v2((*reader)->connection().getHandle(), SQLITE_TRACE_ROW, writeMeanwhile, &writer);
    FileVerdict verdict;
    verifyAudit(**reader, {}, verdict);
    QVERIFY(writer.rowsSeen > 5 && newest().about == "late");
    QVERIFY2(verdict.sound(), verdict.damage.empty() ? "" : verdict.damage.front().c_str());
  }

  void severalProcessesAddToOneChain() {
    const auto other = open();
    other->actAs({"", "", api::Door::commandLine, "root"});
    for (int i = 0; i < 5; ++i) {
      QVERIFY(m_store->addPrincipal(device("a-" + std::to_string(i))).has_value());
      QVERIFY(other->addPrincipal(device("b-" + std::to_string(i))).has_value());
    }
    QCOMPARE(damage(), std::string());
    std::set<std::string> doors;
    for (const auto& entry : entries()) doors.insert(std::string(nameOf(entry.door)));
    QCOMPARE(doors, (std::set<std::string>{"api", "commandLine", "gateway"}));
  }
};

QTEST_GUILESS_MAIN(TestAuditLog)
#include "tst_audit_log.moc"
