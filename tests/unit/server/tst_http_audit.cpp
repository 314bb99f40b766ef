#include "gateway/server/attempt_log.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <algorithm>
#include <string>
#include <vector>

using namespace carport;
using namespace carport::test;

namespace {

api::AuditEntry attempt(const std::string& who, const std::string& address, const std::string& about = {}) {
  return refusalOf({who, {}, api::Door::mqtt, address}, "publish", about, "no rule allows it");
}

constexpr SteadyPoint kStart{std::chrono::hours(100)};
constexpr TimePoint kNoon = fromMs(1'700'000'000'000);

}  // namespace

/// The audit log over HTTP: what is done and what is refused is in it, and who may read it; and how refused attempts
/// are kept from filling it.
class TestHttpAudit : public QObject {
  Q_OBJECT

  std::unique_ptr<ControlFixture> m_gateway;
  std::string m_root, m_vera;

  nlohmann::json audit(const std::string& query = {}) {
    const auto answer = m_gateway->call(Verb::get, "/audit" + query, m_root);
    return answer.status == 200 ? answer.json : nlohmann::json{{"entries", nlohmann::json::array()}};
  }
  nlohmann::json first(const std::string& query) {
    const auto found = audit(query)["entries"];
    return found.empty() ? nlohmann::json::object() : found[0];
  }
  unsigned ask(Verb method, const std::string& path, const HttpFields& fields, const std::string& token = {}) {
    return m_gateway->ask(method, "/api/v2" + path, token, {}, fields).status;
  }

