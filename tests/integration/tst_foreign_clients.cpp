#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace carport::test;

namespace {
constexpr const char* kPassword = "password-of-the-car";
constexpr const char* kClients[] = {"mosquitto_pub", "paho", "npm mqtt"};
const QString kNpm = QStringLiteral(CARPORT_INTEGRATION_DIR "/npm");

/// Why this client cannot be had here; empty where it can.
QString whyMissing(const QString& client) {
  if (client == "mosquitto_pub") {
    return QStandardPaths::findExecutable("mosquitto_pub").isEmpty() ? "mosquitto-clients is not installed" : "";
  }
  if (client == "paho") {
    return runProgram("/usr/bin/python3", {"-c", "import paho.mqtt.client"}).ok()
               ? ""
               : "python3-paho-mqtt is not installed";
  }
  return QFileInfo::exists(kNpm + "/node_modules/mqtt")
             ? ""
             : "npm's mqtt is not installed: run npm ci in tests/integration/npm";
}
}  // namespace

/// Clients that others wrote speak with the gateway as cars.
class TestForeignClients : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  std::unique_ptr<GatewayProcess> m_gateway;
  int m_cars = 0;

  /// Publishes each payload on `topic` with a client that is not ours.
  ProgramResult publish(const QString& client, const QString& car, const QString& password, int qos,
                        const QString& topic, const QStringList& payloads) {
    const QStringList common{m_gateway->mqttHost(), m_gateway->mqttPort(), car, password, QString::number(qos), topic};
    if (client == "paho")
      return runProgram("/usr/bin/python3",
                        QStringList{CARPORT_INTEGRATION_DIR "/paho_publish.py"} + common + payloads);
    if (client == "npm mqtt") return runProgram("node", QStringList{kNpm + "/publish.js"} + common + payloads);
    QByteArray lines;
    for (const QString& payload : payloads) lines += payload.toUtf8() + "\n";
    return runProgram("mosquitto_pub",
                      {"-h", m_gateway->mqttHost(), "-p", m_gateway->mqttPort(), "-u", car, "-P", password, "-i", car,
                       "-q", QString::number(qos), "-t", topic, "-l"},
                      lines);
  }

  QString newCar() {
    const QString id = QString("foreign-%1").arg(++m_cars);
    return m_gateway->addCar(id, kPassword) ? id : QString();
  }

 private slots:
  void initTestCase() {
    m_gateway = std::make_unique<GatewayProcess>(m_folder.filePath("data"));
    QVERIFY(m_gateway->start());
  }
  void cleanupTestCase() {
    if (m_gateway) QVERIFY(m_gateway->stop());
  }

  void publishesAsACar_data() {
    QTest::addColumn<QString>("client");
    QTest::addColumn<int>("qos");
    for (const char* client : kClients) {
      for (int qos = 0; qos <= 1; ++qos) QTest::addRow("%s QoS %d", client, qos) << client << qos;
    }
  }
  void publishesAsACar() {
    QFETCH(QString, client);
    QFETCH(int, qos);
    if (const QString missing = whyMissing(client); !missing.isEmpty()) QSKIP(qPrintable(missing));
    const QString car = newCar();
    QVERIFY(!car.isEmpty());
    QStringList payloads;
    for (int i = 0; i < 5; ++i) {
      payloads << QString(R"({"ts":%1,"lat":48.5,"lon":9.25,"speed":%2,"soc":71.5,"ignition":true})")
                      .arg(1'790'000'000'000 + i)
                      .arg(i);
    }
    const auto published = publish(client, car, kPassword, qos, "cars/" + car + "/telemetry", payloads);
    QVERIFY2(published.ok(), published.story().constData());
    QList<QByteArray> lines;
    QTRY_VERIFY_WITH_TIMEOUT((lines = m_gateway->exportLines(car)).size() == payloads.size(), 10'000);
    for (int i = 0; i < lines.size(); ++i) {
      const QJsonObject stored = QJsonDocument::fromJson(lines[i]).object();
      QCOMPARE(stored, QJsonDocument::fromJson(payloads[i].toUtf8()).object());
    }
  }

  void wrongPasswordIsRefused_data() {
    QTest::addColumn<QString>("client");
    for (const char* client : kClients) QTest::newRow(client) << client;
  }
  void wrongPasswordIsRefused() {
    QFETCH(QString, client);
    if (const QString missing = whyMissing(client); !missing.isEmpty()) QSKIP(qPrintable(missing));
    const QString car = newCar();
    const auto published =
        publish(client, car, "not-the-password-of-it", 1, "cars/" + car + "/telemetry", {R"({"speed":1})"});
    // mosquitto_pub ends with CONNACK's code (4: bad user name or password, 5: not authorised).
    QVERIFY2(published.exitCode == 4 || published.exitCode == 5, published.story().constData());
    QCOMPARE(m_gateway->exportLines(car).size(), 0);
    QVERIFY2(m_gateway->waitForLog("Refused to sign"), "the log says that somebody was turned away");
  }

  void anotherCarsTopicIsRefused_data() { wrongPasswordIsRefused_data(); }
  void anotherCarsTopicIsRefused() {
    QFETCH(QString, client);
    if (const QString missing = whyMissing(client); !missing.isEmpty()) QSKIP(qPrintable(missing));
    const QString thief = newCar();
    const QString victim = newCar();
    publish(client, thief, kPassword, 1, "cars/" + victim + "/telemetry", {R"({"speed":99})"});
    QVERIFY2(m_gateway->waitForLog("cars/" + victim.toUtf8() + "/telemetry"), "the log says what was refused");
    // A message of its own, stored afterwards, proves that the other one is not merely late.
    QVERIFY(publish(client, thief, kPassword, 1, "cars/" + thief + "/telemetry", {R"({"speed":1})"}).ok());
    QTRY_COMPARE_WITH_TIMEOUT(m_gateway->exportLines(thief).size(), 1, 10'000);
    QCOMPARE(m_gateway->exportLines(victim).size(), 0);
  }

  void mosquittoSubReceivesACommand() {
    if (const QString missing = whyMissing("mosquitto_pub"); !missing.isEmpty()) QSKIP(qPrintable(missing));
    const QString car = newCar();
    QProcess subscriber;
    subscriber.setProcessChannelMode(QProcess::MergedChannels);
    subscriber.start("stdbuf", {"-oL",
                                "mosquitto_sub",
                                "-d",
                                "-h",
                                m_gateway->mqttHost(),
                                "-p",
                                m_gateway->mqttPort(),
                                "-u",
                                car,
                                "-P",
                                kPassword,
                                "-i",
                                car,
                                "-q",
                                "1",
                                "-t",
                                "cars/" + car + "/command",
                                "-C",
                                "1",
                                "-W",
                                "30"});
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT((said += subscriber.readAll()).contains("Subscribed"), 10'000);
    const auto made = m_gateway->request("POST", "/api/v2/cars/" + car + "/commands",
                                         R"({"name":"lock","arguments":{"doors":"all"}})");
    QCOMPARE(made.status, 201);
    QVERIFY2(hasEnded(subscriber, 15'000), said.constData());
    said += subscriber.readAll();
    QCOMPARE(subscriber.exitCode(), 0);
    const QString id = made.json["id"].toString();
    QJsonObject received;
    for (const QByteArray& line : said.split('\n')) {
      if (line.startsWith('{')) received = QJsonDocument::fromJson(line).object();
    }
    QCOMPARE(received["id"].toString(), id);
    QCOMPARE(received["name"].toString(), QString("lock"));
    QCOMPARE(received["arguments"].toObject()["doors"].toString(), QString("all"));
    QTRY_COMPARE_WITH_TIMEOUT(m_gateway->request("GET", "/api/v2/commands/" + id).json["state"].toString(),
                              QString("received"), 10'000);
    const auto replied = publish("mosquitto_pub", car, kPassword, 1, "cars/" + car + "/command/" + id + "/reply",
                                 {R"({"status":"done"})"});
    QVERIFY2(replied.ok(), replied.story().constData());
    QTRY_COMPARE_WITH_TIMEOUT(m_gateway->request("GET", "/api/v2/commands/" + id).json["state"].toString(),
                              QString("done"), 10'000);
  }

  void anAdministratorHearsTheCars() {
    if (const QString missing = whyMissing("mosquitto_pub"); !missing.isEmpty()) QSKIP(qPrintable(missing));
    const QString car = newCar();
    const QString token = m_gateway->token();
    QProcess subscriber;
    subscriber.setProcessChannelMode(QProcess::MergedChannels);
    subscriber.start("stdbuf",
                     {"-oL", "mosquitto_sub", "-d", "-h", m_gateway->mqttHost(), "-p", m_gateway->mqttPort(), "-u",
                      "test-administrator", "-P", token, "-q", "1", "-t", "cars/+/telemetry", "-C", "1", "-W", "30"});
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT((said += subscriber.readAll()).contains("Subscribed"), 10'000);
    QVERIFY(publish("mosquitto_pub", car, kPassword, 1, "cars/" + car + "/telemetry", {R"({"speed":12.5})"}).ok());
    QVERIFY2(hasEnded(subscriber, 15'000), said.constData());
    said += subscriber.readAll();
    QVERIFY2(said.contains(R"({"speed":12.5})"), said.constData());
  }
};

QTEST_GUILESS_MAIN(TestForeignClients)
#include "tst_foreign_clients.moc"
