#include "tests/support/plain_http.h"
#include "tests/support/test_gateway.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ProtocolLevel;
using mqtt::Qos;
using mqtt::ReasonCode;

namespace {
constexpr const char* kTelemetry = "cars/car-1/telemetry";
constexpr const char* kSpeed = R"({"speed":1})";
}  // namespace

/// Clients are let go one after the other, with everything that they are owed (MQTT 5.0 §4.13, §4.14).
class TestMqttDrain : public QObject {
  Q_OBJECT

  ManualClock m_clock;  // of a test that decides whose turn it is
  std::unique_ptr<TestGateway> m_gateway;
  std::string m_root;

  /// POST to the gateway's API; the answer's status.
  unsigned post(const std::string& path, const std::string& body = {}) {
    const std::string fields = "Authorization: Bearer " + m_root + "\r\nContent-Type: application/json\r\n";
    return plainHttp(m_gateway->gateway->httpAddress(), "POST", "/api/v2/gateway" + path, fields, body).status;
  }
  bool canConnect() {
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    const auto at = m_gateway->gateway->mqttAddress();
    boost::system::error_code failed;
    socket.connect({boost::asio::ip::make_address(at.host), at.port}, failed);
    return !failed;
  }

  void make(const Clock* time = nullptr) {
    m_gateway.reset();
    m_gateway = std::make_unique<TestGateway>(time);
    for (const char* id : {"car-1", "car-2", "car-3"}) m_gateway->addCar(id);
    m_gateway->addUser("anna", api::kAdministratorRole);
    m_root = m_gateway->addToken("anna");
  }

 private slots:
  void init() { make(); }
  void cleanup() { m_gateway.reset(); }

  void tellsWhy_data() {
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("reason");
    QTest::addColumn<QByteArray>("server");
    QTest::newRow("shutting down") << QByteArray(R"({"seconds":0})") << 0x8B << QByteArray();
    QTest::newRow("another server") << QByteArray(R"({"seconds":0,"server":"other.example.com:8883"})") << 0x9C
                                    << QByteArray("other.example.com:8883");
  }
  void tellsWhy() {
    QFETCH(QByteArray, body);
    QFETCH(int, reason);
    QFETCH(QByteArray, server);
    QVERIFY(m_gateway->start());
    const auto modern = m_gateway->v5Car("car-1", "car-1");
    const auto older = m_gateway->car("car-2");
    QVERIFY(modern && older);
    QCOMPARE(post("/drain", body.toStdString()), 202U);
    const auto farewell = modern->next(PacketType::disconnect);
    QVERIFY(farewell.has_value());
    QCOMPARE(int(farewell->reason), reason);
    QCOMPARE(farewell->text(PropertyId::serverReference), server.toStdString());
    QVERIFY(modern->isClosedByServer());
    QVERIFY(older->isClosedByServer());
    QTRY_COMPARE(m_gateway->gateway->counters().connections, std::uint64_t{0});
  }

  void takesNobodyUntilItIsResumed() {
    QVERIFY(m_gateway->start());
    const auto address = m_gateway->gateway->mqttAddress();
    const auto car = m_gateway->car("car-1", false);
    QVERIFY(car);
    QCOMPARE(post("/drain", R"({"seconds":0})"), 202U);
    QVERIFY(car->isClosedByServer());
    QTRY_VERIFY(!canConnect());
    QCOMPARE(post("/resume"), 200U);
    QVERIFY(canConnect());
    // At the same place, and the session is still there.
    const auto back = std::make_unique<MqttTestClient>(address);
    const auto answer = back->signIn({"car-1", TestGateway::kSecret, "car-1", false, 0, {}});
    QVERIFY(answer && answer->sessionPresent);
    QVERIFY(back->publishesAcknowledged(kTelemetry, kSpeed));
    QCOMPARE(post("/resume"), 200U);  // nothing to do
    QVERIFY(back->isAnswered());
  }

  void whatCameIsAcknowledgedFirst() {
    QVERIFY(m_gateway->start());
    const auto car = m_gateway->v5Car("car-1", "car-1");
    QVERIFY(car);
    m_gateway->tap->hold();
    const auto first = car->publish(kTelemetry, kSpeed);
    const auto second = car->publish(kTelemetry, kSpeed);
    QTRY_VERIFY(m_gateway->gateway->counters().messagesReceived == 2);
    QCOMPARE(post("/drain", R"({"seconds":0})"), 202U);
    QTRY_VERIFY(!canConnect());
    QTest::qWait(300);
    QCOMPARE(m_gateway->gateway->counters().connections, std::uint64_t{1});
    m_gateway->tap->letGo();
    const auto ofFirst = car->next(PacketType::puback), ofSecond = car->next(PacketType::puback);
    QVERIFY(ofFirst && ofSecond);
    QCOMPARE(ofFirst->packetId, first);
    QCOMPARE(ofSecond->packetId, second);
    QVERIFY(car->next(PacketType::disconnect).has_value());
    QVERIFY(car->isClosedByServer());
    QCOMPARE(m_gateway->storedSamples("car-1"), std::size_t{2});
  }

