#include "gateway/server/control/registry_follower.h"
#include "gateway/server/sign_in_throttle.h"
#include "tests/unit/server/live_client.h"

#include <QtTest>

using namespace carport;
using namespace carport::test;

/// Signing in, out, changing one's password, and what slows a guesser down.
class TestHttpSignIn : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<ControlFixture> m_gateway;

  HttpAnswer signIn(const std::string& id, const std::string& password) {
    return m_gateway->call(Verb::post, "/session", {}, nlohmann::json{{"id", id}, {"password", password}}.dump());
  }
  void storePerson(const std::string& id, const std::string& password, bool mustChange) {
    PrincipalRecord record;
    record.principal.id = id;
    record.principal.type = api::PrincipalType::user;
    record.principal.role = api::kAdministratorRole;
    record.passwordHash = *hashPassword(password);
    record.mustChangePassword = mustChange;
    QVERIFY(m_gateway->store->addPrincipal(record).has_value());
  }
  void addPerson(const std::string& id, const std::string& password, bool mustChange) {
    storePerson(id, password, mustChange);
    QTRY_VERIFY(m_gateway->registry.find(id).has_value());
  }

 private slots:
  void init() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
  }
  void cleanup() { m_gateway.reset(); }

  void aSessionBeginsAndEnds() {
    addPerson("anna", "a good password", false);
    const auto session = signIn("anna", "a good password");
    QCOMPARE(session.status, 200U);
    const auto token = session.json["token"].get<std::string>();
    QVERIFY(session.json["expiresAt"].get<std::int64_t>() > toMs(m_gateway->clock.now()) + 11 * 3'600'000);
    QCOMPARE(m_gateway->call(Verb::get, "/session", token).json["principal"]["id"].get<std::string>(),
             std::string("anna"));
    QCOMPARE(m_gateway->call(Verb::delete_, "/session", token).status, 204U);
    QCOMPARE(m_gateway->call(Verb::get, "/session", token).status, 401U);
  }

  void aPersonSignsInAsSoonAsAdded() {
    for (const std::string id : {"anna", "bert", "cleo"}) {
      storePerson(id, "a good password", false);
      QCOMPARE(signIn(id, "a good password").status, 200U);
    }
  }

  void wrongOnesGetTheSameAnswer() {
    addPerson("anna", "a good password", false);
    const auto wrong = signIn("anna", "a bad password");
    const auto unknown = signIn("nobody", "a bad password");
    const auto car = signIn("car-1", "a secret of sixteen");
    QCOMPARE(wrong.status, 401U);
    QCOMPARE(unknown.body, wrong.body);
    QCOMPARE(car.body, wrong.body);
    QCOMPARE(signIn("", "").status, 401U);
    QCOMPARE(m_gateway->call(Verb::post, "/session", {}, "{}").status, 400U);
  }

  void aOneTimePasswordOpensNothingButItsChange() {
    addPerson("anna", "one time only", true);
    const auto session = signIn("anna", "one time only");
    QVERIFY(session.json["mustChangePassword"].get<bool>());
    const auto token = session.json["token"].get<std::string>();
    QCOMPARE(m_gateway->call(Verb::get, "/session", token).status, 200U);
    QCOMPARE(m_gateway->call(Verb::get, "/cars", token).status, 403U);
    QCOMPARE(LiveClient(*m_gateway, token).status(), 403U);
    const auto other = signIn("anna", "one time only").json["token"].get<std::string>();
    const auto change = [&](const char* body) {
      return m_gateway->call(Verb::post, "/session/password", token, body).status;
    };
    QCOMPARE(change(R"({"current":"wrong","new":"a new password"})"), 403U);
    QCOMPARE(change(R"({"current":"one time only","new":"short"})"), 400U);
    QCOMPARE(change(R"({"current":"one time only","new":"one time only"})"), 400U);
    QCOMPARE(change(R"({"current":"one time only","new":"a new password"})"), 204U);
    QCOMPARE(m_gateway->call(Verb::get, "/cars", token).status, 200U);
    QCOMPARE(m_gateway->call(Verb::get, "/session", other).status, 401U);
    QCOMPARE(signIn("anna", "a new password").status, 200U);
  }

  void theTokenOfAScriptNeedsNoPasswordChange() {
    addPerson("anna", "one time only", true);
    const auto token = m_gateway->tokenFor("anna");
    QTRY_VERIFY(m_gateway->knowsToken(token));
    QCOMPARE(m_gateway->call(Verb::get, "/cars", token).status, 200U);
  }

  void aTokenWorksAsSoonAsItWasMade() {
    for (int i = 0; i < 5; ++i) {
      const auto token = m_gateway->tokenFor("root");
      QCOMPARE(m_gateway->call(Verb::get, "/cars", token).status, 200U);
    }
    QCOMPARE(m_gateway->call(Verb::get, "/cars", makeToken()).status, 401U);
  }

  void thePollsOutOfTurnAreBounded() {
    RegistryFollower follower(*m_gateway->store, m_gateway->registry, Log::toMemory(m_gateway->recent));
    const SteadyPoint now{std::chrono::hours(1)};
    for (std::size_t i = 0; i < RegistryFollower::kMaxPollsPerSecond; ++i) QVERIFY(follower.pollNow(now));
    QVERIFY(!follower.pollNow(now));
    int called = 0;
    follower.pollSoon(now, [&] { ++called; });
    QCOMPARE(called, 0);
    follower.poll();
    QCOMPARE(called, 1);
    QVERIFY(follower.pollNow(now + std::chrono::seconds(1)));
    QCOMPARE(called, 1);
  }

  void expiredTokensAreRefused() {
    const auto token = m_gateway->tokenFor("root", m_gateway->clock.now() - Milliseconds(1));
    QTRY_VERIFY(m_gateway->knowsToken(token));
    QCOMPARE(m_gateway->call(Verb::get, "/cars", token).status, 401U);
  }

  void guessingIsSlowedDown() {
    HttpAnswer answer;
    for (int i = 0; i <= SignInThrottle::kFreeTriesPerId && answer.status != 429; ++i)
      answer = signIn("root", "a guess");
    QCOMPARE(answer.status, 429U);
    QVERIFY(!answer.header(http::field::retry_after).empty());
  }

  void theThrottleForgetsAndForgives() {
    SignInThrottle throttle;
    SteadyPoint now{std::chrono::hours(1)};
    for (int i = 0; i < SignInThrottle::kFreeTriesPerId; ++i) QCOMPARE(throttle.admit("a", "1.1.1.1", now).count(), 0);
    const auto first = throttle.admit("a", "1.1.1.1", now);
    QVERIFY(first.count() > 0);
    QCOMPARE(throttle.admit("b", "2.2.2.2", now).count(), 0);
    now += first;
    QCOMPARE(throttle.admit("a", "1.1.1.1", now).count(), 0);
    QVERIFY(throttle.admit("a", "1.1.1.1", now) > first);  // twice as long
    throttle.succeeded("a", "1.1.1.1");
    QCOMPARE(throttle.admit("a", "1.1.1.1", now).count(), 0);
    for (int i = 0; i < 30'000; ++i) throttle.admit(std::to_string(i), std::to_string(i), now);
    QVERIFY(throttle.size() <= SignInThrottle::kMaxEntries);
  }

  void administratorsSeeWhoHasToWait() {
    for (int i = 0; i <= SignInThrottle::kFreeTriesPerId; ++i) signIn("olga", "a guess");
    const auto root = m_gateway->tokenFor("root");
    const auto vera = m_gateway->tokenFor("vera");
    QTRY_VERIFY(m_gateway->knowsToken(root) && m_gateway->knowsToken(vera));
    QCOMPARE(m_gateway->call(Verb::get, "/sign-ins/waiting", vera).status, 403U);
    const auto waiting = m_gateway->call(Verb::get, "/sign-ins/waiting", root).json["waiting"];
    QCOMPARE(waiting.size(), 1U);
    QCOMPARE(waiting[0]["id"], nlohmann::json("olga"));
    QVERIFY(waiting[0]["waitMs"].get<int>() > 0 && waiting[0]["tries"].get<int>() >= SignInThrottle::kFreeTriesPerId);
    SignInThrottle throttle;
    const SteadyPoint now{std::chrono::hours(1)};
    throttle.becomeFamiliar("anna b", "10.0.0.1");
    for (int i = 0; i < 6; ++i) throttle.admit("anna b", "10.0.0.1", now);
    for (int i = 0; i < 40; ++i) throttle.admit("id " + std::to_string(i), "10.0.0.2", now);
    const auto all = throttle.waiting(now, 10);
    QCOMPARE(all.size(), 2U);
    for (const auto& one : all) {
      const bool isPair = one.id == "anna b" && one.address == "10.0.0.1";
      QVERIFY(isPair || (one.id.empty() && one.address == "10.0.0.2"));
    }
    QCOMPARE(throttle.waiting(now, 1).size(), 1U);
  }

  void guessingFromElsewhereLocksNobodyOut() {
    SignInThrottle throttle;
    const SteadyPoint now{std::chrono::hours(1)};
    QCOMPARE(throttle.admit("anna", "10.0.0.1", now).count(), 0);
    throttle.succeeded("anna", "10.0.0.1");
    for (int i = 0; i < 20; ++i) throttle.admit("anna", "192.0.2." + std::to_string(i), now);
    QVERIFY(throttle.admit("anna", "192.0.2.99", now).count() > 0);  // whoever is new there waits
    QCOMPARE(throttle.admit("anna", "10.0.0.1", now).count(), 0);    // she does not
    for (int i = 0; i < 20; ++i) throttle.admit("anna", "10.0.0.1", now);
    QVERIFY(throttle.admit("anna", "10.0.0.1", now).count() > 0);  // but from her address, too, tries are counted
    for (int i = 0; i < 30'000; ++i) throttle.becomeFamiliar(std::to_string(i), "10.0.0.1");
    QVERIFY(throttle.admit("bert", "10.0.0.2", now).count() == 0);
  }
};

QTEST_GUILESS_MAIN(TestHttpSignIn)
#include "tst_http_sign_in.moc"
