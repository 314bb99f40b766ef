#include "tests/support/test_gateway.h"

#include <atomic>
#include <map>
#include <string>
#include <thread>

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::Qos;
using mqtt::ReasonCode;

/// Sessions that go from one I/O thread to the other while others publish: nothing that was acknowledged is lost, and
/// what is of QoS 2 comes once.
class TestMqttMoves : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addCar("car-1");
    m_gateway->addUser("anna", api::kAdministratorRole);
    QVERIFY(m_gateway->start());
  }
  void cleanup() { m_gateway.reset(); }

  void losesNothingOnTheWay_data() {
    QTest::addColumn<int>("qos");
    QTest::addColumn<QString>("filter");
    for (const int qos : {1, 2}) {
      QTest::addRow("QoS %d", qos) << qos << "fleet/#";
      QTest::addRow("QoS %d, shared", qos) << qos << "$share/workers/fleet/#";
    }
  }
  void losesNothingOnTheWay() {
    QFETCH(int, qos);
    QFETCH(QString, filter);
    auto reader = connect(true);
    QVERIFY(reader->subscribe(filter.toStdString(), Qos(qos)).has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    std::atomic<bool> stop = false;
    int sent = 0;
    std::thread publishing([&] {
      for (; !stop; ++sent) {
        const auto payload = std::to_string(sent);
        const bool taken = qos == 1 ? sender->publishesAcknowledged("fleet/news", payload)
                                    : sender->publishesExactlyOnce("fleet/news", payload);
        if (!taken) return;
      }
    });
    std::map<std::string, int> seen;
    const int moves = qos == 1 ? 25 : 8;  // each step of QoS 2 waits for the disk
    for (int move = 0; move < moves; ++move) {
      for (int i = 0; i < 3; ++i) read(*reader, seen);
      // The older connection is still there: the new one takes the session over from whichever thread has it.
      std::unique_ptr<MqttTestClient> next;
      for (int tries = 0; !next && tries < 3; ++tries) next = connect(false);
      if (!next) break;
      reader = std::move(next);
    }
    stop = true;
    publishing.join();
    QVERIFY(sent > moves);
    while (seen.size() < static_cast<std::size_t>(sent)) {
      if (!read(*reader, seen)) break;
    }
    QCOMPARE(seen.size(), static_cast<std::size_t>(sent));
    if (qos < 2) return;
    for (const auto& [payload, times] : seen) QCOMPARE(times, 1);
  }

  // In these each connection goes to the thread with fewer, the first to the first.

  /// What comes while the session is on neither thread is the session's: its sender waits for the disk.
  void whoPublishesMeanwhileWaitsForTheSession() {
    const auto reader = connect(true);  // on the first thread
    QVERIFY(reader->subscribe("fleet/#").has_value());
    const auto car = m_gateway->car("car-1");                      // on the second
    const auto sender = m_gateway->user("anna");                   // on the first
    const auto next = m_gateway->client(mqtt::ProtocolLevel::v5);  // on the second
    QVERIFY(car && sender);
    m_gateway->tap->hold();  // the session leaves once it is on disk that its client has gone
    comeBack(*next);
    QVERIFY(reader->isClosedByServer());
    QTRY_VERIFY(m_gateway->tap->held() > 0);
    m_gateway->tap->block();
    car->publish("cars/car-1/telemetry", R"({"speed":1})");
    QTRY_COMPARE(m_gateway->tap->stuck(), std::size_t{1});  // the second thread, so the session does not get there
    m_gateway->tap->letGo();
    const bool hasLeft = sender->isAnswered();
    sender->publish("fleet/news", "meanwhile");
    const bool isSent = sender->isAnswered();
    const auto acknowledged = sender->waiting(PacketType::puback);
    m_gateway->tap->letThrough();
    QVERIFY(hasLeft && isSent);
    QCOMPARE(acknowledged, std::size_t{0});
    const auto connack = next->next(PacketType::connack);
    QVERIFY(connack && connack->sessionPresent);
    const auto message = next->nextMessage();
    QVERIFY(message && message->payload == "meanwhile");
    QVERIFY(sender->next(PacketType::puback).has_value());
  }

  /// What another thread could not hand over to the one that the session leaves, for want of room, comes along.
  void takesAlongWhatFoundNoRoom() {
    m_gateway->stop();
    m_gateway->config.mqttLimits.maxPosts = 0;  // no thread takes a message from the other
    QVERIFY(m_gateway->start());
    auto reader = connect(true);  // on the first thread
    QVERIFY(reader->subscribe("fleet/#").has_value());
    const auto sender = m_gateway->v5("anna", "sender");  // on the second
    sender->publish("fleet/news", "waits");
    QVERIFY(sender->isAnswered());
    QCOMPARE(sender->waiting(PacketType::puback), std::size_t{0});
    const auto other = m_gateway->v5("anna", "other");  // on the first
    reader = connect(false);                            // on the second
    QVERIFY(other && reader);
    const auto message = reader->nextMessage();
    QVERIFY(message && message->payload == "waits");
    QVERIFY(sender->next(PacketType::puback).has_value());
  }

  /// Each thread counts what it writes about its sessions on its own; in one of these rows both have counted as far.
  void goesOnInQos2_data() {
    QTest::addColumn<int>("further");
    for (int further = 0; further < 6; ++further) QTest::addRow("%d steps later", further) << further;
  }
  void goesOnInQos2() {
    QFETCH(int, further);
    auto reader = connect(true);  // on the first thread
    QVERIFY(reader->subscribe("fleet/#", Qos::exactlyOnce).has_value());
    const auto sender = m_gateway->v5("anna", "sender");  // on the second
    QVERIFY(sender->publishesExactlyOnce("fleet/news", "before"));
    const auto before = reader->nextMessage();
    QVERIFY(before && reader->completes(*before) && reader->isAnswered());
    const auto other = m_gateway->v5("anna", "other");  // on the first
    reader = connect(false);                            // on the second
    QVERIFY(other && reader);
    for (int i = 0; i < further; ++i) QVERIFY(reader->subscribe("other/" + std::to_string(i)).has_value());
    QVERIFY(sender->publishesExactlyOnce("fleet/news", "after"));
    const auto after = reader->nextMessage();
    QVERIFY(after && after->payload == "after");
    QVERIFY(reader->completes(*after));
  }

  /// A client comes back while its old thread stops already and its new one does not yet.
  void staysWholeWhereTheGatewayStopsMeanwhile() {
    const auto reader = connect(true);  // on the first thread
    QVERIFY(reader->subscribe("fleet/#").has_value());
    const auto car = m_gateway->car("car-1");                      // on the second
    const auto other = m_gateway->v5("anna", "other");             // on the first
    const auto next = m_gateway->client(mqtt::ProtocolLevel::v5);  // on the second
    QVERIFY(car && other);
    QTRY_COMPARE(m_gateway->gateway->counters().connections, std::uint64_t{4});
    comeBack(*next);  // its password is looked at elsewhere, while the second thread gets stuck
    QTest::qWait(10);
    m_gateway->tap->block();
    car->publish("cars/car-1/telemetry", R"({"speed":1})");
    QTRY_COMPARE(m_gateway->tap->stuck(), std::size_t{1});
    QTest::qWait(500);
    std::thread stopping([this] { m_gateway->gateway->stop(); });
    QTest::qWait(100);
    m_gateway->tap->letThrough();
    stopping.join();
    m_gateway->stop();
    QVERIFY(m_gateway->start());
    const auto again = m_gateway->client(mqtt::ProtocolLevel::v5);
    comeBack(*again);
    const auto connack = again->next(PacketType::connack);
    QVERIFY(connack && connack->sessionPresent);
  }

 private:
  static std::string wish() {
    return propertiesOf([](auto& with) { with.number(PropertyId::sessionExpiryInterval, 600); });
  }
  std::unique_ptr<MqttTestClient> connect(bool clean) const { return m_gateway->v5("anna", "reader", wish(), clean); }
  /// CONNECT for the reader's session; does not wait for the answer.
  static void comeBack(MqttTestClient& client) {
    const auto properties = wish();
    mqtt::Connect connect;
    connect.level = mqtt::ProtocolLevel::v5;
    connect.cleanSession = false;
    connect.clientId = "reader";
    connect.userName = "anna";
    connect.password = TestGateway::kPassword;
    connect.properties = {properties};
    client.send(connect);
  }
  /// Counts a message by its payload; in QoS 2, when it comes first. False where none comes.
  static bool read(MqttTestClient& reader, std::map<std::string, int>& seen) {
    const auto message = reader.nextMessage();
    if (!message) return false;
    if (message->qos == Qos::atLeastOnce) {
      ++seen[message->payload];
      reader.acknowledge(*message);
      return true;
    }
    if (!message->duplicate || !seen.contains(message->payload)) ++seen[message->payload];
    reader.send(mqtt::Pubrec{message->packetId});
    while (const auto release = reader.next(PacketType::pubrel)) {  // others may be left from an earlier connection
      reader.send(mqtt::Pubcomp{release->packetId});
      if (release->packetId == message->packetId) return true;
    }
    return false;
  }

  std::unique_ptr<TestGateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttMoves)
#include "tst_mqtt_moves.moc"
