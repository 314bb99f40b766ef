#include "tests/support/test_gateway.h"

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ProtocolLevel;
using mqtt::Qos;
using mqtt::ReasonCode;

/// What a 5.0 client is told where 3.1.1 knows only success and closing (MQTT 5.0 §2.4, §4.13).
class TestMqttReasons : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addCar("car-1");
    m_gateway->addCar("car-2");
    m_gateway->addUser("anna", api::kAdministratorRole);
    m_gateway->addUser("olga", api::kOperatorRole);
  }
  void cleanup() { m_gateway.reset(); }

  void refusesSignIns_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("password");
    QTest::addColumn<int>("reason");
    QTest::newRow("unknown") << "nobody"
                             << "x" << 0x86;
    QTest::newRow("wrong password") << "anna"
                                    << "wrong" << 0x86;
    QTest::newRow("blocked") << "olga" << TestGateway::kPassword << 0x87;
  }
  void refusesSignIns() {
    QFETCH(QString, id);
    QFETCH(QString, password);
    QFETCH(int, reason);
    auto olga = m_gateway->recordOf("olga");
    olga.principal.blocked = true;
    QVERIFY(m_gateway->store->updatePrincipal(olga).has_value());
    QVERIFY(m_gateway->start());
    const auto client = m_gateway->client(ProtocolLevel::v5);
    const auto answer = client->signIn({id.toStdString(), password.toStdString(), "a", true, 0, {}, {}});
    QVERIFY(answer.has_value());
    QCOMPARE(int(answer->reason), reason);
    QVERIFY(client->isClosedByServer());
  }

  void saysWhyAPublishCameToNothing_data() {
    QTest::addColumn<QString>("topic");
    QTest::addColumn<QString>("payload");
    QTest::addColumn<int>("qos");
    QTest::addColumn<int>("reason");
    for (const int qos : {1, 2}) {
      const auto row = [qos](const char* name, const char* topic, const char* payload, int reason) {
        QTest::addRow("%s, QoS %d", name, qos) << topic << payload << qos << reason;
      };
      row("stored", "cars/car-1/telemetry", R"({"speed":1})", 0x00);
      row("nobody subscribed", "cars/car-1/note", "x", 0x10);
      row("not allowed", "cars/car-2/telemetry", R"({"speed":1})", 0x87);
      row("unknown car", "cars/car-9/telemetry", R"({"speed":1})", 0x87);
      row("the gateway's own", "$SYS/x", "x", 0x87);
      row("unreadable telemetry", "cars/car-1/telemetry", "{", 0x99);
      row("unreadable event", "cars/car-1/event", "[]", 0x99);
    }
  }
  void saysWhyAPublishCameToNothing() {
    QFETCH(QString, topic);
    QFETCH(QString, payload);
    QFETCH(int, qos);
    QFETCH(int, reason);
    QVERIFY(m_gateway->start());
    const auto car = m_gateway->v5Car("car-1", "car-1");
    const auto id = car->publish(topic.toStdString(), payload.toStdString(), Qos(qos));
    const auto answer = car->next(qos == 1 ? PacketType::puback : PacketType::pubrec);
    QVERIFY(answer && answer->packetId == id);
    QCOMPARE(int(answer->reason), reason);
    QCOMPARE(!answer->text(PropertyId::reasonString).empty(), reason >= 0x80);
    QVERIFY(car->isAnswered());  // and stays connected
  }

  void saysNoMoreThanTheClientWants() {
    QVERIFY(m_gateway->start());
    const auto quiet = m_gateway->v5Car(
        "car-1", "car-1", propertiesOf([](auto& with) { with.number(PropertyId::requestProblemInformation, 0); }));
    quiet->publish("cars/car-1/telemetry", "{");
    const auto answer = quiet->next(PacketType::puback);
    QVERIFY(answer && answer->reason == ReasonCode::payloadFormatInvalid);
    QVERIFY(answer->text(PropertyId::reasonString).empty());
  }

  /// A message of QoS 0 cannot be answered: it is counted, and the client goes on.
  void goesOnAfterAMessageThatWasNotAllowed() {
    QVERIFY(m_gateway->start());
    const auto car = m_gateway->v5Car("car-1", "car-1");
    car->publish("cars/car-2/telemetry", R"({"speed":1})", Qos::atMostOnce);
    QVERIFY(car->isAnswered());
    QCOMPARE(m_gateway->gateway->counters().refusedMessages, std::uint64_t{1});
  }

  void saysWhatBecameOfACommand() {
    QVERIFY(m_gateway->start());
    const auto olga = m_gateway->v5("anna", "anna");
    QCOMPARE(*olga->reasonFor("cars/car-1/command", R"({"name":"lock"})"), ReasonCode::success);
    QCOMPARE(*olga->reasonFor("cars/car-1/command", "{"), ReasonCode::payloadFormatInvalid);
  }

  void tellsWhetherAnybodyOnAnyThreadHasSubscribed() {
    QVERIFY(m_gateway->start());
    const auto first = m_gateway->v5("anna", "first");    // on the first thread
    const auto second = m_gateway->v5("anna", "second");  // on the second
    QVERIFY(second->subscribe("fleet/news").has_value());
    QCOMPARE(*first->reasonFor("fleet/news", "x"), ReasonCode::success);
    QCOMPARE(*first->reasonFor("fleet/other", "x"), ReasonCode::noMatchingSubscribers);
    QCOMPARE(*second->reasonFor("fleet/other", "x"), ReasonCode::noMatchingSubscribers);
    QVERIFY(first->subscribe("fleet/other").has_value());
    QCOMPARE(*second->reasonFor("fleet/other", "x"), ReasonCode::success);
  }

  void refusesSubscriptions() {
    m_gateway->config.mqttLimits.maxSubscriptions = 1;
    QVERIFY(m_gateway->start());
    const auto car = m_gateway->v5Car("car-1", "car-1");
    QCOMPARE(*car->subscribe("cars/car-2/#"), ReasonCode::notAuthorised);
    QCOMPARE(*car->subscribe("cars/car-1/#", Qos::exactlyOnce), ReasonCode::grantedQos2);
    QCOMPARE(*car->subscribe("cars/car-1/command"), ReasonCode::quotaExceeded);
    const std::array filters{std::string_view("cars/car-1/#"), std::string_view("cars/car-1/command")};
    car->send(mqtt::Unsubscribe{9, filters});
    const auto answer = car->next(PacketType::unsuback);
    QVERIFY(answer.has_value());
    QCOMPARE(answer->codes, (std::vector{ReasonCode::success, ReasonCode::noSubscriptionExisted}));
  }

  void keepsTheOldRetainedMessageWhereThereIsNoRoom() {
    m_gateway->config.mqttLimits.maxRetained = 1;
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("anna", "anna");
    QVERIFY(anna->subscribe("fleet/#").has_value());
    QCOMPARE(*anna->reasonFor("fleet/a", "first", true), ReasonCode::success);
    QCOMPARE(*anna->reasonFor("fleet/a", "second", true), ReasonCode::success);  // no further topic
    QCOMPARE(*anna->reasonFor("fleet/b", "x", true), ReasonCode::quotaExceeded);
    QCOMPARE(*anna->reasonFor("fleet/a", "", true), ReasonCode::success);
    QCOMPARE(*anna->reasonFor("fleet/b", "x", true), ReasonCode::success);
    for (const char* payload : {"first", "second", "", "x"})
      QCOMPARE(QString::fromStdString(anna->nextMessage()->payload), payload);
  }

  void tellsWhoIsTakenOver() {
    QVERIFY(m_gateway->start());
    const auto first = m_gateway->v5("anna", "one");
    const auto second = m_gateway->v5("anna", "one");
    expectGoodbye(*first, ReasonCode::sessionTakenOver);
    QVERIFY(second->isAnswered());
  }

  void tellsThatItStops() {
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("anna", "one");
    m_gateway->gateway->stop();
    expectGoodbye(*anna, ReasonCode::serverShuttingDown);
  }

  void tellsThatAnAdministratorDidIt() {
    QVERIFY(m_gateway->start());
    const auto olga = m_gateway->v5("olga", "one");
    auto record = m_gateway->recordOf("olga");
    record.principal.blocked = true;
    QVERIFY(m_gateway->store->updatePrincipal(record).has_value());
    expectGoodbye(*olga, ReasonCode::administrativeAction);
  }

  void tellsThatATokenHasExpired() {
    QVERIFY(m_gateway->start());
    const auto token = m_gateway->addToken("anna", m_gateway->clock.now() + Milliseconds(2000));
    const auto anna = m_gateway->client(ProtocolLevel::v5);
    QVERIFY(anna->signsIn({"anna", token, "one", true, 0, {}, {}}));
    expectGoodbye(*anna, ReasonCode::maximumConnectTime);
  }

  void tellsWhoDoesNotTakeItsMessages() {
    m_gateway->config.mqttLimits.maxServiceInflight = 2;
    m_gateway->config.mqttLimits.maxServiceQueue = 2;
    QVERIFY(m_gateway->start());
    const auto slow = m_gateway->v5("anna", "slow");
    QVERIFY(slow->subscribe("fleet/#").has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    for (int i = 0; i < 6; ++i) QVERIFY(sender->reasonFor("fleet/news", "x").has_value());
    expectGoodbye(*slow, ReasonCode::quotaExceeded);
  }

  void tellsWhoSendsTooMuch_data() {
    QTest::addColumn<bool>("isLarge");
    QTest::newRow("a packet that is too large") << true;
    QTest::newRow("more than the receive maximum") << false;
  }
  void tellsWhoSendsTooMuch() {
    QFETCH(bool, isLarge);
    m_gateway->config.mqttLimits.maxPacketBytes = 5000;
    m_gateway->config.mqttLimits.maxUnacknowledged = 3;
    QVERIFY(m_gateway->start());
    const auto car = m_gateway->v5Car("car-1", "car-1");
    if (isLarge) {
      car->publish("cars/car-1/note", std::string(6000, 'x'));
      return expectGoodbye(*car, ReasonCode::packetTooLarge);
    }
    m_gateway->tap->hold();
    for (int i = 0; i < 4; ++i) car->publish("cars/car-1/telemetry", R"({"speed":1})");
    expectGoodbye(*car, ReasonCode::receiveMaximumExceeded);
    m_gateway->tap->letGo();
  }

 private:
  static void expectGoodbye(MqttTestClient& client, ReasonCode reason) {
    const auto goodbye = client.next(PacketType::disconnect);
    QVERIFY(goodbye.has_value());
    QCOMPARE(int(goodbye->reason), int(reason));
    QVERIFY(!goodbye->text(PropertyId::reasonString).empty());
    QVERIFY(client.isClosedByServer());
  }

  std::unique_ptr<TestGateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttReasons)
#include "tst_mqtt_reasons.moc"
