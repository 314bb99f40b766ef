#include "tests/support/stream_mqtt_client.h"
#include "tests/support/test_certificates.h"
#include "tests/support/test_gateway.h"

#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <thread>

using namespace carport;
using namespace carport::test;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using beast::http::verb;
using Stream = ssl::stream<tcp::socket>;
using LiveSocket = beast::websocket::stream<Stream>;

namespace {

struct Answer {
  unsigned status = 0;
  std::string body;
  std::string length;  // as the header says
};

/// A blocking client of the API over TLS.
class Client {
 public:
  Client(const Endpoint& at, ssl::context& trust) : m_stream(m_context, trust) {
    SSL_set_tlsext_host_name(m_stream.native_handle(), "localhost");
    m_stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), at.port});
    m_stream.handshake(Stream::client, m_error);
  }
  const beast::error_code& error() const { return m_error; }
  Stream& stream() { return m_stream; }
  SSL* native() { return m_stream.native_handle(); }

  Answer call(verb method, const std::string& path, const std::string& token = {}, const std::string& body = {}) {
    beast::http::request<beast::http::string_body> request{method, "/api/v2" + path, 11};
    request.set(beast::http::field::host, "localhost");
    if (!token.empty()) request.set(beast::http::field::authorization, "Bearer " + token);
    if (!body.empty()) request.set(beast::http::field::content_type, "application/json");
    request.body() = body;
    request.prepare_payload();
    beast::http::write(m_stream, request, m_error);
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(64 * 1024 * 1024);
    parser.skip(method == verb::head);
    if (!m_error) beast::http::read(m_stream, m_buffer, parser, m_error);
    if (m_error) return {};
    auto answer = parser.release();
    const auto length = answer[beast::http::field::content_length];
    return {answer.result_int(), answer.body(), std::string(length.data(), length.size())};
  }

 private:
  asio::io_context m_context;
  Stream m_stream;
  beast::flat_buffer m_buffer;
  beast::error_code m_error;
};

}  // namespace

