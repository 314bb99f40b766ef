#include "gateway/transport/websocket_handshake.h"

#include <QtTest>

using namespace carport;

namespace {

const WebSocketOffer kOffer{"mqtt", {"/mqtt", "/"}};

/// A request that is accepted, but for what is replaced in it.
QString request(const QString& what = {}, const QString& with = {}) {
  QString text =
      "GET /mqtt HTTP/1.1\r\nHost: fleet.example:8083\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat, mqtt\r\n"
      "Sec-WebSocket-Version: 13\r\n\r\n";
  if (!what.isEmpty()) text.replace(what, with);
  return text;
}

}  // namespace

/// Who is let in to speak WebSocket, and what the others are told.
class TestWebSocketHandshake : public QObject {
  Q_OBJECT

 private slots:
  void acceptsHoweverItComes() {
    const auto text = request().toStdString() + "and frames";
    for (std::size_t step = 1; step < text.size() + 1; step += step < 10 ? 1 : 37) {
      WebSocketHandshake handshake(kOffer);
      std::size_t used = 0;
      for (std::size_t at = 0; at < text.size() && handshake.answer().empty(); at += step) {
        used += handshake.feed(std::string_view(text).substr(at, step));
      }
      QVERIFY(handshake.isAccepted());
      QCOMPARE(used, text.size() - std::string_view("and frames").size());
      const auto answer = QString::fromStdString(handshake.answer());
      QVERIFY(answer.startsWith("HTTP/1.1 101 "));
      QVERIFY(answer.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));  // RFC 6455 §1.3
      QVERIFY(answer.contains("\r\nSec-WebSocket-Protocol: mqtt\r\n"));
      QVERIFY(answer.endsWith("\r\n\r\n"));
    }
  }

  void judges_data() {
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("with");
    QTest::addColumn<int>("status");
    QTest::newRow("the other path") << "/mqtt"
                                    << "/" << 101;
    QTest::newRow("a query") << "/mqtt"
                             << "/mqtt?x=1" << 101;
    QTest::newRow("another path") << "/mqtt"
                                  << "/mqtts" << 404;
    QTest::newRow("no subprotocol") << "Sec-WebSocket-Protocol: chat, mqtt\r\n"
                                    << "" << 400;
    QTest::newRow("another subprotocol") << "chat, mqtt"
                                         << "mqttv3.1" << 400;
    QTest::newRow("subprotocol in another case") << "chat, mqtt"
                                                 << "MQTT" << 400;
    QTest::newRow("no key") << "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                            << "" << 400;
    QTest::newRow("a short key") << "dGhlIHNhbXBsZSBub25jZQ=="
                                 << "dGhlIA==" << 400;
    QTest::newRow("no key's letters") << "dGhlIHNhbXBsZSBub25jZQ=="
                                      << "dGhlIHNhbXBsZSBub25j Q==" << 400;
    QTest::newRow("another version") << "Version: 13"
                                     << "Version: 8" << 426;
    QTest::newRow("plain HTTP") << "Upgrade: websocket\r\n"
                                << "" << 426;
    QTest::newRow("POST") << "GET"
                          << "POST" << 426;
    QTest::newRow("HTTP/1.0") << "HTTP/1.1"
                              << "HTTP/1.0" << 426;
    QTest::newRow("no HTTP") << "HTTP/1.1"
                             << "SMTP" << 400;
    QTest::newRow("no field") << "Host: "
                              << "Host " << 400;
  }
  void judges() {
    QFETCH(QString, what);
    QFETCH(QString, with);
    QFETCH(int, status);
    WebSocketHandshake handshake(kOffer);
    const auto text = request(what, with).toStdString();
    QCOMPARE(handshake.feed(text), text.size());
    QCOMPARE(handshake.isAccepted(), status == 101);
    const auto answer = QString::fromStdString(handshake.answer());
    QVERIFY2(answer.startsWith(QString("HTTP/1.1 %1 ").arg(status)), qPrintable(answer));
    QCOMPARE(handshake.explanation().empty(), status == 101);
    if (status == 426) QVERIFY(answer.contains("Sec-WebSocket-Version: 13"));
  }

  void refusesWhatIsTooLong() {
    WebSocketHandshake handshake(kOffer);
    std::size_t fed = 0;
    while (handshake.answer().empty() && fed < 100'000) fed += handshake.feed(std::string(1000, 'x'));
    QCOMPARE(fed, WebSocketHandshake::kMaxRequestBytes);
    QVERIFY(!handshake.isAccepted());
    QVERIFY(QString::fromStdString(handshake.answer()).startsWith("HTTP/1.1 431 "));
  }

  void knowsForeignPages_data() {
    QTest::addColumn<QString>("origin");
    QTest::addColumn<bool>("foreign");
    QTest::newRow("none") << "" << false;
    QTest::newRow("its own") << "http://fleet.example:8083" << false;
    QTest::newRow("its own, another port") << "https://Fleet.Example" << false;
    QTest::newRow("another") << "http://fleet.example.evil.test" << true;
    QTest::newRow("sandboxed") << "null" << true;
  }
  void knowsForeignPages() {
    QFETCH(QString, origin);
    QFETCH(bool, foreign);
    WebSocketHandshake handshake(kOffer);
    const QString line = origin.isEmpty() ? "Host" : "Origin: " + origin + "\r\nHost";
    handshake.feed(request("Host", line).toStdString());
    QVERIFY(handshake.isAccepted());
    QCOMPARE(handshake.isFromForeignPage(), foreign);
  }
};

QTEST_GUILESS_MAIN(TestWebSocketHandshake)
#include "tst_websocket_handshake.moc"
