#include "gateway/server/http/router.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <fmt/format.h>

#include <map>
#include <set>

using namespace carport;
using namespace carport::test;

/// Every call that the router knows, asked by every kind of caller: whoever may not is refused, whatever the call is,
/// so that a new call cannot be forgotten.
class TestHttpEveryCall : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
    api::Organisation organisation;
    organisation.id = "acme";
    QVERIFY(m_gateway->store->addOrganisation(organisation).has_value());
    m_gateway->addUser("acme.anna", api::kAdministratorRole);
    m_gateway->addUser("bob", api::kAdministratorRole);
    m_gateway->addUser("nora", "");
    m_gateway->addCar("acme.van");
    for (const char* id : {"root", "olga", "vera", "nora", "bob", "acme.anna", "car-2"}) {
      m_tokens[id] = m_gateway->tokenFor(id);
    }
    m_tokens["expired"] = m_gateway->tokenFor("root", m_gateway->clock.now() - std::chrono::seconds(1));
    m_tokens["nonsense"] = "cp_nonsense";
    m_tokens["nobody"] = "";
    QTRY_VERIFY(m_gateway->knowsToken(m_tokens["car-2"]));
  }
  void cleanup() { m_gateway.reset(); }

  void strangersReachOnlyWhatIsForEverybody() {
    QCOMPARE(call("root", Verb::patch, "/principals/bob", R"({"blocked":true})").status, 200U);
    for (const char* caller : {"nobody", "nonsense", "expired", "bob"}) {
      for (const Route& route : allRoutes()) {
        const auto status = ask(caller, route).status;
        const bool isOpen = route.admission == Admission::anyone;
        QVERIFY2(isOpen ? status != 500 : status == 401, told(caller, route, status));
      }
    }
    std::set<std::string> open;
    for (const Route& route : allRoutes()) {
      if (route.admission == Admission::anyone) open.insert(std::string(route.pattern));
    }
    QCOMPARE(open, (std::set<std::string>{"/health", "/session", "/openapi.json", "/problems", "/problems/{kind}",
                                          "/provisioning/devices", "/provisioning/claim"}));
  }

  void whoHasNoRightsReachesNothingOfOthers_data() {
    QTest::addColumn<QString>("caller");
    QTest::addColumn<QStringList>("mayReach");
    const QStringList own{"GET /session",
                          "POST /session",
                          "DELETE /session",
                          "GET /session/second-factor",
                          "POST /session/second-factor",
                          "POST /session/second-factor/confirm",
                          "POST /session/second-factor/remove",
                          "POST /session/password",
                          "GET /health",
                          "GET /openapi.json",
                          "GET /problems",
                          "GET /problems/{kind}",
                          "GET /gateway",
                          "GET /cars",
                          "GET /events",
                          "GET /commands",
                          "GET /history",
                          "GET /fleet/moments",
                          "GET /fleet/heat",
                          "GET /fleet/latest",
                          "GET /sessions",
                          "DELETE /sessions",
                          "GET /tokens",
                          "POST /tokens",
                          "GET /permissions/decision",
                          "POST /provisioning/devices",
                          "POST /provisioning/claim",
                          "POST /claims",
                          "GET /live"};
    QTest::newRow("nobody's rights") << "nora" << own;
    QTest::newRow("a viewer") << "vera" << own + viewing();
    QTest::newRow("an operator") << "olga" << own + viewing() + QStringList{"POST /cars/{id}/commands"};
    QTest::newRow("another device") << "car-2" << own;
    QTest::newRow("another organisation's administrator") << "acme.anna" << own + administering();
  }
  void whoHasNoRightsReachesNothingOfOthers() {
    QFETCH(QString, caller);
    QFETCH(QStringList, mayReach);
    for (const Route& route : allRoutes()) {
      if (nameOf(route) == "DELETE /session") continue;  // the rest needs it
      const auto answer = ask(caller.toStdString(), route);
      if (mayReach.contains(nameOf(route))) {
        QVERIFY2(answer.status != 500, told(caller.toStdString(), route, answer.status));
        continue;
      }
      const bool isRefused = answer.status == 403 || answer.status == 404;
      QVERIFY2(isRefused, told(caller.toStdString(), route, answer.status));
    }
    // What is the house's is as it was.
    QCOMPARE(call("root", Verb::get, "/cars/car-1").json["name"].get<std::string>(), std::string());
    QCOMPARE(call("root", Verb::get, "/cars").json["cars"].size(), std::size_t{3});
  }

  void aTokenForLookingDoesNothing() {
    const auto made = call("root", Verb::post, "/tokens", R"({"label":"screen","actions":["view"]})");
    QCOMPARE(made.status, 201U);
    m_tokens["screen"] = made.json["token"].get<std::string>();
    for (const Route& route : allRoutes()) {
      if (route.method == Verb::get || route.admission == Admission::anyone) continue;
      if (nameOf(route) == "DELETE /session") continue;  // ends itself alone
      const auto status = ask("screen", route).status;
      QVERIFY2(status == 403 || status == 404, told("screen", route, status));
    }
    for (const char* path : {"/principals", "/audit", "/log", "/permissions", "/retention", "/provisioning/keys",
                             "/claim-codes", "/roles", "/organisations", "/gateway/drain", "/sign-ins/waiting"}) {
      QVERIFY2(call("screen", Verb::get, path).status == 403, path);
    }
    QCOMPARE(call("screen", Verb::get, "/cars/car-1").status, 200U);
  }

  void noCallTakesWhatItDoesNotKnow() {
    QCOMPARE(call("root", Verb::post, "/roles", R"({"id":"chief"})").status, 201U);
    QCOMPARE(call("root", Verb::post, "/fences", bodies().at("POST /fences")).status, 201U);
    for (const Route& route : allRoutes()) {
      const auto known = bodies().find(nameOf(route).toStdString());
      if (route.body != BodyKind::json || known == bodies().end()) continue;
      auto body = nlohmann::json::parse(known->second);
      body["isAdministrator"] = true;
      const auto answer = call("root", route.method, pathOf(route), body.dump());
      QVERIFY2(answer.status == 400, told("root", route, answer.status));
      QVERIFY2(answer.body.find("isAdministrator") != std::string::npos, answer.body.c_str());
    }
    // Nor what others decide: whose somebody is, his number, or that a rule is built in.
    for (const char* body :
         {R"({"type":"user","id":"x","number":1})", R"({"type":"user","id":"x","organisation":"acme"})",
          R"({"type":"user","id":"x","mustChangePassword":false})"}) {
      QCOMPARE(call("root", Verb::post, "/principals", body).status, 400U);
    }
    const auto rule = call("acme.anna", Verb::post, "/permissions",
                           R"({"who":"*","about":"*","allow":true,"number":1,"builtIn":true})");
    QVERIFY(rule.status == 400 || (rule.status == 201 && !rule.json["builtIn"].get<bool>()));
    QCOMPARE(call("root", Verb::get, "/permissions/1").json["builtIn"].get<bool>(), true);
  }

  void noListIsLongerThanItMayBe() {
    for (const Route& route : allRoutes()) {
      const auto parameters = fmt::format(" {} ", route.parameters);
      if (parameters.find(" limit ") == std::string::npos) continue;
      for (const char* limit : {"0", "-1", "50001", "999999999999999999999", "x"}) {
        const auto status = call("root", route.method, fmt::format("{}?limit={}", pathOf(route), limit)).status;
        QVERIFY2(status == 400, told("root", route, status));
      }
    }
  }

  void noAnswerHoldsASecret() {
    QCOMPARE(call("root", Verb::patch, "/principals/vera", R"({"password":"a password of hers"})").status, 200U);
    const auto record = m_gateway->registry.record("vera");
    QVERIFY(record.has_value());
    const std::string kept = record->passwordHash.str();
    QVERIFY(kept.size() > 20);
    for (const Route& route : allRoutes()) {
      if (route.method != Verb::get || nameOf(route) == "GET /openapi.json") continue;
      const auto answer = ask("root", route);
      for (const std::string& secret : {kept, m_tokens["vera"], m_tokens["root"], std::string("a password of hers"),
                                        std::string("a secret of sixteen"), std::string("$argon2")}) {
        QVERIFY2(answer.body.find(secret) == std::string::npos, told("root", route, answer.status));
      }
    }
  }

  void everyAnswerKeepsBrowsersCareful() {
    for (const Route& route : allRoutes()) {
      for (const char* caller : {"nobody", "vera"}) {
        const auto answer = ask(caller, route);
        if (answer.status == 401 && nameOf(route) == "DELETE /session") continue;
        QCOMPARE(answer.header("X-Content-Type-Options"), std::string("nosniff"));
        QCOMPARE(answer.header("Cache-Control"), std::string("no-store"));
        QVERIFY(answer.header("Content-Security-Policy").starts_with("default-src 'none'"));
        QVERIFY(answer.header("Access-Control-Allow-Origin").empty());
        QVERIFY(answer.header("Content-Type").find("html") == std::string::npos);
        if (nameOf(route) == "DELETE /session") m_tokens["vera"] = m_gateway->tokenFor("vera");
      }
      QTRY_VERIFY(m_gateway->knowsToken(m_tokens["vera"]));
    }
  }

 private:
  /// What whoever may view everything reaches beyond what everybody does.
  static QStringList viewing() {
    return {"GET /fences",
            "GET /fences/{number}",
            "GET /cars/{id}",
            "GET /cars/{id}/history",
            "GET /cars/{id}/metrics",
            "GET /cars/{id}/moment",
            "GET /cars/{id}/events",
            "GET /cars/{id}/commands",
            "GET /cars/{id}/connections"};
  }
  /// What an organisation's administrator reaches of its own.
  static QStringList administering() {
    return {"GET /principals",
            "POST /principals",
            "POST /cars",
            "PUT /cars/{id}",
            "POST /cars/import",
            "GET /organisations",
            "GET /roles",
            "POST /roles",
            "GET /provisioning/keys",
            "POST /provisioning/keys",
            "GET /claim-codes",
            "GET /permissions",
            "POST /permissions",
            "GET /permissions/{number}",
            "PUT /permissions/{number}",
            "DELETE /permissions/{number}",
            "POST /permissions/simulate",
            "GET /audit",
            "GET /limits",
            "POST /limits",
            "GET /fences",
            "POST /fences",
            "GET /fences/{number}",
            "PUT /fences/{number}",
            "DELETE /fences/{number}"};
  }
  static QString nameOf(const Route& route) {
    const auto verb = boost::beast::http::to_string(route.method);
    return QString::fromStdString(fmt::format("{} {}", std::string_view(verb.data(), verb.size()), route.pattern));
  }
  /// About the house's first car, its first rule and so on.
  static std::string pathOf(const Route& route) {
    std::string path(route.pattern);
    const std::string_view id = path.starts_with("/cars/")            ? "car-1"
                                : path.starts_with("/organisations/") ? "acme"
                                : path.starts_with("/roles/")         ? "chief"
                                                                      : "root";
    for (const auto& [variable, value] :
         std::map<std::string, std::string>{{"{id}", std::string(id)},
                                            {"{number}", "1"},
                                            {"{commandId}", "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
                                            {"{kind}", "denied"}}) {
      if (const auto at = path.find(variable); at != std::string::npos) path.replace(at, variable.size(), value);
    }
    return path;
  }
  /// What the calls want to hear, so that they come to asking who may.
  static const std::map<std::string, std::string>& bodies() {
    static const std::map<std::string, std::string> all{
        {"POST /session", R"({"id":"vera","password":"wrong"})"},
        {"POST /session/password", R"({"current":"wrong","new":"a long password"})"},
        {"POST /session/second-factor", R"({"password":"wrong"})"},
        {"POST /session/second-factor/confirm", R"({"code":"123456"})"},
        {"POST /session/second-factor/remove", R"({"password":"wrong"})"},
        {"POST /gateway/drain", R"({"seconds":0})"},
        {"POST /cars", R"({"id":"car-9"})"},
        {"POST /cars/import", R"({"cars":[{"id":"car-9"}]})"},
        {"PATCH /cars/{id}", R"({"name":"Mine"})"},
        {"PUT /cars/{id}", R"({"name":"Mine"})"},
        {"POST /cars/{id}/secret", R"({"overlapSeconds":0})"},
        {"POST /cars/{id}/claim-code", R"({"gives":"car"})"},
        {"POST /cars/{id}/telemetry", R"({"speed":1})"},
        {"POST /cars/{id}/events", R"({"name":"x"})"},
        {"POST /cars/{id}/commands", R"({"name":"honk"})"},
        {"POST /principals", R"({"type":"user","id":"new","password":"a long password"})"},
        {"PATCH /principals/{id}", R"({"name":"Mine"})"},
        {"POST /organisations", R"({"id":"new"})"},
        {"PATCH /organisations/{id}", R"({"name":"Mine"})"},
        {"POST /roles", R"({"id":"boss"})"},
        {"PATCH /roles/{id}", R"({"name":"Mine"})"},
        {"POST /provisioning/keys", R"({"quota":1})"},
        {"POST /provisioning/devices", R"({"key":"cpk_wrong","id":"car-9"})"},
        {"POST /provisioning/claim", R"({"code":"ACDE-2345"})"},
        {"POST /claims", R"({"code":"ACDE-2345"})"},
        {"POST /permissions", R"({"who":"*","about":"*","allow":true})"},
        {"PUT /permissions/{number}", R"({"who":"*","about":"*","allow":true})"},
        {"POST /permissions/simulate", R"({"rule":{"who":"*","about":"*","allow":true}})"},
        {"POST /fences", R"({"name":"Depot","geometry":{"type":"Circle","coordinates":[7.4,43.7],"radius":250}})"},
        {"PUT /fences/{number}",
         R"({"name":"Depot","geometry":{"type":"Circle","coordinates":[7.4,43.7],"radius":250}})"},
        {"PUT /retention", R"({"policies":[]})"},
        {"POST /tokens", R"({"owner":"root"})"},
    };
    return all;
  }
  HttpAnswer ask(const std::string& caller, const Route& route) {
    const auto known = bodies().find(nameOf(route).toStdString());
    std::string path = pathOf(route);
    if (route.pattern == "/permissions/decision") path += "?action=view&about=car-1";
    if (route.pattern == "/history" || route.pattern == "/cars/{id}/history") path += "?metric=speed";
    if (route.pattern == "/tokens" && route.method == Verb::get) path += "?owner=" + caller;
    const std::string none = route.method == Verb::post ? "{}" : "";
    return call(caller, route.method, path, known == bodies().end() ? none : known->second);
  }
  HttpAnswer call(const std::string& who, Verb verb, const std::string& path, const std::string& body = {}) {
    return m_gateway->call(verb, path, m_tokens[who], body);
  }
  const char* told(const std::string& caller, const Route& route, unsigned status) {
    m_told = fmt::format("{} {}: {}", caller, nameOf(route).toStdString(), status);
    return m_told.c_str();
  }

  std::unique_ptr<ControlFixture> m_gateway;
  std::map<std::string, std::string> m_tokens;
  std::string m_told;
};

QTEST_GUILESS_MAIN(TestHttpEveryCall)
#include "tst_http_every_call.moc"
