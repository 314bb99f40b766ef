#include "gateway/storage/audit_table.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/transaction.h"

#include <QTemporaryDir>
#include <QtTest>

#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace carport;

/// Pages of the audit log: whoever asks for a few entries among those of all others does not wait for the whole of it.
class TestAuditPages : public QObject {
  Q_OBJECT

  QTemporaryDir m_dir;
  std::unique_ptr<Database> m_database;

  std::vector<api::AuditEntry> pageOf(const AuditQuery& query) const { return AuditTable(*m_database).select(query); }

 private slots:
  void initTestCase() {
    auto opened = Database::open(m_dir.filePath("registry.db").toStdString(), Database::Mode::create);
    QVERIFY(opened && migrate(**opened, registryMigrations()));
    m_database = *std::move(opened);
  }

  void pagesAreFoundByAnIndex_data() {
    QTest::addColumn<QString>("who");
    QTest::addColumn<QString>("about");
    QTest::addColumn<QString>("organisation");
    QTest::addColumn<QString>("index");
    QTest::newRow("of somebody") << "anna"
                                 << ""
                                 << ""
                                 << "audit_who";
    QTest::newRow("about something") << "anna"
                                     << "car-1"
                                     << "acme"
                                     << "audit_about";
    QTest::newRow("of an organisation") << ""
                                        << ""
                                        << "acme"
                                        << "audit_organisation";
    QTest::newRow("of somebody in an organisation") << "acme.anna"
                                                    << ""
                                                    << "acme"
                                                    << "audit_who";
  }
  void pagesAreFoundByAnIndex() {
    QFETCH(QString, who);
    QFETCH(QString, about);
    QFETCH(QString, organisation);
    QFETCH(QString, index);
    const auto wanted = [](const QString& text) {
      return text.isEmpty() ? std::nullopt : std::optional(text.toStdString());
    };
    AuditQuery query;
    query.who = wanted(who);
    query.about = wanted(about);
    query.organisation = wanted(organisation);
    auto plan = m_database->query("EXPLAIN QUERY PLAN " + std::string(AuditTable::sqlFor(query)));
    QString steps;
    while (plan.next()) steps += QString::fromStdString(plan.text(3)) + '\n';
    QVERIFY2(steps.contains("USING INDEX " + index + " "), qPrintable(steps));
    QVERIFY2(!steps.contains("SCAN") && !steps.contains("TEMP B-TREE"), qPrintable(steps));
  }

  void anOrganisationsPageHasItsOwnEntriesAlone() {
    {
      Transaction transaction(*m_database);
      for (int i = 0; i < 300; ++i) {
        api::AuditEntry entry;
        entry.time = fromMs(1000 + i);
        entry.organisation = i % 100 == 7 ? "acme" : i % 2 == 0 ? "beta" : "";
        entry.action = "test";
        AuditTable(*m_database).append(entry);
      }
      transaction.commit();
    }
    AuditQuery query;
    query.action = "test";
    query.organisation = "acme";
    std::vector<std::int64_t> times;
    for (const auto& entry : pageOf(query)) times.push_back(toMs(entry.time));
    QCOMPARE(times, (std::vector<std::int64_t>{1207, 1107, 1007}));
    query.before = pageOf(query).front().number;
    QCOMPARE(pageOf(query).size(), std::size_t{2});
    query = {};
    query.action = "test";
    query.organisation = "";
    query.limit = AuditQuery::kMaxLimit;
    QCOMPARE(pageOf(query).size(), std::size_t{147});
  }
};

QTEST_GUILESS_MAIN(TestAuditPages)
#include "tst_audit_pages.moc"
