#include "gateway/base/base_errc.h"
#include "gateway/domain/access.h"
#include "gateway/domain/registry.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/sqlite_registry_store.h"
#include "gateway/storage/transaction.h"
#include "tests/unit/storage/registry_records.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <variant>

using namespace carport;
using namespace carport::test;

class TestRegistryStore : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_store = open();
    m_other = open();
    QVERIFY(m_store && m_other);
    m_start = m_store->load()->sequence;
  }

  void laysDefaultRulesDownOnce() {
    const auto rules = m_store->load()->rules;
    QCOMPARE(rules.size(), defaultRules().size());
    for (const auto& rule : rules) QVERIFY(m_store->removeRule(rule.number).has_value());
    QVERIFY(open()->load()->rules.empty());
  }

  void keepsAPrincipalWhole() {
    QVERIFY(m_store->addPrincipal(group("vans")).has_value());
    auto record = device("van-1");
    record.principal.groups = {"vans"};
    const auto added = m_store->addPrincipal(record);
    QVERIFY(added.has_value());
    QVERIFY(added->principal.number && added->principal.createdAt == m_clock.now());
    QVERIFY(m_other->load()->principals.at(1) == *added);

    auto changed = *added;
    changed.principal.name = "Van one";
    changed.principal.blocked = true;
    changed.principal.groups = {};
    changed.secret.reset();
    QVERIFY(m_store->updatePrincipal(changed).has_value());
    const auto changes = m_other->changesSince(m_start);
    QCOMPARE(changes->principals.size(), 2U);
    QVERIFY(changes->principals[1] == changed);
    QVERIFY(!changes->rules && changes->removedPrincipals.empty() && !changes->reloadEverything);
    QVERIFY(m_other->changesSince(changes->sequence)->principals.empty());
  }

  void refusesWithSentences() {
    QVERIFY(m_store->addPrincipal(device("van-1")).has_value());
    QVERIFY(m_store->addPrincipal(device("van-1")).error().is(StorageErrc::exists));
    auto stray = device("van-2");
    stray.principal.groups = {"nowhere"};
    QVERIFY(m_store->addPrincipal(stray).error().is(StorageErrc::notFound));
    QCOMPARE(m_store->load()->principals.size(), 1U);  // nothing of it stayed
    QVERIFY(m_store->removePrincipal(PrincipalNumber{99}).error().is(StorageErrc::notFound));
    QVERIFY(m_store->removeToken(5).error().is(StorageErrc::notFound));
    auto renamed = m_store->load()->principals[0];
    renamed.principal.id = "van-9";
    QVERIFY(m_store->updatePrincipal(renamed).error().is(BaseErrc::invalidArgument));
  }

  void removalTakesTokensAndRulesAlong() {
    const auto van = m_store->addPrincipal(device("van-1")).value().principal.number;
    api::Rule rule;
    rule.who = api::Selector::parse("principal:van-1").value();
    rule.about = api::Selector::parse("*").value();
    rule.action = api::Action::view;
    rule.allow = true;
    rule.expiresAt = fromMs(123);
    const auto added = m_store->addRule(rule);
    QVERIFY(added.has_value());
    TokenRecord token;
    token.info.owner = van;
    token.info.label = "test";
    token.hash = {9};
    const auto kept = m_store->addToken(token);
    QVERIFY(kept.has_value());
    auto snapshot = m_other->load();
    QVERIFY(std::find(snapshot->rules.begin(), snapshot->rules.end(), *added) != snapshot->rules.end());
    QVERIFY(snapshot->tokens == std::vector<TokenRecord>{*kept});

    QVERIFY(m_store->removePrincipal(van).has_value());
    const auto changes = m_other->changesSince(snapshot->sequence);
    QVERIFY(changes->removedPrincipals == std::vector<PrincipalNumber>{van});
    QVERIFY(changes->removedTokens == std::vector<std::int64_t>{kept->info.number});
    QVERIFY(changes->rules && changes->rules->size() == snapshot->rules.size() - 1);
    QVERIFY(m_store->addPrincipal(device("van-1")).value().principal.number != van);  // never used again
  }

  void importsThirtyThousandOrNone() {
    std::vector<PrincipalRecord> cars;
    for (int i = 0; i < 30'000; ++i) cars.push_back(device("car-" + std::to_string(i)));
    QCOMPARE(m_store->importPrincipals(cars).value(), 30'000U);
    cars[7].principal.name = "seven";
    cars[7].secret->hash[0] = 77;
    QCOMPARE(m_store->importPrincipals(std::span(cars).subspan(7, 1)).value(), 1U);
    const auto snapshot = m_store->load();
    QCOMPARE(snapshot->principals.size(), 30'000U);
    QCOMPARE(snapshot->principals[7].principal.name, std::string("seven"));
    QCOMPARE(int(snapshot->principals[7].secret->hash[0]), 77);

    QVERIFY(m_store->addPrincipal(group("taken")).has_value());
    const std::vector<PrincipalRecord> clash{device("fresh"), device("taken")};
    QVERIFY(m_store->importPrincipals(clash).error().is(StorageErrc::exists));
    QCOMPARE(m_store->load()->principals.size(), 30'001U);
  }

  void tellsToReloadWhereTheLogDoesNotReachBack() {
    std::vector<PrincipalRecord> cars;
    for (int i = 0; i < 60'000; ++i) cars.push_back(device("car-" + std::to_string(i)));
    QVERIFY(m_store->importPrincipals(cars).has_value());  // two changes a car
    QVERIFY(m_other->changesSince(m_start)->reloadEverything);
    QVERIFY(m_other->changesSince(INT64_MAX / 2)->reloadEverything);  // as after a backup was put back
    QVERIFY(!m_other->changesSince(m_other->load()->sequence)->reloadEverything);
  }

  void fencesAreKeptWhole() {
    addOrganisations();
    m_clock.advance(Milliseconds(1234));
    auto wanted = fence("Harbour", "acme");
    wanted.colour = 5;
    wanted.note = "no parking";
    const auto added = m_store->addFence(wanted);
    QVERIFY(added.has_value());
    QCOMPARE(added->number.value, 1);
    QVERIFY(added->createdAt == m_clock.now() && added->changedAt == m_clock.now());
    wanted.shape = api::onFenceGrid(wanted.shape);
    QVERIFY(added->shape == wanted.shape && added->note == wanted.note && added->colour == 5);
    const auto changes = m_other->changesSince(m_start);
    QCOMPARE(changes->fences.size(), 1U);
    QVERIFY(changes->fences[0].fence == *added && !changes->rules && !changes->limits);
    QVERIFY(open()->load()->fences == changes->fences);

    m_clock.advance(Milliseconds(1000));
    QVERIFY2(m_store->updateFence(*added) == *added, "nothing differs: neither does the time");
    QVERIFY(m_other->changesSince(changes->sequence)->fences.empty());
    wanted = *added;
    wanted.shape = api::FenceCircle{{43.7, 7.4}, 250};
    wanted.createdAt = {};
    const auto changed = m_store->updateFence(wanted);
    QVERIFY(changed->createdAt == added->createdAt && changed->changedAt == m_clock.now());
    QVERIFY(std::holds_alternative<api::FenceCircle>(changed->shape));
    QVERIFY(m_store->removeFence("acme", api::FenceNumber{1}).has_value());
    const auto gone = m_other->changesSince(changes->sequence);
    QVERIFY(gone->fences.empty() && gone->removedFences == std::vector<std::int64_t>{changes->fences[0].row});
    QVERIFY(m_store->removeFence("acme", api::FenceNumber{1}).error().is(StorageErrc::notFound));
    QVERIFY(m_store->updateFence(*changed).error().is(StorageErrc::notFound));
    QCOMPARE(m_store->addFence(fence("Again", "acme"))->number.value, 2);  // no number comes twice
  }

  void fencesAreEachOrganisationsOwn() {
    addOrganisations();
    Registry registry;
    registry.reset(*m_other->load());
    const auto houses = registry.fencesVersion({}), betas = registry.fencesVersion("beta");
    const auto version = registry.version();
    for (const char* organisation : {"acme", "acme", "", "beta"}) {
      QVERIFY(m_store->addFence(fence("Depot", organisation)).has_value());
      registry.apply(*m_other->changesSince(registry.sequence()));
    }
    QVERIFY(!m_store->addFence(fence("Depot", "nobody")));
    QCOMPARE(registry.version(), version);  // they decide nothing
    QCOMPARE(registry.fences("acme").size(), 2U);
    QCOMPARE(registry.fences({}).size(), 1U);
    QVERIFY(!registry.fence("beta", api::FenceNumber{2}) && registry.fence("acme", api::FenceNumber{2}));
    QVERIFY(registry.fencesVersion({}) != houses);
    const auto before = registry.fencesVersion("beta");
    QVERIFY(before != betas);
    // What goes with an organisation, and who gets its id one day.
    QVERIFY(m_store->removeOrganisation("acme").has_value());
    api::Organisation again;
    again.id = "acme";
    QVERIFY(m_store->addOrganisation(again).has_value());
    QCOMPARE(m_store->addFence(fence("New", "acme"))->number.value, 1);
    registry.apply(*m_other->changesSince(registry.sequence()));
    QCOMPARE(registry.fences("acme").size(), 1U);
    QCOMPARE(registry.fences("acme")[0]->fence.name, std::string("New"));
    QCOMPARE(registry.fencesVersion("beta"), before);
    Registry loaded;
    loaded.reset(*m_other->load());
    QCOMPARE(loaded.fences("acme").size() + loaded.fences("beta").size() + loaded.fences({}).size(), 3U);
  }

  void thereAreOnlySoManyFences() {
    addOrganisations();
    auto large = fence("Large", "acme");
    api::FenceRing& outer = std::get<api::FenceArea>(large.shape).front().outer;
    outer.clear();
    for (std::size_t i = 0; i < api::kMaxFencePoints; ++i) {
      const double angle = 2 * 3.14159265358979 * static_cast<double>(i) / static_cast<double>(api::kMaxFencePoints);
      outer.push_back({std::sin(angle), std::cos(angle)});
    }
    Transaction all(m_store->database());  // one commit instead of a thousand
    for (std::size_t i = 0; i < api::kMaxFencePointsOfAll / api::kMaxFencePoints; ++i) {
      QVERIFY(m_store->addFence(large).has_value());
    }
    QVERIFY(m_store->addFence(fence("Small", "acme")).error().message().find("100000 corners") != std::string::npos);
    large.number = api::FenceNumber{1};
    large.note = "changed, as many corners";
    QVERIFY(m_store->updateFence(large).has_value());
    for (std::size_t i = 0; i < api::kMaxFences; ++i) QVERIFY(m_store->addFence(fence("Depot", "beta")).has_value());
    QVERIFY(m_store->addFence(fence("Depot", "beta")).error().is(StorageErrc::exists));
    QVERIFY(m_store->addFence(fence("Depot", "")).has_value());
    auto wrong = fence("Bow tie", "");
    std::get<api::FenceArea>(wrong.shape).front().outer = {{0, 0}, {1, 1}, {0, 1}, {1, 0}};
    QVERIFY(!m_store->addFence(wrong));
    all.commit();
  }

  void aRegistryWithoutFencesIsBroughtUpToDate() {
    const std::filesystem::path old = m_dir->filePath("old.db").toStdString();
    {
      auto database = Database::open(old, Database::Mode::create).value();
      QVERIFY(migrate(*database, registryMigrations().first(12)).has_value());
      database->exec(
          "INSERT INTO principal(id, name, type, role, blocked, created_at) VALUES ('root', '', 'user', 'admin', 0, 5);"
          "INSERT INTO organisation(id, name, note, created_at) VALUES ('acme', 'Acme', '', 6)");
    }
    const auto store = SqliteRegistryStore::open(old, m_clock);
    QVERIFY(store.has_value());
    const auto before = (*store)->load();
    QVERIFY(before->fences.empty() && before->principals.size() == 1 && before->organisations.size() == 1);
    QVERIFY((*store)->addFence(fence("Harbour", "acme")).has_value());
    QCOMPARE((*store)->changesSince(before->sequence)->fences.size(), 1U);
    QCOMPARE(SqliteRegistryStore::openForReading(old, m_clock).value()->load()->fences.size(), 1U);
  }

  void leavesANewerSchemaAlone() {
    m_store.reset();
    m_other.reset();
    Database::open(file(), Database::Mode::create).value()->exec("PRAGMA user_version = 99");
    QFile before(QString::fromStdString(file().string()));
    QVERIFY(before.open(QIODevice::ReadOnly));
    const auto content = before.readAll();
    const auto opened = SqliteRegistryStore::open(file(), m_clock);
    QVERIFY(!opened && opened.error().is(StorageErrc::newerVersion));
    QVERIFY(QString::fromStdString(opened.error().message()).contains("newer Carport"));
    before.seek(0);
    QCOMPARE(before.readAll(), content);
  }

  void aDamagedFileSaysWhatToDo() {
    m_store.reset();
    m_other.reset();
    QFile damaged(QString::fromStdString(file().string()));
    QVERIFY(damaged.open(QIODevice::WriteOnly));
    damaged.write(QByteArray(8192, 'x'));
    damaged.close();
    const auto opened = SqliteRegistryStore::open(file(), m_clock);
    QVERIFY(!opened && opened.error().is(StorageErrc::corrupted));
    QVERIFY(QString::fromStdString(opened.error().message()).contains("backup"));
  }

 private:
  static api::Fence fence(const std::string& name, const std::string& organisation) {
    api::Fence wanted;
    wanted.name = name;
    wanted.organisation = organisation;
    wanted.shape = api::FenceArea{{{{43, 7}, {43, 8}, {44, 8.00000001}}, {}}};
    return wanted;
  }
  void addOrganisations() {
    for (const char* id : {"acme", "beta"}) {
      api::Organisation organisation;
      organisation.id = id;
      QVERIFY(m_store->addOrganisation(organisation).has_value());
    }
    m_start = m_store->load()->sequence;
  }
  std::filesystem::path file() const { return m_dir->filePath("registry.db").toStdString(); }
  std::unique_ptr<SqliteRegistryStore> open() {
    auto opened = SqliteRegistryStore::open(file(), m_clock);
    return opened ? *std::move(opened) : nullptr;
  }

  std::unique_ptr<QTemporaryDir> m_dir;
  ManualClock m_clock;
  std::unique_ptr<SqliteRegistryStore> m_store;
  std::unique_ptr<SqliteRegistryStore> m_other;
  std::int64_t m_start = 0;
};

QTEST_GUILESS_MAIN(TestRegistryStore)
#include "tst_registry_store.moc"
