#include "tests/unit/server/control_fixture.h"

#include <QtTest>

using namespace carport;
using namespace carport::test;

/// Retention over HTTP: for administrators alone, checked, signed and stored.
class TestHttpRetention : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<ControlFixture> m_gateway;
  std::string m_root;

 private slots:
  void initTestCase() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
    m_root = m_gateway->tokenFor("root");
    QTRY_VERIFY(m_gateway->knowsToken(m_root));
  }
  void cleanupTestCase() { m_gateway.reset(); }

  void onlyAdministratorsMay() {
    const auto viewer = m_gateway->tokenFor("vera");
    QTRY_VERIFY(m_gateway->knowsToken(viewer));
    QCOMPARE(m_gateway->call(Verb::get, "/retention", viewer).status, 403);
    QCOMPARE(m_gateway->call(Verb::put, "/retention", viewer, R"({"policies":[]})").status, 403);
  }

  void whatWasPutIsThere() {
    const auto empty = m_gateway->call(Verb::get, "/retention", m_root);
    QCOMPARE(empty.status, 200);
    QVERIFY(empty.json["policies"].empty() && !empty.json.contains("diskBudgetBytes"));
    const auto put =
        m_gateway->call(Verb::put, "/retention", m_root,
                        R"({"policies":[{"name":"all","rawDays":30,"minuteDays":60}],"diskBudgetBytes":1000000000})");
    QCOMPARE(put.status, 200);
    const auto stored = m_gateway->call(Verb::get, "/retention", m_root);
    QCOMPARE(stored.json, put.json);
    const auto& policy = stored.json["policies"][0];
    QCOMPARE(policy["rawDays"].get<int>(), 30);
    QCOMPARE(policy["changedBy"].get<std::string>(), std::string("root"));
    QVERIFY(!policy.contains("hourDays") && policy["changedAt"].get<std::int64_t>() > 0);
    QCOMPARE(stored.json["diskBudgetBytes"].get<std::int64_t>(), 1'000'000'000);
  }

  void mistakesAreRefusedByName_data() {
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("named");
    QTest::newRow("no policies") << "{}"
                                 << "policies";
    QTest::newRow("unknown field") << R"({"policies":[],"x":1})"
                                   << "x";
    QTest::newRow("no days") << R"({"policies":[{"name":"a","rawDays":0}]})"
                             << "rawDays";
    QTest::newRow("order") << R"({"policies":[{"name":"a","rawDays":3,"minuteDays":2}]})"
                           << "“a”";
    QTest::newRow("twice") << R"({"policies":[{"name":"a"},{"name":"a"}]})"
                           << "two";
    QTest::newRow("no such group") << R"({"policies":[{"name":"a","group":"nobody","rawDays":3}]})"
                                   << "nobody";
    QTest::newRow("a car for a group") << R"({"policies":[{"name":"a","group":"car-1","rawDays":3}]})"
                                       << "car-1";
    QTest::newRow("small budget") << R"({"policies":[],"diskBudgetBytes":5})"
                                  << "diskBudgetBytes";
  }
  void mistakesAreRefusedByName() {
    QFETCH(QString, body);
    QFETCH(QString, named);
    const auto answer = m_gateway->call(Verb::put, "/retention", m_root, body.toStdString());
    QCOMPARE(answer.status, 400);
    QVERIFY2(QString::fromStdString(answer.json["detail"].get<std::string>()).contains(named),
             answer.json.dump().c_str());
  }
};

QTEST_GUILESS_MAIN(TestHttpRetention)
#include "tst_http_retention.moc"
