#include "tests/unit/mqtt/hex_bytes.h"
#include "tests/unit/mqtt/server_fixture.h"

#include <QtTest>

#include <algorithm>
#include <random>

using namespace carport;
using namespace carport::mqtt;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;
using Fixture = ServerFixture;

class TestServerConnectionV5 : public QObject {
  Q_OBJECT

 private slots:
  void connackTellsTheLimits() {  // [MQTT-3.1.4-5], §3.2.2.3
    ConnectionOptions options;
    options.receiveMaximum = 20;
    options.topicAliasMaximum = 4;
    options.maxPacketBytes = 5000;
    Fixture f(options);
    f.feed(bytes5(Fixture::connect5()));
    QVERIFY(f.output().empty());  // [MQTT-3.2.0-1]
    f.connection.acceptConnect(Acceptance{.sessionPresent = true, .assignedClientId = "made-1"}, f.now);
    const auto connack = std::get<Connack>(f.only(f.output()));
    QVERIFY(connack.sessionPresent && connack.reason == ReasonCode::success);
    QCOMPARE(*connack.properties.number(PropertyId::receiveMaximum), 20u);
    QCOMPARE(*connack.properties.number(PropertyId::topicAliasMaximum), 4u);
    QCOMPARE(*connack.properties.number(PropertyId::maximumPacketSize), 5000u);
    QVERIFY(connack.properties.text(PropertyId::assignedClientIdentifier) == "made-1");  // [MQTT-3.2.2-16]
    QVERIFY(!connack.properties.number(PropertyId::serverKeepAlive));
    QVERIFY(!connack.properties.text(PropertyId::authenticationMethod));  // [MQTT-4.12.0-6]
    f.connection.acceptConnect(false, f.now);
    QVERIFY(f.output().empty());  // [MQTT-3.2.0-2]
  }

  void connackTellsWhatTheServerUsesInstead() {  // [MQTT-3.1.2-21], [MQTT-3.2.2-21], [MQTT-3.2.2-22]
    Fixture f;
    f.feed(bytes5(Fixture::connect5({}, 600)));
    Acceptance acceptance;
    acceptance.serverKeepAliveSeconds = 60;
    acceptance.sessionExpirySeconds = 3600;
    acceptance.reasonString = "welcome";
    f.connection.acceptConnect(acceptance, f.now);
    const auto connack = std::get<Connack>(f.only(f.output()));
    QCOMPARE(*connack.properties.number(PropertyId::serverKeepAlive), 60u);
    QCOMPARE(*connack.properties.number(PropertyId::sessionExpiryInterval), 3600u);
    QVERIFY(connack.properties.text(PropertyId::reasonString) == "welcome");
    QVERIFY(*f.connection.nextDeadline() == f.now + 90s);
    Fixture own;
    own.connected(Fixture::connect5({}, 600));
    QVERIFY(*own.connection.nextDeadline() == own.now + 900s);
  }

  void responseInformationOnlyOnRequest_data() {  // [MQTT-3.1.2-28]
    QTest::addColumn<int>("wish");
    QTest::addColumn<bool>("comes");
    QTest::newRow("absent") << -1 << false;
    QTest::newRow("0") << 0 << false;
    QTest::newRow("1") << 1 << true;
  }
  void responseInformationOnlyOnRequest() {
    QFETCH(int, wish);
    QFETCH(bool, comes);
    Fixture f;
    const auto wishes = wish < 0 ? "" : numberAs(PropertyId::requestResponseInformation, std::uint32_t(wish));
    f.feed(bytes5(Fixture::connect5(wishes)));
    f.connection.acceptConnect(Acceptance{.responseInformation = "replies/car"}, f.now);
    const auto connack = std::get<Connack>(f.only(f.output()));
    QCOMPARE(connack.properties.text(PropertyId::responseInformation).has_value(), comes);
  }

