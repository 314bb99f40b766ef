#include "gateway/base/clock.h"
#include "gateway/protocol/mqtt/client_connection.h"
#include "gateway/protocol/mqtt/encoder.h"
#include "gateway/protocol/mqtt/mqtt_errc.h"
#include "gateway/protocol/mqtt/server_connection.h"
#include "tests/unit/mqtt/hex_bytes.h"
#include "tests/unit/mqtt/recording_handlers.h"

#include <QtTest>

using namespace carport;
using namespace carport::mqtt;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

Connect asCar(std::uint16_t keepAliveSeconds = 10) {
  Connect connect;
  connect.clientId = "car";
  connect.keepAliveSeconds = keepAliveSeconds;
  return connect;
}

struct Fixture {
  explicit Fixture(ConnectionOptions limits = {}) : options(limits), connection(options, handler) {}

  Fixture& connected(std::uint16_t keepAliveSeconds = 10) {
    if (!connection.connect(asCar(keepAliveSeconds), now)) qFatal("connect");
    connection.feed(hexBytes("20 02 00 00"), now);
    output();
    handler.lines.clear();
    return *this;
  }
  std::string output() {
    std::string bytes;
    connection.takeOutput(bytes);
    return bytes;
  }
  bool failedWith(MqttErrc code) const {
    return connection.state() == ClientConnection::State::closed && handler.error && handler.error->is(code);
  }

  ConnectionOptions options;
  RecordingClientHandler handler;
  SteadyPoint now{1h};
  ClientConnection connection;
};

}  // namespace

class TestClientConnection : public QObject {
  Q_OBJECT

 private slots:
  void isSmall() { QVERIFY2(sizeof(ClientConnection) <= 400, qPrintable(QString::number(sizeof(ClientConnection)))); }

  void connects() {
    Fixture f;
    QVERIFY(f.connection.connect(asCar(60), f.now).has_value());
    QVERIFY(f.output() == hexBytes("10 0f 0004 4d515454 04 02 003c 0003 636172"));
    QVERIFY(f.connection.state() == ClientConnection::State::connecting);
    f.connection.feed(hexBytes("20 02 01 00"), f.now);
    QVERIFY(f.handler.lines == Lines{"connack 0 present=true"});
    QVERIFY(f.connection.state() == ClientConnection::State::connected);
    QVERIFY(!f.connection.connect(asCar(), f.now));  // [MQTT-3.1.0-2]
  }

  void hearsARefusal() {
    Fixture f;
    QVERIFY(f.connection.connect(asCar(), f.now).has_value());
    f.connection.feed(hexBytes("20 02 00 04"), f.now);
    QVERIFY(f.handler.lines == Lines{"connack 134 present=false"});
    QVERIFY(f.connection.state() == ClientConnection::State::closed && !f.handler.error);
    QVERIFY(!f.connection.nextDeadline());
  }

  void firstPacketMustBeConnack() {  // [MQTT-3.2.0-1]
    Fixture f;
    QVERIFY(f.connection.connect(asCar(), f.now).has_value());
    f.connection.feed(hexBytes("d0 00"), f.now);
    QVERIFY(f.failedWith(MqttErrc::protocolError));
  }

