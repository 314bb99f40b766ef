#include "gateway/domain/second_factor.h"
#include "gateway/domain/session_label.h"
#include "gateway/server/control/token_uses.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <algorithm>
#include <functional>
#include <future>
#include <latch>
#include <string>

using namespace carport;
using namespace carport::test;

/// How people sign in: sessions, tokens that are for some things only, second factors.
class TestHttpPeople : public QObject {
  Q_OBJECT

  std::unique_ptr<ControlFixture> m_gateway;
  std::string m_root, m_anna;
  const std::string m_password = "a good password";

  std::string bodyOf(const std::string& code = {}) const {
    nlohmann::json body{{"id", "anna"}, {"password", m_password}};
    if (!code.empty()) body["code"] = code;
    return body.dump();
  }
  HttpAnswer signIn(const std::string& code = {}) { return m_gateway->call(Verb::post, "/session", {}, bodyOf(code)); }
  std::string tokenOf(const nlohmann::json& wanted) {
    const auto made = m_gateway->call(Verb::post, "/tokens", m_root, wanted.dump());
    return made.status == 201 ? made.json["token"].get<std::string>() : made.body;
  }
  /// What anna's app shows at this moment, `steps` later.
  std::string appCode(std::int64_t steps = 0) {
    const auto factor = m_gateway->store->people().secondFactor(m_gateway->numberOf("anna"));
    const auto key = openKey(**factor, m_gateway->folder->secretKey());
    return oneTimeCode(*key, oneTimeStep(m_gateway->clock.now()) + steps);
  }
  PrincipalRecord storedAnna() {
    const auto stored = m_gateway->store->load();
    const auto isAnna = [](const PrincipalRecord& record) { return record.principal.id == "anna"; };
    return *std::find_if(stored->principals.begin(), stored->principals.end(), isAnna);
  }
  /// Calls, and does `meanwhile` once the gateway has begun to check the password that is in the call.
  HttpAnswer callAnd(const std::string& path, const std::string& token, const std::string& body,
                     const std::function<void()>& meanwhile) {
    std::latch begun{1}, goOn{1};
    m_gateway->passwords->check("any", {}, [&](bool) {
      begun.count_down();
      goOn.wait();
    });
    begun.wait();
    auto answer = std::async(std::launch::async, [&] { return m_gateway->call(Verb::post, path, token, body); });
    static_cast<void>(QTest::qWaitFor([&] { return m_gateway->passwords->waiting() == 1; }));
    meanwhile();
    goOn.count_down();
    return answer.get();
  }
  bool hasFactor() { return m_gateway->registry.record("anna")->hasSecondFactor; }
  nlohmann::json enrol() {
    const nlohmann::json password{{"password", m_password}};
    const auto begun = m_gateway->call(Verb::post, "/session/second-factor", m_anna, password.dump());
    if (begun.status != 201) return begun.json;
    return m_gateway
        ->call(Verb::post, "/session/second-factor/confirm", m_anna, nlohmann::json{{"code", appCode(-1)}}.dump())
        .json;
  }