  void refusesWithReasonAndText() {  // [MQTT-3.2.2-6], [MQTT-3.2.2-7], [MQTT-3.1.4-6]
    Fixture f;
    f.feed(bytes5(Fixture::connect5(), messageOf(Qos::atMostOnce, 0)));
    f.connection.refuseConnect(ReasonCode::badUserNameOrPassword, "Try another password");
    const auto connack = std::get<Connack>(f.only(f.output()));
    QVERIFY(!connack.sessionPresent && connack.reason == ReasonCode::badUserNameOrPassword);
    QVERIFY(connack.properties.text(PropertyId::reasonString) == "Try another password");
    QVERIFY(f.connection.state() == ServerConnection::State::closed);
    QCOMPARE(f.handler.lines.size(), std::size_t(1));
  }

  void namesAnotherServer() {  // §4.13, §3.2.2.3.16, §3.14.2.2.5
    Fixture asking;
    asking.feed(bytes5(Fixture::connect5()));
    asking.connection.refuseConnect(ReasonCode::useAnotherServer, "busy", "other.example.com:8883");
    const auto connack = std::get<Connack>(asking.only(asking.output()));
    QVERIFY(connack.reason == ReasonCode::useAnotherServer);
    QVERIFY(connack.properties.text(PropertyId::serverReference) == "other.example.com:8883");
    Fixture waiting;
    waiting.feed(bytes5(Fixture::connect5()));
    waiting.connection.disconnect(ReasonCode::useAnotherServer, {}, "[::1]:1883");
    const auto refused = std::get<Connack>(waiting.only(waiting.output()));
    QVERIFY(refused.properties.text(PropertyId::serverReference) == "[::1]:1883");
    QVERIFY(!refused.properties.text(PropertyId::reasonString));
  }

  void refusalsUseReasonsOfConnack() {  // [MQTT-3.2.2-8]
    Fixture f;
    f.feed(bytes5(Fixture::connect5()));
    f.connection.disconnect(ReasonCode::serverShuttingDown);  // [MQTT-3.14.0-1]: no DISCONNECT before CONNACK
    QVERIFY(std::get<Connack>(f.only(f.output())).reason == ReasonCode::serverUnavailable);
  }

  void brokenConnectsAreAnswered_data() {  // [MQTT-3.1.4-1], [MQTT-4.13.2-1]
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<int>("reason");
    QTest::newRow("[MQTT-3.1.2-3] reserved flag") << QByteArray("10 0e 0004 4d515454 05 03 003c 00 0001 61") << 0x81;
    QTest::newRow("receive maximum 0") << QByteArray("10 11 0004 4d515454 05 02 003c 03 21 0000 0001 61") << 0x82;
    QTest::newRow("[MQTT-3.1.2-2] level 9") << QByteArray("10 0e 0004 4d515454 09 02 003c 00 0001 61") << 0x84;
    QTest::newRow("will topic with wildcard")
        << QByteArray("10 15 0004 4d515454 05 06 003c 00 0001 61 00 0001 23 0001 70") << 0x90;
    QTest::newRow("[MQTT-4.12.0-1] authentication method")
        << QByteArray("10 13 0004 4d515454 05 02 003c 05 15 0002 4b31 0001 61") << 0x8C;
  }
  void brokenConnectsAreAnswered() {
    QFETCH(QByteArray, hex);
    QFETCH(int, reason);
    Fixture f;
    f.feed(hexBytes(hex.constData()));
    QVERIFY(f.handler.lines == Lines{"error"});
    QVERIFY(f.connection.state() == ServerConnection::State::closed);
    QCOMPARE(int(std::get<Connack>(f.only(f.output())).reason), reason);
  }

  void aTooLongClientIdIsRefused() {  // [MQTT-3.1.3-8]
    Fixture f;
    const std::string tooLong(kMaxClientIdBytes + 1, 'c');
    Connect connect = Fixture::connect5();
    connect.clientId = tooLong;
    f.feed(bytes5(connect));
    QVERIFY(f.failedWith(MqttErrc::clientIdRejected));
    QVERIFY(std::get<Connack>(f.only(f.output())).reason == ReasonCode::clientIdentifierNotValid);
  }

