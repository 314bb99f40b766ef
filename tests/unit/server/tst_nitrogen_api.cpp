#include "gateway/domain/json_web_token.h"
#include "gateway/domain/nitrogen_ids.h"
#include "gateway/domain/session_label.h"
#include "gateway/server/nitrogen/nitrogen_book.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"
#include "tests/unit/server/live_client.h"

#include <QtTest>

#include <chrono>
#include <string>
#include <thread>

using namespace carport;
using namespace carport::test;

namespace {
constexpr std::chrono::hours kDay{24};
}

/// What Nitrogen's API does that its own client does not show: tokens that are renewed and end, sign-up, limits.
class TestNitrogenApi : public QObject {
  Q_OBJECT

  std::unique_ptr<ControlFixture> m_gateway;
  int m_tokens = 0;

  HttpAnswer call(Verb method, const std::string& path, const std::string& token = {}, const std::string& body = {}) {
    http::request<http::string_body> request{method, "/api/v1" + path, 11};
    request.set(http::field::host, "localhost:1234");
    if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
    request.body() = body;
    request.prepare_payload();
    return m_gateway->send(request);
  }

  /// A token of this API, made `age` ago.
  std::string tokenOf(const std::string& id, Milliseconds age = {}, Milliseconds life = kDay * 7) {
    const auto key = m_gateway->folder->secretKey();
    const auto record = m_gateway->registry.record(id);
    JsonWebToken token;
    token.issuer = NitrogenIds(key).idOf(record->principal.number);
    token.id = std::to_string(++m_tokens);
    for (int i = 0; i < 4; ++i) token.credential += fmt::format("{:02x}", hashToken(record->passwordHash.str())[i]);
    token.issuedAt = m_gateway->clock.now() - age;
    token.expiresAt = token.issuedAt + life;
    const std::string text = JsonWebTokens(key).sign(token);
    TokenRecord stored;
    stored.info = {0, record->principal.number, std::string(kSessionLabel), token.issuedAt, token.expiresAt};
    stored.hash = hashToken(text);
    if (!m_gateway->store->addToken(stored)) qFatal("the token cannot be stored");
    if (!QTest::qWaitFor([&] { return m_gateway->knowsToken(text); })) qFatal("the token is not seen");
    return text;
  }
  HttpAnswer signUp(const std::string& email, const std::string& token = {}) {
    return call(Verb::post, "/principals", token,
                nlohmann::json{{"type", "user"}, {"name", "A"}, {"email", email}, {"password", "a-password"}}.dump());
  }

