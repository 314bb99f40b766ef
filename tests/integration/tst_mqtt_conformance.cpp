#include "gateway/base/endpoint.h"
#include "tests/support/integration_gateway_process.h"
#include "tests/support/mqtt_test_client.h"

#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ProtocolLevel;
using mqtt::Qos;
using mqtt::ReasonCode;
using mqtt::RetainHandling;
using Client = std::unique_ptr<MqttTestClient>;

namespace {

std::string expiry(std::uint32_t seconds) {
  return propertiesOf([&](auto& with) { with.number(PropertyId::sessionExpiryInterval, seconds); });
}

std::string fromHex(const char* digits) {
  return QByteArray::fromHex(digits).toStdString();
}

}  // namespace

/// MQTT 5.0's normative statements on servers, and 3.1.1's where they differ, against a gateway as it is delivered.
/// docs/mqtt-conformance.md lists them. Each test has topics of its own.
class TestMqttConformance : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  std::unique_ptr<GatewayProcess> m_gateway;
  std::string m_token;

  Client raw(ProtocolLevel level = ProtocolLevel::v5) const {
    const Endpoint gateway{m_gateway->mqttHost().toStdString(),
                           static_cast<std::uint16_t>(m_gateway->mqttPort().toUInt())};
    return std::make_unique<MqttTestClient>(gateway, level);
  }
  MqttTestClient::SignIn as(const std::string& clientId, const std::string& properties = {}, bool clean = true) const {
    return {"test-administrator", m_token, clientId, clean, 0, {}, properties};
  }
  /// Signed in as somebody who may do everything; null where that was refused.
  Client in(const std::string& clientId, const std::string& properties = {}, bool clean = true) const {
    auto client = raw();
    return client->signsIn(as(clientId, properties, clean)) ? std::move(client) : nullptr;
  }
  /// A subscriber to `filter` and a publisher.
  std::pair<Client, Client> pair(const std::string& name, const mqtt::TopicRequest& wish) const {
    auto subscriber = in(name + "-sub");
    if (!subscriber || !subscriber->subscribe(wish)) return {};
    return {std::move(subscriber), in(name + "-pub")};
  }

 private slots:
  void initTestCase() {
    m_gateway = std::make_unique<GatewayProcess>(m_folder.filePath("data"));
    QVERIFY(m_gateway->start());
    m_token = m_gateway->token().toStdString();
    QVERIFY(!m_token.empty());
  }
  void cleanupTestCase() {
    if (m_gateway) QVERIFY(m_gateway->stop());
  }

  void brokenConnectionsAreClosed_data() {
    QTest::addColumn<QByteArray>("hex");
    QTest::newRow("[MQTT-3.1.0-1] PINGREQ first") << QByteArray("c000");
    QTest::newRow("[MQTT-3.1.2-1] another protocol name") << QByteArray("100e00044d51545805 02003c 00000161");
    QTest::newRow("[MQTT-3.1.2-2] level 6") << QByteArray("100e00044d51545406 02003c 00000161");
    QTest::newRow("[MQTT-3.1.2-3] reserved connect flag") << QByteArray("100e00044d51545405 03003c 00000161");
    QTest::newRow("[MQTT-3.1.4-2] nobody") << QByteArray("100e00044d51545405 02003c 00000161");
    QTest::newRow("[MQTT-4.12.0-1] authentication method")
        << QByteArray("101300044d51545405 02003c 051500024b31 000161");
  }
  void brokenConnectionsAreClosed() {
    QFETCH(QByteArray, hex);
    const auto client = raw();
    client->sendBytes(fromHex(hex.constData()));
    QVERIFY(client->isClosedByServer());
    QCOMPARE(client->waiting(PacketType::disconnect), std::size_t(0));  // [MQTT-3.14.0-1]
  }

  void errorsAreSaidAndEndTheConnection_data() {  // [MQTT-4.13.1-1], [MQTT-4.13.2-1]
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<int>("reason");
    QTest::newRow("[MQTT-3.1.0-2] second CONNECT") << QByteArray("100e00044d51545405 02003c 00000161") << 0x82;
    QTest::newRow("[MQTT-3.3.1-4] QoS 3") << QByteArray("3606000174000100") << 0x81;
    QTest::newRow("[MQTT-3.3.2-2] wildcard in a topic") << QByteArray("30040001 23 00") << 0x90;
    QTest::newRow("[MQTT-3.3.2-8] topic alias 0") << QByteArray("30070001 74 03230000") << 0x94;
    QTest::newRow("[MQTT-3.3.4-6] subscription identifier") << QByteArray("30060001 74 020b01") << 0x82;
    QTest::newRow("[MQTT-3.8.1-1] SUBSCRIBE flags") << QByteArray("80070001 00 0001 61 00") << 0x81;
    QTest::newRow("[MQTT-3.8.3-4] no local, shared") << QByteArray("82100001 00 000a2473686172652f672f74 04") << 0x82;
    QTest::newRow("[MQTT-4.12.0-7] AUTH") << QByteArray("f0071905 1500024b31") << 0x82;
  }
  void errorsAreSaidAndEndTheConnection() {
    QFETCH(QByteArray, hex);
    QFETCH(int, reason);
    const auto client = in("errors");
    QVERIFY(client);
    client->sendBytes(fromHex(hex.constData()));
    const auto said = client->next(PacketType::disconnect);
    QVERIFY(said.has_value());
    QCOMPARE(int(said->reason), reason);
    QVERIFY(!said->number(PropertyId::sessionExpiryInterval));  // [MQTT-3.14.2-2]
    QVERIFY(client->isClosedByServer());
  }

  void sessionsComeBack() {  // [MQTT-3.1.2-4] to [MQTT-3.1.2-6], [MQTT-3.2.2-2], [MQTT-3.2.2-3], [MQTT-4.1.0-2]
    const auto present = [&](bool clean, std::uint32_t seconds) {
      const auto client = raw();
      const auto connack = client->signIn(as("session", expiry(seconds), clean));
      const bool was = connack && connack->sessionPresent;
      client->leaves();
      return was;
    };
    QVERIFY(!present(false, 600));
    QVERIFY(present(false, 600));
    QVERIFY(!present(true, 600));
    QVERIFY(present(false, 0));
    QVERIFY(!present(false, 600));
  }

  void whatComesMeanwhileIsKept() {  // [MQTT-3.1.2-23], [MQTT-4.5.0-1], [MQTT-4.4.0-1], [MQTT-3.3.1-1], [MQTT-4.6.0-5]
    auto away = in("away", expiry(600));
    QVERIFY(away->subscribe("conf/away", Qos::exactlyOnce).has_value());
    const auto publisher = in("away-pub");
    QVERIFY(publisher->publishesExactlyOnce("conf/away", "first"));
    const auto first = away->nextMessage();
    QVERIFY(first && !first->duplicate && first->qos == Qos::exactlyOnce);
    away->vanish();
    QVERIFY(publisher->publishesAcknowledged("conf/away", "second"));
    away = raw();
    QVERIFY(away->signIn(as("away", expiry(600), false))->sessionPresent);
    const auto again = away->nextMessage();
    QVERIFY(again && again->duplicate && again->packetId == first->packetId && again->payload == "first");
    QVERIFY(away->completes(*again));
    const auto second = away->nextMessage();
    // Whether it is a duplicate depends on whether the gateway already knew that the client was gone.
    QVERIFY(second && second->payload == "second" && second->qos == Qos::atLeastOnce);
  }

  void takesOver() {  // [MQTT-3.1.4-3]
    const auto before = in("taken");
    const auto after = in("taken");
    QVERIFY(after);
    const auto said = before->next(PacketType::disconnect);
    QVERIFY(said && said->reason == ReasonCode::sessionTakenOver);
    QVERIFY(before->isClosedByServer() && after->isAnswered());
  }

  void assignsClientIds() {  // [MQTT-3.1.3-6], [MQTT-3.1.3-7], [MQTT-3.2.2-16]
    const auto one = raw();
    const auto other = raw();
    const auto first = one->signIn(as(""));
    const auto second = other->signIn(as(""));
    QVERIFY(first && second && first->text(PropertyId::assignedClientIdentifier).size() > 0);
    QVERIFY(first->text(PropertyId::assignedClientIdentifier) != second->text(PropertyId::assignedClientIdentifier));
  }

  void takesEveryPlainClientId() {  // [MQTT-3.1.3-5]
    QVERIFY(in("0123456789abcdefghijklm") && in("nopqrstuvwxyzABCDEFGHIJ") && in("KLMNOPQRSTUVWXYZ"));
  }

  void willsComeAndStayAway() {  // [MQTT-3.1.2-8], [MQTT-3.1.2-10], [MQTT-3.14.4-3], [MQTT-3.1.3-10]
    const auto watcher = in("will-watch");
    QVERIFY(watcher->subscribe("conf/will/#").has_value());
    const auto properties = propertiesOf([](auto& with) { with.userProperty("b", "1").userProperty("a", "2"); });
    const auto withWill = [&](const char* topic) {
      auto how = as(std::string("will-") + topic);
      m_willTopic = std::string("conf/will/") + topic;
      how.will = mqtt::Will{m_willTopic, "gone", Qos::atLeastOnce, false, {properties}};
      auto client = raw();
      return client->signsIn(how) ? std::move(client) : nullptr;
    };
    withWill("goodbye")->leaves();
    withWill("lost")->vanish();
    const auto lost = watcher->nextMessage();
    QVERIFY(lost && lost->topic == "conf/will/lost" && lost->payload == "gone");
    QCOMPARE(lost->userProperties(), (std::vector<std::string>{"b=1", "a=2"}));
    withWill("asked")->leaves(ReasonCode::disconnectWithWill);
    QCOMPARE(watcher->nextMessage()->topic, std::string("conf/will/asked"));
  }

  void retainedMessages() {  // [MQTT-3.3.1-5] to [MQTT-3.3.1-8]
    const auto publisher = in("retain-pub");
    const auto heard = [&] {
      const auto fresh = in("retain-sub");
      if (!fresh->subscribe("conf/retain") || !fresh->isAnswered()) return std::string("?");
      return fresh->waiting(PacketType::publish) == 0 ? std::string() : fresh->nextMessage()->payload;
    };
    QVERIFY(publisher->publishesAcknowledged("conf/retain", "one", true));
    QCOMPARE(heard(), std::string("one"));
    QVERIFY(publisher->publishesAcknowledged("conf/retain", "two", true));
    QVERIFY(publisher->publishesAcknowledged("conf/retain", "not kept", false));
    QCOMPARE(heard(), std::string("two"));
    QVERIFY(publisher->publishesAcknowledged("conf/retain", "", true));
    QCOMPARE(heard(), std::string());
  }

  void retainHandling_data() {
    QTest::addColumn<int>("handling");
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("again");
    QTest::newRow("[MQTT-3.3.1-9]") << 0 << 1 << 1;
    QTest::newRow("[MQTT-3.3.1-10]") << 1 << 1 << 0;
    QTest::newRow("[MQTT-3.3.1-11]") << 2 << 0 << 0;
  }
  void retainHandling() {
    QFETCH(int, handling);
    QFETCH(int, first);
    QFETCH(int, again);
    QVERIFY(in("handling-pub")->publishesAcknowledged("conf/handling", "kept", true));
    const auto client = in("handling-sub");
    mqtt::TopicRequest wish{"conf/handling", Qos::atLeastOnce};
    wish.retainHandling = RetainHandling(handling);
    for (const int expected : {first, again}) {
      QVERIFY(client->subscribe(wish).has_value());
      QVERIFY(client->isAnswered());
      QCOMPARE(int(client->waiting(PacketType::publish)), expected);
      while (client->waiting(PacketType::publish) > 0) client->nextMessage();
    }
  }

  void deliversInTheLowerQos_data() {  // [MQTT-3.3.4-2], [MQTT-3.8.4-7], [MQTT-3.8.4-8]
    QTest::addColumn<int>("published");
    QTest::addColumn<int>("granted");
    for (int published = 0; published <= 2; ++published) {
      for (int granted = 0; granted <= 2; ++granted) {
        QTest::addRow("%d published, %d granted", published, granted) << published << granted;
      }
    }
  }
  void deliversInTheLowerQos() {
    QFETCH(int, published);
    QFETCH(int, granted);
    const auto topic = QString("conf/qos/%1%2").arg(published).arg(granted).toStdString();
    const auto subscriber = in("qos-sub");
    QCOMPARE(int(*subscriber->subscribe(topic, Qos(granted))), granted);
    const auto publisher = in("qos-pub");
    publisher->publish(topic, "x", Qos(published));
    const auto message = subscriber->nextMessage();
    QVERIFY(message.has_value());
    QCOMPARE(int(message->qos), std::min(published, granted));
    QVERIFY(!message->duplicate);  // [MQTT-4.3.1-1], [MQTT-4.3.2-2], [MQTT-4.3.3-2]
    if (message->qos == Qos::exactlyOnce) QVERIFY(subscriber->completes(*message));
  }

  void takesExactlyOnce() {  // [MQTT-4.3.3-8], [MQTT-4.3.3-10] to [MQTT-4.3.3-12]
    const auto [subscriber, publisher] = pair("once", {"conf/once", Qos::atMostOnce});
    mqtt::Publish publish{"conf/once", "x", Qos::exactlyOnce, false, false, 7};
    publisher->send(publish);
    QVERIFY(publisher->next(PacketType::pubrec)->packetId == 7);
    publish.duplicate = true;
    publisher->send(publish);
    QVERIFY(publisher->next(PacketType::pubrec)->packetId == 7);
    QVERIFY(publisher->releases(7));
    publisher->send(mqtt::Pubrel{7});
    QCOMPARE(publisher->next(PacketType::pubcomp)->reason, ReasonCode::packetIdentifierNotFound);
    publish.duplicate = false;
    publish.payload = "y";
    publisher->send(publish);
    QVERIFY(publisher->next(PacketType::pubrec).has_value() && publisher->releases(7));
    QCOMPARE(subscriber->nextMessage()->payload, std::string("x"));
    QCOMPARE(subscriber->nextMessage()->payload, std::string("y"));
  }

  void messageExpiry() {  // [MQTT-3.3.2-6]
    const auto [subscriber, publisher] = pair("expiry", {"conf/expiry", Qos::atLeastOnce});
    const auto properties = propertiesOf([](auto& with) { with.number(PropertyId::messageExpiryInterval, 1000); });
    QVERIFY(publisher->reasonFor("conf/expiry", "x", false, properties).has_value());
    const auto rest = subscriber->nextMessage()->number(PropertyId::messageExpiryInterval);
    QVERIFY(rest && *rest <= 1000 && *rest > 900);
  }

  void sharedSubscriptions() {  // §4.8.2, [MQTT-4.8.2-3]
    const auto one = in("share-1");
    const auto two = in("share-2");
    QVERIFY(one->subscribe("$share/group/conf/share", Qos::atLeastOnce).has_value());
    QVERIFY(two->subscribe("$share/group/conf/share", Qos::atMostOnce).has_value());
    const auto publisher = in("share-pub");
    for (int i = 0; i < 20; ++i) QVERIFY(publisher->publishesAcknowledged("conf/share", std::to_string(i)));
    QVERIFY(one->isAnswered() && two->isAnswered());
    QCOMPARE(one->waiting(PacketType::publish) + two->waiting(PacketType::publish), std::size_t(20));
    while (two->waiting(PacketType::publish) > 0) QVERIFY(two->nextMessage()->qos == Qos::atMostOnce);
  }

  void sharedExactlyOnceStaysWithItsMember() {  // [MQTT-4.8.2-4], [MQTT-4.8.2-5]
    const auto session = expiry(600);
    auto member = in("share2-1", session);
    QVERIFY(member->subscribe("$share/twos/conf/share2", Qos::exactlyOnce).has_value());
    const auto publisher = in("share2-pub");
    QVERIFY(publisher->publishesExactlyOnce("conf/share2", "x"));
    const auto begun = member->nextMessage();
    QVERIFY(begun && begun->qos == Qos::exactlyOnce);
    const auto other = in("share2-2");
    QVERIFY(other->subscribe("$share/twos/conf/share2", Qos::exactlyOnce).has_value());
    member->vanish();
    member = raw();
    QVERIFY(member->signIn(as("share2-1", session, false))->sessionPresent);
    const auto again = member->nextMessage();
    QVERIFY(again && again->duplicate && again->packetId == begun->packetId && member->completes(*again));
    QVERIFY(other->isAnswered());
    QCOMPARE(other->waiting(PacketType::publish), std::size_t(0));
  }

  void sharedRefusalIsTheEnd() {  // [MQTT-4.8.2-6], [MQTT-4.4.0-2]
    const auto member = in("share3-1");
    QVERIFY(member->subscribe("$share/refusers/conf/share3", Qos::atLeastOnce).has_value());
    const auto publisher = in("share3-pub");
    QVERIFY(publisher->publishesAcknowledged("conf/share3", "x"));
    const auto message = member->nextMessage();
    QVERIFY(message.has_value());
    const auto other = in("share3-2");
    QVERIFY(other->subscribe("$share/refusers/conf/share3", Qos::atLeastOnce).has_value());
    member->send(mqtt::Puback{message->packetId, ReasonCode::quotaExceeded});
    QVERIFY(member->isAnswered() && other->isAnswered());
    QCOMPARE(member->waiting(PacketType::publish) + other->waiting(PacketType::publish), std::size_t(0));
  }

  void completesWhatItBegan() {  // [MQTT-3.10.4-3], [MQTT-4.3.3-7], [MQTT-4.3.3-13]
    const auto [subscriber, publisher] = pair("begun", {"conf/begun", Qos::exactlyOnce});
    const auto properties = propertiesOf([](auto& with) { with.number(PropertyId::messageExpiryInterval, 1); });
    publisher->publish("conf/begun", "x", Qos::exactlyOnce, false, properties);
    const auto message = subscriber->nextMessage();
    QVERIFY(message.has_value());
    const std::vector<std::string_view> filters{"conf/begun"};
    subscriber->send(mqtt::Unsubscribe{9, filters});
    QVERIFY(subscriber->next(PacketType::unsuback).has_value());
    QTest::qWait(1'100);  // it has expired on both ways
    QVERIFY(subscriber->completes(*message));
    const auto recorded = publisher->next(PacketType::pubrec);
    QVERIFY(recorded && publisher->releases(recorded->packetId));
  }

  void unsubscribing() {  // [MQTT-3.10.4-1], [MQTT-3.10.4-4] to [MQTT-3.10.4-6], [MQTT-3.11.3-1]
    const auto [subscriber, publisher] = pair("unsub", {"conf/unsub", Qos::atLeastOnce});
    const std::vector<std::string_view> filters{"conf/unsub", "conf/none", "conf/+"};
    subscriber->send(mqtt::Unsubscribe{77, filters});
    const auto answer = subscriber->next(PacketType::unsuback);
    QVERIFY(answer && answer->packetId == 77);
    QVERIFY((answer->codes == std::vector<ReasonCode>{ReasonCode::success, ReasonCode::noSubscriptionExisted,
                                                      ReasonCode::noSubscriptionExisted}));
    QCOMPARE(*publisher->reasonFor("conf/unsub", "x"), ReasonCode::noMatchingSubscribers);
    QVERIFY(subscriber->isAnswered());
    QCOMPARE(subscriber->waiting(PacketType::publish), std::size_t(0));
  }

  void wildcardsDoNotSeeDollarTopics() {  // [MQTT-4.7.2-1]
    const auto [subscriber, publisher] = pair("dollar", {"+/dollar", Qos::atLeastOnce});
    in("dollar-other")->publish("$conf/dollar", "x", Qos::atMostOnce);
    QVERIFY(publisher->publishesAcknowledged("conf/dollar", "y"));
    QCOMPARE(subscriber->nextMessage()->topic, std::string("conf/dollar"));
  }

  void oldClientsAreServedAsTheyExpect() {  // MQTT 3.1.1 [MQTT-3.1.3-8], [MQTT-3.1.4-2], [MQTT-3.12.4-1]
    const auto old = raw(ProtocolLevel::v311);
    QVERIFY(old->signsIn(as("old")));
    QVERIFY(old->subscribe("conf/old", Qos::exactlyOnce).has_value());
    const auto properties = propertiesOf([](auto& with) { with.userProperty("a", "b"); });
    QVERIFY(in("old-pub")->reasonFor("conf/old", "x", false, properties).has_value());
    QCOMPARE(old->nextMessage()->payload, std::string("x"));
    QVERIFY(old->publishesExactlyOnce("conf/old/up", "y") && old->isAnswered());
    const auto nameless = raw(ProtocolLevel::v311);
    QCOMPARE(nameless->signIn(as("", {}, false))->connectCode, mqtt::ConnectCode::identifierRejected);
    QVERIFY(nameless->isClosedByServer());
  }

 private:
  std::string m_willTopic;
};

QTEST_GUILESS_MAIN(TestMqttConformance)
#include "tst_mqtt_conformance.moc"