  void errorsAreSaidInDisconnect_data() {  // [MQTT-4.13.1-1], [MQTT-4.13.2-1]
    QTest::addColumn<QByteArray>("hex");
    QTest::addColumn<int>("reason");
    const auto row = [](const char* name, const char* hex, int reason) {
      QTest::newRow(name) << QByteArray(hex) << reason;
    };
    row("[MQTT-3.1.0-2] second CONNECT", "10 0e 0004 4d515454 05 02 003c 00 0001 61", 0x82);
    row("[MQTT-3.3.1-4] QoS 3", "36 06 0001 74 0001 00", 0x81);
    row("[MQTT-1.5.4-1] topic not UTF-8", "30 04 0001 ff 00", 0x81);
    row("[MQTT-3.3.2-2] topic with wildcard", "30 04 0001 23 00", 0x90);
    row("[MQTT-3.3.4-6] subscription identifier from a client", "30 06 0001 74 02 0b 01", 0x82);
    row("[MQTT-3.3.2-9] topic alias above the maximum", "30 07 0001 74 03 23 0011", 0x94);
    row("[MQTT-3.3.2-8] topic alias 0", "30 07 0001 74 03 23 0000", 0x94);
    row("a topic alias that was not set up", "30 06 0000 03 23 0001", 0x82);
    row("[MQTT-3.6.1-1] PUBREL flags", "60 02 0001", 0x81);
    row("[MQTT-3.8.1-1] SUBSCRIBE flags", "80 07 0001 00 0001 61 00", 0x81);
    row("[MQTT-3.8.3-4] no local, shared", "82 10 0001 00 000a 2473686172652f672f74 04", 0x82);
    row("[MQTT-4.7.1-1] filter with # inside", "82 09 0001 00 0003 232f61 00", 0x8F);
    row("[MQTT-4.12.0-7] AUTH without a method", "f0 07 19 05 15 0002 4b31", 0x82);
    row("SUBACK from a client", "90 04 0001 00 00", 0x82);
    row("type 0", "00 00", 0x81);
    row("too large a packet", "30 ffff7f", 0x95);
    row("[MQTT-1.5.5-1] Remaining Length too long", "c0 8000", 0x81);
    row("session expiry after none", "e0 07 00 05 11 00000001", 0x82);
  }
  void errorsAreSaidInDisconnect() {
    QFETCH(QByteArray, hex);
    QFETCH(int, reason);
    Fixture f;
    f.connected().feed(hexBytes(hex.constData()));
    QVERIFY(f.handler.lines == Lines{"error"});
    QVERIFY(f.connection.state() == ServerConnection::State::closed);
    const auto disconnect = std::get<Disconnect>(f.only(f.output()));
    QCOMPARE(int(disconnect.reason), reason);
    QVERIFY(disconnect.properties.text(PropertyId::reasonString).value_or("").size() > 10);
    QVERIFY(!disconnect.properties.number(PropertyId::sessionExpiryInterval));  // [MQTT-3.14.2-2]
    f.feed(bytes5(Pingreq{}));
    QVERIFY(f.output().empty());  // [MQTT-3.14.4-1]
  }

  void quietClientsAreTold() {  // [MQTT-3.1.2-22]
    Fixture f;
    f.connected();
    f.connection.onTime(f.now + 15s);
    QVERIFY(f.failedWith(MqttErrc::keepAliveTimeout));
    QVERIFY(f.disconnectReason() == ReasonCode::keepAliveTimeout);
  }

  void disconnectsWithReason() {  // [MQTT-3.14.2-1], [MQTT-3.14.4-1]
    Fixture f;
    f.connected().connection.disconnect(ReasonCode::sessionTakenOver, "Somebody else uses this client identifier");
    QVERIFY(f.disconnectReason() == ReasonCode::sessionTakenOver);
    QVERIFY(f.connection.state() == ServerConnection::State::closed && f.handler.lines.empty());
    f.connection.sendPuback(1);
    f.connection.disconnect(ReasonCode::serverBusy);
    QVERIFY(f.output().empty());
    Fixture old;
    Connect v311;
    v311.clientId = "car";
    std::string bytes;
    encode(v311, bytes);
    old.feed(bytes);
    old.connection.acceptConnect(false, old.now);
    old.output();
    old.connection.disconnect(ReasonCode::sessionTakenOver);
    QVERIFY(old.output().empty());  // 3.1.1 has no DISCONNECT from the server
  }

