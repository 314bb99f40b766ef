#include "tests/unit/mqtt/hex_bytes.h"
#include "tests/unit/mqtt/server_fixture.h"

#include <QtTest>

#include <algorithm>
#include <random>

using namespace carport;
using namespace carport::mqtt;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

namespace {

template <class... Packets>
std::string bytesOf(const Packets&... packets) {
  std::string out;
  (encode(packets, out), ...);
  return out;
}

Connect connectAs(std::string_view clientId, std::uint16_t keepAliveSeconds = 10) {
  Connect connect;
  connect.clientId = clientId;
  connect.keepAliveSeconds = keepAliveSeconds;
  return connect;
}

Publish message(Qos qos, PacketId id, std::string_view payload = "x") {
  return {"cars/1/telemetry", payload, qos, false, false, id, {}};
}

struct Fixture : ServerFixture {
  using ServerFixture::ServerFixture;

  /// Signs a 3.1.1 client in and forgets about it.
  Fixture& connected(std::uint16_t keepAliveSeconds = 10) {
    feed(bytesOf(connectAs("car", keepAliveSeconds)));
    connection.acceptConnect(false, now);
    output();
    handler.lines.clear();
    return *this;
  }
};

}  // namespace

class TestServerConnection : public QObject {
  Q_OBJECT

 private slots:
  void answersConnect() {  // [MQTT-3.1.4-4], [MQTT-3.2.0-1]
    Fixture f;
    f.feed(bytesOf(connectAs("car")));
    QVERIFY(f.handler.lines == Lines{"connect car clean=true"});
    QVERIFY(f.output().empty());
    f.connection.acceptConnect(true, f.now);
    QVERIFY(f.output() == hexBytes("20 02 01 00"));
    QVERIFY(f.connection.state() == ServerConnection::State::connected);
  }

  void firstPacketMustBeConnect() {  // [MQTT-3.1.0-1]
    Fixture f;
    f.feed(bytesOf(Pingreq{}));
    QVERIFY(f.failedWith(MqttErrc::protocolError));
    QVERIFY(f.output().empty());
  }

  void secondConnectIsAnError() {  // [MQTT-3.1.0-2]
    Fixture f;
    f.connected().feed(bytesOf(connectAs("car")));
    QVERIFY(f.failedWith(MqttErrc::protocolError));
  }

  void refusesAnUnknownLevelWithConnack1() {  // [MQTT-3.1.2-2]
    Fixture f;
    f.feed(hexBytes("10 0d 0004 4d515454 03 02 003c 0001 61"));
    QVERIFY(f.failedWith(MqttErrc::unsupportedVersion));
    QVERIFY(f.output() == hexBytes("20 02 00 01"));
  }

  void refusesAnEmptyClientIdWithoutCleanSession() {  // [MQTT-3.1.3-8]
    Fixture f;
    f.feed(hexBytes("10 0c 0004 4d515454 04 00 003c 0000"));
    QVERIFY(f.failedWith(MqttErrc::clientIdRejected));
    QVERIFY(f.output() == hexBytes("20 02 00 02"));
  }

  void refusesATooLongClientId() {  // [MQTT-3.1.3-9]
    Fixture f;
    f.feed(bytesOf(connectAs(std::string(kMaxClientIdBytes + 1, 'c'))));
    QVERIFY(f.failedWith(MqttErrc::clientIdRejected));
    QVERIFY(f.output() == hexBytes("20 02 00 02"));
  }

  void looksAtNothingAfterARefusedConnect() {  // [MQTT-3.1.4-5], [MQTT-3.2.2-5]
    Fixture f;
    f.feed(bytesOf(connectAs("car"), message(Qos::atMostOnce, 0)));
    f.connection.refuseConnect(ReasonCode::badUserNameOrPassword);
    QVERIFY(f.output() == hexBytes("20 02 00 04"));
    f.feed(bytesOf(message(Qos::atMostOnce, 0)));
    f.connection.acceptConnect(false, f.now);
    QCOMPARE(f.handler.lines.size(), std::size_t(1));
    QVERIFY(!f.handler.error);
    QVERIFY(f.output().empty() && !f.connection.wantsBytes() && !f.connection.nextDeadline());
  }

