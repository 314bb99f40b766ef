#include "gateway/storage/sqlite_registry_store.h"

#include <QTemporaryDir>
#include <QtTest>

#include <memory>
#include <string>

using namespace carport;

/// Limits in registry.db: numbers, changes as another process sees them, and what goes with what.
class TestRegistryLimits : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<QTemporaryDir> m_dir;
  ManualClock m_clock;
  std::unique_ptr<RegistryStore> m_store;

  std::unique_ptr<RegistryStore> open() {
    return SqliteRegistryStore::open(m_dir->filePath("registry.db").toStdString(), m_clock).value();
  }
  static api::Limit limit(const std::string& whom, const std::string& organisation = {}) {
    api::Limit wanted;
    wanted.whom = api::LimitTarget::parse(whom).value();
    wanted.organisation = organisation;
    wanted.measure = api::LimitMeasure::bytesPerDay;
    wanted.most = 1000;
    return wanted;
  }
  std::int64_t add(const std::string& whom, const std::string& organisation = {}) {
    const auto added = m_store->addLimit(limit(whom, organisation));
    return added ? added->number.value : -1;
  }
  PrincipalNumber addPrincipal(const std::string& id, api::PrincipalType type) {
    PrincipalRecord record;
    record.principal.id = id;
    record.principal.type = type;
    return m_store->addPrincipal(record).value().principal.number;
  }
  std::vector<api::Limit> all() { return m_store->load().value().limits; }

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_store = open();
    for (const char* id : {"acme", "zeta"}) {
      api::Organisation organisation;
      organisation.id = id;
      QVERIFY(m_store->addOrganisation(organisation).has_value());
    }
  }
  void cleanup() { m_store.reset(); }

  void everyFieldIsKept() {
    auto wanted = limit("address:10.0.0.0/8");
    wanted.per = api::LimitPer::address;
    wanted.measure = api::LimitMeasure::signInsPerMinute;
    wanted.burst = 7;
    wanted.reaction = api::LimitReaction::slow;
    wanted.note = "why";
    const auto added = m_store->addLimit(wanted);
    QVERIFY(added.has_value());
    wanted.number = api::LimitNumber{1};
    QVERIFY(*added == wanted);
    QVERIFY(all() == std::vector{wanted});
    QVERIFY(open()->load()->limits == std::vector{wanted});
    wanted.burst.reset();
    wanted.most = 3;
    QVERIFY(m_store->updateLimit(wanted).has_value());
    QVERIFY(all() == std::vector{wanted});
  }

  void eachCountsItsOwnAndNoNumberComesTwice() {
    QCOMPARE(add("*"), 1);
    QCOMPARE(add("*", "acme"), 1);
    QCOMPARE(add("*", "acme"), 2);
    QCOMPARE(add("*", "zeta"), 1);
    QVERIFY(m_store->removeLimit("acme", api::LimitNumber{2}).has_value());
    QCOMPARE(add("*", "acme"), 3);
    QVERIFY(!m_store->removeLimit("acme", api::LimitNumber{2}));
    QVERIFY(!m_store->removeLimit("", api::LimitNumber{3}));
    auto gone = limit("*", "acme");
    gone.number = api::LimitNumber{2};
    QVERIFY(!m_store->updateLimit(gone));
  }

  void anotherProcessSeesWhatChanged() {
    const auto other = open();
    const auto before = other->load()->sequence;
    QCOMPARE(add("*"), 1);
    const auto changes = other->changesSince(before);
    QVERIFY(changes->limits && changes->limits->size() == 1);
    QVERIFY(!changes->rules);
    QVERIFY(m_store->removeLimit("", api::LimitNumber{1}).has_value());
    QVERIFY(other->changesSince(changes->sequence)->limits->empty());
  }

  void theyGoWithWhomTheyName() {
    const auto van = addPrincipal("acme.van", api::PrincipalType::device);
    const auto group = addPrincipal("vans", api::PrincipalType::group);
    add("principal:acme.van");
    add("principal:acme.van", "acme");
    add("group:vans");
    add("organisation:zeta");
    add("*", "zeta");
    QVERIFY(m_store->removePrincipal(van).has_value());
    QCOMPARE(all().size(), 3U);
    QVERIFY(m_store->removePrincipal(group).has_value());
    QCOMPARE(all().size(), 2U);
    QVERIFY(m_store->removeOrganisation("zeta").has_value());
    QVERIFY(all().empty());
    // Whoever gets the id one day begins anew.
    api::Organisation again;
    again.id = "zeta";
    QVERIFY(m_store->addOrganisation(again).has_value());
    QCOMPARE(add("*", "zeta"), 1);
  }

  void thereAreOnlySoMany() {
    for (std::size_t i = 0; i < api::kMaxLimitsOfOrganisation; ++i) QVERIFY(add("*", "acme") > 0);
    QCOMPARE(add("*", "acme"), -1);
    QVERIFY(add("*", "zeta") > 0);
    QVERIFY(add("*") > 0);
    QCOMPARE(add("*", "nobody"), -1);
    auto wrong = limit("*");
    wrong.most = 0;
    QVERIFY(!m_store->addLimit(wrong));
  }
};

QTEST_GUILESS_MAIN(TestRegistryLimits)
#include "tst_registry_limits.moc"
