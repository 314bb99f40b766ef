#include "gateway/domain/second_factor.h"
#include "tests/support/plain_http.h"
#include "tests/support/test_gateway.h"

#include <memory>
#include <string>
#include <vector>

using namespace carport;
using namespace carport::test;
using mqtt::ReasonCode;

/// What the audit log has of the MQTT side, and what tokens and second factors mean there.
class TestMqttAudit : public QObject {
  Q_OBJECT

  std::unique_ptr<TestGateway> m_gateway;

  std::string tokenFor(const std::string& owner, api::TokenScope scope) {
    const auto text = makeToken();
    TokenRecord token;
    token.info.owner = m_gateway->recordOf(owner).principal.number;
    token.info.label = "test";
    token.info.createdAt = m_gateway->clock.now();
    token.info.scope = std::move(scope);
    token.hash = hashToken(text);
    return m_gateway->store->addToken(token) ? text : std::string();
  }
  std::unique_ptr<MqttTestClient> withToken(const std::string& owner, const std::string& token) {
    auto client = m_gateway->client(mqtt::ProtocolLevel::v5);
    return client->signsIn({owner, token, owner, true, 0, {}}) ? std::move(client) : nullptr;
  }
  /// What the log has of it once the gateway has ended, which writes what waits.
  std::vector<api::AuditEntry> entries(const std::string& action) {
    m_gateway->stop();
    AuditQuery query;
    query.action = action;
    return m_gateway->folder->openReader().value()->audit(query).value();
  }

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    for (const char* id : {"car-1", "car-2"}) m_gateway->addCar(id);
    m_gateway->addUser("anna", api::kAdministratorRole);
  }
  void cleanup() { m_gateway.reset(); }

  void failedSignInsAreEntered() {
    QVERIFY(m_gateway->start());
    for (int i = 0; i < 3; ++i) {
      QVERIFY(!m_gateway->client()->signsIn({"car-1", "a-secret-of-20-charz", "c", true, 0, {}}));
    }
    const auto found = entries("signIn");
    QCOMPARE(found.size(), 1U);
    QCOMPARE(found[0].count, 3);
    QCOMPARE(found[0].who, std::string("car-1"));
    QCOMPARE(found[0].address, std::string("127.0.0.1"));
    QVERIFY(found[0].door == api::Door::mqtt && found[0].outcome == api::ActOutcome::refused);
    QVERIFY(found[0].reason.find("charz") == std::string::npos);
  }

  void addressesAreWrittenAlikeAtEveryDoor() {
    m_gateway->config.mqtt = {{"::1", 0}, false};
    m_gateway->config.http = {{"::1", 0}, false};
    if (!m_gateway->start()) QSKIP("there is no IPv6 here");
    QVERIFY(!m_gateway->client()->signsIn({"car-1", "a-secret-of-20-charz", "c", true, 0, {}}));
    const auto answer = plainHttp(m_gateway->gateway->httpAddress(), "POST", "/api/v2/session",
                                  "Content-Type: application/json\r\n", R"({"id":"anna","password":"wrong horse"})");
    QCOMPARE(answer.status, 401U);
    const auto found = entries("signIn");
    QCOMPARE(found.size(), 2U);
    QVERIFY(found[0].door != found[1].door);
    for (const auto& entry : found) QCOMPARE(entry.address, std::string("::1"));
  }

  void whatTheRulesForbidIsEntered() {
    QVERIFY(m_gateway->start());
    const auto car = m_gateway->v5Car("car-1", "car-1");
    QCOMPARE(*car->subscribe("cars/car-2/#"), ReasonCode::notAuthorised);
    for (int i = 0; i < 50; ++i) QCOMPARE(*car->reasonFor("cars/car-2/telemetry", "{}"), ReasonCode::notAuthorised);
    const auto published = entries("publish");
    QCOMPARE(published.size(), 1U);
    QCOMPARE(published[0].about, std::string("cars/car-2/telemetry"));
    QCOMPARE(published[0].who, std::string("car-1"));
    QCOMPARE(entries("subscribe").size(), 1U);
  }

  void commandsByMqttAreEntered() {
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->user("anna");
    QVERIFY(anna->publishesAcknowledged("cars/car-1/command", R"({"name":"honk","arguments":{"pin":"4711"}})"));
    const auto found = entries("command.send");
    QCOMPARE(found.size(), 1U);
    QCOMPARE(found[0].about, std::string("car-1"));
    QCOMPARE(found[0].who, std::string("anna"));
    QVERIFY(found[0].door == api::Door::mqtt && found[0].after.find("4711") == std::string::npos);
  }

  void aTokenIsForItsActionsAndCarsAlone() {
    const auto reads = tokenFor("anna", {{api::Action::subscribe}, api::Selector::parse("principal:car-1").value()});
    const auto sends = tokenFor("anna", {{api::Action::send}, {}});
    QVERIFY(m_gateway->start());
    const auto reader = withToken("anna", reads);
    QVERIFY(reader);
    QVERIFY(*reader->subscribe("cars/car-1/telemetry") == ReasonCode::grantedQos1);
    QCOMPARE(*reader->subscribe("cars/car-2/telemetry"), ReasonCode::notAuthorised);
    QCOMPARE(*reader->reasonFor("cars/car-1/command", R"({"name":"honk"})"), ReasonCode::notAuthorised);
    const auto sender = withToken("anna", sends);
    QVERIFY(sender);
    QCOMPARE(*sender->subscribe("cars/car-1/telemetry"), ReasonCode::notAuthorised);
    QCOMPARE(*sender->subscribe("#"), ReasonCode::notAuthorised);
  }

  void aScopeOutlivesAChangeOfTheRegistry() {
    const auto reads = tokenFor("anna", {{}, api::Selector::parse("principal:car-1").value()});
    QVERIFY(m_gateway->start());
    const auto reader = withToken("anna", reads);
    QVERIFY(reader);
    m_gateway->addCar("car-3");  // every session takes its principal from the registry anew
    QTRY_VERIFY(m_gateway->gateway->registry().find("car-3").has_value());
    QVERIFY(reader->isAnswered());
    QCOMPARE(*reader->subscribe("cars/car-3/telemetry"), ReasonCode::notAuthorised);
    QVERIFY(*reader->subscribe("cars/car-1/telemetry") == ReasonCode::grantedQos1);
  }

  void aPasswordAloneIsNotEnoughBesideASecondFactor() {
    auto factor = makeSecondFactor(m_gateway->recordOf("anna").principal.number, makeOneTimeKey(),
                                   m_gateway->folder->secretKey(), m_gateway->clock.now());
    QVERIFY(m_gateway->store->people().putSecondFactor(factor).has_value());
    const auto token = m_gateway->addToken("anna");
    QVERIFY(m_gateway->start());
    const auto early = m_gateway->user("anna");  // not confirmed yet
    QVERIFY(early);
    factor.confirmed = true;
    QVERIFY(m_gateway->store->people().putSecondFactor(factor).has_value());
    QVERIFY(early->isClosedByServer());
    QVERIFY(!m_gateway->user("anna"));
    QVERIFY(withToken("anna", token));
  }

  void whenATokenWasUsedIsNoted() {
    const auto token = m_gateway->addToken("anna");
    QVERIFY(m_gateway->start());
    QVERIFY(withToken("anna", token));
    m_gateway->stop();
    const auto uses = m_gateway->store->people().tokenUses(m_gateway->recordOf("anna").principal.number);
    QCOMPARE(uses->size(), 1U);
    QCOMPARE(uses->front().address, std::string("127.0.0.1"));
  }
};

QTEST_GUILESS_MAIN(TestMqttAudit)
#include "tst_mqtt_audit.moc"
