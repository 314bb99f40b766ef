#include "tests/support/test_gateway.h"

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::Qos;

/// What becomes of a published message: on disk before it is acknowledged, or refused with a reason.
class TestMqttPublish : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addCar("car-1");
    m_gateway->addCar("car-2");
    m_gateway->config.mqttLimits.maxPacketBytes = 64 * 1024;
    m_gateway->config.mqttLimits.connectTimeout = std::chrono::seconds(1);
    QVERIFY(m_gateway->start());
    m_car = m_gateway->car("car-1");
    QVERIFY(m_car);
  }
  void cleanup() {
    m_car.reset();
    m_gateway.reset();
  }

  void storesBeforeItAcknowledges() {
    QVERIFY(m_car->publishesAcknowledged("cars/car-1/telemetry", R"({"lat":48.1,"lon":11.5,"speed":52})"));
    QCOMPARE(m_gateway->storedSamples("car-1"), std::size_t{1});
  }

  void acknowledgesOnlyAfterTheCommit() {
    m_gateway->tap->hold();
    const auto id = m_car->publish("cars/car-1/telemetry", R"({"speed":1})");
    QTRY_COMPARE(m_gateway->tap->held(), std::size_t{1});
    QVERIFY(m_car->isAnswered());
    QCOMPARE(m_car->waiting(PacketType::puback), std::size_t{0});
    m_gateway->tap->letGo();
    const auto ack = m_car->next(PacketType::puback);
    QVERIFY(ack && ack->packetId == id);
  }

  void acknowledgesInOrder() {
    m_gateway->tap->hold();
    const auto first = m_car->publish("cars/car-1/telemetry", R"({"speed":1})");
    // This one needs no disk and would overtake.
    const auto second = m_car->publish("cars/car-1/note", "hello");
    QVERIFY(m_car->isAnswered());
    QCOMPARE(m_car->waiting(PacketType::puback), std::size_t{0});
    QTRY_COMPARE(m_gateway->tap->held(), std::size_t{1});
    m_gateway->tap->letGo();
    QCOMPARE(m_car->next(PacketType::puback)->packetId, first);
    QCOMPARE(m_car->next(PacketType::puback)->packetId, second);
  }

  void saysInTheLogWhichFieldWasRefused() {
    QVERIFY(m_car->publishesAcknowledged("cars/car-1/telemetry", R"({"speed":1,"lat":"north"})"));
    QTRY_VERIFY(m_gateway->logged("car-1 sent a field that was refused, \"lat\": "));
    // Once a car, whatever it sends next; another car has a line of its own.
    QVERIFY(m_car->publishesAcknowledged("cars/car-1/telemetry", R"({"speed":1,"lon":"west"})"));
    const auto other = m_gateway->car("car-2");
    QVERIFY(other->publishesAcknowledged("cars/car-2/telemetry", R"({"speed":1,"lon":"west"})"));
    QTRY_VERIFY(m_gateway->logged("car-2 sent a field that was refused, \"lon\": "));
    QVERIFY(!m_gateway->logged("car-1 sent a field that was refused, \"lon\": "));
  }

  void logsEachReasonOfACar() {
    QVERIFY(m_car->publishesAcknowledged("cars/car-1/event", "no JSON"));
    QVERIFY(m_car->publishesAcknowledged("cars/car-1/command/01ABC/reply", R"({"status":"done"})"));
    QTRY_VERIFY(m_gateway->logged("car-1 sent something unusable on cars/car-1/event"));
    m_car->publish("cars/car-2/telemetry", "{}");
    QVERIFY(m_car->isClosedByServer());
    QTRY_VERIFY(m_gateway->logged("car-1 may not publish on cars/car-2/telemetry"));
    const auto again = m_gateway->car("car-1");
    again->publish("cars/car-9/telemetry", "{}");
    QVERIFY(again->isClosedByServer());
    QTRY_VERIFY(m_gateway->logged("no car has the id \"car-9\""));
  }

  void storesQosNothingToo() {
    for (int i = 0; i < 50; ++i) m_car->publish("cars/car-1/telemetry", R"({"speed":1})", Qos::atMostOnce);
    QTRY_COMPARE(m_gateway->storedSamples("car-1"), std::size_t{50});
  }

  void takesManyAtOnce() {
    constexpr int kCount = 2000;
    for (int i = 0; i < kCount; ++i) m_car->publish("cars/car-1/telemetry", R"({"speed":1,"soc":80})");
    for (int i = 0; i < kCount; ++i) {
      const auto ack = m_car->next(PacketType::puback);
      QVERIFY(ack.has_value());
      QCOMPARE(int(ack->packetId), i + 1);
    }
    QCOMPARE(m_gateway->storedSamples("car-1"), std::size_t{kCount});
  }

  void acknowledgesNothingThatWasNotStored() {
    m_gateway->tap->failNext();
    m_car->publish("cars/car-1/telemetry", R"({"speed":1})");
    QVERIFY(m_car->isClosedByServer());
    QCOMPARE(m_car->waiting(PacketType::puback), std::size_t{0});
    QTRY_VERIFY(m_gateway->logged("The disk is broken"));
    m_car = m_gateway->car("car-1");
    QVERIFY(m_car->publishesAcknowledged("cars/car-1/telemetry", R"({"speed":1})"));
  }

  void waitsWhileTheQueueIsFull() {
    m_gateway->tap->setFull(true);
    for (int i = 0; i < 20; ++i) m_car->publish("cars/car-1/telemetry", R"({"speed":1})");
    QVERIFY(m_car->isAnswered());
    QCOMPARE(m_car->waiting(PacketType::puback), std::size_t{0});
    m_gateway->tap->setFull(false);
    for (int i = 0; i < 20; ++i) QVERIFY(m_car->next(PacketType::puback).has_value());
    QCOMPARE(m_gateway->storedSamples("car-1"), std::size_t{20});
  }

  void storesEvents() {
    QVERIFY(m_car->publishesAcknowledged("cars/car-1/event", R"({"name":"battery low","severity":"alarm"})"));
    auto reader = m_gateway->folder->openReader().value();
    const auto events = reader->events({});
    QVERIFY(events.has_value());
    QCOMPARE(events->size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(events->front().name), "battery low");
  }

  void acknowledgesWhatItCannotUse_data() {
    QTest::addColumn<QString>("topic");
    QTest::newRow("telemetry") << "cars/car-1/telemetry";
    QTest::newRow("event") << "cars/car-1/event";
    QTest::newRow("reply to no command") << "cars/car-1/command/01HZZZZZZZZZZZZZZZZZZZZZZZ/reply";
  }
  void acknowledgesWhatItCannotUse() {
    QFETCH(QString, topic);
    QVERIFY(m_car->publishesAcknowledged(topic.toStdString(), "{broken"));
    QCOMPARE(m_gateway->storedSamples("car-1"), std::size_t{0});
    QTRY_VERIFY(m_gateway->logged(topic.toStdString()));
  }

  void refusesOtherCarsTopics_data() {
    QTest::addColumn<QString>("topic");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("another car") << "cars/car-2/telemetry"
                                 << "car-1 may not publish on cars/car-2/telemetry";
    QTest::newRow("another car's event") << "cars/car-2/event"
                                         << "car-1 may not publish on cars/car-2/event";
    QTest::newRow("unknown car") << "cars/car-9/telemetry"
                                 << "no car has the id \"car-9\"";
    QTest::newRow("commands to itself") << "cars/car-1/command"
                                        << "car-1 may not publish on cars/car-1/command";
    QTest::newRow("a topic of nobody") << "fleet/news"
                                       << "car-1 may not publish on fleet/news";
    QTest::newRow("the gateway's") << "$SYS/broker"
                                   << "car-1 may not publish on $SYS/broker";
  }
  void refusesOtherCarsTopics() {
    QFETCH(QString, topic);
    QFETCH(QString, sentence);
    m_car->publish(topic.toStdString(), R"({"speed":1})");
    QVERIFY(m_car->isClosedByServer());
    QCOMPARE(m_car->waiting(PacketType::puback), std::size_t{0});
    QTRY_VERIFY(m_gateway->logged(sentence.toStdString()));
    QCOMPARE(m_gateway->storedSamples("car-2"), std::size_t{0});
  }

  void closesOnBrokenPackets_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("too large") << QByteArray::fromHex("30ffffff7f");
    QTest::newRow("second CONNECT") << QByteArray::fromHex("100c00044d515454040200000000");
    QTest::newRow("reserved type") << QByteArray::fromHex("0000");
    QTest::newRow("QoS 3") << QByteArray::fromHex("36050001610001");
    QTest::newRow("remaining length of five bytes") << QByteArray::fromHex("30ffffffffff01");
    QTest::newRow("wildcard in a topic") << QByteArray::fromHex("3003000123");
  }
  void closesOnBrokenPackets() {
    QFETCH(QByteArray, bytes);
    m_car->sendBytes(bytes.toStdString());
    QVERIFY(m_car->isClosedByServer());
    QTRY_VERIFY(m_gateway->logged("car-1 disconnected"));
    QVERIFY(m_gateway->car("car-2"));
  }

  void closesOnNonsense() {
    const auto client = m_gateway->client();
    client->sendBytes("GET / HTTP/1.1\r\n\r\n");
    QVERIFY(client->isClosedByServer());
  }

  void closesWhoIsQuiet() {
    const auto client = m_gateway->client();
    QVERIFY(client->signsIn({"car-2", TestGateway::kSecret, "quiet", true, 1, {}}));
    QVERIFY(client->isClosedByServer());
    QTRY_VERIFY(m_gateway->logged("keep-alive"));
  }

  void drainsWhatItTookIn() {
    m_gateway->tap->hold();
    const auto id = m_car->publish("cars/car-1/telemetry", R"({"speed":7})");
    QTRY_COMPARE(m_gateway->tap->held(), std::size_t{1});
    std::thread stopping([this] { m_gateway->gateway->stop(); });
    m_gateway->tap->letGo();
    const auto ack = m_car->next(PacketType::puback);
    const bool closed = m_car->isClosedByServer();
    stopping.join();
    QVERIFY(ack && ack->packetId == id);
    QVERIFY(closed);
    QCOMPARE(m_gateway->storedSamples("car-1"), std::size_t{1});
  }

 private:
  std::unique_ptr<TestGateway> m_gateway;
  std::unique_ptr<MqttTestClient> m_car;
};

QTEST_GUILESS_MAIN(TestMqttPublish)
#include "tst_mqtt_publish.moc"