  void sendsNothingThatTheFormatCannotCarry() {
    const std::string tooLong(kMaxStringBytes + 1, 'x');
    std::vector<Connect> bad(6, asCar());
    bad[0].clientId = "\xFF";
    bad[1].password = "secret";  // [MQTT-3.1.2-22]
    bad[2].userName = tooLong;
    bad[3].will = Will{"a/#", "", Qos::atMostOnce, false, {}};
    bad[4].will = Will{"a", tooLong, Qos::atMostOnce, false, {}};
    bad[5].userName = "me";
    bad[5].password = tooLong;
    for (const Connect& connect : bad) {
      Fixture f;
      QVERIFY(!f.connection.connect(connect, f.now));
      QVERIFY(f.output().empty() && f.connection.state() == ClientConnection::State::idle);
    }
    Fixture f;
    f.connected();
    for (const std::string& topic : {std::string(), std::string("a/+"), tooLong}) {
      const auto sent = f.connection.publish({topic, "x", Qos::atLeastOnce, false}, f.now);
      QVERIFY(!sent && sent.error().is(MqttErrc::badTopic));
    }
    const std::vector<TopicRequest> badFilter{{"a#", Qos::atMostOnce}};
    QVERIFY(!f.connection.subscribe(badFilter, f.now));
    QVERIFY(!f.connection.subscribe({}, f.now) && !f.connection.unsubscribe({}, f.now));  // [MQTT-3.8.3-3]
    QVERIFY(f.output().empty());
    QCOMPARE(f.connection.inFlight(), std::size_t(0));
  }

  void publishesAndHearsAcknowledgements() {
    Fixture f;
    f.connected();
    QCOMPARE(*f.connection.publish({"t", "a", Qos::atMostOnce, false}, f.now), PacketId(0));
    QCOMPARE(*f.connection.publish({"t", "b", Qos::atLeastOnce, true}, f.now), PacketId(1));
    QVERIFY(f.connection.republish(9, {"t", "c", Qos::atLeastOnce, false}, f.now).has_value());
    QVERIFY(f.output() == hexBytes("30 04 0001 74 61  33 06 0001 74 0001 62  3a 06 0001 74 0009 63"));
    f.connection.feed(hexBytes("40 02 0009 40 02 0001 40 02 0001"), f.now);
    QVERIFY((f.handler.lines == Lines{"puback 9", "puback 1"}));
    QCOMPARE(f.connection.inFlight(), std::size_t(0));
  }

  void subscribesAndReceives() {
    Fixture f;
    f.connected();
    const std::vector<TopicRequest> topics{{"a/+", Qos::atLeastOnce}, {"b", Qos::atMostOnce}};
    const std::vector<std::string_view> filters{"b"};
    QCOMPARE(*f.connection.subscribe(topics, f.now), PacketId(1));
    QCOMPARE(*f.connection.unsubscribe(filters, f.now), PacketId(2));
    QVERIFY(f.output() == hexBytes("82 0c 0001 0003 612f2b 01 0001 62 00  a2 05 0002 0001 62"));
    f.connection.feed(hexBytes("90 04 0001 01 80 b0 02 0002 32 07 0003 612f62 0007"), f.now);
    f.connection.sendPuback(7, f.now);
    QVERIFY((f.handler.lines == Lines{"suback 1 1 128", "unsuback 2", "publish a/b  qos=1 dup=false id=7"}));
    QVERIFY(f.output() == hexBytes("40 02 0007"));
  }

  void limitsWindowAndOutput() {
    ConnectionOptions options;
    options.inFlightWindow = 1;
    options.maxOutputBytes = 20;
    Fixture f(options);
    f.connected();
    const OutgoingMessage out{"t", "b", Qos::atLeastOnce, false};
    QVERIFY(f.connection.publish(out, f.now).has_value());
    QVERIFY(f.connection.publish(out, f.now).error().is(MqttErrc::windowFull));
    QVERIFY(f.connection.publish({"t", "0123456789", Qos::atMostOnce, false}, f.now).error().is(MqttErrc::outputFull));
    f.connection.disconnect();
    QVERIFY(f.output().ends_with(hexBytes("e0 00")));
    QVERIFY(f.connection.publish(out, f.now).error().is(MqttErrc::notConnected));  // [MQTT-3.14.4-2]
  }

  void pingsWhenItHasSentNothing() {  // [MQTT-3.1.2-23]
    Fixture f;
    f.connected(10);
    QVERIFY(*f.connection.nextDeadline() == f.now + 10s);
    f.now += 9s;
    QVERIFY(f.connection.publish({"t", "x", Qos::atMostOnce, false}, f.now).has_value());
    f.output();
    f.now += 9s;
    f.connection.onTime(f.now);
    QVERIFY(f.output().empty());
    f.now += 1s;
    f.connection.onTime(f.now);
    QVERIFY(f.output() == hexBytes("c0 00"));
    f.connection.feed(hexBytes("d0 00"), f.now);
    QVERIFY(*f.connection.nextDeadline() == f.now + 10s);
  }

