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
      if (refused) QCOMPARE(answer.json["kind"].get<std::string>(), std::string("unauthenticated"));
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
    row("a fleet's history", Verb::get, "/history?metric=speed", "", {200, 200, 200, 200});
    row("a fleet's moments", Verb::get, "/fleet/moments", "", {200, 200, 200, 200});
    row("moments of another car", Verb::get, "/fleet/moments?car=car-1&car=car-2", "", {200, 200, 200, 403});
    row("a fleet's newest values", Verb::get, "/fleet/latest", "", {200, 200, 200, 200});
    row("newest values of another car", Verb::get, "/fleet/latest?car=car-1&car=car-2", "", {200, 200, 200, 403});
    row("a fleet's heat", Verb::get, "/fleet/heat?bbox=7,43,8,44&level=10", "", {200, 200, 200, 200});
    row("heat of another car", Verb::get, "/fleet/heat?bbox=7,43,8,44&level=10&car=car-2", "", {200, 200, 200, 403});
    row("another car's moment", Verb::get, "/cars/car-2/moment", "", {200, 200, 200, 403});
    row("history with another car", Verb::get, "/history?metric=speed&car=car-1&car=car-2", "", {200, 200, 200, 403});
    row("another car's events", Verb::get, "/cars/car-2/events", "", {200, 200, 200, 403});
    row("another car's metrics", Verb::get, "/cars/car-2/metrics", "", {200, 200, 200, 403});
    row("another car's commands", Verb::get, "/cars/car-2/commands", "", {200, 200, 200, 403});
    row("commanding", Verb::post, "/cars/car-2/commands", R"({"name":"lock"})", {201, 201, 403, 403});
    row("blocking a car", Verb::patch, "/cars/car-3", R"({"name":"Three"})", {200, 403, 403, 403});
    row("a new secret", Verb::post, "/cars/car-3/secret", "{}", {200, 403, 403, 403});
    row("principals", Verb::get, "/principals", "", {200, 403, 403, 403});
    row("organisations", Verb::get, "/organisations", "", {200, 403, 403, 403});
    row("an organisation", Verb::post, "/organisations", R"({"id":"acme"})", {201, 403, 403, 403});
    row("roles", Verb::get, "/roles", "", {200, 403, 403, 403});
    row("a role", Verb::post, "/roles", R"({"id":"mechanic"})", {201, 403, 403, 403});
    row("provisioning keys", Verb::get, "/provisioning/keys", "", {200, 403, 403, 403});
    row("a provisioning key", Verb::post, "/provisioning/keys", R"({"quota":5})", {201, 403, 403, 403});
    row("claim codes", Verb::get, "/claim-codes", "", {200, 403, 403, 403});
    row("a claim code", Verb::post, "/cars/car-3/claim-code", "", {201, 403, 403, 403});
    row("a claim without a code", Verb::post, "/claims", R"({"code":"ACDE-2345"})", {404, 404, 404, 400});
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
    row("an import's dry run", Verb::post, "/cars/import?dryRun=true", R"({"cars":[]})", {200, 403, 403, 403});
    row("putting a car", Verb::put, "/cars/car-3", R"({"name":"Three"})", {200, 403, 403, 403});
    row("speaking for another car", Verb::post, "/cars/car-2/telemetry", R"({"speed":1})", {503, 403, 403, 403});
    row("another car's event", Verb::post, "/cars/car-2/events", R"({"name":"a"})", {503, 403, 403, 403});
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
      if (answer.status == 403) QVERIFY(answer.json.contains("rule"));
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
    QCOMPARE(refused.json["rule"], rule.json["number"]);
    const std::string path = "/permissions/" + std::to_string(rule.json["number"].get<int>());
    QCOMPARE(m_gateway->call(Verb::delete_, path, m_tokens["root"]).status, 204U);
    QCOMPARE(m_gateway->call(Verb::get, "/cars/car-2", m_tokens["vera"]).status, 200U);
  }

  void thereIsAlwaysSomebodyWhoMayAdminister() {
    const std::string root = m_tokens["root"];
    // Who cannot sign in does not count, so root gets a password.
    QCOMPARE(m_gateway->call(Verb::patch, "/principals/root", root, R"({"password":"a long password"})").status, 200U);
    const auto rules = m_gateway->call(Verb::get, "/permissions", root).json["rules"];
    const auto number = std::to_string(rules[0]["number"].get<int>());
    const auto refused = [&](const HttpAnswer& answer) {
      return answer.status == 409 && answer.body.find("nobody could administer") != std::string::npos;
    };
    QVERIFY(refused(m_gateway->call(Verb::delete_, "/permissions/" + number, root)));
    for (const char* body : {R"({"who":"role:admin","about":"*","allow":false})",
                             R"({"who":"role:admin","about":"*","action":"view","allow":true})",
                             R"({"who":"role:admin","about":"*","allow":true,"expiresAt":32503680000000})"}) {
      QVERIFY(refused(m_gateway->call(Verb::put, "/permissions/" + number, root, body)));
    }
    QVERIFY(refused(m_gateway->call(Verb::post, "/permissions", root,
                                    R"({"who":"principal:root","about":"*","allow":false,"priority":1})")));
    QVERIFY(refused(m_gateway->call(Verb::patch, "/principals/root", root, R"({"role":"viewer"})")));
    QCOMPARE(m_gateway->call(Verb::get, "/permissions", root).json["rules"], rules);
    QVERIFY(m_gateway->registry.find("root")->role == api::kAdministratorRole);
    // With a second administrator the first may go.
    const auto second = R"({"type":"user","id":"rita","role":"admin","password":"a long password"})";
    QCOMPARE(m_gateway->call(Verb::post, "/principals", root, second).status, 201U);
    QCOMPARE(m_gateway->call(Verb::patch, "/principals/root", root, R"({"role":"viewer"})").status, 200U);
    const std::string rita = m_gateway->tokenFor("rita");
    QTRY_VERIFY(m_gateway->knowsToken(rita));
    QVERIFY(refused(m_gateway->call(Verb::patch, "/principals/rita", rita, R"({"role":"viewer"})")));
    QCOMPARE(m_gateway->call(Verb::patch, "/principals/root", rita, R"({"role":"admin"})").status, 200U);
    QCOMPARE(m_gateway->call(Verb::delete_, "/principals/rita", root).status, 204U);
  }

  void rulesSpeakOfWhoIsThere_data() {
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, const char* body, const char* sentence) {
      QTest::newRow(name) << body << sentence;
    };
    row("nobody acts", R"({"who":"principal:nobody","about":"*","allow":true})", "there is no principal 'nobody'");
    row("about nobody", R"({"who":"*","about":"principal:nobody","allow":true})", "there is no principal 'nobody'");
    row("no group", R"({"who":"group:nowhere","about":"*","allow":true})", "there is no group 'nowhere'");
    row("a car is no group", R"({"who":"*","about":"group:car-1","allow":true})", "there is no group 'car-1'");
    row("a topic acts", R"({"who":"topic:a/b","about":"*","allow":true})", "a topic does nothing");
    row("over already", R"({"who":"*","about":"self","allow":true,"expiresAt":1000})", "lies in the past");
  }
  void rulesSpeakOfWhoIsThere() {
    QFETCH(QString, body);
    QFETCH(QString, sentence);
    const std::string root = m_tokens["root"];
    const auto refused = m_gateway->call(Verb::post, "/permissions", root, body.toStdString());
    QCOMPARE(refused.status, 400U);
    QVERIFY2(QString::fromStdString(refused.body).contains(sentence), refused.body.c_str());
    const auto rules = m_gateway->call(Verb::get, "/permissions", root).json["rules"];
    const auto path = "/permissions/" + std::to_string(rules.back()["number"].get<int>());
    QCOMPARE(m_gateway->call(Verb::put, path, root, body.toStdString()).status, 400U);
  }

  void decisionsAboutTopicsAreThoseOfTheBroker_data() {
    QTest::addColumn<QString>("query");
    QTest::addColumn<bool>("allowed");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* query, bool allowed, const char* reason) {
      QTest::newRow(query) << query << allowed << reason;
    };
    row("who=car-1&action=send&topic=cars/car-1/telemetry", true, "allows cars to send as themselves");
    row("who=car-1&action=send&topic=cars/car-2/telemetry", false, "no rule allows it");
    row("who=car-1&action=subscribe&topic=cars/car-1/command", true, "allows cars to subscribe to themselves");
    row("who=olga&action=send&topic=cars/car-1/command", true, "allows operators to command cars");
    row("who=vera&action=command&topic=cars/car-1/command", false, "no rule allows it");
    row("who=vera&action=subscribe&topic=cars/car-1/telemetry", true, "allows viewers to subscribe to cars");
    row("who=vera&action=subscribe&topic=cars/car-1/%23", true, "allows viewers to subscribe to cars");
    row("who=vera&action=subscribe&topic=cars/%2B/telemetry", true, "each message is then decided");
    row("who=car-1&action=subscribe&topic=cars/%2B/telemetry", false, "anything but itself");
    row("who=vera&action=subscribe&topic=%24share/team/cars/car-1/telemetry", true, "allows viewers to subscribe to cars");
    row("who=car-1&action=subscribe&topic=%24share/team/cars/car-2/%23", false, "no rule allows it");
    row("who=root&action=send&topic=cars/car-9/telemetry", false, "no car has the id car-9");
    row("who=root&action=subscribe&topic=cars/car-9/telemetry", false, "no car has the id car-9");
    row("who=root&action=send&topic=%24SYS/x", false, "the gateway's own");
    row("who=root&action=send&topic=plant/door", true, "allows administrators");
    row("who=vera&action=subscribe&topic=plant/door", false, "no rule allows it");
  }
  void decisionsAboutTopicsAreThoseOfTheBroker() {
    QFETCH(QString, query);
    QFETCH(bool, allowed);
    QFETCH(QString, reason);
    const auto answer = m_gateway->call(Verb::get, "/permissions/decision?" + query.toStdString(), m_tokens["root"]);
    QCOMPARE(answer.status, 200U);
    QVERIFY2(answer.json["allowed"].get<bool>() == allowed, answer.body.c_str());
    QVERIFY2(QString::fromStdString(answer.json["explanation"].get<std::string>()).contains(reason),
             answer.body.c_str());
  }
  void decisionsNeedTopicsThatCanBe() {
    for (const char* query : {"action=send&topic=cars/%2B/telemetry", "action=subscribe&topic=a%23"}) {
      const auto answer = m_gateway->call(Verb::get, std::string("/permissions/decision?") + query, m_tokens["root"]);
      QCOMPARE(answer.status, 400U);
    }
  }
};

QTEST_GUILESS_MAIN(TestHttpPermissions)
#include "tst_http_permissions.moc"
