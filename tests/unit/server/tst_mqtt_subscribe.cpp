#include "tests/unit/server/seeded_fleet.h"

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::Qos;
using mqtt::ReasonCode;

/// Who gets which message, across both I/O threads.
class TestMqttSubscribe : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    seedFleet(*m_gateway);
    QVERIFY(m_gateway->start());
  }
  void cleanup() { m_gateway.reset(); }

  void deliversInTheLowerQos_data() {
    QTest::addColumn<int>("published");
    QTest::addColumn<int>("subscribed");
    for (const int published : {0, 1}) {
      for (const int subscribed : {0, 1}) {
        QTest::addRow("%d to %d", published, subscribed) << published << subscribed;
      }
    }
  }
  void deliversInTheLowerQos() {
    QFETCH(int, published);
    QFETCH(int, subscribed);
    const auto anna = m_gateway->user("anna");
    QCOMPARE(int(*anna->subscribe("cars/+/telemetry", Qos(subscribed))), subscribed);
    const auto car = m_gateway->car("car-1");
    car->publish("cars/car-1/telemetry", R"({"speed":5})", Qos(published));
    const auto message = anna->nextMessage();
    QVERIFY(message.has_value());
    QCOMPARE(QString::fromStdString(message->topic), "cars/car-1/telemetry");
    QCOMPARE(QString::fromStdString(message->payload), R"({"speed":5})");
    QCOMPARE(int(message->qos), std::min(published, subscribed));
    QVERIFY(!message->retain);
  }

  void keepsTheOrderOfATopic() {
    const auto anna = m_gateway->user("anna");
    QVERIFY(anna->subscribe("#").has_value());
    const auto car = m_gateway->car("car-1");
    for (int i = 0; i < 300; ++i) car->publish("cars/car-1/telemetry", fmt::format(R"({{"count":{}}})", i));
    for (int i = 0; i < 300; ++i) {
      const auto message = anna->nextMessage();
      QVERIFY(message.has_value());
      QCOMPARE(QString::fromStdString(message->payload), QString(R"({"count":%1})").arg(i));
      anna->acknowledge(*message);
    }
  }

  void deliversOverlappingSubscriptionsOnce() {
    const auto anna = m_gateway->user("anna");
    QVERIFY(anna->subscribe("cars/#", Qos::atMostOnce).has_value());
    QVERIFY(anna->subscribe("cars/car-1/telemetry", Qos::atLeastOnce).has_value());
    const auto car = m_gateway->car("car-1");
    QVERIFY(car->publishesAcknowledged("cars/car-1/telemetry", R"({"speed":5})"));
    QVERIFY(car->publishesAcknowledged("cars/car-1/event", R"({"name":"end"})"));
    const auto message = anna->nextMessage();
    QVERIFY(message && message->qos == Qos::atLeastOnce);
    const auto end = anna->nextMessage();
    QVERIFY(end && end->topic == "cars/car-1/event");
  }

  void givesNobodyWhatTheyMayNotHave() {
    const auto olga = m_gateway->user("olga");
    QVERIFY(*olga->subscribe("cars/+/telemetry") == ReasonCode::grantedQos1);
    const auto hidden = m_gateway->car("car-2");
    QVERIFY(hidden->publishesAcknowledged("cars/car-2/telemetry", R"({"speed":2})"));
    const auto shown = m_gateway->car("car-1");
    QVERIFY(shown->publishesAcknowledged("cars/car-1/telemetry", R"({"speed":1})"));
    const auto message = olga->nextMessage();
    QVERIFY(message && message->topic == "cars/car-1/telemetry");
    QVERIFY(olga->isAnswered());
    QCOMPARE(olga->waiting(PacketType::publish), std::size_t{0});
  }

  void refusesSubscriptions_data() {
    QTest::addColumn<QString>("who");
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("granted");
    QTest::newRow("a car, its commands") << "car-1"
                                         << "cars/car-1/command" << true;
    QTest::newRow("a car, all of its own") << "car-1"
                                           << "cars/car-1/#" << true;
    QTest::newRow("a car, another car") << "car-1"
                                        << "cars/car-2/command" << false;
    QTest::newRow("a car, another car's all") << "car-1"
                                              << "cars/car-2/#" << false;
    QTest::newRow("a car, all cars") << "car-1"
                                     << "cars/+/command" << false;
    QTest::newRow("a car, everything") << "car-1"
                                       << "#" << false;
    QTest::newRow("a car, unknown car") << "car-1"
                                        << "cars/car-9/telemetry" << false;
    QTest::newRow("a car, an ordinary topic") << "car-1"
                                              << "fleet/news" << false;
    QTest::newRow("an operator, a car") << "olga"
                                        << "cars/car-1/telemetry" << true;
    QTest::newRow("an operator, a hidden car") << "olga"
                                               << "cars/car-2/telemetry" << false;
    QTest::newRow("an administrator, an ordinary topic") << "anna"
                                                         << "fleet/news" << true;
    QTest::newRow("an administrator, everything") << "anna"
                                                  << "#" << true;
  }
  void refusesSubscriptions() {
    QFETCH(QString, who);
    QFETCH(QString, filter);
    QFETCH(bool, granted);
    const auto client = who.startsWith("car") ? m_gateway->car(who.toStdString()) : m_gateway->user(who.toStdString());
    const auto code = client->subscribe(filter.toStdString());
    QVERIFY(code.has_value());
    QCOMPARE(int(*code), int(granted ? ReasonCode::grantedQos1 : ReasonCode::unspecifiedError));
    if (!granted) QTRY_VERIFY(m_gateway->logged("may not subscribe to " + filter.toStdString()));
  }

  void stopsAfterUnsubscribing() {
    const auto anna = m_gateway->user("anna");
    QVERIFY(anna->subscribe("fleet/#").has_value());
    const std::array<std::string_view, 1> filters{"fleet/#"};
    anna->send(mqtt::Unsubscribe{77, filters});
    QCOMPARE(anna->next(PacketType::unsuback)->packetId, mqtt::PacketId{77});
    QVERIFY(anna->publishesAcknowledged("fleet/news", "hello"));
    QVERIFY(anna->isAnswered());
    QCOMPARE(anna->waiting(PacketType::publish), std::size_t{0});
  }

  void endsSubscriptionsThatTheRulesNoLongerAllow() {
    const auto olga = m_gateway->user("olga");
    QVERIFY(olga->subscribe("cars/car-1/telemetry").has_value());
    hideFromOlga(*m_gateway, "car-1");
    QTRY_VERIFY(m_gateway->logged("The subscription of olga to cars/car-1/telemetry has ended"));
  }

  void keepsRetainedMessages() {
    const auto anna = m_gateway->user("anna");
    QVERIFY(anna->publishesAcknowledged("fleet/news", "old", true));
    QVERIFY(anna->publishesAcknowledged("fleet/news", "new", true));
    QVERIFY(anna->publishesAcknowledged("fleet/gone", "old", true));
    QVERIFY(anna->publishesAcknowledged("fleet/gone", "", true));
    m_gateway->stop();
    QVERIFY(m_gateway->start());
    const auto again = m_gateway->user("anna");
    QVERIFY(again->subscribe("fleet/#").has_value());
    const auto message = again->nextMessage();
    QVERIFY(message && message->payload == "new" && message->retain);
    QVERIFY(again->isAnswered());
    QCOMPARE(again->waiting(PacketType::publish), std::size_t{0});
  }

  void givesRetainedMessagesOnlyToWhoMayHaveThem() {
    const auto hidden = m_gateway->car("car-2");
    QVERIFY(hidden->publishesAcknowledged("cars/car-2/telemetry", R"({"speed":2})", true));
    const auto shown = m_gateway->car("car-1");
    QVERIFY(shown->publishesAcknowledged("cars/car-1/telemetry", R"({"speed":1})", true));
    const auto olga = m_gateway->user("olga");
    QVERIFY(olga->subscribe("cars/#").has_value());
    const auto message = olga->nextMessage();
    QVERIFY(message && message->topic == "cars/car-1/telemetry" && message->retain);
    QVERIFY(olga->isAnswered());
    QCOMPARE(olga->waiting(PacketType::publish), std::size_t{0});
  }

  void publishesTheWillOfWhoVanishes() {
    const auto anna = m_gateway->user("anna");
    QVERIFY(anna->subscribe("#").has_value());
    const mqtt::Will will{"cars/car-1/event", R"({"name":"lost"})", Qos::atLeastOnce, false, {}};
    const auto car = m_gateway->client();
    QVERIFY(car->signsIn({"car-1", TestGateway::kSecret, "car-1", true, 0, will}));
    car->vanish();
    const auto message = anna->nextMessage();
    QVERIFY(message && message->topic == "cars/car-1/event" && message->payload == R"({"name":"lost"})");
  }

  void publishesNoWillAfterGoodbyeOrWithoutPermission() {
    const auto anna = m_gateway->user("anna");
    QVERIFY(anna->subscribe("#").has_value());
    const mqtt::Will allowed{"cars/car-1/event", R"({"name":"lost"})", Qos::atMostOnce, false, {}};
    const auto polite = m_gateway->client();
    QVERIFY(polite->signsIn({"car-1", TestGateway::kSecret, "polite", true, 0, allowed}));
    polite->send(mqtt::Disconnect{});
    QVERIFY(polite->isClosedByServer());
    const mqtt::Will foreign{"cars/car-2/event", R"({"name":"lost"})", Qos::atMostOnce, false, {}};
    const auto rude = m_gateway->client();
    QVERIFY(rude->signsIn({"car-1", TestGateway::kSecret, "rude", true, 0, foreign}));
    rude->vanish();
    QTRY_VERIFY(m_gateway->logged("car-1 may not publish on cars/car-2/event"));
    QVERIFY(anna->isAnswered());
    QCOMPARE(anna->waiting(PacketType::publish), std::size_t{0});
  }

 private:
  std::unique_ptr<TestGateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttSubscribe)
#include "tst_mqtt_subscribe.moc"