  void givesUpAServerThatDoesNotAnswer() {  // §3.1.2.10
    Fixture ping;
    ping.connected(60);
    ping.now += 60s;
    ping.connection.onTime(ping.now);
    QVERIFY(*ping.connection.nextDeadline() == ping.now + kDefaultReplyTimeout);
    ping.connection.onTime(ping.now + kDefaultReplyTimeout);
    QVERIFY(ping.failedWith(MqttErrc::keepAliveTimeout));

    Fixture connack;
    QVERIFY(connack.connection.connect(asCar(0), connack.now).has_value());
    connack.connection.onTime(connack.now + kDefaultReplyTimeout);
    QVERIFY(connack.failedWith(MqttErrc::keepAliveTimeout));
  }

  void refusesWhatOnlyAClientSends() {
    for (const char* hex : {"c0 00", "82 06 0001 0001 61 00", "a2 05 0001 0001 61", "e0 00", "20 02 00 00"}) {
      Fixture f;
      f.connected();
      f.connection.feed(hexBytes(hex), f.now);
      QVERIFY2(f.failedWith(MqttErrc::protocolError), hex);
    }
    for (const char* hex : {"00 00x", "d0 01 00", "40 02 0000", "90 03 0001 05", "36 00"}) {
      Fixture f;
      f.connected();
      f.connection.feed(hexBytes(hex), f.now);
      QVERIFY2(f.handler.error.has_value(), hex);
    }
  }

  void announcesItsLimitsIn5() {  // MQTT 5.0 §3.1.2.11
    ConnectionOptions options;
    options.receiveMaximum = 9;
    options.topicAliasMaximum = 2;
    options.maxPacketBytes = 300;
    Fixture f(options);
    Connect connect = asCar(60);
    connect.level = ProtocolLevel::v5;
    std::string wishes;
    PropertyWriter(wishes).number(PropertyId::sessionExpiryInterval, 5);
    connect.properties = {wishes};
    QVERIFY(f.connection.connect(connect, f.now).has_value());
    QVERIFY(f.output() == hexBytes("10 20 0004 4d515454 05 02 003c 10 11 00000005 21 0009 27 0000012c 22 0002 0003 "
                                   "636172"));
    // CONNACK with receive maximum 1, maximum packet size 20, server keep alive 5.
    f.connection.feed(hexBytes("20 0e 00 00 0b 21 0001 27 00000014 13 0005"), f.now);
    QVERIFY(f.handler.lines == Lines{"connack 0 present=false"});
    QVERIFY(*f.connection.nextDeadline() == f.now + 5s);  // [MQTT-3.1.2-21]
    const std::string large(20, 'p');
    QVERIFY(f.connection.publish({"t", large, Qos::atMostOnce, false}, f.now).error().is(MqttErrc::packetTooLarge));
    const OutgoingMessage out{"t", "x", Qos::atLeastOnce, false};
    QVERIFY(f.connection.publish(out, f.now).has_value());
    QVERIFY(f.connection.publish(out, f.now).error().is(MqttErrc::windowFull));  // [MQTT-3.3.4-7]
    QVERIFY(f.output() == hexBytes("32 07 0001 74 0001 00 78"));
    f.connection.feed(hexBytes("40 03 0001 97"), f.now);
    QVERIFY(f.handler.lines.back() == "puback 1 a quota was exceeded");
  }

