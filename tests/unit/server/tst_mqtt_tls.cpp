#include "tests/support/stream_mqtt_client.h"
#include "tests/support/test_certificates.h"
#include "tests/support/test_gateway.h"

#include <fstream>

using namespace carport;
using namespace carport::test;
using mqtt::ConnectCode;
using mqtt::PacketType;
namespace ssl = boost::asio::ssl;

/// MQTT over TLS, alone and below WebSocket, with Asio's client at the other end.
class TestMqttTls : public QObject {
  Q_OBJECT
  using Client = StreamMqttClient<TlsStream>;
  using WssClient = StreamMqttClient<WssStream>;

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    for (const char* car : {"car-1", "car-2", "car-blocked"}) m_gateway->addCar(car);
    m_gateway->addUser("anna", api::kAdministratorRole);
    auto blocked = m_gateway->recordOf("car-blocked");
    blocked.principal.blocked = true;
    QVERIFY(m_gateway->store->updatePrincipal(blocked).has_value());
    auto& config = m_gateway->config;
    config.mqtts = ListenAt{{"127.0.0.1", 0}, false};
    config.wss = ListenAt{{"127.0.0.1", 0}, false};
    config.tls = {path("server.pem"), path("server.key"), path("ca.pem"), ClientCertificates::optional};
    m_authority.issueServer("localhost").writeTo(path("server.pem"), path("server.key"));
    std::ofstream(path("ca.pem")) << m_authority.pem();
    m_trust = std::make_unique<ssl::context>(ssl::context::tls_client);
    m_trust->set_verify_mode(ssl::verify_peer);
    m_trust->add_certificate_authority(boost::asio::buffer(m_authority.pem()));
    SSL_CTX_set_session_cache_mode(m_trust->native_handle(), SSL_SESS_CACHE_CLIENT);
  }
  void cleanup() { m_gateway.reset(); }

  void speaksMqtt_data() {
    QTest::addColumn<int>("version");
    QTest::newRow("TLS 1.2") << TLS1_2_VERSION;
    QTest::newRow("TLS 1.3") << TLS1_3_VERSION;
  }
  void speaksMqtt() {
    QFETCH(int, version);
    QVERIFY(m_gateway->start());
    SSL_CTX_set_min_proto_version(m_trust->native_handle(), version);
    SSL_CTX_set_max_proto_version(m_trust->native_handle(), version);
    Client client(mqtts(), *m_trust);
    const auto ec = client.open();
    QVERIFY2(!ec, ec.message().c_str());
    QVERIFY(client.signsIn("car-1", TestGateway::kSecret));
    QVERIFY(client.publishesAcknowledged("cars/car-1/telemetry", R"({"speed":1})"));
    client.send(mqtt::Disconnect{});
    QVERIFY(client.isClosedByServer());
    QVERIFY(client.ended == boost::asio::error::eof);  // with a close_notify, not cut off
    WssClient webSocket(wss(), *m_trust);
    QVERIFY(!webSocket.open());
    QVERIFY(webSocket.signsIn("car-1", TestGateway::kSecret));
    QVERIFY(webSocket.publishesAcknowledged("cars/car-1/telemetry", R"({"speed":2})"));
  }

  void refusesOldVersions() {
    QVERIFY(m_gateway->start());
    SSL_CTX_set_security_level(m_trust->native_handle(), 0);
    SSL_CTX_set_min_proto_version(m_trust->native_handle(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(m_trust->native_handle(), TLS1_1_VERSION);
    Client client(mqtts(), *m_trust);
    QVERIFY(client.open().failed());
    QTRY_VERIFY(m_gateway->logged("its TLS handshake failed"));
  }

  void bringsLargeMessagesToSlowReaders() {
    QVERIFY(m_gateway->start());
    Client plain(mqtts(), *m_trust);
    WssClient webSocket(wss(), *m_trust);
    QVERIFY(!plain.open() && !webSocket.open());
    QVERIFY(plain.signsIn("anna", TestGateway::kPassword, "plain") && plain.subscribes("fleet/large"));
    QVERIFY(webSocket.signsIn("anna", TestGateway::kPassword, "socket") && webSocket.subscribes("fleet/large"));
    Client sender(mqtts(), *m_trust);
    QVERIFY(!sender.open() && sender.signsIn("anna", TestGateway::kPassword, "sender"));
    std::string payload(900'000, 'x');
    constexpr int kMessages = 7;
    for (int i = 0; i < kMessages; ++i) {
      payload.back() = static_cast<char>('a' + i);
      QVERIFY(sender.publishesAcknowledged("fleet/large", payload));
      webSocket.stream.ping({});
    }
    const auto readAll = [&](auto& client) {
      for (int i = 0; i < kMessages; ++i) {
        const auto message = client.next(PacketType::publish);
        QVERIFY(message && message->payload.size() == payload.size());
        QCOMPARE(message->payload.back(), static_cast<char>('a' + i));
        client.send(mqtt::Puback{message->packetId});
      }
      QVERIFY(client.isAnswered());
    };
    readAll(plain);
    readAll(webSocket);
  }

  void resumesSessions_data() { speaksMqtt_data(); }
  void resumesSessions() {
    QFETCH(int, version);
    QVERIFY(m_gateway->start());
    SSL_CTX_set_max_proto_version(m_trust->native_handle(), version);
    show(m_authority.issue({{"car-1"}, {}}));
    Client first(mqtts(), *m_trust);
    QVERIFY(!first.open() && first.signsIn({}, {}));
    const std::unique_ptr<SSL_SESSION, OpensslFree<SSL_SESSION_free>> session(
        SSL_get1_session(first.stream.native_handle()));
    Client second(mqtts(), *m_trust);
    SSL_set_session(second.stream.native_handle(), session.get());
    QVERIFY(!second.open());
    QCOMPARE(SSL_session_reused(second.stream.native_handle()), 1);
    QVERIFY(second.signsIn({}, {}));  // the certificate of the first handshake still says who it is
    QVERIFY(m_gateway->gateway->reloadCertificates());
    Client third(mqtts(), *m_trust);
    SSL_set_session(third.stream.native_handle(), session.get());
    QVERIFY(!third.open());
    QCOMPARE(SSL_session_reused(third.stream.native_handle()), 0);  // what was resumed is judged by what is loaded
  }

  void certificatesSayWhoItIs_data() {
    QTest::addColumn<QStringList>("commonNames");
    QTest::addColumn<QString>("alternativeNames");
    QTest::addColumn<QString>("userName");  // "-": none
    QTest::addColumn<int>("code");
    const int refused = int(ConnectCode::notAuthorised);
    const int wrong = int(ConnectCode::badUserNameOrPassword);
    QTest::newRow("common name") << QStringList{"car-1"} << ""
                                 << "-" << 0;
    QTest::newRow("URI") << QStringList{"The red one"} << "URI:carport:car-1"
                         << "-" << 0;
    QTest::newRow("same user name") << QStringList{"car-1"} << ""
                                    << "car-1" << 0;
    QTest::newRow("another user name") << QStringList{"car-1"} << ""
                                       << "car-2" << refused;
    QTest::newRow("nobody") << QStringList{"car-99"} << ""
                            << "-" << wrong;
    QTest::newRow("two names") << QStringList{"car-1", "car-2"} << ""
                               << "-" << wrong;
    QTest::newRow("blocked") << QStringList{"car-blocked"} << ""
                             << "-" << refused;
    QTest::newRow("a person") << QStringList{"anna"} << ""
                              << "-" << 0;
  }
  void certificatesSayWhoItIs() {
    QFETCH(QStringList, commonNames);
    QFETCH(QString, alternativeNames);
    QFETCH(QString, userName);
    QFETCH(int, code);
    QVERIFY(m_gateway->start());
    CertificateWish wish;
    for (const auto& name : commonNames) wish.commonNames.push_back(name.toStdString());
    wish.alternativeNames = alternativeNames.toStdString();
    show(m_authority.issue(wish));
    const auto id = userName == "-" ? std::nullopt : std::optional(userName.toStdString());
    Client client(mqtts(), *m_trust);
    QVERIFY(!client.open());
    const auto answer = client.signIn(id, {});
    QVERIFY(answer.has_value());
    QCOMPARE(int(*answer), code);
    WssClient webSocket(wss(), *m_trust);
    QVERIFY(!webSocket.open());
    QCOMPARE(int(webSocket.signIn(id, {}).value()), code);
  }

  void certificatesThatDoNotHoldEndTheHandshake_data() {
    QTest::addColumn<bool>("foreign");
    QTest::addColumn<int>("endsIn");
    QTest::addColumn<QString>("why");
    QTest::newRow("of another authority") << true << 86'400 << "unable to get local issuer";
    QTest::newRow("ended") << false << -60 << "has expired";
  }
  void certificatesThatDoNotHoldEndTheHandshake() {
    QFETCH(bool, foreign);
    QFETCH(int, endsIn);
    QFETCH(QString, why);
    QVERIFY(m_gateway->start());
    const TestAuthority other("Somebody else");
    show((foreign ? other : m_authority).issue({{"car-1"}, {}, endsIn}));
    Client client(mqtts(), *m_trust);
    QVERIFY(client.open().failed() || !client.signIn({}, {}).has_value());
    QTRY_VERIFY(m_gateway->logged("its certificate does not hold"));
    QVERIFY(m_gateway->logged(why.toStdString()));
  }

  void certificatesMayBeRequired() {
    m_gateway->config.tls.clientCertificates = ClientCertificates::required;
    QVERIFY(m_gateway->start());
    Client without(mqtts(), *m_trust);
    QVERIFY(without.open().failed() || !without.signIn("car-1", TestGateway::kSecret).has_value());
    show(m_authority.issue({{"car-1"}, {}}));
    Client with(mqtts(), *m_trust);
    QVERIFY(!with.open());
    QVERIFY(with.signsIn({}, {}));
  }

  void closesWhoseCertificateNoLongerCounts() {
    QVERIFY(m_gateway->start());
    show(m_authority.issue({{"car-1"}, {}}));
    Client client(mqtts(), *m_trust);
    QVERIFY(!client.open() && client.signsIn({}, {}));
    auto record = m_gateway->recordOf("car-1");
    record.secret = hashDeviceSecret("another-secret-of-it", m_gateway->folder->secretKey()).value();
    QVERIFY(m_gateway->store->updatePrincipal(record).has_value());
    QVERIFY(client.isAnswered());  // the secret is not what it signed in with
    record.principal.blocked = true;
    QVERIFY(m_gateway->store->updatePrincipal(record).has_value());
    QVERIFY(client.isClosedByServer());
    QTRY_VERIFY(m_gateway->logged("it has been blocked"));
  }

  void closesWhenTheCertificateEnds() {
    QVERIFY(m_gateway->start());
    show(m_authority.issue({{"car-1"}, {}, 5}));
    Client client(mqtts(), *m_trust);
    QVERIFY(!client.open() && client.signsIn({}, {}));
    QVERIFY(client.isClosedByServer());
    QTRY_VERIFY(m_gateway->logged("its sign-in has expired"));
  }

  void certificatesAreReplacedWhileServing() {
    QVERIFY(m_gateway->start());
    Client before(mqtts(), *m_trust);
    QVERIFY(!before.open() && before.signsIn("car-1", TestGateway::kSecret));
    QCOMPARE(serverName(before), std::string("localhost"));
    m_authority.issueServer("renewed").writeTo(path("server.pem"), path("server.key"));
    const auto later = std::filesystem::last_write_time(path("server.pem")) + std::chrono::seconds(5);
    std::filesystem::last_write_time(path("server.pem"), later);
    m_gateway->gateway->lookAfterCertificates();
    m_gateway->gateway->lookAfterCertificates();
    QVERIFY(m_gateway->logged("New connections use the new TLS certificate"));
    Client after(mqtts(), *m_trust);
    QVERIFY(!after.open());
    QCOMPARE(serverName(after), std::string("renewed"));
    QVERIFY(before.isAnswered());
    std::ofstream(path("server.pem")) << "broken";
    QVERIFY(!m_gateway->gateway->reloadCertificates());
    QVERIFY(m_gateway->logged("the one before stays"));
    Client still(mqtts(), *m_trust);
    QVERIFY(!still.open());
    QCOMPARE(serverName(still), std::string("renewed"));
  }

  void closesWhoIsSlowToShakeHands() {
    m_gateway->config.mqttLimits.connectTimeout = std::chrono::milliseconds(300);
    QVERIFY(m_gateway->start());
    MqttTestClient client(mqtts());
    QVERIFY(client.isClosedByServer());
    QTRY_VERIFY(m_gateway->logged("its TLS handshake was not finished"));
  }

  void nonsenseEndsTheConnection() {
    QVERIFY(m_gateway->start());
    MqttTestClient client(mqtts());
    client.send(mqtt::Connect{});
    QVERIFY(client.isClosedByServer());
    QTRY_VERIFY(m_gateway->logged("its TLS handshake failed"));
  }

  void doesNotStartWithoutACertificate() {
    std::filesystem::remove(path("server.key"));
    QVERIFY(!m_gateway->start());
  }

 private:
  std::filesystem::path path(const char* name) const { return m_gateway->directory.filePath(name).toStdString(); }
  Endpoint mqtts() const { return *m_gateway->gateway->mqttsAddress(); }
  Endpoint wss() const { return *m_gateway->gateway->wssAddress(); }
  /// From here on clients show this certificate.
  void show(const IssuedCertificate& issued) const {
    m_trust->use_certificate(boost::asio::buffer(issued.certificate), ssl::context::pem);
    m_trust->use_private_key(boost::asio::buffer(issued.key), ssl::context::pem);
  }
  static std::string serverName(Client& client) {
    const X509Ptr certificate(SSL_get_peer_certificate(client.stream.native_handle()));
    char name[256] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof name);
    return name;
  }

  TestAuthority m_authority{"Test authority"};
  std::unique_ptr<ssl::context> m_trust;
  std::unique_ptr<TestGateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttTls)
#include "tst_mqtt_tls.moc"
