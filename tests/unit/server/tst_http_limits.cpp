#include "gateway/server/http/router.h"
#include "gateway/transport/http_message.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

using namespace carport;
using namespace carport::test;

/// What a client may not send, and what happens to those who do.
class TestHttpLimits : public QObject, protected WithAdministrator {
  Q_OBJECT

 private:
  /// Writes bytes as they are and reads until the gateway closes, at most `answers` answers.
  std::vector<HttpAnswer> exchange(const std::string& bytes, int answers) {
    boost::asio::io_context context;
    tcp::socket socket = m_gateway->connect(context);
    beast::error_code ec;
    boost::asio::write(socket, boost::asio::buffer(bytes), ec);
    beast::flat_buffer buffer;
    std::vector<HttpAnswer> out;
    for (int i = 0; i < answers; ++i) {
      http::response<http::string_body> response;
      http::read(socket, buffer, response, ec);
      if (ec) break;
      out.push_back(ControlFixture::toAnswer(std::move(response)));
    }
    return out;
  }
  std::string head(const std::string& requestLine, const std::string& fields) const {
    return requestLine + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + m_token + "\r\n" + fields + "\r\n";
  }

 private slots:
  void init() { QVERIFY(begin()); }
  void cleanup() { m_gateway.reset(); }

  void noAddressHasAllConnections() {
    boost::asio::io_context context;
    std::vector<tcp::socket> idle;
    for (std::size_t i = 0; i < HttpLimits{}.maxConnectionsPerAddress; ++i) idle.push_back(m_gateway->connect(context));
    QTRY_COMPARE(exchange("GET /api/v2/health HTTP/1.1\r\nHost: x\r\n\r\n", 1).at(0).status, 503U);
    idle.clear();
    QTRY_COMPARE(exchange("GET /api/v2/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 1).at(0).status, 200U);
  }

  void aLongHeaderIsRefused() {
    const auto answers = exchange(head("GET /api/v2/cars", "X-Long: " + std::string(40'000, 'x') + "\r\n"), 1);
    QCOMPARE(answers.size(), std::size_t(1));
    QCOMPARE(answers[0].status, 431U);
  }

  void aLongBodyIsRefusedBeforeItIsRead() {
    const auto announced = exchange(head("POST /api/v2/cars", "Content-Length: 999999999999\r\n"), 1);
    QCOMPARE(announced.at(0).status, 413U);
    const std::string chunk = "20000\r\n" + std::string(0x20000, 'x') + "\r\n0\r\n\r\n";
    const auto chunked = exchange(head("POST /api/v2/cars", "Transfer-Encoding: chunked\r\n") + chunk, 1);
    QCOMPARE(chunked.at(0).status, 413U);
    // Only who is signed in may send the long body of an import.
    const std::string csv = "id\n" + std::string(kMaxJsonBodyBytes, '\n');
    QCOMPARE(m_gateway->call(Verb::post, "/cars/import", m_token, csv, "text/csv").status, 200U);
    QCOMPARE(m_gateway->call(Verb::post, "/cars/import", "cp_wrong", csv, "text/csv").status, 413U);
  }

  void whatIsNoHttpIsRefused() {
    QCOMPARE(exchange("NONSENSE\r\n\r\n", 1).at(0).status, 400U);
    QCOMPARE(exchange(head("GET /api/v2/%zz", ""), 1).at(0).status, 404U);
    QCOMPARE(exchange(head("GET *", ""), 1).at(0).status, 404U);
  }

  void requestsMayBePipelined() {
    const std::string one = head("GET /api/v2/session", "");
    const auto answers = exchange(one + one + head("GET /api/v2/nothing", ""), 3);
    QCOMPARE(answers.size(), std::size_t(3));
    QCOMPARE(answers[0].status, 200U);
    QCOMPARE(answers[1].status, 200U);
    QCOMPARE(answers[2].status, 404U);
  }

  void jsonNestedTooDeeplyIsRefused() {
    const std::string deep = std::string(1000, '[') + std::string(1000, ']');
    QCOMPARE(m_gateway->call(Verb::post, "/cars", m_token, deep).status, 400U);
  }

  void aClientThatNeverFinishesHoldsNobodyUp() {
    boost::asio::io_context context;
    std::vector<tcp::socket> slow;
    for (int i = 0; i < 50; ++i) {
      slow.push_back(m_gateway->connect(context));
      boost::asio::write(slow.back(), boost::asio::buffer(std::string("GET /api/v2/cars HTTP/1.1\r\nHost:")));
    }
    QCOMPARE(m_gateway->call(Verb::get, "/cars", m_token).status, 200U);
  }

  void aWantedPortThatIsTakenIsToldOrMoved() {
    ControlFixture other;
    other.control->stop();
    other.control = std::make_unique<Control>(ControlParts{*other.writer,
                                                           *other.readers,
                                                           *other.polled,
                                                           other.registry,
                                                           other.names,
                                                           other.clock,
                                                           other.folder->secretKey(),
                                                           *other.passwords,
                                                           nullptr,
                                                           Log::toMemory(),
                                                           {}});
    QVERIFY(other.control->start().has_value());
    const auto taken = other.control->listenHttp(m_gateway->address, false);
    QVERIFY(!taken.has_value());
    QVERIFY(taken.error().message().find(m_gateway->address.toString()) != std::string::npos);
    const auto moved = other.control->listenHttp(m_gateway->address, true);
    QVERIFY(moved.has_value());
    QVERIFY(moved->port > m_gateway->address.port);
  }
};

QTEST_GUILESS_MAIN(TestHttpLimits)
#include "tst_http_limits.moc"