  void nobodyIsWaitedForForEver() {
    m_gateway->config.mqttLimits.drainTimeout = std::chrono::milliseconds(300);
    QVERIFY(m_gateway->start());
    const auto car = m_gateway->v5Car("car-1", "car-1");
    QVERIFY(car);
    m_gateway->tap->hold();
    car->publish(kTelemetry, kSpeed);
    QTRY_VERIFY(m_gateway->gateway->counters().messagesReceived == 1);
    QCOMPARE(post("/drain", R"({"seconds":0})"), 202U);
    QVERIFY(car->isClosedByServer());
    m_gateway->tap->letGo();
  }

  void aNewWishTakesThePlaceOfTheOld() {
    QVERIFY(m_gateway->start());
    std::vector<std::unique_ptr<MqttTestClient>> cars;
    for (const char* id : {"car-1", "car-2", "car-3"}) cars.push_back(m_gateway->car(id));
    QCOMPARE(post("/drain", R"({"seconds":3600})"), 202U);
    QTRY_VERIFY(!canConnect());
    for (const auto& car : cars) QVERIFY(car && car->isAnswered());
    QVERIFY(cars[0]->publishesAcknowledged(kTelemetry, kSpeed));
    QCOMPARE(post("/drain", R"({"seconds":0})"), 202U);
    for (const auto& car : cars) QVERIFY(car->isClosedByServer());
  }

  void whoeverListensStaysLongest() {
    make(&m_clock);
    m_gateway->config.ioThreads = 1;
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->user("anna");
    QVERIFY(anna && anna->subscribe("cars/+/telemetry"));
    const auto first = m_gateway->car("car-1"), second = m_gateway->car("car-2"), third = m_gateway->car("car-3");
    QVERIFY(first && second && third);
    QCOMPARE(post("/drain", R"({"seconds":4})"), 202U);
    QTRY_VERIFY(!canConnect());
    QVERIFY(first->isAnswered());
    for (MqttTestClient* car : {first.get(), second.get(), third.get()}) {
      m_clock.advance(car == first.get() ? std::chrono::milliseconds(1500) : std::chrono::seconds(1));
      QVERIFY(car->isClosedByServer());
      QVERIFY(anna->isAnswered());  // she came before the cars, and goes after them
      if (car == first.get()) QVERIFY(third->isAnswered());
    }
    m_clock.advance(std::chrono::seconds(1));
    QVERIFY(anna->isClosedByServer());
  }

  void countsByTransportAndResult() {
    QVERIFY(m_gateway->start());
    const auto car = m_gateway->v5Car("car-1", "car-1");
    QVERIFY(car && car->publishesAcknowledged(kTelemetry, kSpeed));
    QCOMPARE(int(*car->reasonFor("cars/car-2/telemetry", kSpeed)), 0x87);
    QCOMPARE(int(*car->reasonFor(kTelemetry, "{")), 0x99);
    const auto stranger = m_gateway->client();
    QVERIFY(!stranger->signsIn({"car-1", "wrong", "x", true, 0, {}}));
    const auto counters = m_gateway->gateway->counters();
    const auto& tcp = counters.transports[static_cast<std::size_t>(MqttTransport::tcp)];
    const auto of = [&](MessageResult result) { return tcp.messages[static_cast<std::size_t>(result)]; };
    QCOMPARE(of(MessageResult::accepted), std::uint64_t{1});
    QCOMPARE(of(MessageResult::denied), std::uint64_t{1});
    QCOMPARE(of(MessageResult::unusable), std::uint64_t{1});
    QCOMPARE(counters.messagesReceived, std::uint64_t{3});
    QCOMPARE(counters.refusedMessages, std::uint64_t{2});
    QCOMPARE(tcp.accepted, std::uint64_t{2});
    QVERIFY(tcp.bytesReceived > 100 && tcp.bytesSent > 10);
    QCOMPARE(counters.refusals[static_cast<std::size_t>(ConnectionRefusal::credentials)], std::uint64_t{1});
    QCOMPARE(counters.refusedConnections, std::uint64_t{1});
    QCOMPARE(counters.transports[static_cast<std::size_t>(MqttTransport::secureWebSocket)].accepted, std::uint64_t{0});
    const auto storage = m_gateway->tap->status();
    QCOMPARE(storage.arrivalToDisk.total(), std::uint64_t{1});
    QVERIFY(storage.newestArrival && *storage.newestArrival <= m_gateway->clock.now());
    QVERIFY(storage.commitDurations.total() == storage.commits && storage.commits >= 1);
    QVERIFY(storage.maxQueuedJobs > 0 && storage.maxQueuedBytes > 0);
    QCOMPARE(storage.failedCommits, std::uint64_t{0});
    QVERIFY(!storage.isFailing);
  }
};

QTEST_GUILESS_MAIN(TestMqttDrain)
#include "tst_mqtt_drain.moc"