  void hearsTheServersDisconnectIn5() {
    Fixture f;
    Connect connect = asCar();
    connect.level = ProtocolLevel::v5;
    QVERIFY(f.connection.connect(connect, f.now).has_value());
    f.connection.feed(hexBytes("20 03 00 00 00  e0 01 8e"), f.now);
    QVERIFY(f.failedWith(MqttErrc::disconnectedByServer));
    QVERIFY(f.handler.error->message().find("taken over") != std::string::npos);
  }

  void takesAliasesOfTheServer() {  // [MQTT-3.3.2-10]
    Fixture f;
    Connect connect = asCar();
    connect.level = ProtocolLevel::v5;
    QVERIFY(f.connection.connect(connect, f.now).has_value());
    f.connection.feed(hexBytes("20 03 00 00 00  30 07 0001 74 03 23 0001  30 07 0000 03 23 0001 78"), f.now);
    QVERIFY(f.handler.lines.back() == "publish t x qos=0 dup=false id=0");
    f.output();
    f.connection.feed(hexBytes("30 07 0001 74 03 23 0011"), f.now);
    QVERIFY(f.failedWith(MqttErrc::topicAliasInvalid));
    QVERIFY(f.output() == hexBytes("e0 01 94"));
  }

  void sendsExactlyOnce() {  // [MQTT-4.3.3-4]
    Fixture f;
    f.connected();
    QCOMPARE(*f.connection.publish({"t", "x", Qos::exactlyOnce, false}, f.now), PacketId(1));
    QVERIFY(f.output() == hexBytes("34 06 0001 74 0001 78"));
    f.connection.feed(hexBytes("50 02 0001 50 02 0001"), f.now);
    QVERIFY(f.output() == hexBytes("62 02 0001 62 02 0001"));
    f.connection.feed(hexBytes("70 02 0001"), f.now);
    QVERIFY((f.handler.lines == Lines{"pubrec 1", "pubcomp 1"}));
    QCOMPARE(f.connection.inFlight(), std::size_t(0));
  }

  void receivesExactlyOnce() {  // [MQTT-4.3.3-10], [MQTT-4.3.3-11]
    Fixture f;
    f.connected();
    f.connection.feed(hexBytes("34 06 0001 74 0007 78"), f.now);
    f.connection.sendPubrec(7, f.now);
    f.connection.feed(hexBytes("3c 06 0001 74 0007 78  62 02 0007  62 02 0007"), f.now);
    QVERIFY(f.handler.lines == Lines{"publish t x qos=2 dup=false id=7"});
    QVERIFY(f.output() == hexBytes("50 02 0007  50 02 0007  70 02 0007  70 02 0007"));
  }

  void clientAndServerUnderstandEachOther() {
    Fixture client;
    RecordingServerHandler handler;
    ServerConnection server(client.options, handler, client.now);
    handler.whenConnect = [&] { server.acceptConnect(false, client.now); };
    const auto exchange = [&] {
      server.feed(client.output(), client.now);
      std::string bytes;
      server.takeOutput(bytes);
      client.connection.feed(bytes, client.now);
    };
    QVERIFY(client.connection.connect(asCar(), client.now).has_value());
    exchange();
    const std::vector<TopicRequest> topics{{"cars/car/command", Qos::atLeastOnce}};
    QVERIFY(client.connection.subscribe(topics, client.now).has_value());
    exchange();
    const std::vector<ReasonCode> codes{granted(Qos::atLeastOnce)};
    server.sendSuback(1, codes);
    QVERIFY(server.sendPublish({"cars/car/command", "{}", Qos::atLeastOnce, false}).has_value());
    exchange();
    client.connection.sendPuback(1, client.now);
    exchange();
    client.connection.disconnect();
    exchange();
    QVERIFY(
        (handler.lines == Lines{"connect car clean=true", "subscribe 1 cars/car/command:1", "puback 1", "disconnect"}));
    QVERIFY((client.handler.lines ==
             Lines{"connack 0 present=false", "suback 1 1", "publish cars/car/command {} qos=1 dup=false id=1"}));
  }
};

QTEST_GUILESS_MAIN(TestClientConnection)
#include "tst_client_connection.moc"
