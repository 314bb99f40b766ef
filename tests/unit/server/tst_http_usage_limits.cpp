#include "tests/unit/server/control_fixture.h"
#include "tests/unit/server/live_client.h"

#include <QtTest>

#include <fmt/format.h>

#include <memory>
#include <string>

using namespace carport;
using namespace carport::test;

/// Limits over the API: how they are made, what they do to calls, and what is told of them.
class TestHttpUsageLimits : public QObject, private WithAdministrator {
  Q_OBJECT

  HttpAnswer call(Verb method, const std::string& path, const std::string& token, const nlohmann::json& body = {}) {
    return m_gateway->call(method, path, token, body.is_null() ? std::string() : body.dump());
  }
  HttpAnswer add(const nlohmann::json& limit) { return call(Verb::post, "/limits", m_token, limit); }
  static nlohmann::json limit(const std::string& whom, const std::string& measure, int most) {
    return {{"whom", whom}, {"measure", measure}, {"most", most}, {"reaction", "reject"}};
  }
  std::string organisation(const std::string& id) {
    const auto made =
        call(Verb::post, "/organisations", m_token, {{"id", id}, {"administrator", {{"password", "correct horse"}}}});
    if (made.status != 201) return {};
    const auto in = call(Verb::post, "/session", {}, {{"id", id + ".admin"}, {"password", "correct horse"}});
    return in.status == 200 ? in.json["token"].get<std::string>() : std::string();
  }

 private slots:
  void init() { QVERIFY(begin()); }
  void cleanup() { m_gateway.reset(); }

  void limitsComeChangeAndGo() {
    auto wanted = limit("*", "messagesPerSecond", 20);
    wanted["per"] = "principal";
    wanted["burst"] = 100;
    wanted["note"] = "wild cars";
    const auto made = add(wanted);
    QCOMPARE(made.status, 201U);
    QCOMPARE(made.json["number"].get<int>(), 1);
    QCOMPARE(made.json["burst"].get<int>(), 100);
    QCOMPARE(add(limit("address:10.0.0.0/8", "connections", 5)).json["number"].get<int>(), 2);
    const auto one = call(Verb::get, "/limits/1", m_token);
    QCOMPARE(one.status, 200U);
    QCOMPARE(one.json["revision"], made.json["revision"]);
    QCOMPARE(one.json["figures"]["budgets"].get<int>(), 0);
    const auto changed = call(Verb::patch, "/limits/1", m_token, {{"most", 30}, {"burst", nullptr}});
    QCOMPARE(changed.status, 200U);
    QCOMPARE(changed.json["most"].get<int>(), 30);
    QCOMPARE(changed.json["note"].get<std::string>(), std::string("wild cars"));
    QVERIFY(!changed.json.contains("burst"));
    const auto list = call(Verb::get, "/limits", m_token);
    QCOMPARE(list.json["limits"].size(), 2U);
    QCOMPARE(list.json["limits"][0]["most"].get<int>(), 30);
    QVERIFY(list.json["limits"][1].contains("figures"));
    QCOMPARE(call(Verb::get, "/limits?measure=connections", m_token).json["limits"].size(), 1U);
    QCOMPARE(call(Verb::get, "/limits?q=WILD", m_token).json["limits"].size(), 1U);
    QCOMPARE(call(Verb::get, "/limits?measure=smiles", m_token).status, 400U);
    const auto first = call(Verb::get, "/limits?limit=1", m_token);
    QCOMPARE(first.json["limits"].size(), 1U);
    QVERIFY(first.json.contains("next"));
    QCOMPARE(call(Verb::delete_, "/limits/1", m_token).status, 204U);
    QCOMPARE(call(Verb::get, "/limits/1", m_token).status, 404U);
    QCOMPARE(add(limit("*", "bytesPerDay", 5)).json["number"].get<int>(), 3);  // no number comes twice
    const auto audit = call(Verb::get, "/audit?action=limit.change", m_token);
    QCOMPARE(audit.json["entries"][0]["after"]["most"].get<int>(), 30);
  }

  void whoeverWasQuickerIsNotOverwritten() {
    const auto revision = add(limit("*", "bytesPerDay", 5)).json["revision"].get<std::string>();
    QCOMPARE(call(Verb::patch, "/limits/1", m_token, {{"most", 6}}).status, 200U);
    const HttpFields old{{"If-Match", "\"" + revision + "\""}};
    QCOMPARE(m_gateway->ask(Verb::patch, "/api/v2/limits/1", m_token, R"({"most":7})", old).status, 412U);
    QCOMPARE(m_gateway->ask(Verb::delete_, "/api/v2/limits/1", m_token, {}, old).status, 412U);
    QCOMPARE(call(Verb::get, "/limits/1", m_token).json["most"].get<int>(), 6);
  }

