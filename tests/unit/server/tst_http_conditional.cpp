#include "gateway/server/http/entity_tag.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <functional>
#include <map>
#include <string>

using namespace carport;
using namespace carport::test;

/// Nobody fetches what he has already, and nobody overwrites what another has changed.
class TestHttpConditional : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<ControlFixture> m_gateway;
  std::string m_token;

  HttpAnswer call(Verb method, const std::string& path, const std::string& body = {},
                  const std::map<std::string, std::string>& fields = {}) {
    http::request<http::string_body> request{method, "/api/v2" + path, 11};
    request.set(http::field::host, "localhost");
    request.set(http::field::authorization, "Bearer " + m_token);
    if (!body.empty()) request.set(http::field::content_type, "application/json");
    for (const auto& [name, value] : fields) request.set(name, value);
    request.body() = body;
    request.prepare_payload();
    return m_gateway->send(request);
  }
  HttpAnswer get(const std::string& path, const std::string& known = {}) {
    return call(Verb::get, path, {},
                known.empty() ? std::map<std::string, std::string>()
                              : std::map<std::string, std::string>{{"If-None-Match", known}});
  }
  /// As the command line does it, a moment before the gateway looks again.
  void changeBeside(const std::string& id, const std::function<void(api::Principal&)>& change) {
    auto stored = m_gateway->store->load();
    for (PrincipalRecord& record : stored->principals) {
      if (record.principal.id != id) continue;
      change(record.principal);
      QVERIFY(m_gateway->store->updatePrincipal(record).has_value());
    }
  }

 private slots:
  void init() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
    m_token = m_gateway->tokenFor("root");
    QTRY_VERIFY(m_gateway->knowsToken(m_token));
  }
  void cleanup() { m_gateway.reset(); }

  void whatIsTheSameIsNotSentAgain() {
    for (const char* path : {"/openapi.json", "/permissions", "/principals", "/principals/vera", "/cars", "/cars/car-1",
                             "/retention", "/problems"}) {
      const auto first = get(path);
      QCOMPARE(first.status, 200U);
      const std::string tag = first.header("ETag");
      QVERIFY2(tag.size() > 2 && tag.front() == '"' && tag.back() == '"', path);
      for (const std::string& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
        const auto again = get(path, known);
        QVERIFY2(again.status == 304, (path + again.body).c_str());
        QVERIFY(again.body.empty());
        QVERIFY(again.header(http::field::content_length).empty());
        QCOMPARE(again.header("ETag"), tag);
      }
      QCOMPARE(get(path, "\"other\"").status, 200U);
      QCOMPARE(get(path, tag.substr(1, tag.size() - 2)).status, 200U);  // a tag has quotation marks
    }
    QVERIFY(get("/nothing", "*").status == 404);
  }

  void whatChangedIsSentAgain() {
    const std::string rules = get("/permissions").header("ETag");
    QCOMPARE(call(Verb::post, "/permissions", R"({"who":"*","about":"self","allow":true})").status, 201U);
    QCOMPARE(get("/permissions", rules).status, 200U);
    const std::string car = get("/cars/car-1").header("ETag");
    m_gateway->sample("car-1", 48.0, 11.0, 50.0);
    QTRY_COMPARE(get("/cars/car-1", car).status, 200U);
  }

  void twoAdministratorsDoNotOverwriteEachOther_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("theirs");
    QTest::addColumn<QString>("mine");
    QTest::addColumn<bool>("put");
    QTest::newRow("car") << "/cars/car-1"
                         << R"({"name":"theirs"})"
                         << R"({"name":"mine"})" << false;
    QTest::newRow("principal") << "/principals/vera"
                               << R"({"name":"theirs"})"
                               << R"({"name":"mine"})" << false;
    QTest::newRow("rule") << "rule"
                          << R"({"who":"*","about":"self","allow":true,"note":"theirs"})"
                          << R"({"who":"*","about":"self","allow":true,"note":"mine"})" << true;
    QTest::newRow("retention") << "/retention"
                               << R"({"policies":[{"name":"theirs","rawDays":9}]})"
                               << R"({"policies":[{"name":"mine","rawDays":9}]})" << true;
  }
  void twoAdministratorsDoNotOverwriteEachOther() {
    QFETCH(QString, path);
    QFETCH(QString, theirs);
    QFETCH(QString, mine);
    QFETCH(bool, put);
    std::string target = path.toStdString();
    if (target == "rule") {
      const auto made = call(Verb::post, "/permissions", R"({"who":"*","about":"self","allow":true})");
      target = "/permissions/" + std::to_string(made.json["number"].get<int>());
    }
    const Verb method = put ? Verb::put : Verb::patch;
    const std::string tag = get(target).header("ETag");
    QCOMPARE(call(method, target, theirs.toStdString(), {{"If-Match", tag}}).status, 200U);
    const auto refused = call(method, target, mine.toStdString(), {{"If-Match", tag}});
    QCOMPARE(refused.status, 412U);
    QCOMPARE(refused.json["kind"].get<std::string>(), std::string("preconditionFailed"));
    QVERIFY(get(target).body.find("theirs") != std::string::npos);
    // Having looked again, one may.
    const std::string newer = get(target).header("ETag");
    QVERIFY(newer != tag);
    QCOMPARE(call(method, target, mine.toStdString(), {{"If-Match", "\"other\", " + newer}}).status, 200U);
    QCOMPARE(call(method, target, mine.toStdString(), {{"If-Match", "*"}}).status, 200U);
    QCOMPARE(call(method, target, mine.toStdString()).status, 200U);
    QVERIFY(get(target).body.find("mine") != std::string::npos);
    const std::string last = get(target).header("ETag");
    QCOMPARE(call(method, target, mine.toStdString(), {{"If-Match", "W/" + last}}).status, 412U);  // weak
  }

  void nobodyRemovesWhatHasChanged() {
    for (const std::string path : {"/cars/car-1", "/principals/vera"}) {
      const std::string tag = get(path).header("ETag");
      QCOMPARE(call(Verb::patch, path, R"({"name":"newer"})").status, 200U);
      QCOMPARE(call(Verb::delete_, path, {}, {{"If-Match", tag}}).status, 412U);
      QCOMPARE(call(Verb::delete_, path, {}, {{"If-Match", get(path).header("ETag")}}).status, 204U);
    }
    const auto rule = call(Verb::post, "/permissions", R"({"who":"*","about":"self","allow":true})");
    const std::string path = "/permissions/" + std::to_string(rule.json["number"].get<int>());
    QCOMPARE(call(Verb::delete_, path, {}, {{"If-Match", "\"old\""}}).status, 412U);
    QCOMPARE(call(Verb::delete_, path, {}, {{"If-Match", get(path).header("ETag")}}).status, 204U);
  }

  void listsAndAnswersNameTheRevision() {
    const auto rules = get("/permissions").json["rules"];
    for (const auto& rule : rules) {
      const auto one = get("/permissions/" + std::to_string(rule["number"].get<int>()));
      QCOMPARE(one.json, rule);
      QCOMPARE(one.header("ETag"), '"' + rule["revision"].get<std::string>() + '"');
    }
    const auto added = call(Verb::post, "/permissions", R"({"who":"*","about":"self","allow":true})");
    QCOMPARE(get("/permissions/" + std::to_string(added.json["number"].get<int>())).json, added.json);
    const auto changed = call(Verb::patch, "/principals/vera", R"({"name":"Vera V."})");
    QCOMPARE(changed.json, get("/principals/vera").json);
    QCOMPARE(changed.header("ETag"), get("/principals/vera").header("ETag"));
    const auto number = std::to_string(rules[0]["number"].get<int>());
    nlohmann::json rule = rules[0];
    rule["note"] = "another";
    const auto put = call(Verb::put, "/permissions/" + number, rule.dump(),
                          {{"If-Match", '"' + rules[0]["revision"].get<std::string>() + '"'}});
    QCOMPARE(put.status, 200U);
    QCOMPARE(put.json["revision"], get("/permissions/" + number).json["revision"]);
  }

  void whatTheCarDoesIsNoChangeOfAnAdministrator() {
    const std::string tag = get("/cars/car-1").header("ETag");
    m_gateway->sample("car-1", 48.0, 11.0, 50.0);
    QTRY_VERIFY(get("/cars/car-1").header("ETag") != tag);
    QCOMPARE(call(Verb::patch, "/cars/car-1", R"({"name":"mine"})", {{"If-Match", tag}}).status, 200U);
  }

  void aNewSecretDoesNotUnblock() {
    const auto code = call(Verb::post, "/cars/car-2/claim-code");
    QCOMPARE(code.status, 201U);
    const auto block = [](api::Principal& car) { car.blocked = true; };
    changeBeside("car-1", block);
    const auto renewed = call(Verb::post, "/cars/car-1/secret");
    QVERIFY(renewed.status == 409 || renewed.status == 200);
    changeBeside("car-2", block);
    const nlohmann::json claim{{"code", code.json["code"]}};
    const auto claimed = call(Verb::post, "/provisioning/claim", claim.dump());
    QVERIFY(claimed.status == 409 || claimed.status == 200);
    const auto kept = m_gateway->store->load();
    for (const PrincipalRecord& record : kept->principals) {
      const std::string& id = record.principal.id;
      QCOMPARE(record.principal.blocked, id == "car-1" || id == "car-2");
    }
    // The code was not used up where it did nothing.
    QTRY_VERIFY(m_gateway->registry.find("car-2")->blocked);
    QCOMPARE(call(Verb::post, "/provisioning/claim", claim.dump()).status, claimed.status == 409 ? 200U : 404U);
  }

  void whatAnotherProcessHasJustChangedIsNotOverwritten() {
    changeBeside("car-1", [](api::Principal& car) { car.name = "by the command line"; });
    const auto answer = call(Verb::patch, "/cars/car-1", R"({"blocked":true})");
    QVERIFY(answer.status == 409 || answer.status == 200);
    QTRY_COMPARE(m_gateway->registry.find("car-1")->name, std::string("by the command line"));
    QCOMPARE(call(Verb::patch, "/cars/car-1", R"({"blocked":true})").status, 200U);
    QCOMPARE(m_gateway->registry.find("car-1")->name, std::string("by the command line"));
  }
};

QTEST_GUILESS_MAIN(TestHttpConditional)
#include "tst_http_conditional.moc"
