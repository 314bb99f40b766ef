#include "tests/support/test_gateway.h"

#include <map>
#include <set>

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::Qos;

/// Sessions that outlive the gateway.
class TestMqttDurable : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addUser("anna", api::kAdministratorRole);
    QVERIFY(m_gateway->start());
  }
  void cleanup() { m_gateway.reset(); }

  void keepsSubscriptionsAndWhatWaits() {
    auto keeper = signIn("keeper");
    QVERIFY(keeper && !m_present);
    QVERIFY(keeper->subscribe("a/#", Qos::exactlyOnce).has_value());
    QVERIFY(keeper->subscribe("b", Qos::atLeastOnce).has_value());
    QVERIFY(keeper->leaves());
    auto sender = m_gateway->user("anna");
    QVERIFY(sender->publishesAcknowledged("a/1", "one"));
    QVERIFY(sender->publishesExactlyOnce("a/2", "two"));
    QVERIFY(sender->publishesAcknowledged("b", "three"));
    restart();
    keeper = signIn("keeper");
    QVERIFY(keeper && m_present);
    const auto one = keeper->nextMessage(), two = keeper->nextMessage(), three = keeper->nextMessage();
    QVERIFY(one && two && three);
    // QoS 2 may come later than QoS 1, but not otherwise changed.
    QCOMPARE(contentOf({*one, *two, *three}), (std::set<std::string>{"a/1 one 1", "a/2 two 2", "b three 1"}));
    sender = m_gateway->user("anna");
    QVERIFY(sender->publishesAcknowledged("a/4", "four"));  // the subscription is in force again
    QCOMPARE(keeper->nextMessage()->topic, std::string("a/4"));
  }

  void sendsAgainWhatWasNotAcknowledged() {
    auto keeper = signIn("keeper");
    QVERIFY(keeper->subscribe("a", Qos::exactlyOnce).has_value());
    auto sender = m_gateway->user("anna");
    QVERIFY(sender->publishesAcknowledged("a", "one"));
    QVERIFY(sender->publishesExactlyOnce("a", "two"));
    QVERIFY(sender->publishesExactlyOnce("a", "three"));
    std::map<std::string, ReceivedPacket> before;
    for (int i = 0; i < 3; ++i) {
      const auto message = keeper->nextMessage();
      QVERIFY(message && !message->duplicate);
      before[message->payload] = *message;
    }
    keeper->send(mqtt::Pubrec{before["three"].packetId});
    QVERIFY(keeper->next(PacketType::pubrel).has_value());
    keeper->vanish();
    restart();
    keeper = signIn("keeper");
    QVERIFY(keeper && m_present);
    for (int i = 0; i < 2; ++i) {
      const auto again = keeper->nextMessage();
      QVERIFY(again && again->duplicate);
      QCOMPARE(again->packetId, before[again->payload].packetId);
    }
    const auto release = keeper->next(PacketType::pubrel);
    QVERIFY(release && release->packetId == before["three"].packetId);
    QVERIFY(keeper->isAnswered());
    QCOMPARE(keeper->waiting(PacketType::publish), 0U);
  }

  void aPublishOfQos2ComesOnceOverARestart() {
    auto keeper = signIn("keeper");
    QVERIFY(keeper->subscribe("a", Qos::exactlyOnce).has_value());
    auto sender = signIn("sender");
    sender->publish("a", "one", Qos::exactlyOnce);
    const auto recorded = sender->next(PacketType::pubrec);
    QVERIFY(recorded.has_value());
    sender->vanish();
    QVERIFY(keeper->completes(*keeper->nextMessage()));
    QVERIFY(keeper->leaves());
    restart();
    sender = signIn("sender");
    QVERIFY(m_present);
    mqtt::Publish again;
    again.topic = "a";
    again.payload = "one";
    again.qos = Qos::exactlyOnce;
    again.packetId = recorded->packetId;
    again.duplicate = true;
    sender->send(again);
    QVERIFY(sender->next(PacketType::pubrec).has_value());
    QVERIFY(sender->releases(recorded->packetId));
    QVERIFY(sender->publishesExactlyOnce("a", "two"));  // the id is free for another message, and this one is new
    keeper = signIn("keeper");
    QCOMPARE(keeper->nextMessage()->payload, std::string("two"));
    restart();
    sender = signIn("sender");
    QVERIFY(sender->publishesExactlyOnce("a", "three"));
  }

  void acceptsANewSessionOnceItIsOnDisk() {
    m_gateway->tap->hold();
    auto keeper = m_gateway->client();
    keeper->asksToSignIn({"anna", TestGateway::kPassword, "keeper", false, 0, {}});
    QTRY_VERIFY(isWritten("keeper"));
    QVERIFY(keeper->isSilentFor(std::chrono::milliseconds(20)));
    m_gateway->tap->letGo();
    QVERIFY(keeper->next(PacketType::connack).has_value());
  }

  void acknowledgesOnceTheSessionIsOnDisk() {
    auto keeper = signIn("keeper");
    QVERIFY(keeper->subscribe("a", Qos::atLeastOnce).has_value());
    auto sender = m_gateway->user("anna");
    m_gateway->tap->hold();
    sender->publish("a", "one");
    QVERIFY(keeper->nextMessage().has_value());
    QVERIFY(sender->isAnswered());
    QCOMPARE(sender->waiting(PacketType::puback), 0U);
    m_gateway->tap->letGo();
    QVERIFY(sender->next(PacketType::puback).has_value());
  }

  void acknowledgesASubscriptionOnceItIsOnDisk() {
    auto keeper = signIn("keeper");
    m_gateway->tap->hold();
    mqtt::Subscribe subscribe;
    const std::array wishes{mqtt::TopicRequest{"a", Qos::atLeastOnce}};
    subscribe.packetId = 99;
    subscribe.topics = wishes;
    keeper->send(subscribe);
    QVERIFY(keeper->isAnswered());
    QCOMPARE(keeper->waiting(PacketType::suback), 0U);
    m_gateway->tap->letGo();
    QVERIFY(keeper->next(PacketType::suback).has_value());
  }

  void goesOnWhereTheDiskFailedForAWhile() {
    auto keeper = signIn("keeper");
    QVERIFY(keeper->subscribe("a", Qos::atLeastOnce).has_value());
    QVERIFY(keeper->leaves());
    auto sender = m_gateway->user("anna");
    m_gateway->tap->failSessions(true);
    sender->publish("a", "one");
    QVERIFY(sender->isAnswered());
    QCOMPARE(sender->waiting(PacketType::puback), 0U);
    m_gateway->tap->failSessions(false);
    QVERIFY(sender->next(PacketType::puback).has_value());
    restart();
    keeper = signIn("keeper");
    QCOMPARE(keeper->nextMessage()->payload, std::string("one"));
  }

  void endsWhereTheClientWantsOrItsTimeIsOver_data() {
    QTest::addColumn<int>("how");
    QTest::newRow("unsubscribed") << 0;
    QTest::newRow("clean start") << 1;
    QTest::newRow("expired while the gateway was away") << 2;
    QTest::newRow("its principal is gone") << 3;
  }
  void endsWhereTheClientWantsOrItsTimeIsOver() {
    QFETCH(int, how);
    const auto oneSecond = propertiesOf([](auto& with) { with.number(mqtt::PropertyId::sessionExpiryInterval, 1); });
    auto keeper = how == 2 ? m_gateway->v5("anna", "keeper", oneSecond, false) : signIn("keeper");
    QVERIFY(keeper->subscribe("a").has_value());
    if (how == 0) {
      mqtt::Unsubscribe unsubscribe;
      const std::array<std::string_view, 1> filters{"a"};
      unsubscribe.packetId = 7;
      unsubscribe.filters = filters;
      keeper->send(unsubscribe);
      QVERIFY(keeper->next(PacketType::unsuback).has_value());
    }
    QVERIFY(keeper->leaves());
    if (how == 1) QVERIFY(m_gateway->client()->signsIn({"anna", TestGateway::kPassword, "keeper", true, 0, {}}));
    m_gateway->stop();
    if (how == 2) QTest::qWait(1100);
    if (how == 3) {
      QVERIFY(m_gateway->store->removePrincipal(m_gateway->recordOf("anna").principal.number).has_value());
      m_gateway->addUser("anna", api::kAdministratorRole);
    }
    QVERIFY(m_gateway->start());
    if (how == 2) QTest::qWait(1000);  // the sweep comes ten times a second
    keeper = signIn("keeper");
    QCOMPARE(m_present, how == 0);
    auto sender = m_gateway->user("anna");
    QVERIFY(sender->publishesAcknowledged("a", "one"));
    QVERIFY(keeper->isAnswered());
    QCOMPARE(keeper->waiting(PacketType::publish), 0U);
  }

 private:
  /// With a session that is to outlive the connection.
  std::unique_ptr<MqttTestClient> signIn(const std::string& clientId) {
    auto client = m_gateway->client();
    const auto answer = client->signIn({"anna", TestGateway::kPassword, clientId, false, 0, {}});
    m_present = answer && answer->sessionPresent;
    return answer && answer->connectCode == mqtt::ConnectCode::accepted ? std::move(client) : nullptr;
  }
  void restart() {
    m_gateway->stop();
    QVERIFY(m_gateway->start());
  }
  bool isWritten(const std::string& clientId) {
    const auto stored = m_gateway->folder->openReader().value()->loadSessions({}).value();
    for (const auto& session : stored.sessions) {
      if (session.clientId == clientId) return true;
    }
    return false;
  }
  static std::set<std::string> contentOf(const std::vector<ReceivedPacket>& messages) {
    std::set<std::string> content;
    for (const auto& message : messages) {
      content.insert(message.topic + " " + message.payload + " " + std::to_string(static_cast<int>(message.qos)));
    }
    return content;
  }

  std::unique_ptr<TestGateway> m_gateway;
  bool m_present = false;
};

QTEST_GUILESS_MAIN(TestMqttDurable)
#include "tst_mqtt_durable.moc"
