#include "tests/support/test_gateway.h"

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ProtocolLevel;
using mqtt::Qos;
using mqtt::ReasonCode;

/// When wills are published, and how (MQTT 5.0 §3.1.2.5, §3.1.3.2).
class TestMqttWills : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addCar("car-1");
    m_gateway->addUser("anna", api::kAdministratorRole);
    QVERIFY(m_gateway->start());
    m_watcher = m_gateway->v5("anna", "watcher");
    QVERIFY(m_watcher->subscribe("#").has_value());
  }
  void cleanup() {
    m_watcher.reset();
    m_gateway.reset();
  }

  void publishesTheWillOfACar() {
    const auto car = withWill({"cars/car-1/event", R"({"name":"lost"})", Qos::atLeastOnce}, 600);
    car->vanish();
    const auto message = m_watcher->nextMessage();
    QVERIFY(message && message->topic == "cars/car-1/event" && message->payload == R"({"name":"lost"})");
  }

  void passesItsPropertiesOn() {
    const auto properties = propertiesOf([](auto& with) {
      with.number(PropertyId::willDelayInterval, 0)
          .number(PropertyId::messageExpiryInterval, 100)
          .text(PropertyId::contentType, "text/plain")
          .text(PropertyId::responseTopic, "fleet/answers")
          .text(PropertyId::correlationData, "a\xff")
          .userProperty("colour", "red");
    });
    const auto car = withWill(ordinary(properties), 0);
    car->vanish();
    const auto message = m_watcher->nextMessage();
    QVERIFY(message && message->payload == "gone");
    QCOMPARE(message->text(PropertyId::contentType), std::string("text/plain"));
    QCOMPARE(message->text(PropertyId::responseTopic), std::string("fleet/answers"));
    QCOMPARE(message->text(PropertyId::correlationData), std::string("a\xff"));
    QCOMPARE(message->userProperties(), std::vector<std::string>{"colour=red"});
    QVERIFY(!message->number(PropertyId::willDelayInterval));
    QVERIFY(message->number(PropertyId::messageExpiryInterval).value_or(0) > 0);
  }

  void waitsForTheDelay() {
    const auto delay = delayed(1);
    const auto car = withWill(ordinary(delay), 600);
    const auto began = m_gateway->clock.steadyNow();
    car->vanish();
    QVERIFY(m_watcher->nextMessage().has_value());
    QVERIFY(m_gateway->clock.steadyNow() - began >= std::chrono::seconds(1));
  }

  /// [MQTT-3.1.3-9]
  void staysAwayWhereTheClientIsBack() {
    const auto delay = delayed(3);
    withWill(ordinary(delay), 600)->vanish();
    QVERIFY(closed());
    const auto car = m_gateway->v5Car("car-1", "car-1", expiry(600), false);
    QVERIFY(car);
    QTest::qWait(3300);
    QVERIFY(m_watcher->isAnswered());
    QCOMPARE(m_watcher->waiting(PacketType::publish), std::size_t{0});
  }

  void comesAtTheEndOfTheSession_data() {
    QTest::addColumn<int>("expirySeconds");
    QTest::newRow("that ends with the connection") << 0;
    QTest::newRow("that ends before the delay") << 1;
    QTest::newRow("that a clean start ends") << 600;
  }
  void comesAtTheEndOfTheSession() {
    QFETCH(int, expirySeconds);
    const auto delay = delayed(600);
    withWill(ordinary(delay), unsigned(expirySeconds))->vanish();
    QVERIFY(closed());
    std::unique_ptr<MqttTestClient> car;
    if (expirySeconds == 600) car = m_gateway->v5Car("car-1", "car-1", {}, true);
    const auto message = m_watcher->nextMessage();
    QVERIFY(message && message->payload == "gone");
  }

  void leavesItsWillBehind_data() {
    QTest::addColumn<int>("reason");
    QTest::addColumn<bool>("isPublished");
    QTest::newRow("normal") << 0 << false;
    QTest::newRow("with will") << 4 << true;
  }
  void leavesItsWillBehind() {
    QFETCH(int, reason);
    QFETCH(bool, isPublished);
    QVERIFY(withWill(ordinary({}), 0)->leaves(ReasonCode(reason)));
    if (isPublished) {
      QVERIFY(m_watcher->nextMessage().has_value());
    } else {
      QVERIFY(m_watcher->isAnswered());
      QCOMPARE(m_watcher->waiting(PacketType::publish), std::size_t{0});
    }
  }

  void publishesTheWillOfWhoIsTakenOver_data() {
    QTest::addColumn<int>("delaySeconds");
    QTest::addColumn<bool>("isPublished");
    QTest::newRow("at once") << 0 << true;
    QTest::newRow("not where it may wait and the session goes on") << 600 << false;
  }
  void publishesTheWillOfWhoIsTakenOver() {
    QFETCH(int, delaySeconds);
    QFETCH(bool, isPublished);
    const auto delay = delayed(unsigned(delaySeconds));
    const auto first = withWill(ordinary(delay), 600);
    const auto second = m_gateway->v5Car("car-1", "car-1", expiry(600), false);
    QVERIFY(second);
    if (isPublished) {
      QVERIFY(m_watcher->nextMessage().has_value());
    } else {
      QVERIFY(m_watcher->isAnswered());
      QCOMPARE(m_watcher->waiting(PacketType::publish), std::size_t{0});
    }
  }

  void isRetainedWhereItWants() {
    auto will = ordinary({});
    will.retain = true;
    withWill(will, 0)->vanish();
    QVERIFY(m_watcher->nextMessage().has_value());
    const auto late = m_gateway->v5("anna", "late");
    QVERIFY(late->subscribe("cars/car-1/lastwords").has_value());
    const auto message = late->nextMessage();
    QVERIFY(message && message->retain && message->payload == "gone");
  }

 private:
  static std::string expiry(std::uint32_t seconds) {
    return propertiesOf([&](auto& with) { with.number(PropertyId::sessionExpiryInterval, seconds); });
  }
  static std::string delayed(std::uint32_t seconds) {
    return propertiesOf([&](auto& with) { with.number(PropertyId::willDelayInterval, seconds); });
  }
  static mqtt::Will ordinary(std::string_view properties) {
    return {"cars/car-1/lastwords", "gone", Qos::atLeastOnce, false, {properties}};
  }
  std::unique_ptr<MqttTestClient> withWill(const mqtt::Will& will, std::uint32_t expirySeconds) const {
    auto made = m_gateway->client(ProtocolLevel::v5);
    const bool in = made->signsIn({"car-1", TestGateway::kSecret, "car-1", true, 0, will, expiry(expirySeconds)});
    return in ? std::move(made) : nullptr;
  }
  /// Only the watcher is still connected.
  bool closed() const {
    return QTest::qWaitFor([this] { return m_gateway->gateway->counters().connections == 1; });
  }

  std::unique_ptr<TestGateway> m_gateway;
  std::unique_ptr<MqttTestClient> m_watcher;
};

QTEST_GUILESS_MAIN(TestMqttWills)
#include "tst_mqtt_wills.moc"
