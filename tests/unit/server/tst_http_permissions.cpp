#include "gateway/api/openapi.h"
#include "gateway/server/http/router.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <set>

using namespace carport;
using namespace carport::test;

/// Who may call what: every route of the router's table, asked by nobody, a car, a viewer, an operator and an
/// administrator.
class TestHttpPermissions : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<ControlFixture> m_gateway;
  std::map<std::string, std::string> m_tokens;

 private slots:
  void initTestCase() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
    for (const char* id : {"root", "olga", "vera", "car-1"}) m_tokens[id] = m_gateway->tokenFor(id);
    QTRY_VERIFY(m_gateway->knowsToken(m_tokens["car-1"]));
  }
  void cleanupTestCase() { m_gateway.reset(); }

  void nobodyReachesMoreThanTheOpenCalls() {
    for (const Route& route : allRoutes()) {
      std::string path(route.pattern);
      for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
        path.replace(open, path.find('}') - open + 1, "1");
      }
      const auto answer = m_gateway->call(route.method, path, {}, route.body == BodyKind::none ? "" : "{}");
      const bool refused = answer.status == 401;
      QVERIFY2(refused == (route.admission != Admission::anyone), path.c_str());
      if (refused) QCOMPARE(answer.json["error"]["kind"].get<std::string>(), std::string("unauthenticated"));
    }
  }

  void rolesMayWhatTheirRulesSay_data() {
    QTest::addColumn<int>("verb");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("body");
    QTest::addColumn<QList<int>>("statuses");  // administrator, operator, viewer, car-1
    const auto row = [](const char* name, Verb verb, const char* path, const char* body, QList<int> statuses) {
      QTest::newRow(name) << int(verb) << path << body << statuses;
    };
    row("gateway", Verb::get, "/gateway", "", {200, 200, 200, 200});
    row("log", Verb::get, "/log", "", {200, 403, 403, 403});
    row("one's own car", Verb::get, "/cars/car-1", "", {200, 200, 200, 200});
    row("another car", Verb::get, "/cars/car-2", "", {200, 200, 200, 403});
    row("another car's history", Verb::get, "/cars/car-2/history?metric=speed", "", {200, 200, 200, 403});
    row("another car's events", Verb::get, "/cars/car-2/events", "", {200, 200, 200, 403});
    row("another car's metrics", Verb::get, "/cars/car-2/metrics", "", {200, 200, 200, 403});
    row("another car's commands", Verb::get, "/cars/car-2/commands", "", {200, 200, 200, 403});
    row("commanding", Verb::post, "/cars/car-2/commands", R"({"name":"lock"})", {201, 201, 403, 403});
    row("blocking a car", Verb::patch, "/cars/car-3", R"({"name":"Three"})", {200, 403, 403, 403});
    row("a new secret", Verb::post, "/cars/car-3/secret", "{}", {200, 403, 403, 403});
    row("principals", Verb::get, "/principals", "", {200, 403, 403, 403});
    row("rules", Verb::get, "/permissions", "", {200, 403, 403, 403});
    row("a rule", Verb::post, "/permissions", R"({"who":"*","about":"self","allow":false,"priority":99999})",
        {201, 403, 403, 403});
    row("a decision about others", Verb::get, "/permissions/decision?who=root&action=view&about=car-1", "",
        {200, 403, 403, 403});
    row("a decision about oneself", Verb::get, "/permissions/decision?action=view&about=car-1", "",
        {200, 200, 200, 200});
    row("another's tokens", Verb::get, "/tokens?owner=root", "", {200, 403, 403, 403});
    row("one's own tokens", Verb::get, "/tokens", "", {200, 200, 200, 200});
    row("import", Verb::post, "/cars/import", R"({"cars":[]})", {200, 403, 403, 403});
  }
  void rolesMayWhatTheirRulesSay() {
    QFETCH(int, verb);
    QFETCH(QString, path);
    QFETCH(QString, body);
    QFETCH(QList<int>, statuses);
    const std::array callers{"root", "olga", "vera", "car-1"};
    for (int i = 0; i < statuses.size(); ++i) {
      const auto answer =
          m_gateway->call(Verb(verb), path.toStdString(), m_tokens[callers[std::size_t(i)]], body.toStdString());
      QVERIFY2(
          int(answer.status) == statuses[i],
          qPrintable(QString("%1: %2 %3").arg(callers[std::size_t(i)]).arg(answer.status).arg(answer.body.c_str())));
      if (answer.status == 403) QVERIFY(answer.json["error"].contains("rule"));
    }
  }

  void listsLeaveOutWhatTheCallerMayNotView() {
    QCOMPARE(m_gateway->call(Verb::get, "/cars", m_tokens["vera"]).json["cars"].size(), std::size_t(3));
    const auto own = m_gateway->call(Verb::get, "/cars", m_tokens["car-1"]).json["cars"];
    QCOMPARE(own.size(), std::size_t(1));
    QCOMPARE(own[0]["id"].get<std::string>(), std::string("car-1"));
    QCOMPARE(m_gateway->call(Verb::get, "/commands", m_tokens["car-1"]).json["commands"].size(), std::size_t(0));
  }

  void theDecidingRuleIsNamed() {
    const std::string body = R"({"who":"principal:vera","about":"principal:car-2","allow":false,"priority":-5})";
    const auto rule = m_gateway->call(Verb::post, "/permissions", m_tokens["root"], body);
    QCOMPARE(rule.status, 201U);
    const auto refused = m_gateway->call(Verb::get, "/cars/car-2", m_tokens["vera"]);
    QCOMPARE(refused.status, 403U);
    QCOMPARE(refused.json["error"]["rule"], rule.json["number"]);
    const std::string path = "/permissions/" + std::to_string(rule.json["number"].get<int>());
    QCOMPARE(m_gateway->call(Verb::delete_, path, m_tokens["root"]).status, 204U);
    QCOMPARE(m_gateway->call(Verb::get, "/cars/car-2", m_tokens["vera"]).status, 200U);
  }

  void theDocumentAndTheRouterHaveTheSameCalls() {
    std::set<std::string> documented;
    const auto document = nlohmann::json::parse(api::openApiJson());
    for (const auto& [path, calls] : document["paths"].items()) {
      for (const auto& [method, call] : calls.items())
        documented.insert(QString::fromStdString(method).toUpper().toStdString() + " " + path);
    }
    std::set<std::string> routed;
    for (const Route& route : allRoutes()) {
      routed.insert(std::string(http::to_string(route.method)) + " " + std::string(route.pattern));
    }
    QVERIFY(documented == routed);
    QCOMPARE(m_gateway->call(Verb::get, "/openapi.json").json, document);
  }
};

QTEST_GUILESS_MAIN(TestHttpPermissions)
#include "tst_http_permissions.moc"