  void handsOutWhatCameBeforeTheDecision() {
    Fixture f;
    f.feed(bytesOf(connectAs("car"), message(Qos::atLeastOnce, 7)));
    QVERIFY(!f.connection.wantsBytes());
    QCOMPARE(f.handler.lines.size(), std::size_t(1));
    f.connection.acceptConnect(false, f.now);
    QVERIFY(f.handler.lines.back() == "publish cars/1/telemetry x qos=1 retain=false dup=false id=7");
    QVERIFY(f.connection.wantsBytes());
  }

  void canBeAcceptedInsideTheHandler() {
    Fixture f;
    f.handler.whenConnect = [&] { f.connection.acceptConnect(false, f.now); };
    f.handler.whenPublish = [&] { f.connection.sendPuback(7); };
    f.feed(bytesOf(connectAs("car"), message(Qos::atLeastOnce, 7), Pingreq{}));
    QVERIFY(f.output() == hexBytes("20 02 00 00  40 02 0007  d0 00"));
  }

  void limitsConnectMoreThanOtherPackets() {
    ConnectionOptions options;
    options.maxConnectBytes = 100;
    options.maxPacketBytes = 1000;
    Fixture tooLarge(options);
    tooLarge.feed(hexBytes("10 63"));  // 99 and two bytes of header
    QVERIFY(tooLarge.failedWith(MqttErrc::packetTooLarge));
    Fixture f(options);
    f.connected().feed(bytesOf(message(Qos::atMostOnce, 0, std::string(900, 'p'))));
    QCOMPARE(f.handler.lines.size(), std::size_t(1));
    f.feed(hexBytes("30 e6 07"));  // 998 and three bytes of header
    QVERIFY(f.failedWith(MqttErrc::packetTooLarge));
  }

  void deliversSubscribeUnsubscribeAndDisconnect() {
    Fixture f;
    const std::vector<TopicRequest> topics{{"a/#", Qos::atLeastOnce}, {"b", Qos::exactlyOnce}};
    const std::vector<std::string_view> filters{"a/#"};
    const std::vector<ReasonCode> codes{ReasonCode::grantedQos1, ReasonCode::unspecifiedError};
    f.connected().feed(bytesOf(Subscribe{1, topics, {}}, Unsubscribe{2, filters}));
    f.connection.sendSuback(1, codes);  // [MQTT-3.8.4-1], [MQTT-3.8.4-2]
    f.connection.sendUnsuback(2, {});   // [MQTT-3.10.4-4]
    QVERIFY(f.output() == hexBytes("90 04 0001 01 80  b0 02 0002"));
    f.feed(bytesOf(Disconnect{}, Pingreq{}));  // [MQTT-3.14.4-2]
    QVERIFY((f.handler.lines == Lines{"subscribe 1 a/#:1 b:2", "unsubscribe 2 a/#", "disconnect"}));
    QVERIFY(f.connection.state() == ServerConnection::State::closed && f.output().empty());
  }

  void answersPing() {  // [MQTT-3.12.4-1]
    Fixture f;
    f.connected().feed(bytesOf(Pingreq{}));
    QVERIFY(f.output() == hexBytes("d0 00"));
  }

  void refusesWhatOnlyAServerSends_data() {
    QTest::addColumn<QByteArray>("hex");
    for (const char* hex : {"20 02 00 00", "90 03 0001 00", "b0 02 0001", "d0 00"}) {
      QTest::newRow(hex) << QByteArray(hex);
    }
  }
  void refusesWhatOnlyAServerSends() {
    QFETCH(QByteArray, hex);
    Fixture f;
    f.connected().feed(hexBytes(hex.constData()));
    QVERIFY(f.failedWith(MqttErrc::protocolError));
    QVERIFY(f.handler.lines == Lines{"error"});
  }

  void malformedPacketsEndTheConnection() {  // [MQTT-4.8.0-1]
    for (const char* hex : {"00 00", "f0 00", "30 00", "36 05 0001 74 0001", "82 02 0001", "30 ff ff ff ff 01"}) {
      Fixture f;
      f.connected().feed(hexBytes(hex));
      QVERIFY2(f.failedWith(MqttErrc::malformedPacket), hex);
      f.feed(bytesOf(Pingreq{}));
      QVERIFY(f.output().empty());
    }
  }