 private slots:
  void init() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
    m_root = m_gateway->tokenFor("root");
    m_vera = m_gateway->tokenFor("vera");
    QTRY_VERIFY(m_gateway->knowsToken(m_root) && m_gateway->knowsToken(m_vera));
  }
  void cleanup() { m_gateway.reset(); }

  void whatIsDoneIsInIt() {
    const auto added = m_gateway->call(Verb::post, "/cars", m_root, R"({"id":"car-9","name":"Nine"})");
    QCOMPARE(added.status, 201U);
    auto entry = first("?about=car-9");
    QCOMPARE(entry["action"], nlohmann::json("car.add"));
    QCOMPARE(entry["who"], nlohmann::json("root"));
    QCOMPARE(entry["door"], nlohmann::json("api"));
    QCOMPARE(entry["address"], nlohmann::json("127.0.0.1"));
    QCOMPARE(entry["outcome"], nlohmann::json("done"));
    QCOMPARE(entry["after"]["name"], nlohmann::json("Nine"));
    QVERIFY(entry.dump().find(added.json["secret"].get<std::string>()) == std::string::npos);
    QCOMPARE(m_gateway->call(Verb::patch, "/cars/car-9", m_root, R"({"blocked":true})").status, 200U);
    entry = first("?about=car-9");
    QCOMPARE(entry["before"], (nlohmann::json{{"blocked", false}}));
    QCOMPARE(entry["after"], (nlohmann::json{{"blocked", true}}));
    QCOMPARE(m_gateway->call(Verb::post, "/cars/car-9/secret", m_root).status, 200U);
    QCOMPARE(first("?about=car-9")["after"], (nlohmann::json{{"secret", "changed"}}));
    QCOMPARE(m_gateway->call(Verb::delete_, "/cars/car-9", m_root).status, 204U);
    QCOMPARE(first("?about=car-9")["action"], nlohmann::json("car.remove"));
  }

  void commandsAreInItWithoutTheirArguments() {
    const auto sent =
        m_gateway->call(Verb::post, "/cars/car-1/commands", m_root, R"({"name":"unlock","arguments":{"pin":"4711"}})");
    QCOMPARE(sent.status, 201U);
    const auto entry = first("?action=command.send");
    QCOMPARE(entry["about"], nlohmann::json("car-1"));
    QCOMPARE(entry["after"]["command"], sent.json["id"]);
    QVERIFY(entry.dump().find("4711") == std::string::npos);
    QCOMPARE(m_gateway->call(Verb::delete_, "/commands/" + sent.json["id"].get<std::string>(), m_root).status, 200U);
    QCOMPARE(first("?action=command.cancel")["who"], nlohmann::json("root"));
  }

  void whatIsRefusedIsInIt() {
    for (int i = 0; i < 3; ++i) QCOMPARE(m_gateway->call(Verb::delete_, "/cars/car-1", m_vera).status, 403U);
    const auto entry = first("?outcome=refused&who=vera");
    QCOMPARE(entry["action"], nlohmann::json("DELETE /cars/{id}"));
    QCOMPARE(entry["about"], nlohmann::json("car-1"));
    QCOMPARE(entry["count"], nlohmann::json(3));
    QVERIFY(!entry["reason"].get<std::string>().empty());
    QCOMPARE(m_gateway->call(Verb::get, "/cars", "no-such-token").status, 401U);
    QCOMPARE(first("?action=GET%20/cars")["outcome"], nlohmann::json("refused"));
    QCOMPARE(m_gateway->call(Verb::get, "/cars").status, 401U);  // showed nothing, so it tried nothing
    QCOMPARE(audit("?action=GET%20/cars")["entries"].size(), 1U);
  }

  void failedSignInsAreInItAndGoodOnesToo() {
    const std::string wrong = R"({"id":"mallory","password":"not a password"})";
    QCOMPARE(m_gateway->call(Verb::post, "/session", {}, wrong).status, 401U);
    const auto entry = first("?action=signIn");
    QCOMPARE(entry["who"], nlohmann::json("mallory"));
    QVERIFY(entry.dump().find("not a password") == std::string::npos);
    PrincipalRecord anna;
    anna.principal.id = "anna";
    anna.principal.type = api::PrincipalType::user;
    anna.passwordHash = *hashPassword("a good password");
    QVERIFY(m_gateway->store->addPrincipal(anna).has_value());
    const auto session = m_gateway->call(Verb::post, "/session", {}, R"({"id":"anna","password":"a good password"})");
    QCOMPARE(session.status, 200U);
    QCOMPARE(first("?action=session.begin")["who"], nlohmann::json("anna"));
    QCOMPARE(m_gateway->call(Verb::delete_, "/session", session.json["token"]).status, 204U);
    QCOMPARE(first("?action=session.end")["who"], nlohmann::json("anna"));
  }

  void whatDevicesClaimToBeIsInItToo() {
    // "car-1:a secret"; the fixture's door lets nobody in.
    QCOMPARE(ask(Verb::post, "/cars/car-1/telemetry", {{"Authorization", "Basic Y2FyLTE6YSBzZWNyZXQ="}}), 429U);
    const auto entry = first("?action=signIn");
    QCOMPARE(entry["who"], nlohmann::json("car-1"));
    QCOMPARE(entry["outcome"], nlohmann::json("refused"));
    QVERIFY(entry.dump().find("a secret") == std::string::npos);
  }

  void whatIsHiddenIsInItAllTheSame() {
    const std::string acme = R"({"id":"acme","administrator":{"id":"acme.anna","password":"a good password"}})";
    QCOMPARE(m_gateway->call(Verb::post, "/organisations", m_root, acme).status, 201U);
    const auto token = m_gateway->tokenFor("acme.anna");
    QCOMPARE(ask(Verb::get, "/cars", {{"Carport-See-As", "acme.anna"}}, m_root), 404U);
    const auto seen = first("?action=GET%20/cars");
    QCOMPARE(seen["who"], nlohmann::json("root"));
    QVERIFY(seen["reason"].get<std::string>().find("acme.anna") != std::string::npos);
    QCOMPARE(ask(Verb::get, "/cars", {{"Carport-See-As", "nobody"}}, m_root), 404U);
    QCOMPARE(audit("?action=GET%20/cars")["entries"].size(), 1U);
    // That it is a car is not told of what must not be known of.
    QCOMPARE(m_gateway->call(Verb::post, "/cars", m_gateway->tokenFor("acme.anna"), R"({"id":"acme.van"})").status,
             201U);
    QCOMPARE(m_gateway->call(Verb::get, "/principals/acme.van", m_root).status, 404U);
    // A token's number does not tell whose it is.
    const auto tokens = m_gateway->store->load()->tokens;
    const auto hidden = std::find_if(tokens.begin(), tokens.end(),
                                     [&](const TokenRecord& known) { return known.hash == hashToken(token); });
    QTRY_VERIFY(m_gateway->knowsToken(token));
    const auto ended = m_gateway->call(Verb::delete_, "/tokens/" + std::to_string(hidden->info.number), m_root);
    QCOMPARE(ended.status, 404U);
    QVERIFY(ended.body.find("acme") == std::string::npos);
    QVERIFY(m_gateway->knowsToken(token));
  }

  void whoWasRefusedALiveFeedIsInIt() {
    QCOMPARE(ask(Verb::get, "/live",
                 {{"Carport-See-As", "root"},
                  {"Connection", "Upgrade"},
                  {"Upgrade", "websocket"},
                  {"Sec-WebSocket-Version", "13"},
                  {"Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="}},
                 m_vera),
             403U);
    QCOMPARE(first("?action=GET%20/live")["who"], nlohmann::json("vera"));
  }

  void whatTheMqttSideRefusesIsInIt() {
    m_gateway->control->attemptRefused(attempt("car-2", "10.0.0.9", "cars/car-1/telemetry"));
    const auto entry = first("?who=car-2");
    QCOMPARE(entry["door"], nlohmann::json("mqtt"));
    QCOMPARE(entry["about"], nlohmann::json("cars/car-1/telemetry"));
  }

  void onlyAdministratorsReadIt() {
    QCOMPARE(m_gateway->call(Verb::get, "/audit", m_vera).status, 403U);
    QCOMPARE(m_gateway->call(Verb::get, "/audit?outcome=perhaps", m_root).status, 400U);
    QCOMPARE(m_gateway->call(Verb::get, "/audit?limit=0", m_root).status, 400U);
    QCOMPARE(m_gateway->call(Verb::get, "/audit?colour=red", m_root).status, 400U);
  }

  void pagesLeadToTheBeginning() {
    std::vector<std::int64_t> numbers;
    std::string cursor;
    do {
      const auto page = cursor.empty() ? audit("?limit=4") : m_gateway->call(Verb::get, cursor, m_root).json;
      for (const auto& entry : page["entries"]) numbers.push_back(entry["number"]);
      // An address whose first part the fixture puts before it.
      cursor = page.contains("next") ? page["next"].get<std::string>().substr(7) : std::string();
    } while (!cursor.empty());
    QVERIFY(numbers.size() > 8 && numbers.back() == 1);
    QVERIFY(std::is_sorted(numbers.rbegin(), numbers.rend()));
    QCOMPARE(numbers.front(), static_cast<std::int64_t>(numbers.size()));
  }

  void attemptsThatAreAlikeAreCounted() {
    AttemptLog log;
    for (int i = 0; i < 1000; ++i) log.refused(attempt("car-1", "10.0.0.1"), kNoon);
    log.refused(attempt("car-2", "10.0.0.1"), kNoon);
    auto taken = log.take(kStart, kNoon);
    QCOMPARE(taken.size(), 2U);
    QCOMPARE(taken[0].count, 1000);
    QVERIFY(taken[0].time == kNoon && log.empty());
    log.putBack(std::move(taken));
    QCOMPARE(log.take(kStart, kNoon).size(), 2U);
    QCOMPARE(log.leftOut(), 0U);
  }

  void aFloodIsLeftOutAndSaidToBe() {
    AttemptLog log({.maxWaiting = 50, .maxFromSource = 20, .burst = 30, .perMinute = 10});
    for (int i = 0; i < 500; ++i) log.refused(attempt("id-" + std::to_string(i), "10.0.0.1"), kNoon);
    log.refused(attempt("quiet", "10.0.0.2"), kNoon);  // still has its place
    const auto taken = log.take(kStart, kNoon);
    QCOMPARE(taken.size(), 22U);
    QVERIFY(std::any_of(taken.begin(), taken.end(), [](const auto& entry) { return entry.who == "quiet"; }));
    QCOMPARE(taken.back().action, std::string(AttemptLog::kLeftOut));
    QCOMPARE(taken.back().count, 480);
    QCOMPARE(log.leftOut(), 480U);
  }

  void aLongFloodStaysWithinItsRate() {
    AttemptLog log({.maxWaiting = 50, .maxFromSource = 20, .burst = 30, .perMinute = 10});
    std::size_t entries = 0;
    std::int64_t told = 0;
    int id = 0;
    SteadyPoint now = kStart;
    for (int second = 0; second < 3600; ++second, now += std::chrono::seconds(1)) {
      for (int i = 0; i < 100; ++i) {
        log.refused(attempt("id-" + std::to_string(id++), "10.0.0." + std::to_string(i % 50)), kNoon);
      }
      for (const auto& entry : log.take(now, kNoon)) {
        ++entries;
        if (entry.action == AttemptLog::kLeftOut) told += entry.count;
      }
    }
    // The burst, ten a minute, and one a minute about those left out.
    QVERIFY2(entries <= 30 + 60 * 11 + 1, std::to_string(entries).c_str());
    QVERIFY(told > 350'000 && static_cast<std::uint64_t>(told) <= log.leftOut());
  }
};

QTEST_GUILESS_MAIN(TestHttpAudit)
#include "tst_http_audit.moc"
