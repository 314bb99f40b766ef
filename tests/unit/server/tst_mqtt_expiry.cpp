#include "tests/support/test_gateway.h"

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ProtocolLevel;
using mqtt::Qos;
using mqtt::ReasonCode;

/// How long sessions and messages last in MQTT 5.0 (§3.1.2.11.2, §3.3.2.3.3).
class TestMqttExpiry : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addCar("car-1");
    m_gateway->addUser("anna", api::kAdministratorRole);
    m_gateway->addUser("bea", api::kAdministratorRole);
  }
  void cleanup() { m_gateway.reset(); }

  void keepsASessionForAsLongAsItsExpirySays_data() {
    QTest::addColumn<int>("seconds");
    QTest::addColumn<bool>("isKept");
    QTest::newRow("none") << -1 << false;
    QTest::newRow("0") << 0 << false;
    QTest::newRow("10 minutes") << 600 << true;
    QTest::newRow("never") << -2 << true;
  }
  void keepsASessionForAsLongAsItsExpirySays() {
    QFETCH(int, seconds);
    QFETCH(bool, isKept);
    QVERIFY(m_gateway->start());
    const auto wish = seconds == -1 ? std::string() : expiry(seconds == -2 ? mqtt::kNeverExpires : unsigned(seconds));
    QVERIFY(m_gateway->v5("anna", "anna", wish)->leaves());
    const auto answer = signIn("anna", wish, false);
    QVERIFY(answer.has_value());
    QCOMPARE(answer->sessionPresent, isKept);
  }

  void endsASessionWhenItsTimeHasCome() {
    QVERIFY(m_gateway->start());
    auto anna = m_gateway->v5("anna", "anna", expiry(1));
    QVERIFY(anna->subscribe("fleet/#").has_value());
    QVERIFY(anna->leaves());
    QTest::qWait(1300);
    const auto answer = signIn("anna", expiry(1), false);
    QVERIFY(answer && !answer->sessionPresent);
  }

  void cleanStartEndsTheSessionBefore() {
    QVERIFY(m_gateway->start());
    QVERIFY(m_gateway->v5("anna", "anna", expiry(600))->leaves());
    auto answer = signIn("anna", expiry(600), true);
    QVERIFY(answer && !answer->sessionPresent);
    answer = signIn("anna", expiry(600), false);  // the one that the clean start made
    QVERIFY(answer && answer->sessionPresent);
  }

  void disconnectChangesTheExpiry_data() {
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("after");
    QTest::addColumn<bool>("isKept");
    QTest::newRow("to none") << 600 << 0 << false;
    QTest::newRow("to longer") << 1 << 600 << true;
  }
  void disconnectChangesTheExpiry() {
    QFETCH(int, before);
    QFETCH(int, after);
    QFETCH(bool, isKept);
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("anna", "anna", expiry(unsigned(before)));
    QVERIFY(anna->leaves(ReasonCode::success, expiry(unsigned(after))));
    if (isKept) QTest::qWait(1300);
    const auto answer = signIn("anna", expiry(600), false);
    QVERIFY(answer.has_value());
    QCOMPARE(answer->sessionPresent, isKept);
  }

  void saysWhereASessionLastsLessThanWished() {
    m_gateway->config.mqttLimits.offlineSessionLife = std::chrono::hours(2);
    QVERIFY(m_gateway->start());
    auto answer = signIn("anna", expiry(mqtt::kNeverExpires), true);
    QVERIFY(answer && answer->number(PropertyId::sessionExpiryInterval) == 7200U);
    answer = signIn("anna", expiry(60), true);
    QVERIFY(answer && !answer->number(PropertyId::sessionExpiryInterval));
  }

  void boundsTheSessionsOfOnePrincipal() {
    m_gateway->config.mqttLimits.maxOfflineSessionsPerPrincipal = 2;
    QVERIFY(m_gateway->start());
    QVERIFY(m_gateway->v5("bea", "hers", expiry(600))->leaves());
    for (const char* id : {"one", "two", "three"}) QVERIFY(m_gateway->v5("anna", id, expiry(600))->leaves());
    QTRY_VERIFY(m_gateway->logged("anna has more than 2 sessions whose clients are away; the oldest is dropped"));
    int kept = 0;
    for (const char* id : {"one", "two", "three"}) {
      auto client = m_gateway->client(ProtocolLevel::v5);
      const auto answer = client->signIn({"anna", TestGateway::kPassword, id, false, 0, {}, {}});
      QVERIFY(answer.has_value());
      kept += answer->sessionPresent ? 1 : 0;
    }
    QCOMPARE(kept, 2);
    auto bea = m_gateway->client(ProtocolLevel::v5);
    const auto answer = bea->signIn({"bea", TestGateway::kPassword, "hers", false, 0, {}, {}});
    QVERIFY(answer && answer->sessionPresent);
  }

  void sendsTheRestOfAMessagesLife() {
    QVERIFY(m_gateway->start());
    auto anna = m_gateway->v5("anna", "anna", expiry(600));
    QVERIFY(anna->subscribe("fleet/#").has_value());
    QVERIFY(anna->leaves());
    const auto sender = m_gateway->v5("anna", "sender");
    QCOMPARE(*sender->reasonFor("fleet/news", "old", false, messageExpiry(100)), ReasonCode::success);
    QTest::qWait(1100);
    anna = m_gateway->v5("anna", "anna", expiry(600), false);
    const auto message = anna->nextMessage();
    QVERIFY(message.has_value());
    const auto left = message->number(PropertyId::messageExpiryInterval);
    QVERIFY(left && *left >= 1 && *left <= 99);
  }

  void dropsMessagesThatHaveExpired() {
    QVERIFY(m_gateway->start());
    auto anna = m_gateway->v5("anna", "anna", expiry(600));
    QVERIFY(anna->subscribe("fleet/#").has_value());
    QVERIFY(anna->leaves());
    const auto sender = m_gateway->v5("anna", "sender");
    QCOMPARE(*sender->reasonFor("fleet/news", "short", false, messageExpiry(1)), ReasonCode::success);
    QCOMPARE(*sender->reasonFor("fleet/news", "long"), ReasonCode::success);
    QTest::qWait(1100);
    anna = m_gateway->v5("anna", "anna", expiry(600), false);
    const auto message = anna->nextMessage();
    QVERIFY(message && message->payload == "long");
    QVERIFY(!message->number(PropertyId::messageExpiryInterval));
  }

  void makesRoomForNewOnesWhereOldOnesHaveExpired() {
    m_gateway->config.mqttLimits.maxQueuedMessages = 2;
    QVERIFY(m_gateway->start());
    auto anna = m_gateway->v5("anna", "anna", expiry(600));
    QVERIFY(anna->subscribe("fleet/#").has_value());
    QVERIFY(anna->leaves());
    const auto sender = m_gateway->v5("anna", "sender");
    for (int i = 0; i < 2; ++i) QVERIFY(sender->reasonFor("fleet/news", "short", false, messageExpiry(1)).has_value());
    QTest::qWait(1100);
    for (const char* payload : {"first", "second"}) QVERIFY(sender->reasonFor("fleet/news", payload).has_value());
    anna = m_gateway->v5("anna", "anna", expiry(600), false);
    QCOMPARE(anna->nextMessage()->payload, std::string("first"));
    QCOMPARE(anna->nextMessage()->payload, std::string("second"));
  }

  void forgetsRetainedMessagesThatHaveExpired() {
    QVERIFY(m_gateway->start());
    const auto sender = m_gateway->v5("anna", "sender");
    QVERIFY(sender->reasonFor("fleet/short", "short", true, messageExpiry(1)).has_value());
    QVERIFY(sender->reasonFor("fleet/long", "long", true, messageExpiry(1000)).has_value());
    m_gateway->stop();  // expiry outlives a restart
    QVERIFY(m_gateway->start());
    QTest::qWait(1100);
    const auto anna = m_gateway->v5("anna", "anna");
    QVERIFY(anna->subscribe("fleet/#").has_value());
    const auto message = anna->nextMessage();
    QVERIFY(message && message->payload == "long" && message->retain);
    QVERIFY(*message->number(PropertyId::messageExpiryInterval) < 1000);
    QVERIFY(anna->isAnswered());
    QCOMPARE(anna->waiting(PacketType::publish), std::size_t{0});
  }

 private:
  static std::string expiry(std::uint32_t seconds) {
    return propertiesOf([&](auto& with) { with.number(PropertyId::sessionExpiryInterval, seconds); });
  }
  static std::string messageExpiry(std::uint32_t seconds) {
    return propertiesOf([&](auto& with) { with.number(PropertyId::messageExpiryInterval, seconds); });
  }
  /// CONNACK; the client leaves again.
  std::optional<ReceivedPacket> signIn(const std::string& clientId, const std::string& properties, bool clean) const {
    const auto client = m_gateway->client(ProtocolLevel::v5);
    auto answer = client->signIn({"anna", TestGateway::kPassword, clientId, clean, 0, {}, properties});
    client->leaves();
    return answer;
  }

  std::unique_ptr<TestGateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttExpiry)
#include "tst_mqtt_expiry.moc"