  void sendsMessages() {
    Fixture f;
    f.connected();
    QCOMPARE(*f.connection.sendPublish({"t", "a", Qos::atMostOnce, true}), PacketId(0));
    QCOMPARE(*f.connection.sendPublish({"t", "b", Qos::atLeastOnce, false}), PacketId(1));
    QVERIFY(f.output() == hexBytes("31 04 0001 74 61  32 06 0001 74 0001 62"));
    QCOMPARE(f.connection.inFlight(), std::size_t(1));
    f.feed(bytesOf(Puback{1}, Puback{1}, Puback{99}));
    QVERIFY(f.handler.lines == Lines{"puback 1"});
    QCOMPARE(f.connection.inFlight(), std::size_t(0));
  }

  void sendsAgainAsDuplicate() {  // [MQTT-3.3.1-1], [MQTT-4.4.0-1]
    Fixture f;
    f.connected();
    QVERIFY(f.connection.resendPublish(5, {"t", "b", Qos::atLeastOnce, false}).has_value());
    QVERIFY(f.output() == hexBytes("3a 06 0001 74 0005 62"));
    QVERIFY(!f.connection.resendPublish(5, {"t", "b", Qos::atLeastOnce, false}));
    for (int i = 0; i < 5; ++i) QVERIFY(*f.connection.sendPublish({"t", "c", Qos::atLeastOnce, false}) != 5);
    f.feed(bytesOf(Puback{5}));
    QVERIFY(f.handler.lines == Lines{"puback 5"});
  }

  void limitsItsWindow() {
    ConnectionOptions options;
    options.inFlightWindow = 2;
    Fixture f(options);
    f.connected();
    const OutgoingMessage out{"t", "b", Qos::atLeastOnce, false};
    QVERIFY(f.connection.sendPublish(out) && f.connection.sendPublish(out));
    f.output();
    const auto third = f.connection.sendPublish(out);
    QVERIFY(!third && third.error().is(MqttErrc::windowFull));
    QVERIFY(f.output().empty());
    f.feed(bytesOf(Puback{1}));
    QVERIFY(f.connection.sendPublish(out).has_value());
  }

  void limitsItsOutput() {
    ConnectionOptions options;
    options.maxOutputBytes = 100;
    Fixture f(options);
    f.connected();
    const std::string large(200, 'p');
    QVERIFY(f.connection.sendPublish({"t", large, Qos::atMostOnce, false}).has_value());  // alone it may go
    QVERIFY(!f.connection.wantsBytes());
    const auto second = f.connection.sendPublish({"t", "x", Qos::atLeastOnce, false});
    QVERIFY(!second && second.error().is(MqttErrc::outputFull));
    QCOMPARE(f.connection.inFlight(), std::size_t(0));
    f.output();
    QVERIFY(f.connection.wantsBytes());
    QVERIFY(f.connection.sendPublish({"t", "x", Qos::atLeastOnce, false}).has_value());
  }

  void sendsNothingUnlessConnected() {
    Fixture f;
    const auto sent = f.connection.sendPublish({"t", "x", Qos::atMostOnce, false});
    QVERIFY(!sent && sent.error().is(MqttErrc::notConnected));
    f.connection.sendPuback(1);
    QVERIFY(f.output().empty());
    f.connected();
    f.connection.close();
    f.connection.sendPuback(1);
    QVERIFY(f.output().empty() && f.handler.lines.empty());
  }

  void waitsForConnectOnlySoLong() {  // §3.1.4: a reasonable amount of time
    Fixture f;
    QVERIFY(*f.connection.nextDeadline() == f.now + kDefaultConnectTimeout);
    f.now += 9s;
    f.feed(hexBytes("10"));  // a trickle does not buy time
    f.connection.onTime(f.now);
    QVERIFY(!f.handler.error);
    f.now += 1s;
    f.connection.onTime(f.now);
    QVERIFY(f.failedWith(MqttErrc::connectTimeout));
  }

  void waitsForTheDecisionOnlySoLong() {
    Fixture f;
    f.now += 9s;
    f.feed(bytesOf(connectAs("car")));
    QVERIFY(*f.connection.nextDeadline() == f.now + kDefaultConnectTimeout);
    f.now += kDefaultConnectTimeout;
    f.connection.onTime(f.now);
    QVERIFY(f.failedWith(MqttErrc::connectTimeout));
    QVERIFY(f.output() == hexBytes("20 02 00 03"));
    f.connection.acceptConnect(false, f.now);  // too late
    QVERIFY(f.output().empty());
  }