  void hearsHowAClientLeaves() {  // [MQTT-3.14.4-3], §3.14.2.1
    Fixture normal;
    normal.connected().feed(hexBytes("e0 00"));
    QVERIFY(normal.handler.lines == Lines{"disconnect"});
    Fixture will;
    will.connected().feed(hexBytes("e0 01 04"));
    QVERIFY(will.handler.lines == Lines{"disconnect disconnect with will message"});
    Fixture expiry;
    expiry.connected(Fixture::connect5(numberAs(PropertyId::sessionExpiryInterval, 60)));
    expiry.feed(hexBytes("e0 07 00 05 11 00000001"));
    QVERIFY(expiry.handler.lines == Lines{"disconnect"});
  }

  void passesPropertiesOn() {  // [MQTT-3.3.2-4] to [MQTT-3.3.2-6], [MQTT-3.3.4-3], [MQTT-3.3.2-17]
    Fixture f;
    f.connected();
    std::string kept;
    PropertyWriter(kept).text(PropertyId::contentType, "json").userProperty("a", "1").userProperty("a", "2");
    const std::vector<std::uint32_t> ids{4, 300};
    OutgoingMessage out{"t", "x", Qos::atLeastOnce, true};
    out.properties = {kept};
    out.expirySeconds = 42;
    out.subscriptionIds = ids;
    QCOMPARE(*f.connection.sendPublish(out), PacketId(1));
    const auto publish = std::get<Publish>(f.only(f.output()));
    QVERIFY(publish.retain && publish.qos == Qos::atLeastOnce && publish.properties.encoded.ends_with(kept));
    QCOMPARE(*publish.properties.number(PropertyId::messageExpiryInterval), 42u);
    QCOMPARE(*publish.properties.number(PropertyId::subscriptionIdentifier), 4u);
  }

  // [MQTT-3.8.4-1], [MQTT-3.8.4-2], [MQTT-3.8.4-6], [MQTT-3.9.3-1], [MQTT-3.11.3-1]
  void answersInTheOrderOfTheWishes() {
    Fixture f;
    const std::vector<TopicRequest> topics{{"a", Qos::exactlyOnce}, {"b"}, {"c"}};
    const std::vector<std::string_view> filters{"a", "b"};
    f.connected().feed(bytes5(Subscribe{9, topics}, Unsubscribe{10, filters}));
    QVERIFY((f.handler.lines == Lines{"subscribe 9 a:2 b:0 c:0", "unsubscribe 10 a b"}));
    const std::vector<ReasonCode> codes{ReasonCode::grantedQos2, ReasonCode::topicFilterInvalid, ReasonCode::success};
    const std::vector<ReasonCode> gone{ReasonCode::success, ReasonCode::noSubscriptionExisted};
    f.connection.sendSuback(9, codes);
    f.connection.sendUnsuback(10, gone);  // [MQTT-3.10.4-4], [MQTT-3.10.4-5], [MQTT-3.10.4-6]
    QVERIFY(f.output() == hexBytes("90 06 0009 00 02 8f 00  b0 05 000a 00 00 11"));
  }

  void tellsOldClientsLess() {
    Fixture f;
    Connect v311;
    v311.clientId = "car";
    std::string bytes;
    encode(v311, bytes);
    f.feed(bytes);
    f.connection.acceptConnect(Acceptance{.assignedClientId = "x", .serverKeepAliveSeconds = 5}, f.now);
    QVERIFY(f.output() == hexBytes("20 02 00 00"));
    QVERIFY(!f.connection.nextDeadline());  // its own keep alive, which is none
    const std::vector<ReasonCode> codes{ReasonCode::grantedQos2, ReasonCode::quotaExceeded};
    f.connection.sendSuback(1, codes, "why");
    f.connection.sendPuback(2, ReasonCode::notAuthorised, "why");
    f.connection.sendUnsuback(3, codes, "why");
    OutgoingMessage out{"t", "x", Qos::atMostOnce, false};
    const std::vector<std::uint32_t> ids{4};
    out.expirySeconds = 1;
    out.subscriptionIds = ids;
    QVERIFY(f.connection.sendPublish(out).has_value());
    QVERIFY(f.output() == hexBytes("90 04 0001 02 80  40 02 0002  b0 02 0003  30 04 0001 74 78"));
  }

