#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace carport::test;

namespace {
constexpr const char* kPassword = "password-of-the-car";

/// CONNECT of MQTT 3.1.1 (§3.1) with user name and password.
QByteArray connectPacket(const QByteArray& user, const QByteArray& password) {
  const auto text = [](const QByteArray& value) {
    QByteArray field(1, char(value.size() >> 8));
    return field.append(char(value.size() & 0xff)).append(value);
  };
  const QByteArray body = text("MQTT") + QByteArray("\x04\xc2\x00\x3c", 4) + text(user) + text(user) + text(password);
  return QByteArray("\x10") + char(body.size()) + body;
}
}  // namespace

/// What broken or malicious clients send is refused with a sentence, and the others notice nothing.
class TestBadInput : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  std::unique_ptr<GatewayProcess> m_gateway;
  int m_cars = 0;

  QString newCar() {
    const QString id = QString("odd-%1").arg(++m_cars);
    return m_gateway->addCar(id, kPassword) ? id : QString();
  }
  ProgramResult publish(const QString& car, const QString& topicEnd, const QByteArray& payload) {
    return runProgram("mosquitto_pub",
                      {"-h", m_gateway->mqttHost(), "-p", m_gateway->mqttPort(), "-u", car, "-P", kPassword, "-i", car,
                       "-q", "1", "-t", "cars/" + car + "/" + topicEnd, "-s"},
                      payload);
  }
  /// Fields and reasons that the car's page shows.
  QList<QPair<QString, QString>> refusals(const QString& car) {
    QList<QPair<QString, QString>> all;
    const QJsonObject state = m_gateway->request("GET", "/api/v2/cars/" + car).json["state"].toObject();
    for (const QJsonValue one : state["refusals"].toArray()) {
      all.append({one["field"].toString(), one["reason"].toString()});
    }
    return all;
  }
  bool hasRefusal(const QString& car, const QString& field) {
    for (const auto& [name, reason] : refusals(car)) {
      if (name == field && reason.size() > 10) return true;
    }
    return false;
  }

 private slots:
  void initTestCase() {
    m_gateway = std::make_unique<GatewayProcess>(m_folder.filePath("data"));
    QVERIFY(m_gateway->start());
  }
  void cleanupTestCase() {
    if (m_gateway) QVERIFY(m_gateway->stop());
  }
  /// After everything bad, a good car is served as before.
  void cleanup() {
    if (!m_gateway || !m_gateway->isRunning()) return;
    const QString car = newCar();
    QVERIFY(publish(car, "telemetry", R"({"speed":5})").ok());
    QTRY_COMPARE_WITH_TIMEOUT(m_gateway->exportLines(car).size(), 1, 10'000);
  }

  void brokenPacketsCloseTheirConnectionOnly_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("signIn");
    QTest::newRow("rubbish") << QByteArray("GET / HTTP/1.1\r\n\r\n") << false;
    QTest::newRow("zeros") << QByteArray(64, '\0') << false;
    QTest::newRow("length without end") << QByteArray("\x10\xff\xff\xff\xff\xff", 6) << false;
    QTest::newRow("publish before connect") << QByteArray("\x30\x05\x00\x01t{}", 7) << false;
    QTest::newRow("reserved packet type") << QByteArray("\x00\x00", 2) << true;
    QTest::newRow("QoS 3") << QByteArray("\x36\x07\x00\x01t\x00\x01{}", 9) << true;
    QTest::newRow("topic with wildcard") << QByteArray("\x30\x05\x00\x01#{}", 7) << true;
    QTest::newRow("topic longer than the packet") << QByteArray("\x30\x04\x00\xfft{", 6) << true;
    QTest::newRow("subscribe without a filter") << QByteArray("\x82\x02\x00\x01", 4) << true;
    QTest::newRow("second connect") << connectPacket("again", kPassword) << true;
    QTest::newRow("256 MB announced") << QByteArray("\x30\xff\xff\xff\x7f", 5) << true;
  }
  void brokenPacketsCloseTheirConnectionOnly() {
    QFETCH(QByteArray, bytes);
    QFETCH(bool, signIn);
    const QString car = newCar();
    QTcpSocket socket;
    socket.connectToHost(m_gateway->mqttHost(), static_cast<quint16>(m_gateway->mqttPort().toInt()));
    QVERIFY(socket.waitForConnected(5000));
    if (signIn) {
      socket.write(connectPacket(car.toUtf8(), kPassword));
      QTRY_COMPARE_WITH_TIMEOUT(socket.bytesAvailable(), 4, 5000);
      QCOMPARE(socket.readAll(), QByteArray("\x20\x02\x00\x00", 4));
    }
    socket.write(bytes);
    QTRY_COMPARE_WITH_TIMEOUT(socket.state(), QAbstractSocket::UnconnectedState, 15'000);
    // Anonymous peers share their lines in the log, so that nobody can fill it; a car that signed in has its own.
    QVERIFY2(m_gateway->waitForLog(signIn ? car.toUtf8() : QByteArray("127.0.0.1:")),
             m_gateway->log().right(2000).constData());
  }

  void aTooLargeMessageIsRefused() {
    const QString car = newCar();
    const QByteArray large = "{\"speed\":1,\"note\":\"" + QByteArray(1024 * 1024, 'x') + "\"}";
    publish(car, "telemetry", large);
    QVERIFY2(m_gateway->waitForLog(car.toUtf8()), "the log says whose packet was too large");
    QCOMPARE(m_gateway->exportLines(car).size(), 0);
  }

  void whatIsNoJsonIsNamedOnTheCarsPage_data() {
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("text") << QByteArray("hello");
    QTest::newRow("cut off") << QByteArray(R"({"speed":)");
    QTest::newRow("number") << QByteArray("17");
    QTest::newRow("not UTF-8") << QByteArray("{\"speed\":1,\"x\":\"\xff\xfe\"}");
  }
  void whatIsNoJsonIsNamedOnTheCarsPage() {
    QFETCH(QByteArray, payload);
    const QString car = newCar();
    publish(car, "telemetry", payload);
    QTRY_VERIFY_WITH_TIMEOUT(!refusals(car).isEmpty(), 10'000);
    QVERIFY(refusals(car).first().second.size() > 10);
  }

  void badFieldsAreRefusedByNameAndTheRestIsKept() {
    const QString car = newCar();
    const auto sent =
        publish(car, "telemetry", R"({"ts":1790000000000,"lat":123.5,"lon":200,"heading":720,"speed":41.5,"soc":[1]})");
    QVERIFY2(sent.ok(), sent.story().constData());
    QTRY_VERIFY_WITH_TIMEOUT(hasRefusal(car, "lat"), 10'000);
    QVERIFY(hasRefusal(car, "lon"));
    QVERIFY(hasRefusal(car, "heading"));
    QVERIFY(hasRefusal(car, "soc"));
    const auto lines = m_gateway->exportLines(car);
    QCOMPARE(lines.size(), 1);
    const QJsonObject stored = QJsonDocument::fromJson(lines[0]).object();
    QCOMPARE(stored["speed"].toDouble(), 41.5);
    QVERIFY2(!stored.contains("lat") && !stored.contains("lon"), lines[0].constData());
  }

  void aClockTenYearsOffIsSaid_data() {
    QTest::addColumn<int>("years");
    QTest::newRow("ahead") << 10;
    QTest::newRow("behind") << -10;
  }
  void aClockTenYearsOffIsSaid() {
    QFETCH(int, years);
    const QString car = newCar();
    const qint64 ts = QDateTime::currentDateTimeUtc().addYears(years).toMSecsSinceEpoch();
    const auto sent = publish(car, "telemetry", "{\"ts\":" + QByteArray::number(ts) + ",\"speed\":7}");
    QVERIFY2(sent.ok(), sent.story().constData());
    QTRY_VERIFY_WITH_TIMEOUT(hasRefusal(car, "ts"), 10'000);
    QCOMPARE(m_gateway->exportLines(car).size(), 1);  // the value itself is kept
  }

  void badEventsAndRepliesDoNoHarm() {
    const QString car = newCar();
    publish(car, "event", "not JSON");
    publish(car, "event", R"({"severity":"alarm"})");
    publish(car, "event", R"({"name":17})");
    publish(car, "command/nonsense/reply", R"({"status":"done"})");
    publish(car, "command/nonsense/reply", "\xff\xff");
    QVERIFY(m_gateway->isRunning());
    QCOMPARE(m_gateway->request("GET", "/api/v2/cars/" + car).status, 200);
  }

  void badRequestsAreAnsweredWithASentence_data() {
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("no such path") << QByteArray("GET") << "/api/v2/nowhere" << QByteArray() << 404;
    QTest::newRow("no such car") << QByteArray("GET") << "/api/v2/cars/nobody" << QByteArray() << 404;
    QTest::newRow("no JSON") << QByteArray("POST") << "/api/v2/cars" << QByteArray("{") << 400;
    QTest::newRow("id with a slash") << QByteArray("POST") << "/api/v2/cars" << QByteArray(R"({"id":"a/b"})") << 400;
    QTest::newRow("short secret") << QByteArray("POST") << "/api/v2/cars" << QByteArray(R"({"id":"ab","secret":"x"})")
                                  << 400;
  }
  void badRequestsAreAnsweredWithASentence() {
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const auto answer = m_gateway->request(method, path, body);
    QCOMPARE(answer.status, status);
    QVERIFY(answer.json["detail"].toString().size() > 10);
  }
};

QTEST_GUILESS_MAIN(TestBadInput)
#include "tst_bad_input.moc"
