#include "tests/support/test_gateway.h"

#include <nlohmann/json.hpp>

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::Qos;
using mqtt::ReasonCode;

/// What outlives a connection, who takes over from whom, and commands to cars. Connections spread over two I/O threads:
/// each new one goes to the thread with fewer, so that neighbours in a test are on different threads.
class TestMqttSessions : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addCar("car-1");
    m_gateway->addCar("car-2");
    m_gateway->addUser("anna", api::kAdministratorRole);
    m_gateway->config.mqttLimits.maxQueuedMessages = 5;
    QVERIFY(m_gateway->start());
  }
  void cleanup() { m_gateway.reset(); }

  void takesAClientIdOver_data() {
    QTest::addColumn<int>("between");
    QTest::newRow("from the other thread") << 0;
    QTest::newRow("on the same thread") << 1;
  }
  void takesAClientIdOver() {
    QFETCH(int, between);
    const auto first = m_gateway->car("car-1");
    std::vector<std::unique_ptr<MqttTestClient>> others;
    for (int i = 0; i < between; ++i) others.push_back(m_gateway->car("car-2"));
    const auto second = m_gateway->car("car-1");
    QVERIFY(second);
    QVERIFY(first->isClosedByServer());
    QVERIFY(second->publishesAcknowledged("cars/car-1/telemetry", R"({"speed":1})"));
    for (const auto& other : others) QVERIFY(other->isAnswered());
  }

  void leavesAClientIdToItsOwner() {
    const auto first = m_gateway->car("car-1", true, "shared");
    const auto second = m_gateway->car("car-2", true, "shared");
    QVERIFY(first->isAnswered());
    QVERIFY(second->isAnswered());
  }

  void servesOneCarWithTwoClientIds() {
    const auto first = m_gateway->car("car-1", true, "box");
    const auto second = m_gateway->car("car-1", true, "radio");
    QVERIFY(first->isAnswered());
    QVERIFY(second->isAnswered());
  }

  void survivesMutualTakeOver() {
    std::vector<std::unique_ptr<MqttTestClient>> clients;
    for (int i = 0; i < 40; ++i) {
      clients.push_back(m_gateway->client());
      mqtt::Connect connect;
      connect.clientId = "one";
      connect.cleanSession = i % 2 == 0;
      connect.userName = "car-1";
      connect.password = TestGateway::kSecret;
      clients.back()->send(connect);  // without waiting for the answer
    }
    int alive = 0;
    for (const auto& client : clients) alive += client->next(PacketType::connack) && client->isAnswered() ? 1 : 0;
    QVERIFY(alive >= 1);
    // Whoever came last has it; all others are closed in the end.
    const auto last = m_gateway->car("car-1", true, "one");
    for (const auto& client : clients) QVERIFY(client->isClosedByServer());
    QVERIFY(last->isAnswered());
  }

  void keepsAPersistentSession_data() {
    QTest::addColumn<bool>("otherThread");
    QTest::newRow("same thread") << false;
    QTest::newRow("other thread") << true;
  }
  void keepsAPersistentSession() {
    QFETCH(bool, otherThread);
    auto away = m_gateway->client();
    auto answer = away->signIn({"anna", TestGateway::kPassword, "away", false, 0, {}});
    QVERIFY(answer && !answer->sessionPresent);
    QVERIFY(away->subscribe("fleet/#").has_value());
    away->send(mqtt::Disconnect{});
    QVERIFY(away->isClosedByServer());
    const auto sender = m_gateway->user("anna");
    std::unique_ptr<MqttTestClient> filler;
    if (otherThread) filler = m_gateway->car("car-1");
    for (int i = 0; i < 5; ++i) QVERIFY(sender->publishesAcknowledged("fleet/news", std::to_string(i)));
    away = m_gateway->client();
    answer = away->signIn({"anna", TestGateway::kPassword, "away", false, 0, {}});
    QVERIFY(answer && answer->sessionPresent);
    for (int i = 0; i < 5; ++i) {
      const auto message = away->nextMessage();
      QVERIFY(message.has_value());
      QCOMPARE(QString::fromStdString(message->payload), QString::number(i));
      away->acknowledge(*message);
    }
    QVERIFY(sender->publishesAcknowledged("fleet/news", "live"));
    QVERIFY(away->nextMessage()->payload == "live");
  }

  void sendsAgainWhatWasNotAcknowledged() {
    auto client = m_gateway->user("anna", false);
    QVERIFY(client->subscribe("fleet/#").has_value());
    QVERIFY(client->publishesAcknowledged("fleet/news", "important"));
    const auto first = client->nextMessage();
    QVERIFY(first && !first->duplicate);
    client->vanish();
    client = m_gateway->user("anna", false);
    const auto again = client->nextMessage();
    QVERIFY(again && again->duplicate && again->payload == "important");
    QCOMPARE(again->packetId, first->packetId);
    client->acknowledge(*again);
    QVERIFY(client->isAnswered());
    client->vanish();
    client = m_gateway->user("anna", false);
    QVERIFY(client->isAnswered());
    QCOMPARE(client->waiting(PacketType::publish), std::size_t{0});
  }

  void forgetsACleanSession() {
    auto client = m_gateway->user("anna", false);
    QVERIFY(client->subscribe("fleet/#").has_value());
    client->vanish();
    client = m_gateway->user("anna", true);  // wants none, so the old one goes
    client->vanish();
    client = m_gateway->client();
    const auto answer = client->signIn({"anna", TestGateway::kPassword, "anna", false, 0, {}});
    QVERIFY(answer && !answer->sessionPresent);
    QVERIFY(client->publishesAcknowledged("fleet/news", "nobody listens"));
    QVERIFY(client->isAnswered());
    QCOMPARE(client->waiting(PacketType::publish), std::size_t{0});
  }

  void boundsTheQueueOfWhoIsAway() {
    auto away = m_gateway->client();
    QVERIFY(away->signsIn({"anna", TestGateway::kPassword, "away", false, 0, {}}));
    QVERIFY(away->subscribe("fleet/#").has_value());
    away->send(mqtt::Disconnect{});
    QVERIFY(away->isClosedByServer());
    const auto sender = m_gateway->user("anna");
    for (int i = 0; i < 8; ++i) QVERIFY(sender->publishesAcknowledged("fleet/news", std::to_string(i)));
    QTRY_VERIFY(m_gateway->logged("further ones are dropped"));
    away = m_gateway->client();
    QVERIFY(away->signsIn({"anna", TestGateway::kPassword, "away", false, 0, {}}));
    for (int i = 0; i < 5; ++i) {
      const auto message = away->nextMessage();
      QVERIFY(message.has_value());
      QCOMPARE(QString::fromStdString(message->payload), QString::number(i));
    }
    QVERIFY(away->isAnswered());
    QCOMPARE(away->waiting(PacketType::publish), std::size_t{0});
  }

  void carriesACommandAndItsReply() {
    const auto car = m_gateway->car("car-1");
    QVERIFY(car->subscribe("cars/car-1/command").has_value());
    const auto anna = m_gateway->user("anna");
    QVERIFY(anna->publishesAcknowledged("cars/car-1/command", R"({"name":"lock","arguments":{"doors":"all"}})"));
    const auto message = car->nextMessage();
    QVERIFY(message.has_value());
    QCOMPARE(QString::fromStdString(message->topic), "cars/car-1/command");
    QVERIFY(message->qos == Qos::atLeastOnce);
    const auto command = nlohmann::json::parse(message->payload);
    QCOMPARE(command["name"].get<std::string>(), std::string("lock"));
    QTRY_VERIFY(stateOf(command["id"]) == api::CommandState::sent);
    car->acknowledge(*message);
    QTRY_VERIFY(stateOf(command["id"]) == api::CommandState::received);
    const auto reply = "cars/car-1/command/" + command["id"].get<std::string>() + "/reply";
    QVERIFY(car->publishesAcknowledged(reply, R"({"status":"done"})"));
    QVERIFY(stateOf(command["id"]) == api::CommandState::done);  // what is acknowledged is on disk
  }

  void keepsACommandUntilTheCarComes() {
    const auto anna = m_gateway->user("anna");
    QVERIFY(anna->publishesAcknowledged("cars/car-1/command", R"({"name":"lock"})"));
    const auto expiry = m_gateway->clock.now() + Milliseconds(200);
    const auto expiring = fmt::format(R"({{"name":"unlock","expiresAt":{}}})", toMs(expiry));
    QVERIFY(anna->publishesAcknowledged("cars/car-1/command", expiring));
    QTRY_VERIFY(m_gateway->clock.now() > expiry);
    const auto car = m_gateway->car("car-1");
    QVERIFY(car->subscribe("cars/car-1/#").has_value());
    const auto message = car->nextMessage();
    QVERIFY(message && nlohmann::json::parse(message->payload)["name"] == "lock");
    QVERIFY(car->isAnswered());
    QCOMPARE(car->waiting(PacketType::publish), std::size_t{0});
  }

  void deliversACommandOnce_data() {
    QTest::addColumn<bool>("clean");
    QTest::addColumn<int>("qos");
    QTest::newRow("clean, QoS 1") << true << 1;
    QTest::newRow("clean, QoS 0") << true << 0;
    QTest::newRow("persistent, QoS 1") << false << 1;
    QTest::newRow("persistent, QoS 0") << false << 0;
  }
  void deliversACommandOnce() {
    QFETCH(bool, clean);
    QFETCH(int, qos);
    const auto anna = m_gateway->user("anna");
    if (!clean) {
      const auto before = m_gateway->car("car-1", false);
      QVERIFY(before->subscribe("cars/car-1/command", Qos(qos)).has_value());
      before->send(mqtt::Disconnect{});
      QVERIFY(before->isClosedByServer());
    }
    QVERIFY(anna->publishesAcknowledged("cars/car-1/command", R"({"name":"lock"})"));
    const auto car = m_gateway->client();
    car->sendBytes(connectAndSubscribe(clean, Qos(qos)));  // in one segment
    QVERIFY(car->next(PacketType::suback).has_value());
    const auto message = car->nextMessage();
    QVERIFY(message && !message->duplicate && int(message->qos) == qos);
    // Once more, without an acknowledgement in between, and once more after it.
    QVERIFY(car->subscribe("cars/car-1/command", Qos(qos)).has_value());
    if (qos == 1) car->acknowledge(*message);
    QVERIFY(car->subscribe("cars/car-1/#", Qos(qos)).has_value());
    // The next command goes the same way, so a second copy of the first one would have come before it.
    QVERIFY(anna->publishesAcknowledged("cars/car-1/command", R"({"name":"unlock"})"));
    const auto second = car->nextMessage();
    QVERIFY(second && nlohmann::json::parse(second->payload)["name"] == "unlock");
    QVERIFY(car->isAnswered());
    QCOMPARE(car->waiting(PacketType::publish), std::size_t{0});
  }

  void sendsAnUnacknowledgedCommandAgain_data() {
    QTest::addColumn<bool>("clean");
    QTest::newRow("clean session") << true;
    QTest::newRow("persistent session") << false;
  }
  void sendsAnUnacknowledgedCommandAgain() {
    QFETCH(bool, clean);
    const auto anna = m_gateway->user("anna");
    auto car = m_gateway->car("car-1", clean);
    QVERIFY(car->subscribe("cars/car-1/command").has_value());
    QVERIFY(anna->publishesAcknowledged("cars/car-1/command", R"({"name":"first"})"));
    QVERIFY(anna->publishesAcknowledged("cars/car-1/command", R"({"name":"lock"})"));
    const auto first = car->nextMessage();
    const auto lock = car->nextMessage();
    QVERIFY(first && lock);
    car->acknowledge(*first);
    QTRY_VERIFY(stateOf(nlohmann::json::parse(first->payload)["id"]) == api::CommandState::received);
    car->vanish();
    car = m_gateway->client();
    car->sendBytes(connectAndSubscribe(clean, Qos::atLeastOnce));
    const auto again = car->nextMessage();
    QVERIFY(again.has_value());
    QCOMPARE(again->payload, lock->payload);
    QCOMPARE(again->duplicate, !clean);
    if (!clean) QCOMPARE(again->packetId, lock->packetId);
    QVERIFY(anna->publishesAcknowledged("cars/car-1/command", R"({"name":"unlock"})"));
    const auto next = car->nextMessage();
    QVERIFY(next && !next->duplicate && nlohmann::json::parse(next->payload)["name"] == "unlock");
    car->acknowledge(*again);
    QTRY_VERIFY(stateOf(nlohmann::json::parse(lock->payload)["id"]) == api::CommandState::received);
    QVERIFY(car->isAnswered());
    QCOMPARE(car->waiting(PacketType::publish), std::size_t{0});
  }

  void showsCommandsToWhoMayWatch() {
    m_gateway->addUser("bea", api::kAdministratorRole);
    const auto car = m_gateway->car("car-1");
    QVERIFY(car->subscribe("cars/car-1/#").has_value());
    const auto other = m_gateway->car("car-2");
    QVERIFY(other->subscribe("cars/car-2/#").has_value());
    const auto anna = m_gateway->user("anna");
    QVERIFY(anna->subscribe("#").has_value());
    const auto bea = m_gateway->user("bea");
    QVERIFY(bea && bea->subscribe("cars/+/command", Qos::atMostOnce).has_value());
    QVERIFY(anna->publishesAcknowledged("cars/car-1/command", R"({"name":"lock"})"));
    const auto message = car->nextMessage();
    const auto seen = anna->nextMessage();
    const auto seenByBea = bea->nextMessage();
    QVERIFY(message && seen && seenByBea);
    QCOMPARE(seen->topic, std::string("cars/car-1/command"));
    QCOMPARE(seen->payload, message->payload);
    QCOMPARE(seenByBea->payload, message->payload);
    QVERIFY(seen->qos == Qos::atLeastOnce && seenByBea->qos == Qos::atMostOnce);
    QVERIFY(car->isAnswered() && other->isAnswered() && anna->isAnswered() && bea->isAnswered());
    for (const auto* client : {car.get(), other.get(), anna.get(), bea.get()})
      QCOMPARE(client->waiting(PacketType::publish), std::size_t{0});
  }

  void givesNoCommandToOthers() {
    const auto other = m_gateway->car("car-2");
    QVERIFY(*other->subscribe("cars/car-1/command") == ReasonCode::unspecifiedError);
    QVERIFY(other->subscribe("cars/car-2/command").has_value());
    const auto car = m_gateway->car("car-1");
    QVERIFY(car->subscribe("cars/car-1/command").has_value());
    const auto anna = m_gateway->user("anna");
    QVERIFY(anna->publishesAcknowledged("cars/car-1/command", R"({"name":"lock"})"));
    QVERIFY(car->nextMessage().has_value());
    QVERIFY(other->isAnswered());
    QCOMPARE(other->waiting(PacketType::publish), std::size_t{0});
  }

 private:
  /// What a car sends that does not wait for the answer to CONNECT.
  static std::string connectAndSubscribe(bool clean, Qos qos) {
    mqtt::Connect connect;
    connect.cleanSession = clean;
    connect.clientId = "car-1";
    connect.userName = "car-1";
    connect.password = TestGateway::kSecret;
    std::string bytes;
    mqtt::encode(connect, bytes);
    const std::array wishes{mqtt::TopicRequest{"cars/car-1/command", qos}};
    mqtt::Subscribe subscribe;
    subscribe.packetId = 900;
    subscribe.topics = wishes;
    mqtt::encode(subscribe, bytes);
    return bytes;
  }

  std::optional<api::CommandState> stateOf(const std::string& id) {
    const auto command = m_gateway->folder->openReader().value()->command(id);
    return command && *command ? std::optional((*command)->state) : std::nullopt;
  }

  std::unique_ptr<TestGateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttSessions)
#include "tst_mqtt_sessions.moc"
