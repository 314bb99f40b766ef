#include "tests/support/test_gateway.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ProtocolLevel;
using mqtt::Qos;
using mqtt::ReasonCode;
using mqtt::RetainHandling;

/// What MQTT 5.0 lets a client ask for: subscription options and identifiers (§3.8.3.1), properties that are passed on
/// (§3.3.2.3), limits of its own (§3.1.2.11).
class TestMqttOptions : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addCar("car-1");
    m_gateway->addUser("anna", api::kAdministratorRole);
  }
  void cleanup() { m_gateway.reset(); }

  void keepsOnesOwnMessagesAway() {
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("anna", "anna");
    mqtt::TopicRequest wish{"fleet/#", Qos::atLeastOnce};
    wish.noLocal = true;
    QVERIFY(anna->subscribe(wish).has_value());
    QCOMPARE(*anna->reasonFor("fleet/news", "own"), ReasonCode::noMatchingSubscribers);
    const auto other = m_gateway->v5("anna", "other");
    QCOMPARE(*other->reasonFor("fleet/news", "foreign"), ReasonCode::success);
    QCOMPARE(anna->nextMessage()->payload, std::string("foreign"));
    wish.noLocal = false;
    QVERIFY(anna->subscribe(wish).has_value());
    QCOMPARE(*anna->reasonFor("fleet/news", "own"), ReasonCode::success);
    QCOMPARE(anna->nextMessage()->payload, std::string("own"));
  }

  void keepsTheRetainFlagWhereWished_data() {
    QTest::addColumn<bool>("asPublished");
    QTest::newRow("as published") << true;
    QTest::newRow("for the client") << false;
  }
  void keepsTheRetainFlagWhereWished() {
    QFETCH(bool, asPublished);
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("anna", "anna");
    mqtt::TopicRequest wish{"fleet/#", Qos::atLeastOnce};
    wish.retainAsPublished = asPublished;
    QVERIFY(anna->subscribe(wish).has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    QVERIFY(sender->reasonFor("fleet/news", "x", true).has_value());
    QVERIFY(sender->reasonFor("fleet/news", "y", false).has_value());
    QCOMPARE(anna->nextMessage()->retain, asPublished);
    QCOMPARE(anna->nextMessage()->retain, false);
  }

  void sendsRetainedMessagesAsWished_data() {
    QTest::addColumn<int>("handling");
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("again");
    QTest::newRow("at every SUBSCRIBE") << 0 << 1 << 1;
    QTest::newRow("at a new one") << 1 << 1 << 0;
    QTest::newRow("never") << 2 << 0 << 0;
  }
  void sendsRetainedMessagesAsWished() {
    QFETCH(int, handling);
    QFETCH(int, first);
    QFETCH(int, again);
    QVERIFY(m_gateway->start());
    const auto sender = m_gateway->v5("anna", "sender");
    QVERIFY(sender->reasonFor("fleet/news", "x", true).has_value());
    const auto anna = m_gateway->v5("anna", "anna");
    mqtt::TopicRequest wish{"fleet/#", Qos::atLeastOnce};
    wish.retainHandling = RetainHandling(handling);
    for (const int expected : {first, again}) {
      QVERIFY(anna->subscribe(wish, 9).has_value());
      QVERIFY(anna->isAnswered());
      QCOMPARE(int(anna->waiting(PacketType::publish)), expected);
      if (expected == 0) continue;
      const auto message = anna->nextMessage();
      QVERIFY(message->retain);
      QCOMPARE(message->subscriptionIds(), std::vector<std::uint32_t>{9});
    }
  }

  void namesEverySubscriptionThatMatched() {
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("anna", "anna");
    QVERIFY(anna->subscribe({"fleet/#", Qos::atMostOnce}, 3).has_value());
    QVERIFY(anna->subscribe({"fleet/news", Qos::atLeastOnce}, 268'435'455).has_value());
    QVERIFY(anna->subscribe({"+/news", Qos::atMostOnce}).has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    QVERIFY(sender->reasonFor("fleet/news", "x").has_value());
    const auto message = anna->nextMessage();
    QVERIFY(message && message->qos == Qos::atLeastOnce);
    auto ids = message->subscriptionIds();
    std::sort(ids.begin(), ids.end());
    QCOMPARE(ids, (std::vector<std::uint32_t>{3, 268'435'455}));
    QVERIFY(anna->isAnswered());
    QCOMPARE(anna->waiting(PacketType::publish), std::size_t{0});
    QVERIFY(anna->subscribe({"fleet/#", Qos::atMostOnce}).has_value());  // the identifier goes, too
    QVERIFY(sender->reasonFor("fleet/other", "x").has_value());
    QVERIFY(anna->nextMessage()->subscriptionIds().empty());
  }

  void passesPropertiesOnAsTheyAre() {
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("anna", "anna");
    QVERIFY(anna->subscribe("#").has_value());
    const auto old = m_gateway->client();
    QVERIFY(old->signsIn({"anna", TestGateway::kPassword, "old", true, 0, {}, {}}));
    QVERIFY(old->subscribe("#").has_value());
    const auto properties = propertiesOf([](auto& with) {
      with.number(PropertyId::payloadFormatIndicator, 1)
          .userProperty("b", "2")
          .text(PropertyId::contentType, "application/json")
          .text(PropertyId::responseTopic, "fleet/answers/anna")
          .text(PropertyId::correlationData, std::string("\0\xff", 2))
          .userProperty("a", "1")
          .userProperty("b", "3");
    });
    const auto car = m_gateway->v5Car("car-1", "car-1");
    QCOMPARE(*car->reasonFor("cars/car-1/telemetry", R"({"speed":1})", false, properties), ReasonCode::success);
    const auto message = anna->nextMessage();
    QVERIFY(message && message->payload == R"({"speed":1})");
    QCOMPARE(message->properties, properties);  // [MQTT-3.3.2-18]: the order of user properties stays
    QCOMPARE(old->nextMessage()->payload, std::string(R"({"speed":1})"));
  }

  void keepsPropertiesOfRetainedMessages() {
    QVERIFY(m_gateway->start());
    const auto properties = propertiesOf([](auto& with) { with.userProperty("colour", "red"); });
    QVERIFY(m_gateway->v5("anna", "sender")->reasonFor("fleet/news", "x", true, properties).has_value());
    m_gateway->stop();
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("anna", "anna");
    QVERIFY(anna->subscribe("fleet/#").has_value());
    QCOMPARE(anna->nextMessage()->userProperties(), std::vector<std::string>{"colour=red"});
  }

  void sendsNoMoreAtOnceThanTheClientTakes() {
    QVERIFY(m_gateway->start());
    const auto anna =
        m_gateway->v5("anna", "anna", propertiesOf([](auto& with) { with.number(PropertyId::receiveMaximum, 2); }));
    QVERIFY(anna->subscribe("fleet/#", Qos::exactlyOnce).has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    for (int i = 0; i < 5; ++i) QVERIFY(sender->reasonFor("fleet/news", std::to_string(i)).has_value());
    for (int i = 0; i < 5; ++i) {
      QVERIFY(anna->isAnswered());
      QVERIFY(anna->waiting(PacketType::publish) <= 2);
      const auto message = anna->nextMessage();
      QVERIFY(message && message->payload == std::to_string(i));
      anna->acknowledge(*message);
    }
  }

  /// A client that is back with a smaller receive maximum gets what it missed little by little.
  void sendsAgainNoMoreAtOnceThanTheClientTakes() {
    QVERIFY(m_gateway->start());
    const auto wish = [](std::uint32_t receiveMaximum) {
      return propertiesOf([&](auto& with) {
        with.number(PropertyId::sessionExpiryInterval, 600).number(PropertyId::receiveMaximum, receiveMaximum);
      });
    };
    auto anna = m_gateway->v5("anna", "anna", wish(10));
    QVERIFY(anna->subscribe("fleet/#").has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    for (int i = 0; i < 5; ++i) QVERIFY(sender->reasonFor("fleet/news", std::to_string(i)).has_value());
    for (int i = 0; i < 5; ++i) QVERIFY(anna->nextMessage().has_value());
    anna->vanish();
    anna = m_gateway->v5("anna", "anna", wish(1), false);
    QVERIFY(sender->reasonFor("fleet/news", "5").has_value());
    for (int i = 0; i < 6; ++i) {
      QVERIFY(anna->isAnswered());
      QCOMPARE(anna->waiting(PacketType::publish), std::size_t{1});
      const auto message = anna->nextMessage();
      QCOMPARE(QString::fromStdString(message->payload), QString::number(i));
      QCOMPARE(message->duplicate, i < 5);
      anna->acknowledge(*message);
    }
  }

  /// [MQTT-3.1.2-25]: what is larger than a client takes is dropped, and the others go on.
  void leavesOutWhatIsTooLargeForTheClient() {
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("anna", "anna",
                                    propertiesOf([](auto& with) { with.number(PropertyId::maximumPacketSize, 100); }));
    QVERIFY(anna->subscribe("fleet/#").has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    QCOMPARE(*sender->reasonFor("fleet/news", std::string(200, 'x')), ReasonCode::success);
    QVERIFY(sender->reasonFor("fleet/news", "small").has_value());
    QCOMPARE(anna->nextMessage()->payload, std::string("small"));
    QVERIFY(m_gateway->gateway->counters().shedDeliveries > 0);
  }

  void givesAClientIdToWhoHasNone() {
    QVERIFY(m_gateway->start());
    const auto client = m_gateway->client(ProtocolLevel::v5);
    const auto answer = client->signIn({"anna", TestGateway::kPassword, "", true, 0, {}, expiry(600)});
    QVERIFY(answer.has_value());
    const auto id = answer->text(PropertyId::assignedClientIdentifier);
    QVERIFY(!id.empty());
    QVERIFY(client->leaves());
    const auto again = m_gateway->client(ProtocolLevel::v5);
    const auto second = again->signIn({"anna", TestGateway::kPassword, id, false, 0, {}, expiry(600)});
    QVERIFY(second && second->sessionPresent);
    QVERIFY(second->text(PropertyId::assignedClientIdentifier).empty());
  }

  void saysWhichKeepAliveHolds() {
    m_gateway->config.mqttLimits.maxKeepAliveSeconds = 60;
    QVERIFY(m_gateway->start());
    for (const auto& [wished, told] : {std::pair{0, 60}, std::pair{61, 60}, std::pair{60, 0}, std::pair{10, 0}}) {
      const auto client = m_gateway->client(ProtocolLevel::v5);
      const auto answer =
          client->signIn({"anna", TestGateway::kPassword, "a", true, static_cast<std::uint16_t>(wished), {}, {}});
      QVERIFY(answer.has_value());
      QCOMPARE(int(answer->number(PropertyId::serverKeepAlive).value_or(0)), told);
    }
  }

  void saysWhatItTakes() {
    m_gateway->config.mqttLimits.maxUnacknowledged = 5;
    m_gateway->config.mqttLimits.maxPacketBytes = 5000;
    QVERIFY(m_gateway->start());
    const auto client = m_gateway->client(ProtocolLevel::v5);
    const auto answer = client->signIn({"anna", TestGateway::kPassword, "a", true, 0, {}, {}});
    QVERIFY(answer.has_value());
    QCOMPARE(answer->number(PropertyId::receiveMaximum).value_or(0), 5U);
    QCOMPARE(answer->number(PropertyId::maximumPacketSize).value_or(0), 5000U);
    for (const auto absent :
         {PropertyId::maximumQos, PropertyId::retainAvailable, PropertyId::sharedSubscriptionAvailable,
          PropertyId::wildcardSubscriptionAvailable, PropertyId::subscriptionIdentifierAvailable})
      QVERIFY(answer->number(absent).value_or(1) != 0);  // absent means: all of it
  }

  void carriesACommandWithItsPlacesInMqtt5() {
    QVERIFY(m_gateway->start());
    const auto car = m_gateway->v5Car("car-1", "car-1");
    QVERIFY(car->subscribe("cars/car-1/command").has_value());
    const auto anna = m_gateway->v5("anna", "anna");
    QCOMPARE(*anna->reasonFor("cars/car-1/command", R"({"name":"lock"})"), ReasonCode::success);
    const auto command = car->nextMessage();
    QVERIFY(command.has_value());
    const auto id = command->text(PropertyId::correlationData);
    QVERIFY(!id.empty() && command->payload.find(id) != std::string::npos);
    QCOMPARE(command->text(PropertyId::responseTopic), "cars/car-1/command/" + id + "/reply");
    QVERIFY(command->number(PropertyId::messageExpiryInterval).value_or(0) > 0);
    car->acknowledge(*command);
    QCOMPARE(*car->reasonFor(command->text(PropertyId::responseTopic), R"({"status":"done"})"), ReasonCode::success);
  }

 private:
  static std::string expiry(std::uint32_t seconds) {
    return propertiesOf([&](auto& with) { with.number(PropertyId::sessionExpiryInterval, seconds); });
  }

  std::unique_ptr<TestGateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttOptions)
#include "tst_mqtt_options.moc"
