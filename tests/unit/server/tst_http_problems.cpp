#include "gateway/api/problem.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <set>

using namespace carport;
using namespace carport::test;

/// Every failure is a problem as RFC 9457 has it.
class TestHttpProblems : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<ControlFixture> m_gateway;
  std::string m_token;
  std::string m_viewer;

  /// What is wrong with an answer as a problem; empty where it is one.
  static std::string complaint(const HttpAnswer& answer, const std::string& instance) {
    if (answer.header(http::field::content_type) != "application/problem+json") return "content type";
    if (!answer.json.is_object()) return "no object";
    for (const char* member : {"type", "title", "detail", "kind"}) {
      if (!answer.json.contains(member) || !answer.json[member].is_string()) return member;
    }
    if (answer.json.value("status", 0U) != answer.status) return "status";
    if (answer.json.value("instance", "") != instance) return "instance";
    const auto* type = api::problemTypeNamed(answer.json["kind"].get<std::string>());
    if (type == nullptr || answer.json["title"] != std::string(type->title)) return "title";
    if (answer.json["type"] != "/api/v2/problems/" + std::string(type->kind)) return "type";
    return answer.json.contains("error") ? "an error in it" : "";
  }

 private slots:
  void init() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
    m_token = m_gateway->tokenFor("root");
    m_viewer = m_gateway->tokenFor("vera");
    QTRY_VERIFY(m_gateway->knowsToken(m_token) && m_gateway->knowsToken(m_viewer));
  }
  void cleanup() { m_gateway.reset(); }

  void everyFailureIsAProblem() {
    struct Case {
      Verb method;
      std::string path;
      std::string token;
      std::string body;
      std::string contentType;
      unsigned status;
      std::string kind;
    };
    const std::vector<Case> cases{
        {Verb::get, "/cars?limit=0", m_token, "", "", 400, "invalid"},
        {Verb::get, "/cars", "", "", "", 401, "unauthenticated"},
        {Verb::get, "/cars", "cp_wrong", "", "", 401, "unauthenticated"},
        {Verb::post, "/cars", m_viewer, R"({"id":"x"})", "application/json", 403, "denied"},
        {Verb::get, "/nothing", m_token, "", "", 404, "notFound"},
        {Verb::get, "/cars/nobody", m_token, "", "", 404, "notFound"},
        {Verb::put, "/cars", m_token, "", "", 405, "methodNotAllowed"},
        {Verb::post, "/cars", m_token, R"({"id":"car-1"})", "application/json", 409, "conflict"},
        {Verb::post, "/cars", m_token, std::string(100'000, ' '), "application/json", 413, "tooLarge"},
        {Verb::post, "/cars", m_token, "<car/>", "application/xml", 415, "unsupportedMediaType"},
        {Verb::get, "/live", m_token, "", "", 426, "upgradeRequired"},
    };
    for (const Case& c : cases) {
      const auto answer = m_gateway->call(c.method, c.path, c.token, c.body, c.contentType);
      const std::string what = c.path + " " + std::to_string(c.status) + ": " + answer.body;
      QVERIFY2(answer.status == c.status, what.c_str());
      // What is too long to be read never became a call, so nothing was asked for.
      const std::string instance = c.status == 413 ? "" : "/api/v2" + c.path.substr(0, c.path.find('?'));
      const std::string wrong = complaint(answer, instance);
      QVERIFY2(wrong.empty(), (wrong + " of " + what).c_str());
      QCOMPARE(answer.json["kind"].get<std::string>(), c.kind);
    }
  }

  void theTypeLeadsToItsMeaning() {
    const auto refused = m_gateway->call(Verb::get, "/nothing", m_token).json;
    const auto path = refused["type"].get<std::string>().substr(std::string("/api/v2").size());
    const auto type = m_gateway->call(Verb::get, path);
    QCOMPARE(type.status, 200U);
    QCOMPARE(type.json["title"], refused["title"]);
    QVERIFY(!type.json["meaning"].get<std::string>().empty());
    QCOMPARE(m_gateway->call(Verb::get, "/problems/nonsense").status, 404U);
    const auto all = m_gateway->call(Verb::get, "/problems").json["problems"];
    std::set<std::string> kinds;
    for (const auto& one : all) {
      kinds.insert(one["kind"].get<std::string>());
      QCOMPARE(m_gateway->call(Verb::get, "/problems/" + one["kind"].get<std::string>()).json, one);
    }
    QCOMPARE(kinds.size(), all.size());
    QCOMPARE(all.size(), api::problemTypes().size());
  }

  void everyKindOfErrorHasItsType() {
    for (int kind = 0; kind <= static_cast<int>(ErrorKind::internal); ++kind) {
      const auto& type = api::problemType(static_cast<ErrorKind>(kind));
      QVERIFY(type.status >= 400 && type.status <= 599);
      if (static_cast<ErrorKind>(kind) != ErrorKind::internal) QVERIFY(type.kind != "internal");
    }
    for (int status = 400; status < 600; ++status) {
      const auto& type = api::problemTypeOfStatus(status);
      QCOMPARE(type.status >= 500, status >= 500);
    }
  }

  void theFieldsThatAreWrongAreNamed() {
    const auto body = R"({"id":"bad id","nmae":"x","secret":7})";
    const auto answer = m_gateway->call(Verb::post, "/cars", m_token, body);
    QCOMPARE(answer.status, 400U);
    std::map<std::string, std::string> errors;
    for (const auto& error : answer.json["errors"]) {
      errors[error["pointer"].get<std::string>()] = error["detail"].get<std::string>();
    }
    QCOMPARE(errors.size(), std::size_t(3));
    QVERIFY(errors["/id"].find("1 to 64") != std::string::npos);
    QCOMPARE(errors["/secret"], std::string("The field 'secret' must be text"));
    QCOMPARE(answer.json["detail"].get<std::string>(), errors["/nmae"]);
    const auto query = m_gateway->call(Verb::get, "/events?limit=x", m_token).json["errors"];
    QCOMPARE(query.size(), std::size_t(1));
    QCOMPARE(query[0]["parameter"].get<std::string>(), std::string("limit"));
    const auto unknown = m_gateway->call(Verb::get, "/events?lmit=5", m_token).json["errors"];
    QCOMPARE(unknown[0]["parameter"].get<std::string>(), std::string("lmit"));
  }

  void whatIsWrongWithinAFieldIsNamed() {
    const std::string rule = R"({"who":"topic:a/b","about":"*","allow":true})";
    const auto added = m_gateway->call(Verb::post, "/permissions", m_token, rule).json["errors"];
    QCOMPARE(added.size(), std::size_t(1));
    QCOMPARE(added[0]["pointer"].get<std::string>(), std::string("/who"));
    const auto tried = m_gateway->call(Verb::post, "/permissions/simulate", m_token, R"({"rule":)" + rule + "}");
    QCOMPARE(tried.json["errors"][0]["pointer"].get<std::string>(), std::string("/rule/who"));
    const auto acme = R"({"id":"acme","administrator":{"id":"anna"}})";
    const auto organisation = m_gateway->call(Verb::post, "/organisations", m_token, acme).json["errors"];
    QCOMPARE(organisation[0]["pointer"].get<std::string>(), std::string("/administrator/id"));
    const auto asked = m_gateway->call(Verb::get, "/permissions/decision?action=fly&about=car-1", m_token);
    QCOMPARE(asked.json["errors"][0]["parameter"].get<std::string>(), std::string("action"));
  }

  void aPathThatIsNoUtf8IsRepeatedSafely() {
    const auto answer = m_gateway->call(Verb::get, "/cars/%FF%FE", m_token);
    QCOMPARE(answer.status, 404U);
    QVERIFY(answer.json.is_object());
    QCOMPARE(answer.json["instance"].get<std::string>(), std::string("/api/v2/cars/%FF%FE"));
    const auto secret = m_gateway->call(Verb::get, "/nothing?token=cp_secret", m_token);
    QVERIFY(secret.body.find("cp_secret") == std::string::npos);
  }
};

QTEST_GUILESS_MAIN(TestHttpProblems)
#include "tst_http_problems.moc"