  void mistakesAreNamed() {
    for (const auto& [wrong, pointer] : std::initializer_list<std::pair<nlohmann::json, const char*>>{
             {limit("principal:nobody", "connections", 5), "/whom"},
             {limit("group:car-1", "connections", 5), "/whom"},
             {limit("organisation:none", "connections", 5), "/whom"},
             {limit("everybody", "connections", 5), "/whom"},
             {limit("*", "smiles", 5), "/measure"}}) {
      const auto answer = add(wrong);
      QCOMPARE(answer.status, 400U);
      QCOMPARE(answer.json["errors"][0]["pointer"].get<std::string>(), std::string(pointer));
    }
    QCOMPARE(add(limit("*", "connections", 0)).status, 400U);
    QCOMPARE(call(Verb::get, "/limits", m_token).json["limits"].size(), 0U);
  }

  void whoMayNotAdministerLearnsNothing() {
    QCOMPARE(add(limit("*", "connections", 50)).status, 201U);
    const auto viewer = m_gateway->usableToken("vera");
    QVERIFY(!viewer.empty());
    QCOMPARE(call(Verb::get, "/limits", viewer).status, 403U);
    QCOMPARE(call(Verb::get, "/limits/1", viewer).status, 403U);
    QCOMPARE(call(Verb::get, "/limits/2", viewer).status, 403U);
    QCOMPARE(call(Verb::post, "/limits", viewer, limit("*", "connections", 1)).status, 403U);
    QCOMPARE(call(Verb::delete_, "/limits/1", viewer).status, 403U);
  }

  void anOrganisationHasItsOwn() {
    const auto acme = organisation("acme"), zeta = organisation("zeta");
    QVERIFY(!acme.empty() && !zeta.empty());
    QCOMPARE(add(limit("organisation:acme", "commandsPerHour", 50)).status, 201U);
    // Each counts from one, and sees its own alone.
    for (const auto& token : {acme, zeta}) {
      const auto made = call(Verb::post, "/limits", token, limit("*", "bytesPerDay", 1000));
      QCOMPARE(made.status, 201U);
      QCOMPARE(made.json["number"].get<int>(), 1);
      QCOMPARE(call(Verb::get, "/limits", token).json["limits"].size(), 1U);
      QCOMPARE(call(Verb::get, "/limits/1", token).json["measure"].get<std::string>(), std::string("bytesPerDay"));
    }
    QCOMPARE(call(Verb::get, "/limits", m_token).json["limits"].size(), 1U);
    // Nothing about others, and no word of whether they are there.
    const auto there = call(Verb::post, "/limits", acme, limit("principal:zeta.admin", "connections", 1));
    const auto missing = call(Verb::post, "/limits", acme, limit("principal:zeta.nobody", "connections", 1));
    QCOMPARE(there.status, 400U);
    QCOMPARE(missing.status, 400U);
    QCOMPARE(call(Verb::post, "/limits", acme, limit("organisation:zeta", "connections", 1)).status, 400U);
    auto other = limit("*", "connections", 1);
    other["organisation"] = "zeta";
    QCOMPARE(call(Verb::post, "/limits", acme, other).status, 400U);
    QCOMPARE(call(Verb::post, "/limits", acme, limit("principal:acme.admin", "connections", 1)).status, 201U);
    // Limits go with whom they name.
    QCOMPARE(call(Verb::post, "/cars", acme, {{"id", "acme.van"}}).status, 201U);
    QCOMPARE(call(Verb::post, "/limits", acme, limit("principal:acme.van", "connections", 1)).json["number"].get<int>(),
             3);
    QCOMPARE(call(Verb::delete_, "/cars/acme.van", acme).status, 204U);
    QCOMPARE(call(Verb::get, "/limits/3", acme).status, 404U);
  }

  void commandsAreCountedAndRefused() {
    auto wanted = limit("*", "commandsPerHour", 2);
    wanted["per"] = "principal";
    QCOMPARE(add(wanted).status, 201U);
    const auto operatorToken = m_gateway->usableToken("olga");
    QVERIFY(!operatorToken.empty());
    const nlohmann::json command{{"name", "lock"}};
    for (int i = 0; i < 2; ++i) QCOMPARE(call(Verb::post, "/cars/car-1/commands", m_token, command).status, 201U);
    const auto over = call(Verb::post, "/cars/car-1/commands", m_token, command);
    QCOMPARE(over.status, 429U);
    const int wait = std::stoi(over.header(http::field::retry_after));
    QVERIFY(wait > 1700 && wait <= 1800);
    QCOMPARE(over.header("RateLimit-Policy"), std::string("\"limit-1\";q=2;w=3600"));
    QCOMPARE(over.header("RateLimit"), fmt::format("\"limit-1\";r=0;t={}", wait));
    QCOMPARE(over.json["kind"].get<std::string>(), std::string("limit"));
    QCOMPARE(call(Verb::post, "/cars/car-1/commands", operatorToken, command).status, 201U);
    const auto figures = call(Verb::get, "/limits/1", m_token).json["figures"];
    QCOMPARE(figures["budgets"].get<int>(), 2);
    QCOMPARE(figures["taken"].get<int>(), 3);
    QCOMPARE(figures["refused"].get<int>(), 1);
    QCOMPARE(figures["used"].get<int>(), 2);
    QCOMPARE(figures["busiest"][0]["of"].get<std::string>(), std::string("root"));
  }

