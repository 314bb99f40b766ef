#include "gateway/base/endpoint.h"

#include <QtTest>

using carport::Endpoint;

class TestEndpoint : public QObject {
  Q_OBJECT

 private slots:
  void understandsHostAndPort_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::newRow("IPv4") << "127.0.0.1:1883"
                          << "127.0.0.1" << 1883;
    QTest::newRow("name") << "localhost:0"
                          << "localhost" << 0;
    QTest::newRow("IPv6") << "[::1]:8080"
                          << "::1" << 8080;
  }
  void understandsHostAndPort() {
    QFETCH(QString, text);
    const auto endpoint = Endpoint::parse(text.toStdString());
    QVERIFY(endpoint.has_value());
    QTEST(QString::fromStdString(endpoint->host), "host");
    QTEST(int(endpoint->port), "port");
    QCOMPARE(QString::fromStdString(endpoint->toString()), text);
  }

  void refusesWithASentence_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "1883", ":1883", "host:", "host:x", "host:65536", "host:-1", "::1:80", "[]:80"}) {
      QTest::newRow(text) << text;
    }
  }
  void refusesWithASentence() {
    QFETCH(QString, text);
    const auto endpoint = Endpoint::parse(text.toStdString());
    QVERIFY(!endpoint.has_value());
    QVERIFY(endpoint.error().kind() == carport::ErrorKind::invalid);
    QVERIFY(QString::fromStdString(endpoint.error().message()).contains("HOST:PORT"));
  }
};

QTEST_GUILESS_MAIN(TestEndpoint)
#include "tst_endpoint.moc"