  void waitsOneAndAHalfKeepAlives() {  // [MQTT-3.1.2-24]
    Fixture f;
    f.connected(10);
    QVERIFY(*f.connection.nextDeadline() == f.now + 15s);
    f.now += 14s;
    f.feed(bytesOf(Pingreq{}));
    QVERIFY(*f.connection.nextDeadline() == f.now + 15s);
    f.now += 15s - 1ms;
    f.connection.onTime(f.now);
    QVERIFY(!f.handler.error);
    f.now += 1ms;
    f.connection.onTime(f.now);
    QVERIFY(f.failedWith(MqttErrc::keepAliveTimeout));
    f.connection.onTime(f.now + 1h);
    QCOMPARE(f.handler.lines.size(), std::size_t(1));
  }

  void withoutKeepAliveWaitsForEver() {  // §3.1.2.10
    Fixture f;
    f.connected(0);
    QVERIFY(!f.connection.nextDeadline());
    f.connection.onTime(f.now + 1000h);
    QVERIFY(!f.handler.error);
  }

  void pausesInTheMiddleOfARead() {
    Fixture f;
    f.connected();
    f.handler.whenPublish = [&] { f.connection.pause(); };
    f.feed(bytesOf(message(Qos::atLeastOnce, 1), message(Qos::atLeastOnce, 2), Pingreq{}));
    QCOMPARE(f.handler.lines.size(), std::size_t(1));
    QVERIFY(f.connection.isPaused() && !f.connection.wantsBytes() && !f.connection.nextDeadline());
    f.now += 1h;  // the client could not be heard, so it is not blamed
    f.connection.onTime(f.now);
    f.connection.resume(f.now);
    QCOMPARE(f.handler.lines.size(), std::size_t(2));
    f.handler.whenPublish = {};
    f.connection.resume(f.now);
    QVERIFY(f.output() == hexBytes("d0 00"));
    QVERIFY(!f.handler.error && *f.connection.nextDeadline() == f.now + 15s);
  }

  void resumeInsideTheHandlerKeepsTheOrder() {
    Fixture f;
    f.connected();
    f.handler.whenPublish = [&] {
      f.connection.pause();
      f.connection.resume(f.now);
    };
    f.feed(bytesOf(message(Qos::atLeastOnce, 1), message(Qos::atLeastOnce, 2)));
    QCOMPARE(f.handler.lines.size(), std::size_t(2));
    QVERIFY(f.handler.lines[0].ends_with("id=1") && f.handler.lines[1].ends_with("id=2"));
  }

  void byteByByteIsTheSame() {
    const std::vector<TopicRequest> topics{{"a/#", Qos::atLeastOnce}};
    const std::string stream =
        bytesOf(connectAs("car"), Subscribe{1, topics, {}}, message(Qos::atLeastOnce, 9, std::string(300, 'p')),
                Pingreq{}, message(Qos::atMostOnce, 0), Disconnect{});
    const auto run = [&](std::size_t step) {
      Fixture f;
      f.handler.whenConnect = [&] { f.connection.acceptConnect(false, f.now); };
      for (std::size_t at = 0; at < stream.size(); at += step) f.feed(stream.substr(at, step));
      return std::pair(f.handler.lines, f.output());
    };
    const auto whole = run(stream.size());
    QCOMPARE(whole.first.size(), std::size_t(5));
    for (const std::size_t step : {1u, 2u, 3u, 50u}) QVERIFY(run(step) == whole);
  }

  void garbageNeverCrashes() {
    std::mt19937 random(5);
    const std::string good = bytesOf(message(Qos::atLeastOnce, 9), Pingreq{}, Puback{1});
    for (int round = 0; round < 20'000; ++round) {
      Fixture f;
      f.connected();
      std::string bytes = good;
      for (int flips = int(random() % 4) + 1; flips > 0; --flips) bytes[random() % bytes.size()] = char(random());
      f.feed(bytes);
      QCOMPARE(f.handler.error.has_value(), f.handler.lines.size() > 0 && f.handler.lines.back() == "error");
      QVERIFY(std::count(f.handler.lines.begin(), f.handler.lines.end(), "error") <= 1);
    }
  }
};

QTEST_GUILESS_MAIN(TestServerConnection)
#include "tst_server_connection.moc"