 private slots:
  void init() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
    PrincipalRecord anna;
    anna.principal.id = "anna";
    anna.principal.type = api::PrincipalType::user;
    anna.principal.role = api::kOperatorRole;
    anna.passwordHash = *hashPassword(m_password);
    QVERIFY(m_gateway->store->addPrincipal(anna).has_value());
    m_root = m_gateway->tokenFor("root");
    QTRY_VERIFY(m_gateway->knowsToken(m_root) && m_gateway->registry.find("anna"));
    m_anna = signIn().json["token"].get<std::string>();
  }
  void cleanup() { m_gateway.reset(); }

  void sessionsAreListedWithWhereTheyAreFrom() {
    const auto second = signIn().json["token"].get<std::string>();
    const auto list = m_gateway->call(Verb::get, "/sessions", second);
    QCOMPARE(list.status, 200U);
    QCOMPARE(list.json["sessions"].size(), 2U);
    const auto& mine = list.json["sessions"][1];
    QCOMPARE(mine["address"], nlohmann::json("127.0.0.1"));
    QCOMPARE(mine["current"], nlohmann::json(true));
    QVERIFY(mine["lastUsedAt"].get<std::int64_t>() >= mine["createdAt"].get<std::int64_t>());
    QVERIFY(!list.json["sessions"][0].contains("current") && !mine.contains("token"));
    QCOMPARE(m_gateway->call(Verb::get, "/sessions?owner=anna", m_root).json["sessions"].size(), 2U);
    QCOMPARE(m_gateway->call(Verb::get, "/sessions?owner=root", m_anna).status, 403U);
  }

  void sessionsAreEndedByOneselfAndByAdministrators() {
    const auto second = signIn().json["token"].get<std::string>();
    const auto list = m_gateway->call(Verb::get, "/sessions", second).json["sessions"];
    const auto first = std::to_string(list[0]["number"].get<std::int64_t>());
    const auto vera = m_gateway->tokenFor("vera");
    QTRY_VERIFY(m_gateway->knowsToken(vera));
    QCOMPARE(m_gateway->call(Verb::delete_, "/sessions/" + first, vera).status, 403U);
    QCOMPARE(m_gateway->call(Verb::delete_, "/sessions/" + first, second).status, 204U);
    QCOMPARE(m_gateway->call(Verb::get, "/session", m_anna).status, 401U);
    QCOMPARE(m_gateway->call(Verb::delete_, "/sessions/" + first, second).status, 404U);
    const auto third = signIn().json["token"].get<std::string>();
    QCOMPARE(m_gateway->call(Verb::delete_, "/sessions", third).status, 204U);  // all but the own
    QCOMPARE(m_gateway->call(Verb::get, "/session", second).status, 401U);
    QCOMPARE(m_gateway->call(Verb::get, "/session", third).status, 200U);
    QCOMPARE(m_gateway->call(Verb::delete_, "/sessions?owner=anna", m_root).status, 204U);
    QCOMPARE(m_gateway->call(Verb::get, "/session", third).status, 401U);
  }

  void anotherPasswordEndsSessions() {
    const auto changed = m_gateway->call(Verb::patch, "/principals/anna", m_root, R"({"password":"another password"})");
    QCOMPARE(changed.status, 200U);
    QCOMPARE(m_gateway->call(Verb::get, "/session", m_anna).status, 401U);
  }

  void nobodyChangesTheOwnPasswordWithoutTheOldOne() {
    auto record = m_gateway->registry.record("anna");
    record->principal.role = api::kAdministratorRole;
    QVERIFY(m_gateway->store->updatePrincipal(*record).has_value());
    QTRY_VERIFY(m_gateway->call(Verb::get, "/principals/anna", m_anna).status == 200);
    const auto refused = m_gateway->call(Verb::patch, "/principals/anna", m_anna, R"({"password":"another password"})");
    QCOMPARE(refused.status, 400U);
    QVERIFY(refused.json.dump().find("/session/password") != std::string::npos);
    QCOMPARE(m_gateway->call(Verb::get, "/session", m_anna).status, 200U);
    QCOMPARE(signIn().status, 200U);
  }

  void aSessionThatHasJustBegunEndsWithTheOthers() {
    TokenRecord token;
    token.info = {0, m_gateway->numberOf("anna"), std::string(kSessionLabel), m_gateway->clock.now(), {}};
    token.hash = hashToken("a session that the gateway has not read yet");
    QVERIFY(m_gateway->store->addToken(token).has_value());
    const auto changed = m_gateway->call(Verb::patch, "/principals/anna", m_root, R"({"password":"another password"})");
    QCOMPARE(changed.status, 200U);
    const auto kept = m_gateway->store->load();
    for (const TokenRecord& left : kept->tokens) {
      QVERIFY(left.info.owner != m_gateway->numberOf("anna"));
    }
  }

  void theOldPasswordBeginsNoSessionOnceThereIsANewOne() {
    const auto answer = callAnd("/session", {}, bodyOf(), [this] {
      PrincipalRecord anna = storedAnna();
      anna.passwordHash = *hashPassword("another password");
      QVERIFY(m_gateway->store->updatePrincipal(anna).has_value());
    });
    QCOMPARE(answer.status, 409U);
    QCOMPARE(m_gateway->store->load()->tokens.size(), 2U);  // root's, and anna's first
  }

  void anotherPasswordDoesNotUnblock() {
    const nlohmann::json body{{"current", m_password}, {"new", "another password"}};
    const auto answer = callAnd("/session/password", m_anna, body.dump(), [this] {
      PrincipalRecord anna = storedAnna();
      anna.principal.blocked = true;
      QVERIFY(m_gateway->store->updatePrincipal(anna).has_value());
    });
    QCOMPARE(answer.status, 409U);
    QVERIFY(storedAnna().principal.blocked);
  }

  void whenATokenWasUsedIsKept() {
    QCOMPARE(m_gateway->call(Verb::get, "/session", m_root).status, 200U);
    const auto before = m_gateway->call(Verb::get, "/tokens", m_root).json["tokens"][0];
    QVERIFY(before["lastUsedAt"].get<std::int64_t>() > 0);
    QCOMPARE(before["lastAddress"], nlohmann::json("127.0.0.1"));
    m_gateway->restartControl();  // what waits is written at the end
    const auto uses = [&] { return m_gateway->store->people().tokenUses(m_gateway->numberOf("root")); };
    QTRY_COMPARE(uses()->size(), 1U);
    QVERIFY(toMs(uses()->front().at) >= before["lastUsedAt"].get<std::int64_t>());
  }

  void aTokenIsForItsActionsAlone() {
    const auto token = tokenOf({{"label", "reads"}, {"actions", {"view"}}});
    QCOMPARE(m_gateway->call(Verb::get, "/cars", token).json["cars"].size(), 3U);
    QCOMPARE(m_gateway->call(Verb::get, "/cars/car-1", token).status, 200U);
    QCOMPARE(m_gateway->call(Verb::post, "/cars/car-1/commands", token, R"({"name":"honk"})").status, 403U);
    QCOMPARE(m_gateway->call(Verb::post, "/cars", token, R"({"id":"car-9"})").status, 403U);
    QCOMPARE(m_gateway->call(Verb::get, "/principals", token).status, 403U);
    const auto list = m_gateway->call(Verb::get, "/tokens", m_root).json["tokens"];
    QCOMPARE(list.back()["actions"], nlohmann::json({"view"}));
  }

  void aTokenIsAboutItsCarsAlone() {
    const auto token = tokenOf({{"cars", "principal:car-2"}});
    QCOMPARE(m_gateway->call(Verb::get, "/cars", token).json["cars"].size(), 1U);
    QCOMPARE(m_gateway->call(Verb::get, "/cars/car-2", token).status, 200U);
    QCOMPARE(m_gateway->call(Verb::get, "/cars/car-1", token).status, 403U);
    QCOMPARE(m_gateway->call(Verb::post, "/cars/car-2/commands", token, R"({"name":"honk"})").status, 201U);
    QCOMPARE(m_gateway->call(Verb::get, "/audit", token).status, 403U);
    QCOMPARE(m_gateway->call(Verb::post, "/cars", token, R"({"id":"car-9"})").status, 403U);
  }

  void aTokenOfSomeThingsMakesNoOther() {
    const auto token = tokenOf({{"actions", {"view", "administer"}}});
    QCOMPARE(m_gateway->call(Verb::post, "/tokens", token, R"({"label":"more"})").status, 403U);
    QCOMPARE(m_gateway->call(Verb::delete_, "/sessions", token).status, 403U);
    const std::string change = R"({"current":"x","new":"another password"})";
    QCOMPARE(m_gateway->call(Verb::post, "/session/password", token, change).status, 403U);
    QCOMPARE(m_gateway->call(Verb::patch, "/principals/anna", token, R"({"password":"another password"})").status,
             403U);
    QCOMPARE(m_gateway->call(Verb::post, "/session/second-factor", token, R"({"password":"x"})").status, 403U);
    QCOMPARE(m_gateway->call(Verb::delete_, "/session", token).status, 204U);  // itself it may end
  }

  void scopesThatMeanNothingAreRefused() {
    for (const char* body : {R"({"actions":[]})", R"({"actions":["fly"]})", R"({"cars":"self"})",
                             R"({"cars":"topic:a/b"})", R"({"cars":"what"})"}) {
      QCOMPARE(m_gateway->call(Verb::post, "/tokens", m_root, body).status, 400U);
    }
  }

  void aSecondFactorIsAskedForOnceItIsConfirmed() {
    QCOMPARE(m_gateway->call(Verb::get, "/session/second-factor", m_anna).json["enabled"], nlohmann::json(false));
    const auto wrong = m_gateway->call(Verb::post, "/session/second-factor", m_anna, R"({"password":"wrong wrong"})");
    QCOMPARE(wrong.status, 403U);
    const nlohmann::json password{{"password", m_password}};
    const auto begun = m_gateway->call(Verb::post, "/session/second-factor", m_anna, password.dump());
    QCOMPARE(begun.status, 201U);
    QVERIFY(begun.json["address"].get<std::string>().starts_with("otpauth://totp/Carport:anna?secret="));
    QCOMPARE(signIn().status, 200U);  // not yet
    const std::string confirm = "/session/second-factor/confirm";
    QCOMPARE(m_gateway->call(Verb::post, confirm, m_anna, R"({"code":"000000x"})").status, 403U);
    const auto done = m_gateway->call(Verb::post, confirm, m_anna, nlohmann::json{{"code", appCode(-1)}}.dump());
    QCOMPARE(done.status, 200U);
    QCOMPARE(done.json["recoveryCodes"].size(), kRecoveryCodes);
    QTRY_VERIFY(hasFactor());
    const auto asked = signIn();
    QCOMPARE(asked.status, 401U);
    QCOMPARE(asked.json["kind"], nlohmann::json("codeNeeded"));
    const std::string code = appCode();
    QCOMPARE(signIn(code).status, 200U);
    QCOMPARE(signIn(code).status, 401U);  // replayed
    QCOMPARE(signIn(appCode(1)).status, 200U);
    QCOMPARE(m_gateway->call(Verb::post, "/session/second-factor", m_anna, password.dump()).status, 409U);
  }

  void recoveryCodesLetInOnceEach() {
    const auto codes = enrol()["recoveryCodes"];
    QCOMPARE(codes.size(), kRecoveryCodes);
    QTRY_VERIFY(hasFactor());
    QCOMPARE(signIn(codes[0]).status, 200U);
    QCOMPARE(signIn(codes[0]).status, 401U);
    QCOMPARE(m_gateway->call(Verb::get, "/session/second-factor", m_anna).json["recoveryCodesLeft"],
             nlohmann::json(kRecoveryCodes - 1));
  }

  void wrongCodesAreSlowedDown() {
    enrol();
    QTRY_VERIFY(hasFactor());
    unsigned last = 0;
    // Who knows the password does not get his wrong codes back by asking without one in between.
    for (int i = 0; i < 10 && last != 429; ++i) last = signIn(i % 2 == 0 ? "999999" : "").status;
    QCOMPARE(last, 429U);
  }

  void aSecondFactorIsTakenAway() {
    enrol();
    QTRY_VERIFY(hasFactor());
    const std::string remove = "/session/second-factor/remove";
    QCOMPARE(m_gateway->call(Verb::post, remove, m_anna, R"({"password":"wrong wrong"})").status, 403U);
    QCOMPARE(m_gateway->call(Verb::post, remove, m_anna, nlohmann::json{{"password", m_password}}.dump()).status, 204U);
    QTRY_VERIFY(!hasFactor());
    QCOMPARE(signIn().status, 200U);
    enrol();
    QTRY_VERIFY(hasFactor());
    QCOMPARE(m_gateway->call(Verb::delete_, "/principals/anna/second-factor", m_anna).status, 403U);
    QCOMPARE(m_gateway->call(Verb::delete_, "/principals/anna/second-factor", m_root).status, 204U);
    QCOMPARE(m_gateway->call(Verb::delete_, "/principals/anna/second-factor", m_root).status, 404U);
    QTRY_VERIFY(!hasFactor());
    QCOMPARE(signIn().status, 200U);
  }

  void nobodyTakesTheOwnSecondFactorAwayWithoutThePassword() {
    enrol();
    QTRY_VERIFY(hasFactor());
    auto record = m_gateway->registry.record("anna");
    record->principal.role = api::kAdministratorRole;
    QVERIFY(m_gateway->store->updatePrincipal(*record).has_value());
    QTRY_VERIFY(m_gateway->call(Verb::get, "/principals/anna", m_anna).status == 200);
    const auto refused = m_gateway->call(Verb::delete_, "/principals/anna/second-factor", m_anna);
    QCOMPARE(refused.status, 409U);
    QVERIFY(refused.json["detail"].get<std::string>().find("/session/second-factor/remove") != std::string::npos);
    QVERIFY(hasFactor());
    QCOMPARE(m_gateway->call(Verb::delete_, "/principals/anna/second-factor", m_root).status, 204U);
    QTRY_VERIFY(!hasFactor());
  }

  void theAuditLogTellsOfItWithoutTheKey() {
    enrol();
    const auto entries = m_gateway->call(Verb::get, "/audit?about=anna", m_root).json["entries"];
    QCOMPARE(entries[0]["action"], nlohmann::json("secondFactor.change"));
    QCOMPARE(entries[0]["after"]["confirmed"], nlohmann::json(true));
    QVERIFY(entries.dump().find("secret\":\"") == std::string::npos);
  }
};

QTEST_GUILESS_MAIN(TestHttpPeople)
#include "tst_http_people.moc"