  void aLiveFeedIsAConnection() {
    auto wanted = limit("*", "connections", 1);
    wanted["per"] = "principal";
    QCOMPARE(add(wanted).status, 201U);
    const auto viewer = m_gateway->usableToken("vera");
    auto first = std::make_unique<LiveClient>(*m_gateway, viewer);
    QCOMPARE(first->status(), 101U);
    QCOMPARE(LiveClient(*m_gateway, viewer).status(), 429U);
    QCOMPARE(LiveClient(*m_gateway, m_token).status(), 101U);
    first.reset();
    QTRY_COMPARE(LiveClient(*m_gateway, viewer).status(), 101U);
  }

  void nitrogensApiIsHeldToThemAsWell() {
    QVERIFY(!organisation("acme").empty());
    const auto v1 = [&](const std::string& path, const std::string& token, const nlohmann::json& body) {
      return m_gateway->ask(Verb::post, "/api/v1" + path, token, body.dump(), {});
    };
    const nlohmann::json password{{"email", "acme.admin"}, {"password", "correct horse"}};
    const auto in = v1("/principals/user/auth", {}, password);
    QCOMPARE(in.status, 200U);
    const auto token = in.json["accessToken"]["token"].get<std::string>();
    QCOMPARE(add(limit("organisation:acme", "bytesPerDay", 10)).status, 201U);
    const nlohmann::json message = nlohmann::json::array({{{"type", "note"}, {"body", {{"text", "hello"}}}}});
    QVERIFY(v1("/messages", token, message).status != 429U);
    const auto over = v1("/messages", token, message);
    QCOMPARE(over.status, 429U);
    QVERIFY(!over.header(http::field::retry_after).empty());
    QCOMPARE(add(limit("principal:acme.admin", "signInsPerMinute", 1)).status, 201U);
    QCOMPARE(v1("/principals/user/auth", {}, password).status, 200U);
    QCOMPARE(v1("/principals/user/auth", {}, password).status, 429U);
  }

  /// What is left of a budget that others have a part in would say what they do.
  void nothingIsToldOfWhatOthersUse() {
    const auto acme = organisation("acme");
    QCOMPARE(add(limit("*", "commandsPerHour", 1)).status, 201U);
    QCOMPARE(call(Verb::post, "/cars", acme, {{"id", "acme.van"}}).status, 201U);
    QCOMPARE(call(Verb::post, "/cars/car-1/commands", m_token, {{"name", "lock"}}).status, 201U);
    const auto over = call(Verb::post, "/cars/acme.van/commands", acme, {{"name", "lock"}});
    QCOMPARE(over.status, 429U);
    QVERIFY(over.header("RateLimit").empty());
    QVERIFY(!over.header(http::field::retry_after).empty());
  }

  void signInsOfAnAddressAndOfSomebody() {
    QVERIFY(!organisation("acme").empty());
    auto wanted = limit("*", "signInsPerMinute", 3);
    wanted["per"] = "address";
    QCOMPARE(add(wanted).status, 201U);
    const nlohmann::json right{{"id", "acme.admin"}, {"password", "correct horse"}};
    QCOMPARE(call(Verb::post, "/session", {}, {{"id", "nobody"}, {"password", "correct horse"}}).status, 401U);
    for (int i = 0; i < 2; ++i) QCOMPARE(call(Verb::post, "/session", {}, right).status, 200U);
    const auto over = call(Verb::post, "/session", {}, right);
    QCOMPARE(over.status, 429U);
    QCOMPARE(call(Verb::delete_, "/limits/1", m_token).status, 204U);
    QCOMPARE(add(limit("principal:acme.admin", "signInsPerMinute", 1)).status, 201U);
    QCOMPARE(call(Verb::post, "/session", {}, {{"id", "acme.admin"}, {"password", "a wrong one"}}).status, 401U);
    QCOMPARE(call(Verb::post, "/session", {}, right).status, 200U);
    QCOMPARE(call(Verb::post, "/session", {}, right).status, 429U);
  }
};

QTEST_GUILESS_MAIN(TestHttpUsageLimits)
#include "tst_http_usage_limits.moc"
