#include "tests/support/test_gateway.h"

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::ProtocolLevel;
using mqtt::Qos;
using mqtt::ReasonCode;

/// QoS 2 in both directions and both versions (MQTT 5.0 §4.3.3): once into the store, once to the subscriber, whatever
/// breaks in between.
class TestMqttQos2 : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addCar("car-1");
    m_gateway->addUser("anna", api::kAdministratorRole);
    QVERIFY(m_gateway->start());
  }
  void cleanup() { m_gateway.reset(); }

  void storesOnce_data() { versions(); }
  void storesOnce() {
    const auto car = signedIn("car-1", TestGateway::kSecret, true);
    const auto id = car->publish("cars/car-1/telemetry", R"({"speed":1})", Qos::exactlyOnce);
    QCOMPARE(car->next(PacketType::pubrec)->packetId, id);
    for (int i = 0; i < 3; ++i) sendAgain(*car, id, R"({"speed":1})");
    for (int i = 0; i < 3; ++i) QCOMPARE(car->next(PacketType::pubrec)->packetId, id);
    QVERIFY(car->releases(id));
    QVERIFY(car->publishesExactlyOnce("cars/car-1/telemetry", R"({"speed":2})"));
    QCOMPARE(m_gateway->storedSamples("car-1"), std::size_t{2});
  }

  void recordsOnlyWhatIsOnDisk() {
    const auto car = m_gateway->v5Car("car-1", "car-1");
    m_gateway->tap->hold();
    const auto id = car->publish("cars/car-1/telemetry", R"({"speed":1})", Qos::exactlyOnce);
    QTRY_COMPARE(m_gateway->tap->held(), std::size_t{1});
    sendAgain(*car, id, R"({"speed":1})");
    QVERIFY(car->isAnswered());
    QCOMPARE(car->waiting(PacketType::pubrec), std::size_t{0});
    m_gateway->tap->letGo();
    QCOMPARE(car->next(PacketType::pubrec)->packetId, id);
    QVERIFY(car->releases(id));
    QCOMPARE(car->waiting(PacketType::pubrec), std::size_t{0});
  }

  /// The session passes on only once what it brought is on disk: the next connection must not bring it again.
  void takesNothingTwiceAcrossConnections_data() {
    QTest::addColumn<bool>("isHeld");
    QTest::newRow("after PUBREC") << false;
    QTest::newRow("while it is on its way to the disk") << true;
  }
  void takesNothingTwiceAcrossConnections() {
    QFETCH(bool, isHeld);
    auto car = m_gateway->v5Car("car-1", "car-1", expiry(600), false);
    if (isHeld) m_gateway->tap->hold();
    const auto id = car->publish("cars/car-1/telemetry", R"({"speed":1})", Qos::exactlyOnce);
    if (isHeld) {
      QTRY_COMPARE(m_gateway->storedSamples("car-1"), std::size_t{1});  // but nobody is told
    } else {
      QVERIFY(car->next(PacketType::pubrec).has_value());
    }
    car->vanish();
    const auto again = m_gateway->client(ProtocolLevel::v5);
    mqtt::Connect connect;
    const auto properties = expiry(600);
    connect.level = ProtocolLevel::v5;
    connect.cleanSession = false;
    connect.clientId = "car-1";
    connect.userName = "car-1";
    connect.password = TestGateway::kSecret;
    connect.properties = {properties};
    again->send(connect);
    if (isHeld) {
      QTest::qWait(100);
      m_gateway->tap->letGo();
    }
    const auto connack = again->next(PacketType::connack);
    QVERIFY(connack && connack->sessionPresent);
    sendAgain(*again, id, R"({"speed":1})");
    QCOMPARE(again->next(PacketType::pubrec)->packetId, id);
    QVERIFY(again->releases(id));
    QCOMPARE(m_gateway->storedSamples("car-1"), std::size_t{1});
    // Once released, the id stands for something new.
    sendAgain(*again, id, R"({"speed":2})");
    QVERIFY(again->next(PacketType::pubrec).has_value());
    QCOMPARE(m_gateway->storedSamples("car-1"), std::size_t{2});
  }

  void storesAgainWhatFailed() {
    auto car = m_gateway->v5Car("car-1", "car-1", expiry(600), false);
    m_gateway->tap->failNext();
    const auto id = car->publish("cars/car-1/telemetry", R"({"speed":1})", Qos::exactlyOnce);
    const auto goodbye = car->next(PacketType::disconnect);
    QVERIFY(goodbye && goodbye->reason == ReasonCode::implementationError);
    QCOMPARE(car->waiting(PacketType::pubrec), std::size_t{0});
    car = m_gateway->v5Car("car-1", "car-1", expiry(600), false);
    QVERIFY(car);
    sendAgain(*car, id, R"({"speed":1})");
    QCOMPARE(car->next(PacketType::pubrec)->packetId, id);
    QCOMPARE(m_gateway->storedSamples("car-1"), std::size_t{1});
  }

  void deliversOnce_data() { versions(); }
  void deliversOnce() {
    const auto anna = signedIn("anna", TestGateway::kPassword, true);
    QCOMPARE(int(*anna->subscribe("fleet/#", Qos::exactlyOnce)), 2);
    const auto sender = m_gateway->v5("anna", "sender");
    QVERIFY(sender->publishesExactlyOnce("fleet/news", "hello"));
    const auto message = anna->nextMessage();
    QVERIFY(message && message->payload == "hello" && message->qos == Qos::exactlyOnce);
    QVERIFY(anna->completes(*message));
    QVERIFY(anna->isAnswered());
    QCOMPARE(anna->waiting(PacketType::publish), std::size_t{0});
  }

  void deliversInTheLowerQos_data() {
    QTest::addColumn<int>("published");
    QTest::addColumn<int>("subscribed");
    for (const int published : {0, 1, 2}) {
      for (const int subscribed : {0, 1, 2}) {
        QTest::addRow("%d to %d", published, subscribed) << published << subscribed;
      }
    }
  }
  void deliversInTheLowerQos() {
    QFETCH(int, published);
    QFETCH(int, subscribed);
    const auto anna = m_gateway->v5("anna", "anna");
    QCOMPARE(int(*anna->subscribe("fleet/#", Qos(subscribed))), subscribed);
    const auto sender = m_gateway->v5("anna", "sender");
    sender->publish("fleet/news", "hello", Qos(published));
    const auto message = anna->nextMessage();
    QVERIFY(message.has_value());
    QCOMPARE(int(message->qos), std::min(published, subscribed));
  }

  /// [MQTT-4.4.0-1]: what is not acknowledged comes again after a reconnect, each from where it had got to.
  void goesOnWhereItStopped_data() { versions(); }
  void goesOnWhereItStopped() {
    auto anna = signedIn("anna", TestGateway::kPassword, false);
    QVERIFY(anna->subscribe("fleet/#", Qos::exactlyOnce).has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    for (const char* payload : {"complete", "released", "sent"})
      QVERIFY(sender->publishesExactlyOnce("fleet/news", payload));
    const auto complete = anna->nextMessage();
    const auto released = anna->nextMessage();
    const auto sent = anna->nextMessage();
    QVERIFY(complete && released && sent);
    QVERIFY(anna->completes(*complete));
    anna->send(mqtt::Pubrec{released->packetId});
    QVERIFY(anna->next(PacketType::pubrel).has_value());
    anna->vanish();
    anna = signedIn("anna", TestGateway::kPassword, false);
    const auto release = anna->next(PacketType::pubrel);
    QVERIFY(release && release->packetId == released->packetId);
    anna->send(mqtt::Pubcomp{release->packetId});
    const auto again = anna->nextMessage();
    QVERIFY(again && again->duplicate && again->payload == "sent");
    QCOMPARE(again->packetId, sent->packetId);
    QVERIFY(anna->completes(*again));
    anna->vanish();
    anna = signedIn("anna", TestGateway::kPassword, false);
    QVERIFY(anna->isAnswered());
    QCOMPARE(anna->waiting(PacketType::publish) + anna->waiting(PacketType::pubrel), std::size_t{0});
  }

  /// A PUBREC with a failure ends the exchange: no PUBREL follows, and the message does not come again (§4.3.3).
  void endsWhereTheSubscriberRefuses() {
    auto anna = m_gateway->v5("anna", "anna", expiry(600), false);
    QVERIFY(anna->subscribe("fleet/#", Qos::exactlyOnce).has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    QVERIFY(sender->publishesExactlyOnce("fleet/news", "unwanted"));
    const auto message = anna->nextMessage();
    QVERIFY(message.has_value());
    anna->send(mqtt::Pubrec{message->packetId, ReasonCode::notAuthorised});
    QVERIFY(anna->isAnswered());
    QCOMPARE(anna->waiting(PacketType::pubrel), std::size_t{0});
    anna->vanish();
    anna = m_gateway->v5("anna", "anna", expiry(600), false);
    QVERIFY(anna->isAnswered());
    QCOMPARE(anna->waiting(PacketType::publish), std::size_t{0});
  }

  void answersWhatItDoesNotKnow() {
    const auto anna = m_gateway->v5("anna", "anna");
    anna->send(mqtt::Pubrel{77});
    const auto complete = anna->next(PacketType::pubcomp);
    QVERIFY(complete && complete->packetId == 77 && complete->reason == ReasonCode::packetIdentifierNotFound);
  }

 private:
  static void versions() {
    QTest::addColumn<int>("level");
    QTest::newRow("3.1.1") << 4;
    QTest::newRow("5.0") << 5;
  }
  static std::string expiry(std::uint32_t seconds) {
    return propertiesOf([&](auto& with) { with.number(mqtt::PropertyId::sessionExpiryInterval, seconds); });
  }
  /// In the version of the test's row; a persistent session where it is not clean.
  std::unique_ptr<MqttTestClient> signedIn(const std::string& id, const std::string& password, bool clean) const {
    QFETCH(int, level);
    auto made = m_gateway->client(ProtocolLevel(level));
    const auto properties = level == 5 && !clean ? expiry(600) : std::string();
    return made->signsIn({id, password, id, clean, 0, {}, properties}) ? std::move(made) : nullptr;
  }
  static void sendAgain(MqttTestClient& client, mqtt::PacketId id, std::string_view payload) {
    mqtt::Publish publish;
    publish.topic = "cars/car-1/telemetry";
    publish.payload = payload;
    publish.qos = Qos::exactlyOnce;
    publish.packetId = id;
    publish.duplicate = true;
    client.send(publish);
  }

  std::unique_ptr<TestGateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttQos2)
#include "tst_mqtt_qos2.moc"
