#include "gateway/base/base_errc.h"
#include "gateway/domain/access.h"
#include "gateway/domain/registry.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/sqlite_registry_store.h"
#include "tests/unit/storage/registry_records.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

using namespace carport;
using namespace carport::test;

namespace {

api::Organisation organisation(const std::string& id) {
  return {id, "Name of " + id, {}, {}};
}

api::Role role(const std::string& id, const std::string& organisation = {}) {
  api::Role out;
  out.id = id;
  out.organisation = organisation;
  return out;
}

}  // namespace

/// Organisations, own roles, attributes and secrets that are being replaced, as the database has them.
class TestRegistryOrganisations : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_store = open();
    m_other = open();
    QVERIFY(m_store && m_other);
  }

  void anOrganisationComesWithRulesOfItsOwn() {
    const auto start = m_store->load()->sequence;
    QVERIFY(m_store->addOrganisation(organisation("acme")).has_value());
    const auto changes = m_other->changesSince(start);
    QVERIFY(changes && changes->organisations && changes->rules);
    QCOMPARE(changes->organisations->size(), 1U);
    QCOMPARE(changes->organisations->front().name, std::string("Name of acme"));
    QVERIFY(changes->organisations->front().createdAt == m_clock.now());
    const auto own = std::count_if(changes->rules->begin(), changes->rules->end(),
                                   [](const api::Rule& rule) { return rule.organisation == "acme"; });
    QCOMPARE(std::size_t(own), defaultRules().size());
    QVERIFY(failsWith(m_store->addOrganisation(organisation("acme")), StorageErrc::exists));
    QVERIFY(!m_store->addOrganisation(organisation("Acme")).has_value());
    QVERIFY(!m_store->addOrganisation(organisation("-acme")).has_value());
  }

  void whoseIdBeginsWithItIsInIt() {
    QVERIFY(m_store->addPrincipal(device("zenith.van")).has_value());  // of the house still
    QVERIFY(failsWith(m_store->addOrganisation(organisation("zenith")), StorageErrc::exists));
    QVERIFY(m_store->addOrganisation(organisation("acme")).has_value());
    const auto inside = m_store->addPrincipal(device("acme.van-1"));
    QVERIFY(inside.has_value());
    QCOMPARE(inside->principal.organisation(), std::string_view("acme"));
    QVERIFY(m_store->addPrincipal(device("acme-2")).value().principal.organisation().empty());
    QVERIFY(m_store->addPrincipal(device("acme")).value().principal.organisation().empty());
    const auto again = open()->load();
    QCOMPARE(again->principals[1].principal.organisation(), std::string_view("acme"));
    const std::vector<PrincipalRecord> list{device("acme.van-2"), device("van-3")};
    QVERIFY(m_store->importPrincipals(list).has_value());
    QCOMPARE(find("acme.van-2").principal.organisation(), std::string_view("acme"));
    QVERIFY(find("van-3").principal.organisation().empty());
    auto stray = device("nobody.van");
    QVERIFY(stray.principal.setOrganisation("nobody"));
    QVERIFY(failsWith(m_store->addPrincipal(stray), StorageErrc::notFound));
  }

  void groupsAndRolesStayInside() {
    QVERIFY(m_store->addOrganisation(organisation("acme")).has_value());
    QVERIFY(m_store->addPrincipal(group("vans")).has_value());
    QVERIFY(m_store->addPrincipal(group("acme.vans")).has_value());
    auto inside = device("acme.van-1");
    inside.principal.groups = {"vans"};
    QVERIFY(failsWith(m_store->addPrincipal(inside), StorageErrc::notFound));
    inside.principal.groups = {"acme.vans"};
    QVERIFY(m_store->addPrincipal(inside).has_value());
    auto outside = device("van-1");
    outside.principal.groups = {"acme.vans"};
    QVERIFY(failsWith(m_store->addPrincipal(outside), StorageErrc::notFound));

    QVERIFY(m_store->addRole(role("mechanic")).has_value());
    QVERIFY(m_store->addRole(role("acme.mechanic", "acme")).has_value());
    auto user = principal("acme.anna", api::PrincipalType::user);
    user.principal.role = "mechanic";
    QVERIFY(failsWith(m_store->addPrincipal(user), StorageErrc::notFound));
    user.principal.role = "acme.mechanic";
    QVERIFY(m_store->addPrincipal(user).has_value());
    QVERIFY(find("acme.anna").principal.role == "acme.mechanic");
  }

  void aRoleIsRemovedWithItsRules() {
    const auto start = m_store->load()->sequence;
    QVERIFY(m_store->addRole(role("mechanic")).has_value());
    QVERIFY(m_other->changesSince(start)->roles.has_value());
    QVERIFY(failsWith(m_store->addRole(role("mechanic")), StorageErrc::exists));
    QVERIFY(failsWith(m_store->addRole(role("admin")), StorageErrc::exists));
    QVERIFY(!m_store->addRole(role("none")).has_value());
    QVERIFY(failsWith(m_store->addRole(role("acme.mechanic", "acme")), StorageErrc::notFound));
    api::Rule rule;
    rule.who = {api::Selector::Kind::role, "mechanic"};
    QVERIFY(m_store->addRule(rule).has_value());
    auto user = principal("mia", api::PrincipalType::user);
    user.principal.role = "mechanic";
    const auto mia = m_store->addPrincipal(user);
    QVERIFY(mia.has_value());
    QVERIFY(failsWith(m_store->removeRole("mechanic"), StorageErrc::exists));
    QVERIFY(m_store->removePrincipal(mia->principal.number).has_value());
    QVERIFY(m_store->removeRole("mechanic").has_value());
    QCOMPARE(m_store->load()->rules.size(), defaultRules().size());
    QVERIFY(failsWith(m_store->removeRole("mechanic"), StorageErrc::notFound));
  }

  void onlyAnEmptyOrganisationGoes() {
    QVERIFY(m_store->addOrganisation(organisation("acme")).has_value());
    QVERIFY(m_store->addRole(role("acme.mechanic", "acme")).has_value());
    const auto car = m_store->addPrincipal(device("acme.van-1"));
    QVERIFY(failsWith(m_store->removeOrganisation("acme"), StorageErrc::exists));
    QVERIFY(m_store->removePrincipal(car->principal.number).has_value());
    const auto before = m_store->load()->sequence;
    QVERIFY(m_store->removeOrganisation("acme").has_value());
    const auto changes = m_other->changesSince(before);
    QVERIFY(changes->organisations && changes->organisations->empty());
    QVERIFY(changes->roles && changes->roles->empty());
    QCOMPARE(m_store->load()->rules.size(), defaultRules().size());
    QVERIFY(failsWith(m_store->removeOrganisation("acme"), StorageErrc::notFound));
    QVERIFY(m_store->addPrincipal(device("acme.van-1")).value().principal.organisation().empty());
  }

  void attributesAreKeptAndTold() {
    auto car = device("van-1");
    car.principal.attributes.set("depot", "Ghent");
    car.principal.attributes.set("axles", "3");
    auto added = m_store->addPrincipal(car);
    QVERIFY(added && *added == find("van-1"));
    const auto before = m_store->load()->sequence;
    added->principal.attributes.remove("axles");
    added->principal.attributes.set("depot", "Bruges");
    QVERIFY(m_store->updatePrincipal(*added).has_value());
    const auto changes = m_other->changesSince(before);
    QCOMPARE(changes->principals.size(), 1U);
    QCOMPARE(*changes->principals[0].principal.attributes.find("depot"), std::string("Bruges"));
    QCOMPARE(changes->principals[0].principal.attributes.size(), 1U);
  }

  void aReplacedSecretIsKeptUntilItIsReplacedAtOnce() {
    auto car = *m_store->addPrincipal(device("van-1"));
    car.retiring = RetiringSecret{*car.secret, m_clock.now() + std::chrono::hours(1)};
    car.secret = DeviceSecret{{7}, {8}};
    QVERIFY(m_store->updatePrincipal(car).has_value());
    QVERIFY(find("van-1") == car);
    const auto before = m_store->load()->sequence;
    const std::vector<PrincipalRecord> list{device("van-1")};
    QVERIFY(m_store->importPrincipals(list).has_value());
    const auto changes = m_other->changesSince(before);
    QCOMPARE(changes->principals.size(), 1U);
    QVERIFY(!changes->principals[0].retiring);
    QVERIFY(changes->principals[0].secret == device("van-1").secret);
  }

  void aDatabaseFromBeforeIsBroughtUpToDate() {
    m_store.reset();
    m_other.reset();
    const std::filesystem::path old = m_dir->filePath("old.db").toStdString();
    {
      auto database = Database::open(old, Database::Mode::create).value();
      QVERIFY(migrate(*database, registryMigrations().first(4)).has_value());
      database->exec(
          "INSERT INTO principal(id, name, type, role, blocked, created_at) VALUES "
          "('root', '', 'user', 'admin', 0, 5), ('van.1', 'Van', 'device', 'none', 0, 6)");
    }
    auto store = SqliteRegistryStore::open(old, m_clock);
    QVERIFY(store.has_value());
    const auto snapshot = (*store)->load();
    QVERIFY(snapshot.has_value());
    QVERIFY(snapshot->principals[0].principal.role == api::kAdministratorRole);
    QVERIFY(snapshot->principals[1].principal.role.empty());
    QVERIFY(snapshot->principals[1].principal.organisation().empty());
    QVERIFY(snapshot->organisations.empty() && snapshot->roles.empty());
    QVERIFY((*store)->addOrganisation(organisation("acme")).has_value());
  }

  void theRegistryInMemoryFollows() {
    Registry registry;
    registry.reset(*m_store->load());
    QVERIFY(!registry.organisation("acme") && registry.role("viewer")->builtIn);
    QVERIFY(m_store->addOrganisation(organisation("acme")).has_value());
    QVERIFY(m_store->addRole(role("acme.mechanic", "acme")).has_value());
    const auto version = registry.version();
    registry.apply(*m_other->changesSince(registry.sequence()));
    QVERIFY(registry.version() > version);
    QCOMPARE(registry.organisation("acme")->name, std::string("Name of acme"));
    QCOMPARE(registry.roles().size(), 4U);
    QCOMPARE(registry.role("acme.mechanic")->organisation, std::string("acme"));
    QVERIFY(!registry.role("mechanic"));
  }

 private:
  std::unique_ptr<SqliteRegistryStore> open() {
    auto opened = SqliteRegistryStore::open(m_dir->filePath("registry.db").toStdString(), m_clock);
    return opened ? *std::move(opened) : nullptr;
  }
  PrincipalRecord find(const std::string& id) {
    const auto snapshot = m_other->load();
    for (const PrincipalRecord& record : snapshot->principals) {
      if (record.principal.id == id) return record;
    }
    return {};
  }

  std::unique_ptr<QTemporaryDir> m_dir;
  ManualClock m_clock;
  std::unique_ptr<SqliteRegistryStore> m_store;
  std::unique_ptr<SqliteRegistryStore> m_other;
};

QTEST_GUILESS_MAIN(TestRegistryOrganisations)
#include "tst_registry_organisations.moc"
