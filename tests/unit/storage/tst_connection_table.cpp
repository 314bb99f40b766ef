#include "gateway/storage/connection_table.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/transaction.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fmt/format.h>

#include <algorithm>

using namespace carport;

namespace {

/// As the tests add them: one in each organisation, one of the house.
constexpr PrincipalNumber kAcme{1}, kBeta{2}, kHouse{3};
constexpr std::size_t kRoom = 100;
constexpr TimePoint kNow = fromMs(1'700'000'000'000);

}  // namespace

/// How much of the connections is kept, and of whom.
class TestConnectionTable : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_last = toMs(kNow) * 1000;
    m_database = open("registry.db");
    QVERIFY(migrate(*m_database, registryMigrations()).has_value());
    addPrincipals();
  }
  void cleanup() { m_database.reset(); }

  void aBusyOrganisationTakesNothingFromAQuietOne() {
    connect(kBeta, 30);
    connect(kHouse, 20);
    for (int i = 0; i < 40; ++i) connect(kAcme, 25);
    QCOMPARE(keptOf(kBeta), 30);
    QCOMPARE(keptOf(kHouse), 20);
    QCOMPARE(keptOf(kAcme), 50);
    const auto newest = ConnectionTable(*m_database).select({kAcme});
    QCOMPARE(newest.front().number, m_last);
    QCOMPARE(newest.front().number - newest.back().number, std::int64_t{49});
    countsAreRight();
  }

  void whereRoomIsShortAllKeepTheirEqualPart() {
    connect(kAcme, 95);
    connect(kBeta, 5);
    for (int i = 0; i < 60; ++i) connect(kBeta, 5);
    QCOMPARE(keptOf(kAcme) + keptOf(kBeta), int(kRoom));
    QVERIFY2(std::abs(keptOf(kAcme) - keptOf(kBeta)) <= 5, qPrintable(QString::number(keptOf(kAcme))));
    connect(kHouse, 90);  // far too many at once: nobody pays with less than its part
    connect(kHouse, 1);
    connect(kHouse, 1);
    connect(kHouse, 1);
    QCOMPARE(keptOf(kAcme) + keptOf(kBeta) + keptOf(kHouse), int(kRoom));
    for (const auto who : {kAcme, kBeta, kHouse}) QVERIFY(keptOf(who) >= int(kRoom) / 3);
    countsAreRight();
  }

  void whatIsOpenStaysHoweverMuch() {
    constexpr std::size_t kOpen = KeptConnections::kMaxOfPrincipal + 50;
    ConnectionNews opened = news(kAcme, kOpen, false);
    put(opened);
    connect(kAcme, 10);
    QCOMPARE(keptOf(kAcme), int(kOpen) + 10);
    countsAreRight();
    for (auto& connection : opened.connections) connection.closedAt = kNow;
    put(opened, 10 * kOpen);
    QCOMPARE(keptOf(kAcme), int(KeptConnections::kMaxOfPrincipal));
    QCOMPARE(ConnectionTable(*m_database).select({kAcme}).front().number, m_last);
    countsAreRight();
  }

  void countsFollowThoseWhoAreRemovedAndWhatWasLeftOpen() {
    connect(kAcme, 10);
    put(news(kAcme, 7, false));
    put(news(kBeta, 3, false));
    countsAreRight();
    put({m_last - 1, {}, {}, kNow});
    QCOMPARE(m_database->integer("SELECT kept FROM connection_state"), std::int64_t{19});
    countsAreRight();
    m_database->exec("DELETE FROM principal WHERE number = 1");
    QCOMPARE(keptOf(kBeta), 3);
    QCOMPARE(m_database->integer("SELECT count(*) FROM connection_share"), std::int64_t{1});
    countsAreRight();
  }

  void anOlderFolderKeepsItsConnections() {
    m_database = open("old.db");
    QVERIFY(migrate(*m_database, registryMigrations().first(14)).has_value());
    addPrincipals();
    for (int i = 1; i <= 12; ++i) {
      m_database->exec(fmt::format("INSERT INTO connection VALUES ({}, {}, 'mqtt', 5, '', '', {}, {}, 'goodbye', '', "
                                   "1, 2, 3, 4)",
                                   m_last + i, i % 2 + 1, toMs(kNow), i < 4 ? "NULL" : "1700000000001")
                           .c_str());
    }
    QVERIFY(migrate(*m_database, registryMigrations()).has_value());
    QCOMPARE(keptOf(kAcme), 6);
    QCOMPARE(m_database->integer("SELECT kept FROM connection_share WHERE organisation = 'beta'"), std::int64_t{4});
    QCOMPARE(m_database->integer("SELECT kept FROM connection_state"), std::int64_t{9});
    m_last += 100;
    connect(kHouse, 1);
    countsAreRight();
  }

 private:
  std::unique_ptr<Database> open(const char* name) const {
    return Database::open(m_dir->filePath(name).toStdString(), Database::Mode::create).value();
  }
  void addPrincipals() const {
    m_database->exec(
        "INSERT INTO organisation VALUES ('acme', '', '', 0), ('beta', '', '', 0);"
        "INSERT INTO principal(number, id, name, type, role, blocked, created_at, organisation) VALUES "
        "(1, 'acme.car', '', 'device', 'none', 0, 0, 'acme'), (2, 'beta.car', '', 'device', 'none', 0, 0, 'beta'), "
        "(3, 'car', '', 'device', 'none', 0, 0, NULL)");
  }
  ConnectionNews news(PrincipalNumber who, std::size_t count, bool haveEnded) {
    ConnectionNews made;
    made.at = kNow;
    for (std::size_t i = 0; i < count; ++i) {
      api::Connection one;
      one.number = ++m_last;
      one.principal = who;
      one.openedAt = kNow;
      if (haveEnded) one.closedAt = kNow;
      made.connections.push_back(std::move(one));
    }
    return made;
  }
  void put(const ConnectionNews& what, std::size_t room = kRoom) const {
    Transaction all(*m_database);
    ConnectionTable(*m_database, room).put(what);
    all.commit();
  }
  /// So many that have ended.
  void connect(PrincipalNumber who, std::size_t count) { put(news(who, count, true)); }
  int keptOf(PrincipalNumber who) const {
    auto rows = m_database->query("SELECT count(*) FROM connection WHERE principal = ?");
    rows.bind(who.value);
    return rows.next() ? int(rows.integer(0)) : -1;
  }
  void countsAreRight() const {
    QCOMPARE(m_database->integer("SELECT kept FROM connection_state"),
             m_database->integer("SELECT count(*) FROM connection WHERE closed_at IS NOT NULL"));
    QCOMPARE(m_database->integer(R"(SELECT count(*) FROM
               (SELECT organisation, count(*) AS n FROM connection WHERE closed_at IS NOT NULL GROUP BY organisation)
               LEFT JOIN connection_share USING (organisation) WHERE kept IS NOT n)"),
             std::int64_t{0});
    QCOMPARE(m_database->integer("SELECT coalesce(sum(kept), 0) FROM connection_share"),
             m_database->integer("SELECT kept FROM connection_state"));
  }

  std::unique_ptr<QTemporaryDir> m_dir;
  std::unique_ptr<Database> m_database;
  std::int64_t m_last = 0;
};

QTEST_GUILESS_MAIN(TestConnectionTable)
#include "tst_connection_table.moc"
