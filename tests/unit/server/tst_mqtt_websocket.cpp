#include "tests/support/stream_mqtt_client.h"
#include "tests/support/test_gateway.h"

using namespace carport;
using namespace carport::test;
using boost::beast::websocket::close_code;
using mqtt::PacketType;

/// MQTT over WebSocket, with Beast's client at the other end.
class TestMqttWebSocket : public QObject {
  Q_OBJECT
  using Client = StreamMqttClient<WsStream>;

 private slots:
  void initTestCase() {
    m_gateway.addCar("car-1");
    m_gateway.addUser("anna", api::kAdministratorRole);
    m_gateway.addUser("guest", api::kViewerRole);
    m_gateway.config.ws = ListenAt{{"127.0.0.1", 0}, false};
    m_gateway.config.anonymous = "guest";
    m_gateway.config.mqttLimits.connectTimeout = std::chrono::seconds(2);
    QVERIFY(m_gateway.start());
    QVERIFY(m_gateway.gateway->wsAddress().has_value());
    QVERIFY(!m_gateway.gateway->mqttsAddress() && !m_gateway.gateway->wssAddress());
  }

  void speaksMqtt_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("subprotocol");
    QTest::newRow("/mqtt") << "/mqtt"
                           << "mqtt";
    QTest::newRow("/") << "/"
                       << "mqtt";
    QTest::newRow("one of several") << "/mqtt"
                                    << "mqttv3.1, mqtt";
  }
  void speaksMqtt() {
    QFETCH(QString, path);
    QFETCH(QString, subprotocol);
    Client client(address());
    const auto ec = client.open({path.toStdString(), subprotocol.toStdString(), {}});
    QVERIFY2(!ec, ec.message().c_str());
    QVERIFY(client.response[boost::beast::http::field::sec_websocket_protocol] == "mqtt");
    QVERIFY(client.signsIn("car-1", TestGateway::kSecret));
    QVERIFY(client.publishesAcknowledged("cars/car-1/telemetry", R"({"speed":1})"));
    QVERIFY(client.stream.got_binary());
  }

  void refusesWhoDoesNotOfferMqtt_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("subprotocol");
    QTest::addColumn<int>("status");
    QTest::newRow("no subprotocol") << "/mqtt"
                                    << "" << 400;
    QTest::newRow("another") << "/mqtt"
                             << "chat" << 400;
    QTest::newRow("another path") << "/api"
                                  << "mqtt" << 404;
  }
  void refusesWhoDoesNotOfferMqtt() {
    QFETCH(QString, path);
    QFETCH(QString, subprotocol);
    QFETCH(int, status);
    Client client(address());
    QVERIFY(client.open({path.toStdString(), subprotocol.toStdString(), {}}).failed());
    QCOMPARE(int(client.response.result_int()), status);
    QTRY_VERIFY(m_gateway.logged("its WebSocket request was refused"));
  }

  void packetsComeInAnyPieces() {
    Client client(address());
    QVERIFY(!client.open());
    QVERIFY(client.signsIn("car-1", TestGateway::kSecret));
    std::string many;
    for (int i = 0; i < 20; ++i) many += Client::bytesOf(client.publication("cars/car-1/telemetry", R"({"speed":2})"));
    client.sendBytes(many);  // many packets in a message
    for (int i = 0; i < 20; ++i) QVERIFY(client.next(PacketType::puback).has_value());
    const auto one = Client::bytesOf(client.publication("cars/car-1/telemetry", R"({"speed":3})"));
    for (const char byte : one) client.sendBytes({&byte, 1});  // a packet in many messages
    QVERIFY(client.next(PacketType::puback).has_value());
    const auto next = Client::bytesOf(client.publication("cars/car-1/telemetry", R"({"speed":4})"));
    for (std::size_t i = 0; i < next.size(); ++i) {  // a message in many frames, with pings in between
      client.stream.write_some(i + 1 == next.size(), boost::asio::buffer(&next[i], 1));
      if (i % 5 == 0 && i + 1 < next.size()) client.stream.ping({});
    }
    QVERIFY(client.next(PacketType::puback).has_value());
  }

  void answersPings() {
    Client client(address());
    QVERIFY(!client.open());
    QVERIFY(client.signsIn("car-1", TestGateway::kSecret));
    std::string pong;
    client.stream.control_callback([&](boost::beast::websocket::frame_type type, boost::beast::string_view payload) {
      if (type == boost::beast::websocket::frame_type::pong) pong = std::string(payload);
    });
    client.stream.ping("are you there");
    QVERIFY(client.isAnswered());
    QCOMPARE(pong, std::string("are you there"));
  }

  void endsWithACloseFrame() {
    Client client(address());
    QVERIFY(!client.open());
    QVERIFY(client.signsIn("car-1", TestGateway::kSecret));
    client.send(mqtt::Disconnect{});
    QVERIFY(client.isClosedByServer());
    QVERIFY(client.ended == boost::beast::websocket::error::closed);
    QVERIFY(client.stream.reason().code == close_code::normal);
  }

  void answersTheClientsCloseFrame() {
    Client client(address());
    QVERIFY(!client.open());
    QVERIFY(client.signsIn("car-1", TestGateway::kSecret));
    boost::system::error_code ec;
    client.stream.close(close_code::going_away, ec);  // waits for the answer
    QVERIFY2(!ec, ec.message().c_str());
  }

  void refusesText() {
    Client client(address());
    QVERIFY(!client.open());
    client.stream.text(true);
    client.sendBytes("hello");
    QVERIFY(client.isClosedByServer());
    QVERIFY(client.stream.reason().code == close_code::unknown_data);
    QTRY_VERIFY(m_gateway.logged("it sent a text message where there are binary ones only"));
  }

  void refusesFramesThatSayTheyAreHuge() {
    Client client(address());
    QVERIFY(!client.open());
    boost::asio::write(client.stream.next_layer(),
                       boost::asio::buffer(std::string("\x82\xFF\0\0\0\1\0\0\0\0", 10) + "mask"));
    QVERIFY(client.isClosedByServer());
    QVERIFY(client.stream.reason().code == close_code::too_big);
  }

  void closesWhoIsSlowToShakeHands() {
    MqttTestClient client(address());
    client.sendBytes("GET /mqtt HTTP/1.1\r\nHost: x\r\n");
    QVERIFY(client.isClosedByServer());
    QTRY_VERIFY(m_gateway.logged("its WebSocket handshake was not finished"));
  }

  void bringsLargeMessagesToSlowReaders() {
    Client reader(address());
    QVERIFY(!reader.open());
    QVERIFY(reader.signsIn("anna", TestGateway::kPassword, "reader"));
    QVERIFY(reader.subscribes("fleet/large"));
    Client sender(address());
    QVERIFY(!sender.open());
    QVERIFY(sender.signsIn("anna", TestGateway::kPassword, "sender"));
    std::string payload(900'000, 'x');
    constexpr int kMessages = 8;
    for (int i = 0; i < kMessages; ++i) {
      payload.front() = static_cast<char>('a' + i);
      QVERIFY(sender.publishesAcknowledged("fleet/large", payload));
      reader.stream.ping({});  // answered between the frames of messages, once those are read
    }
    for (int i = 0; i < kMessages; ++i) {
      const auto message = reader.next(PacketType::publish);
      QVERIFY(message.has_value());
      QCOMPARE(message->payload.size(), payload.size());
      QCOMPARE(message->payload.front(), static_cast<char>('a' + i));
      reader.send(mqtt::Puback{message->packetId});
    }
    QVERIFY(reader.isAnswered());
  }

  void foreignPagesAreNotAnonymous() {
    Client own(address());
    QVERIFY(!own.open({"/mqtt", "mqtt", "http://localhost:9999"}));
    QVERIFY(own.signsIn({}, {}));
    Client foreign(address());
    QVERIFY(!foreign.open({"/mqtt", "mqtt", "http://evil.example"}));
    QVERIFY(foreign.signIn({}, {}) == mqtt::ConnectCode::notAuthorised);
    Client withPassword(address());
    QVERIFY(!withPassword.open({"/mqtt", "mqtt", "http://portal.example"}));
    QVERIFY(withPassword.signsIn("car-1", TestGateway::kSecret));
  }

 private:
  Endpoint address() const { return *m_gateway.gateway->wsAddress(); }

  TestGateway m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttWebSocket)
#include "tst_mqtt_websocket.moc"