  void reasonsForOldClients_data() {  // MQTT 3.1.1 §3.2.2.3
    QTest::addColumn<int>("reason");
    QTest::addColumn<int>("code");
    QTest::newRow("version") << 0x84 << 1;
    QTest::newRow("client id") << 0x85 << 2;
    QTest::newRow("busy") << 0x89 << 3;
    QTest::newRow("unavailable") << 0x88 << 3;
    QTest::newRow("password") << 0x86 << 4;
    QTest::newRow("not authorised") << 0x87 << 5;
    QTest::newRow("banned") << 0x8A << 5;
  }
  void reasonsForOldClients() {
    QFETCH(int, reason);
    QFETCH(int, code);
    Fixture f;
    Connect v311;
    v311.clientId = "car";
    std::string bytes;
    encode(v311, bytes);
    f.feed(bytes);
    f.connection.refuseConnect(ReasonCode(reason), "why");
    QVERIFY(f.output() == std::string({0x20, 2, 0, char(code)}));
  }

  void byteByByteIsTheSame() {
    const std::vector<TopicRequest> topics{{"$share/g/a", Qos::exactlyOnce}};
    const auto alias = numberAs(PropertyId::topicAlias, 3);
    const std::string stream = bytes5(
        Fixture::connect5(numberAs(PropertyId::topicAliasMaximum, 3)), Subscribe{1, topics},
        messageOf(Qos::exactlyOnce, 9, "a", alias), messageOf(Qos::exactlyOnce, 9, "", alias), Pubrel{9}, Pubrel{9},
        Pingreq{}, messageOf(Qos::atMostOnce, 0, "", alias), Disconnect{ReasonCode::disconnectWithWill});
    const auto run = [&](std::size_t step) {
      Fixture f;
      f.handler.whenConnect = [&] { f.connection.acceptConnect(false, f.now); };
      f.handler.whenPublish = [&] { f.connection.sendPubrec(9); };
      f.handler.whenPubrel = [&](PacketId id) { f.connection.sendPubcomp(id); };
      for (std::size_t at = 0; at < stream.size(); at += step) f.feed(stream.substr(at, step));
      return std::pair(f.handler.lines, f.output());
    };
    const auto whole = run(stream.size());
    QCOMPARE(whole.first.size(), std::size_t(6));
    for (const std::size_t step : {1u, 2u, 3u, 20u}) QVERIFY(run(step) == whole);
  }

  void garbageNeverCrashes() {
    std::mt19937 random(6);
    const auto alias = numberAs(PropertyId::topicAlias, 1);
    const std::string good = bytes5(messageOf(Qos::exactlyOnce, 9, "a", alias), Pubrel{9}, Pingreq{}, Pubrec{1},
                                    Puback{2, ReasonCode::quotaExceeded}, Disconnect{});
    for (int round = 0; round < 20'000; ++round) {
      Fixture f;
      f.connected();
      std::string bytes = good;
      for (int flips = int(random() % 4) + 1; flips > 0; --flips) bytes[random() % bytes.size()] = char(random());
      f.feed(bytes);
      QCOMPARE(f.handler.error.has_value(), !f.handler.lines.empty() && f.handler.lines.back() == "error");
      QVERIFY(std::count(f.handler.lines.begin(), f.handler.lines.end(), "error") <= 1);
    }
  }
};

QTEST_GUILESS_MAIN(TestServerConnectionV5)
#include "tst_server_connection_v5.moc"