 private slots:
  void init() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
  }
  void cleanup() { m_gateway.reset(); }

  void aTokenInItsLastDayIsRenewed() {
    const auto fresh = tokenOf("vera");
    QCOMPARE(call(Verb::get, "/api_keys", fresh).status, 200U);
    QCOMPARE(call(Verb::get, "/api_keys", fresh).header("x-n2-set-access-token"), std::string());
    const auto old = tokenOf("vera", kDay * 6 + std::chrono::hours(1));
    const auto renewed = call(Verb::get, "/api_keys", old);
    QCOMPARE(renewed.status, 200U);
    const auto json = nlohmann::json::parse(renewed.header("x-n2-set-access-token"), nullptr, false);
    QVERIFY(json.is_object());
    QCOMPARE(call(Verb::get, "/api_keys", json["token"].get<std::string>()).status, 200U);
    QVERIFY2(
        call(Verb::get, "/api_keys", old).header("x-n2-set-access-token") == renewed.header("x-n2-set-access-token"),
        "the same one to everybody who comes with the old one");
    const auto brief = tokenOf("vera", {}, std::chrono::hours(1));
    QCOMPARE(call(Verb::get, "/api_keys", brief).header("x-n2-set-access-token"), std::string());
  }

  void aTokenEnds() {
    QCOMPARE(call(Verb::get, "/api_keys", tokenOf("vera", kDay * 7)).status, 401U);
    const auto token = tokenOf("vera");
    QCOMPARE(call(Verb::get, "/api_keys", token).status, 200U);
    auto record = m_gateway->registry.record("vera");
    record->principal.blocked = true;
    QVERIFY(m_gateway->store->updatePrincipal(*record));
    QTRY_COMPARE(call(Verb::get, "/api_keys", token).status, 401U);
  }

  void anotherPasswordEndsTokens() {
    const auto token = tokenOf("vera");
    QCOMPARE(m_gateway->call(Verb::get, "/session", token).status, 200U);
    auto record = m_gateway->registry.record("vera");
    record->passwordHash = *hashPassword("another-password");
    QVERIFY(m_gateway->store->updatePrincipal(*record));
    QTRY_COMPARE(call(Verb::get, "/api_keys", token).status, 401U);
    QCOMPARE(m_gateway->call(Verb::get, "/session", token).status, 401U);
  }

  void anotherPasswordEndsLiveFeeds() {
    const auto token = tokenOf("vera");
    LiveClient feed(*m_gateway, token);
    QCOMPARE(feed.status(), 101U);
    feed.say(R"({"watch":{"status":true,"events":true}})");
    QVERIFY(feed.nextOfType("status").has_value());
    m_gateway->addCar("car-4");  // another change lets it be
    QVERIFY(feed.nextOfType("cars").has_value());
    auto record = m_gateway->registry.record("vera");
    record->passwordHash = *hashPassword("another-password");
    QVERIFY(m_gateway->store->updatePrincipal(*record));
    QTRY_COMPARE(m_gateway->call(Verb::get, "/session", token).status, 401U);
    // Closes whatever is still open, with another reason.
    std::thread stopping([this] { m_gateway->control->stop(); });
    while (feed.next()) {
    }
    stopping.join();
    QVERIFY2(feed.closeReason().find("sign in") != std::string::npos, feed.closeReason().c_str());
  }

  void signUpIsForAdministratorsUnlessItIsOpen() {
    QCOMPARE(signUp("a@example.org").status, 403U);
    QCOMPARE(signUp("a@example.org", tokenOf("vera")).status, 403U);
    const auto root = tokenOf("root");
    const auto added = signUp("A@example.org", root);
    QCOMPARE(added.status, 200U);
    QCOMPARE(added.json["principal"]["email"], nlohmann::json("a@example.org"));
    QCOMPARE(signUp("a@example.org", root).status, 400U);
    for (const char* email : {"nobody", "", "with blank@example.org", "plus+@example.org"}) {
      QCOMPARE(signUp(email, root).status, 400U);
    }
  }

  void nobodySignsUpIntoAnOrganisation() {
    api::Organisation acme;
    acme.id = "acme";
    QVERIFY(m_gateway->store->addOrganisation(acme));
    QTRY_VERIFY(m_gateway->registry.organisation("acme").has_value());
    QCOMPARE(signUp("acme.anna@example.org", tokenOf("root")).status, 400U);
  }

  void whoMayViewMaySee() {
    const auto cars = call(Verb::get, R"(/principals?q=%7B%22type%22:%22device%22%7D)", tokenOf("vera"));
    QCOMPARE(cars.json["principals"].size(), std::size_t{3});
    const std::string id = cars.json["principals"][0]["id"];
    QCOMPARE(call(Verb::get, "/principals/" + id, tokenOf("vera")).status, 200U);
    QCOMPARE(call(Verb::put, "/principals/" + id, tokenOf("vera"), R"({"name":"mine"})").status, 403U);
    QCOMPARE(call(Verb::delete_, "/principals/" + id, tokenOf("vera")).status, 403U);
    QCOMPARE(call(Verb::post, "/api_keys", tokenOf("vera"), "{}").status, 403U);
  }

  void apiKeysHaveALimit() {
    const auto root = tokenOf("root");
    for (std::size_t i = 0; i < NitrogenBook::kMaxKeysOfOwner; ++i) {
      QCOMPARE(call(Verb::post, "/api_keys", root, R"({"name":"one"})").status, 200U);
    }
    QCOMPARE(call(Verb::post, "/api_keys", root, R"({"name":"one"})").status, 429U);
    m_gateway->restartControl();
    QCOMPARE(call(Verb::get, "/api_keys", root).json["api_keys"].size(), NitrogenBook::kMaxKeysOfOwner);
  }

  void strangersSendLittle() {
    const std::string body(kMaxNitrogenJsonBytes + 1, ' ');
    QCOMPARE(call(Verb::post, "/messages", {}, body).status, 413U);
    QCOMPARE(call(Verb::post, "/messages", tokenOf("root"), body).status, 400U);
  }

  void unknownPathsAndMethods() {
    QCOMPARE(call(Verb::get, "/nothing").status, 404U);
    const auto answer = call(Verb::patch, "/messages");
    QCOMPARE(answer.status, 405U);
    QCOMPARE(answer.header(http::field::allow), std::string("GET, POST, DELETE"));
    QCOMPARE(call(Verb::get, "/ops/health").json["status"], nlohmann::json("ok"));
    const auto endpoints = call(Verb::get, "/headwaiter").json["endpoints"];
    QCOMPARE(endpoints["messages"], nlohmann::json("http://localhost:1234/api/v1/messages"));
  }
};

QTEST_GUILESS_MAIN(TestNitrogenApi)
#include "tst_nitrogen_api.moc"