/// The API and its live feed over TLS, with Asio's and Beast's client at the other end.
class TestHttps : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addUser("anna", api::kAdministratorRole);
    m_token = m_gateway->addToken("anna");
    auto& config = m_gateway->config;
    config.https = ListenAt{{"127.0.0.1", 0}, false};
    config.tls = {path("server.pem"), path("server.key"), {}, ClientCertificates::none};
    m_authority.issueServer("localhost").writeTo(path("server.pem"), path("server.key"));
    std::ofstream(path("ca.pem")) << m_authority.pem();
    m_trust = std::make_unique<ssl::context>(ssl::context::tls_client);
    m_trust->set_verify_mode(ssl::verify_peer);
    m_trust->add_certificate_authority(asio::buffer(m_authority.pem()));
    SSL_CTX_set_session_cache_mode(m_trust->native_handle(), SSL_SESS_CACHE_CLIENT);
  }
  void cleanup() { m_gateway.reset(); }

  void answersRequestAfterRequest_data() {
    QTest::addColumn<int>("version");
    QTest::newRow("TLS 1.2") << TLS1_2_VERSION;
    QTest::newRow("TLS 1.3") << TLS1_3_VERSION;
  }
  void answersRequestAfterRequest() {
    QFETCH(int, version);
    QVERIFY(m_gateway->start());
    SSL_CTX_set_min_proto_version(m_trust->native_handle(), version);
    SSL_CTX_set_max_proto_version(m_trust->native_handle(), version);
    Client client(https(), *m_trust);
    QVERIFY2(!client.error(), client.error().message().c_str());
    for (int i = 0; i < 3; ++i) QCOMPARE(client.call(verb::get, "/session", m_token).status, 200U);
    QCOMPARE(client.call(verb::get, "/session").status, 401U);
    const auto head = client.call(verb::head, "/session", m_token);
    QCOMPARE(head.status, 200U);
    QVERIFY(head.body.empty() && std::atoi(head.length.c_str()) > 0);
    QCOMPARE(client.call(verb::get, "/nothing", m_token).status, 404U);
    // While what is stored is read the gateway watches whether the client stays.
    for (int i = 0; i < 3; ++i) {
      QCOMPARE(client.call(verb::get, "/events", m_token).status, 200U);
      QCOMPARE(client.call(verb::get, "/fleet/heat?bbox=7,43,8,44&level=9", m_token).status, 200U);
      QCOMPARE(client.call(verb::get, "/session", m_token).status, 200U);
    }
    beast::error_code ec;
    client.stream().shutdown(ec);  // answered with a close_notify, not cut off
    QVERIFY2(!ec || ec == asio::error::eof, ec.message().c_str());
  }

  void bringsLargeBodiesBothWays() {
    for (int i = 0; i < 1200; ++i) m_gateway->addCar("a-car-with-a-long-name-" + std::to_string(i));
    QVERIFY(m_gateway->start());
    Client client(https(), *m_trust);
    QVERIFY(!client.error());
    const auto cars = client.call(verb::get, "/cars?limit=1000", m_token);
    QCOMPARE(cars.status, 200U);
    QVERIFY(cars.body.size() > 100'000);  // many records, more than the socket takes at once
    QVERIFY(nlohmann::json::accept(cars.body));
    const nlohmann::json car{{"id", "car-big"}, {"name", std::string(60'000, 'x')}};
    QCOMPARE(client.call(verb::post, "/cars", m_token, car.dump()).status, 400U);  // read whole, then refused
    QCOMPARE(client.call(verb::get, "/session", m_token).status, 200U);
    QCOMPARE(client.call(verb::post, "/cars", m_token, std::string(4'000'000, ' ')).status, 413U);
  }

  void servesTheLiveFeed() {
    QVERIFY(m_gateway->start());
    asio::io_context context;
    LiveSocket socket(context, *m_trust);
    beast::error_code ec = shakeHands(socket);
    QVERIFY2(!ec, ec.message().c_str());
    socket.write(asio::buffer(std::string(R"({"watch":{"status":true}})")), ec);
    QVERIFY(!ec);
    for (bool heard = false; !heard;) {
      beast::flat_buffer buffer;
      socket.read(buffer, ec);
      QVERIFY2(!ec, ec.message().c_str());
      heard = beast::buffers_to_string(buffer.data()).find("\"status\"") != std::string::npos;
    }
    socket.close(beast::websocket::close_code::normal, ec);
    QVERIFY2(!ec, ec.message().c_str());
  }

  void aLiveClientIsToldThatTheGatewayStops() {
    QVERIFY(m_gateway->start());
    asio::io_context context;
    LiveSocket socket(context, *m_trust);
    beast::error_code ec = shakeHands(socket);
    QVERIFY2(!ec, ec.message().c_str());
    std::thread stopping([this] { m_gateway->gateway->stop(); });
    while (!ec) {
      beast::flat_buffer buffer;
      socket.read(buffer, ec);
    }
    stopping.join();
    QVERIFY2(ec == beast::websocket::error::closed, ec.message().c_str());
    QVERIFY(!std::string(socket.reason().reason.c_str()).empty());
  }

  void whatIsNoTlsIsRefusedAndTold() {
    QVERIFY(m_gateway->start());
    asio::io_context context;
    tcp::socket socket(context);
    socket.connect({asio::ip::make_address("127.0.0.1"), https().port});
    asio::write(socket, asio::buffer(std::string("GET /api/v2/health HTTP/1.1\r\nHost: x\r\n\r\n")));
    std::string heard(1000, '\0');
    beast::error_code ec;
    heard.resize(asio::read(socket, asio::buffer(heard), ec));
    QVERIFY(heard.find("HTTP/1.1 200") == std::string::npos);
    QTRY_VERIFY(m_gateway->logged("its TLS handshake failed"));
    Client client(https(), *m_trust);
    QCOMPARE(client.call(verb::get, "/session", m_token).status, 200U);
  }

  void whoNeverShakesHandsHoldsNobodyUp() {
    QVERIFY(m_gateway->start());
    asio::io_context context;
    std::vector<tcp::socket> silent;
    for (int i = 0; i < 50; ++i) {
      silent.emplace_back(context);
      silent.back().connect({asio::ip::make_address("127.0.0.1"), https().port});
      if (i % 2 == 0) asio::write(silent.back(), asio::buffer("\x16\x03\x01", 3));
    }
    Client client(https(), *m_trust);
    QCOMPARE(client.call(verb::get, "/session", m_token).status, 200U);
  }

  void asksForNoCertificateAndIsNoWayAroundOne_data() { answersRequestAfterRequest_data(); }
  /// Clients of the API sign in with tokens and passwords, also where cars must show certificates; and a session from
  /// there does not open the door to MQTT.
  void asksForNoCertificateAndIsNoWayAroundOne() {
    QFETCH(int, version);
    m_gateway->config.mqtts = ListenAt{{"127.0.0.1", 0}, false};
    m_gateway->config.tls.clientCa = path("ca.pem");
    m_gateway->config.tls.clientCertificates = ClientCertificates::required;
    QVERIFY(m_gateway->start());
    SSL_CTX_set_max_proto_version(m_trust->native_handle(), version);
    SSL_SESSION* session = nullptr;
    {
      Client client(https(), *m_trust);
      QVERIFY2(!client.error(), client.error().message().c_str());
      QCOMPARE(client.call(verb::get, "/session", m_token).status, 200U);
      QCOMPARE(sk_X509_num(SSL_get_peer_cert_chain(client.native())), 1);  // the clients' authority is not sent along
      session = SSL_get1_session(client.native());
      beast::error_code ignored;
      client.stream().shutdown(ignored);  // what is cut off is not resumed
    }
    QVERIFY(session != nullptr && SSL_SESSION_is_resumable(session) == 1);
    {
      asio::io_context context;
      Stream again(context, *m_trust);
      SSL_set_session(again.native_handle(), session);
      again.next_layer().connect({asio::ip::make_address("127.0.0.1"), https().port});
      beast::error_code ec;
      again.handshake(Stream::client, ec);
      QVERIFY2(!ec, ec.message().c_str());
      QCOMPARE(SSL_session_reused(again.native_handle()), 1);
      beast::error_code ignored;
      again.shutdown(ignored);
    }
    asio::io_context context;
    Stream mqtts(context, *m_trust);
    SSL_set_session(mqtts.native_handle(), session);
    mqtts.next_layer().connect({asio::ip::make_address("127.0.0.1"), m_gateway->gateway->mqttsAddress()->port});
    beast::error_code ec;
    mqtts.handshake(Stream::client, ec);
    std::string scrap(10, '\0');
    if (!ec) mqtts.read_some(asio::buffer(scrap), ec);  // in TLS 1.3 the refusal comes after the client's part
    QVERIFY(ec.failed());
    QCOMPARE(SSL_session_reused(mqtts.native_handle()), 0);
    SSL_SESSION_free(session);
  }

  void certificatesAreReplacedWhileItServes() {
    QVERIFY(m_gateway->start());
    Client before(https(), *m_trust);
    QCOMPARE(before.call(verb::get, "/session", m_token).status, 200U);
    m_authority.issueServer("the second").writeTo(path("server.pem"), path("server.key"));
    QVERIFY(m_gateway->gateway->reloadCertificates());
    const auto isSecond = [this] {
      Client after(https(), *m_trust);
      const X509Ptr shown(SSL_get_peer_certificate(after.native()));
      char name[64] = {};
      X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name, sizeof name);
      return std::string(name) == "the second";
    };
    QTRY_VERIFY(isSecond());
    QCOMPARE(before.call(verb::get, "/session", m_token).status, 200U);
  }

  void whatOthersCouldReadIsRefused_data() {
    QTest::addColumn<QString>("port");
    for (const char* port : {"mqtt", "http", "ws"}) QTest::newRow(port) << port;
  }
  void whatOthersCouldReadIsRefused() {
    QFETCH(QString, port);
    auto& config = m_gateway->config;
    const ListenAt open{{"0.0.0.0", 0}, false};
    if (port == "mqtt") config.mqtt = open;
    if (port == "http") config.http = open;
    if (port == "ws") config.ws = open;
    QVERIFY(!m_gateway->start());
    m_gateway->stop();
    config.insecureListen = true;
    QVERIFY(m_gateway->start());
    QVERIFY(m_gateway->logged("WITHOUT TLS"));
  }

  void securePortsMayListenEverywhere() {
    m_gateway->config.https = ListenAt{{"0.0.0.0", 0}, false};
    QVERIFY(m_gateway->start());
    QVERIFY(!m_gateway->logged("WITHOUT TLS"));
    Client client(https(), *m_trust);
    QCOMPARE(client.call(verb::get, "/session", m_token).status, 200U);
  }

 private:
  std::string path(const std::string& name) const {
    return m_folder.filePath(QString::fromStdString(name)).toStdString();
  }
  const Endpoint& https() const { return *m_gateway->gateway->httpsAddress(); }
  /// Connects to the live feed, with the token.
  beast::error_code shakeHands(LiveSocket& socket) const {
    socket.next_layer().next_layer().connect({asio::ip::make_address("127.0.0.1"), https().port});
    socket.next_layer().handshake(Stream::client);
    socket.set_option(beast::websocket::stream_base::decorator([this](beast::websocket::request_type& request) {
      request.set(beast::http::field::authorization, "Bearer " + m_token);
    }));
    beast::error_code ec;
    socket.handshake("localhost", "/api/v2/live", ec);
    return ec;
  }

  QTemporaryDir m_folder;
  TestAuthority m_authority{"Test authority"};
  std::unique_ptr<TestGateway> m_gateway;
  std::unique_ptr<ssl::context> m_trust;
  std::string m_token;
};

QTEST_GUILESS_MAIN(TestHttps)
#include "tst_https.moc"
