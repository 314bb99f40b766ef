#include "tests/support/test_gateway.h"

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::Qos;
using mqtt::ReasonCode;

/// What happens where there is too much of something: said in the log, and nobody else suffers. Two I/O threads; each
/// new connection goes to the one with fewer, the first to the first.
class TestMqttLimits : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addCar("car-1");
    m_gateway->addUser("anna", api::kAdministratorRole);
  }
  void cleanup() { m_gateway.reset(); }

  void closesWhoDoesNotTakeItsMessages() {
    limits().maxServiceInflight = 4;
    limits().maxServiceQueue = 5;
    QVERIFY(m_gateway->start());
    const auto slow = user("slow");
    QVERIFY(slow->subscribe("fleet/#").has_value());
    const auto sender = user("sender");
    for (int i = 0; i < 30; ++i) QVERIFY(sender->publishesAcknowledged("fleet/news", "x"));
    QVERIFY(slow->isClosedByServer());
    QTRY_VERIFY(m_gateway->logged("5 messages wait for anna (slow) and it does not take them"));
    QVERIFY(slow->waiting(PacketType::publish) <= 4);
  }

  void sendersWaitForASlowSubscriberInsteadOfLosing() {
    limits().maxServiceInflight = 4;
    limits().slowdownMessages = 6;
    QVERIFY(m_gateway->start());
    const auto slow = user("slow");
    QVERIFY(slow->subscribe("fleet/#").has_value());
    const auto sender = user("sender");
    constexpr int kMessages = 40;
    for (int i = 0; i < kMessages; ++i) sender->publish("fleet/news", std::to_string(i), Qos::atLeastOnce);
    for (int i = 0; i < kMessages; ++i) {
      const auto message = slow->nextMessage();
      QVERIFY(message);
      QCOMPARE(message->payload, std::to_string(i));
      slow->acknowledge(*message);
    }
    QVERIFY(sender->isAnswered());
    QCOMPARE(m_gateway->gateway->counters().shedDeliveries, std::uint64_t{0});
  }

  void nobodyWaitsForEverForASubscriberThatAcknowledgesNothing() {
    limits().maxServiceInflight = 4;
    limits().slowdownMessages = 6;
    limits().maxSlowdown = std::chrono::milliseconds(50);
    QVERIFY(m_gateway->start());
    const auto stuck = user("stuck");
    QVERIFY(stuck->subscribe("fleet/#").has_value());
    const auto sender = user("sender");
    for (int i = 0; i < 40; ++i) sender->publish("fleet/news", "x", Qos::atLeastOnce);
    QVERIFY(stuck->isClosedByServer());
    for (int i = 0; i < 40; ++i) QVERIFY(sender->next(PacketType::puback));
    QVERIFY(sender->publishesAcknowledged("fleet/news", "and on"));
    QTRY_VERIFY(m_gateway->logged("others waited for it"));
  }

  void shedsForWhoDoesNotReadAndGoesOnOnceItDoes() {
    limits().shedOutputBytes = 64 * 1024;
    QVERIFY(m_gateway->start());
    const auto slow = user("slow");
    QVERIFY(slow->subscribe("fleet/#").has_value());
    const auto sender = user("sender");
    const std::string large(60'000, 'x');
    int sent = 0;
    // Until all buffers on the way are full.
    for (; sent < 5000 && m_gateway->gateway->counters().shedDeliveries == 0; ++sent) {
      sender->publish("fleet/large", large, Qos::atMostOnce);
      QVERIFY(sender->isAnswered());
    }
    QVERIFY(m_gateway->gateway->counters().shedDeliveries > 0);
    QVERIFY(sender->publishesAcknowledged("fleet/important", "kept"));
    int received = 0;
    auto message = slow->nextMessage();
    for (; message && message->topic == "fleet/large"; message = slow->nextMessage()) ++received;
    QVERIFY(message && message->payload == "kept");
    QVERIFY(received < sent);
  }

  void closesConnectionsBeyondTheirNumber() {
    limits().maxConnections = 2;
    QVERIFY(m_gateway->start());
    const auto first = user("first");
    const auto second = m_gateway->car("car-1");
    QVERIFY(first && second);
    QVERIFY(m_gateway->client()->isClosedByServer());
    QTRY_VERIFY(m_gateway->logged("2 MQTT connections are open, the most there can be"));
    QVERIFY(first->isAnswered() && second->isAnswered());
    second->vanish();
    std::unique_ptr<MqttTestClient> third;
    QTRY_VERIFY(third || (third = m_gateway->car("car-1")));
  }

  void strangersMakeRoomForOthers() {
    limits().maxConnections = 3;
    QVERIFY(m_gateway->start());
    const auto first = m_gateway->client();
    const auto second = m_gateway->client();
    const auto car = m_gateway->car("car-1");
    QVERIFY(car != nullptr);
    const auto anna = user("anna-1");
    QVERIFY(anna != nullptr);
    QVERIFY(first->isClosedByServer() || second->isClosedByServer());
    QVERIFY(car->isAnswered() && anna->isAnswered());
  }

  void keepsNoMoreRetainedMessages_data() {
    QTest::addColumn<int>("topics");
    QTest::addColumn<int>("bytes");
    QTest::newRow("topics") << 2 << 1'000'000;
    QTest::newRow("bytes") << 1000 << 40;
  }
  void keepsNoMoreRetainedMessages() {
    QFETCH(int, topics);
    QFETCH(int, bytes);
    limits().maxRetained = static_cast<std::size_t>(topics);
    limits().maxRetainedBytes = static_cast<std::size_t>(bytes);
    QVERIFY(m_gateway->start());
    auto anna = user("anna");
    for (const char* topic : {"fleet/a", "fleet/b", "fleet/c"}) {
      QVERIFY(anna->publishesAcknowledged(topic, "ten bytes!", true));
    }
    QTRY_VERIFY(m_gateway->logged("The message on fleet/c from anna is not kept as retained"));
    for (int start = 0; start < 2; ++start) {
      QVERIFY(anna->subscribe("fleet/#").has_value());
      QVERIFY(anna->nextMessage()->topic == "fleet/a");
      QVERIFY(anna->nextMessage()->topic == "fleet/b");
      QVERIFY(anna->isAnswered());
      QCOMPARE(anna->waiting(PacketType::publish), std::size_t{0});
      m_gateway->stop();  // and the same after a restart
      QVERIFY(m_gateway->start());
      anna = user("anna");
    }
  }

  void sendsMoreRetainedMessagesThanAClientTakesAtOnce_data() {
    QTest::addColumn<int>("qos");
    QTest::newRow("QoS 0") << 0;
    QTest::newRow("QoS 1") << 1;
  }
  void sendsMoreRetainedMessagesThanAClientTakesAtOnce() {
    QFETCH(int, qos);
    limits().maxInflight = 4;
    limits().maxQueuedMessages = 5;
    limits().shedOutputBytes = 4096;
    QVERIFY(m_gateway->start());
    const auto sender = user("sender");
    constexpr int kTopics = 60;
    const std::string payload(1000, 'x');
    for (int i = 0; i < kTopics; ++i) {
      QVERIFY(sender->publishesAcknowledged("fleet/" + std::to_string(i), payload, true));
    }
    const auto anna = user("reader");
    QVERIFY(anna->subscribe("fleet/#", Qos(qos)).has_value());
    for (int i = 0; i < kTopics; ++i) {
      const auto message = anna->nextMessage();
      QVERIFY(message && message->retain);
      QCOMPARE(int(message->qos), qos);
      if (qos > 0) anna->acknowledge(*message);
    }
    QVERIFY(sender->publishesAcknowledged("fleet/news", "live"));
    QVERIFY(anna->nextMessage()->payload == "live");
  }

  void dropsSessionsNobodyComesBackTo() {
    limits().offlineSessionLife = std::chrono::milliseconds(20);
    QVERIFY(m_gateway->start());
    for (int i = 0; i < 2; ++i) {
      const auto client = m_gateway->client();
      const auto answer = client->signIn({"anna", TestGateway::kPassword, "away", false, 0, {}});
      QVERIFY(answer && !answer->sessionPresent);
      client->send(mqtt::Disconnect{});
      QVERIFY(client->isClosedByServer());
      QTest::qWait(30);
    }
  }

  void dropsTheOldestOfTooManySessions() {
    limits().maxOfflineSessions = 2;  // one for each I/O thread
    QVERIFY(m_gateway->start());
    for (const char* id : {"one", "two", "three"}) {
      const auto client = m_gateway->client();
      QVERIFY(client->signsIn({"anna", TestGateway::kPassword, id, false, 0, {}}));
      client->send(mqtt::Disconnect{});
      QVERIFY(client->isClosedByServer());
    }
    QTRY_VERIFY(m_gateway->logged("the oldest is dropped"));
    const auto answer = m_gateway->client()->signIn({"anna", TestGateway::kPassword, "three", false, 0, {}});
    QVERIFY(answer && answer->sessionPresent);
  }

  void refusesSubscriptionsBeyondTheirNumber() {
    limits().maxSubscriptions = 2;
    QVERIFY(m_gateway->start());
    const auto anna = user("anna");
    QVERIFY(*anna->subscribe("a") == ReasonCode::grantedQos1);
    QVERIFY(*anna->subscribe("b") == ReasonCode::grantedQos1);
    QVERIFY(*anna->subscribe("c") == ReasonCode::unspecifiedError);
    QCOMPARE(int(*anna->subscribe("b", Qos::atMostOnce)), 0);  // not a further one
    QTRY_VERIFY(m_gateway->logged("2 subscriptions, the most there can be"));
  }

  void waitsForAnIoThreadThatIsStuck() {
    limits().maxPosts = 1;
    QVERIFY(m_gateway->start());
    const auto reader = user("reader");  // on the first thread
    QVERIFY(reader->subscribe("fleet/#").has_value());
    const auto sender = user("sender");        // on the second
    const auto car = m_gateway->car("car-1");  // on the first
    QVERIFY(car);
    m_gateway->tap->block();
    car->publish("cars/car-1/telemetry", R"({"speed":1})");
    QTRY_COMPARE(m_gateway->tap->stuck(), std::size_t{1});
    QVERIFY(sender->publishesAcknowledged("fleet/news", "waits in the other thread's queue"));
    const auto second = sender->publish("fleet/news", "finds no room");
    QVERIFY(sender->isAnswered());
    QCOMPARE(sender->waiting(PacketType::puback), std::size_t{0});
    sender->publish("fleet/news", "may be dropped", Qos::atMostOnce);
    QTRY_COMPARE(m_gateway->gateway->counters().shedDeliveries, std::uint64_t{1});
    const auto third = sender->publish("fleet/news", "waits at the sender's");
    m_gateway->tap->letThrough();
    QCOMPARE(sender->next(PacketType::puback)->packetId, second);
    QCOMPARE(sender->next(PacketType::puback)->packetId, third);
    for (const char* payload : {"waits in the other thread's queue", "finds no room", "waits at the sender's"}) {
      const auto message = reader->nextMessage();
      QVERIFY(message.has_value());
      QCOMPARE(QString::fromStdString(message->payload), payload);
      reader->acknowledge(*message);
    }
    QVERIFY(car->next(PacketType::puback).has_value());
  }

  void drainsWhatIsRetained() {
    QVERIFY(m_gateway->start());
    const auto anna = user("anna");
    m_gateway->tap->hold();
    const auto id = anna->publish("fleet/news", "kept", Qos::atLeastOnce, true);
    QTRY_COMPARE(m_gateway->tap->held(), std::size_t{1});
    std::thread stopping([this] { m_gateway->gateway->stop(); });
    const bool stoppedListening = isRefused();
    m_gateway->tap->letGo();
    const auto ack = anna->next(PacketType::puback);
    const bool closed = anna->isClosedByServer();
    stopping.join();
    QVERIFY(stoppedListening);
    QVERIFY(ack && ack->packetId == id);
    QVERIFY(closed);
  }

 private:
  MqttLimits& limits() { return m_gateway->config.mqttLimits; }
  std::unique_ptr<MqttTestClient> user(const std::string& clientId) const {
    auto made = m_gateway->client();
    return made->signsIn({"anna", TestGateway::kPassword, clientId, true, 0, {}}) ? std::move(made) : nullptr;
  }
  bool isRefused() const {
    for (int i = 0; i < 1000; ++i) {
      try {
        (void)m_gateway->client();
      } catch (const boost::system::system_error&) {
        return true;
      }
      QThread::msleep(1);
    }
    return false;
  }

  std::unique_ptr<TestGateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttLimits)
#include "tst_mqtt_limits.moc"
