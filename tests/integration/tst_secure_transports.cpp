#include "tests/support/integration_certificates.h"
#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QFile>
#include <QFileInfo>
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
const QString kNpm = QStringLiteral(CARPORT_INTEGRATION_DIR "/npm");
const QString kPayload = R"({"ts":1790000000000,"speed":12.5})";

/// Why this client cannot be had here; empty where it can.
QString whyMissing(const QString& client) {
  if (client == "paho") {
    return runProgram("/usr/bin/python3", {"-c", "import paho.mqtt.client"}).ok()
               ? ""
               : "python3-paho-mqtt is not installed";
  }
  if (client == "npm mqtt") {
    return QFileInfo::exists(kNpm + "/node_modules/mqtt")
               ? ""
               : "npm's mqtt is not installed: run npm ci in tests/integration/npm";
  }
  return QStandardPaths::findExecutable(client).isEmpty() ? client + " is not installed" : "";
}
}  // namespace

/// Clients that others wrote speak with the gateway over TLS and WebSocket, with certificates that the openssl program
/// made.
class TestSecureTransports : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  const OpensslCertificates m_certificates{m_folder.path()};
  std::unique_ptr<GatewayProcess> m_gateway;
  int m_cars = 0;

  QString path(const QString& name) const { return m_folder.filePath(name); }
  bool makeServerCertificate(const QString& commonName) const {
    return m_certificates.make({"server", commonName, "subjectAltName=DNS:localhost,IP:127.0.0.1", "authority"});
  }

  QString newCar() {
    const QString id = QString("secure-%1").arg(++m_cars);
    return m_gateway->addCar(id, kPassword) ? id : QString();
  }
  QStringList mosquittoTls() const {
    return {"-h", "localhost", "-p", m_gateway->port("mqtts"), "--cafile", path("authority.pem")};
  }
  ProgramResult mosquittoPub(const QStringList& more, const QString& car) const {
    return runProgram("mosquitto_pub", mosquittoTls() + more +
                                           QStringList{"-q", "1", "-t", "cars/" + car + "/telemetry", "-m", kPayload});
  }
  ProgramResult sClient(const QStringList& more, const QByteArray& input = "Q\n") const {
    return runTlsClient(m_gateway->port("mqtts"), path("authority.pem"), more, input);
  }
  bool isStored(const QString& car) {
    const auto lines = m_gateway->exportLines(car);
    return lines.size() == 1 &&
           QJsonDocument::fromJson(lines[0]).object() == QJsonDocument::fromJson(kPayload.toUtf8()).object();
  }

 private slots:
  void initTestCase() {
    if (const QString missing = whyMissing("openssl"); !missing.isEmpty()) QSKIP(qPrintable(missing));
    QVERIFY(m_certificates.makeAuthority("authority"));
    QVERIFY(makeServerCertificate("the first"));
    m_gateway = std::make_unique<GatewayProcess>(path("data"));
    QVERIFY(m_gateway->start(
        "127.0.0.1:0", "127.0.0.1:0",
        {"--mqtts", "127.0.0.1:0", "--ws", "127.0.0.1:0", "--wss", "127.0.0.1:0", "--tls-cert", path("server.pem"),
         "--tls-key", path("server.key"), "--tls-client-ca", path("authority.pem")}));
    for (const char* name : {"mqtts", "ws", "wss"}) QVERIFY2(!m_gateway->port(name).isEmpty(), name);
  }
  void cleanupTestCase() {
    if (m_gateway) QVERIFY(m_gateway->stop());
  }

  void mosquittoWithAPassword() {
    if (const QString missing = whyMissing("mosquitto_pub"); !missing.isEmpty()) QSKIP(qPrintable(missing));
    const QString car = newCar();
    const auto published = mosquittoPub({"-u", car, "-P", kPassword}, car);
    QVERIFY2(published.ok(), published.story().constData());
    QTRY_VERIFY_WITH_TIMEOUT(isStored(car), 10'000);
    QVERIFY(!mosquittoPub({"-u", car, "-P", "not-the-password-of-it"}, car).ok());
    const auto withoutAuthority = runProgram(
        "mosquitto_pub", {"-h", "localhost", "-p", m_gateway->port("mqtts"), "--cafile",
                          "/etc/ssl/certs/ca-certificates.crt", "-u", car, "-P", kPassword, "-t", "x", "-n"});
    QVERIFY(!withoutAuthority.ok());
  }

  void mosquittoWithACertificate_data() {
    QTest::addColumn<QString>("commonName");  // %1: the car
    QTest::addColumn<QByteArray>("extensions");
    QTest::newRow("common name") << "%1" << QByteArray();
    QTest::newRow("alternative name") << "A red car" << QByteArray("subjectAltName=URI:carport:%1");
  }
  void mosquittoWithACertificate() {
    QFETCH(QString, commonName);
    QFETCH(QByteArray, extensions);
    if (const QString missing = whyMissing("mosquitto_pub"); !missing.isEmpty()) QSKIP(qPrintable(missing));
    const QString car = newCar();
    const QString other = newCar();
    QVERIFY(m_certificates.make(
        {"car", commonName.replace("%1", car), extensions.replace("%1", car.toUtf8()), "authority"}));
    const QStringList proof{"--cert", path("car.pem"), "--key", path("car.key")};
    const auto published = mosquittoPub(proof, car);
    QVERIFY2(published.ok(), published.story().constData());
    QTRY_VERIFY_WITH_TIMEOUT(isStored(car), 10'000);
    QCOMPARE(mosquittoPub(proof + QStringList{"-u", other, "-P", kPassword}, other).exitCode, 5);
    QCOMPARE(m_gateway->exportLines(other).size(), 0);
  }

  void aCertificateOfAnotherAuthorityIsNone() {
    if (const QString missing = whyMissing("mosquitto_pub"); !missing.isEmpty()) QSKIP(qPrintable(missing));
    const QString car = newCar();
    QVERIFY(m_certificates.makeAuthority("stranger"));
    QVERIFY(m_certificates.make({"stolen", car, {}, "stranger"}));
    QVERIFY(!mosquittoPub({"--cert", path("stolen.pem"), "--key", path("stolen.key")}, car).ok());
    QVERIFY(m_gateway->waitForLog("its certificate does not hold"));
    QCOMPARE(m_gateway->exportLines(car).size(), 0);
  }

  void npmOverWebSocket_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("path");
    QTest::newRow("ws") << "ws"
                        << "/mqtt";
    QTest::newRow("ws at /") << "ws"
                             << "/";
    QTest::newRow("wss") << "wss"
                         << "/mqtt";
  }
  void npmOverWebSocket() {
    QFETCH(QString, name);
    QFETCH(QString, path);
    if (const QString missing = whyMissing("npm mqtt"); !missing.isEmpty()) QSKIP(qPrintable(missing));
    const QString car = newCar();
    const QString url = QString("%1://localhost:%2%3").arg(name, m_gateway->port(name), path);
    const QString ca = name == "wss" ? this->path("authority.pem") : "-";
    const QStringList program{kNpm + "/publish_url.js", url, ca, car};
    const QString topic = "cars/" + car + "/telemetry";
    const auto published = runProgram("node", program + QStringList{kPassword, topic, kPayload});
    QVERIFY2(published.ok(), published.story().constData());
    QTRY_VERIFY_WITH_TIMEOUT(isStored(car), 10'000);
    QCOMPARE(runProgram("node", program + QStringList{"not-the-password-of-it", topic, kPayload}).exitCode, 5);
  }

  void pahoOverEverything_data() {
    QTest::addColumn<QString>("transport");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("withCertificate");
    QTest::newRow("TLS") << "tcp"
                         << "mqtts" << false;
    QTest::newRow("TLS with a certificate") << "tcp"
                                            << "mqtts" << true;
    QTest::newRow("WebSocket") << "websockets"
                               << "ws" << false;
    QTest::newRow("WebSocket over TLS") << "websockets"
                                        << "wss" << false;
    QTest::newRow("WebSocket over TLS with a certificate") << "websockets"
                                                           << "wss" << true;
  }
  void pahoOverEverything() {
    QFETCH(QString, transport);
    QFETCH(QString, name);
    QFETCH(bool, withCertificate);
    if (const QString missing = whyMissing("paho"); !missing.isEmpty()) QSKIP(qPrintable(missing));
    const QString car = newCar();
    QVERIFY(m_certificates.make({"paho", car, {}, "authority"}));
    const QStringList proof = withCertificate ? QStringList{path("paho.pem"), path("paho.key"), "-", "-"}
                                              : QStringList{"-", "-", car, kPassword};
    const QString ca = name == "ws" ? "-" : path("authority.pem");
    const auto published =
        runProgram("/usr/bin/python3", QStringList{CARPORT_INTEGRATION_DIR "/paho_secure_publish.py", transport,
                                                   "localhost", m_gateway->port(name), ca} +
                                           proof + QStringList{"cars/" + car + "/telemetry", kPayload});
    QVERIFY2(published.ok(), published.story().constData());
    QTRY_VERIFY_WITH_TIMEOUT(isStored(car), 10'000);
  }

  void theHandshakeIsStrict() {
    for (const char* version : {"-tls1_2", "-tls1_3"}) {
      const auto fine = sClient({version});
      QVERIFY2(fine.ok() && fine.out.contains("Verify return code: 0 (ok)"), fine.story().constData());
      QVERIFY2(fine.out.contains("Compression: NONE"), fine.story().constData());
    }
    QVERIFY(!sClient({"-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"}).ok());
    for (const char* weak : {"AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA"}) {
      QVERIFY2(!sClient({"-tls1_2", "-cipher", weak}).ok(), weak);
    }
    const auto again = sClient({"-tls1_2"}, "R\n");  // asks for a renegotiation
    QVERIFY2((again.out + again.err).contains("no renegotiation"), again.story().constData());
  }

  void sessionsAreResumed_data() {
    QTest::addColumn<QString>("version");
    QTest::newRow("TLS 1.2") << "-tls1_2";
    QTest::newRow("TLS 1.3") << "-tls1_3";
  }
  void sessionsAreResumed() {
    QFETCH(QString, version);
    QFile::remove(path("session.pem"));
    // In 1.3 the ticket comes after the handshake: it is waited for.
    QProcess first;
    first.start("openssl", {"s_client", "-connect", "localhost:" + m_gateway->port("mqtts"), version, "-sess_out",
                            path("session.pem")});
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(path("session.pem")).size() > 0, 10'000);
    first.closeWriteChannel();
    QVERIFY(hasEnded(first, 10'000));
    const auto second = sClient({version, "-sess_in", path("session.pem")});
    QVERIFY2(second.out.contains("Reused, "), second.story().constData());
  }

  void certificatesAreReplacedWhileItServes() {
    if (const QString missing = whyMissing("mosquitto_pub"); !missing.isEmpty()) QSKIP(qPrintable(missing));
    const QString car = newCar();
    QProcess subscriber;
    subscriber.setProcessChannelMode(QProcess::MergedChannels);
    subscriber.start("stdbuf", QStringList{"-oL", "mosquitto_sub", "-d"} + mosquittoTls() +
                                   QStringList{"-u", "test-administrator", "-P", m_gateway->token(), "-q", "1", "-t",
                                               "cars/" + car + "/telemetry", "-C", "1", "-W", "60"});
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT((said += subscriber.readAll()).contains("Subscribed"), 10'000);
    QVERIFY(sClient({}).out.contains("CN = the first"));

    QVERIFY(makeServerCertificate("the second"));  // found by itself
    QVERIFY(m_gateway->waitForLog("New connections use the new TLS certificate", 20'000));
    QVERIFY(sClient({}).out.contains("CN = the second"));

    const QString pid = QString::number(m_gateway->processId());
    QVERIFY(m_certificates.write("server.pem", "broken"));
    QVERIFY(runProgram("kill", {"-HUP", pid}).ok());
    QVERIFY(m_gateway->waitForLog("The new TLS certificate is not used; the one before stays"));
    QVERIFY(sClient({}).out.contains("CN = the second"));

    QVERIFY(makeServerCertificate("the third"));
    QVERIFY(runProgram("kill", {"-HUP", pid}).ok());  // at once
    QTRY_VERIFY_WITH_TIMEOUT(sClient({}).out.contains("CN = the third"), 10'000);

    // Whoever was there before noticed nothing.
    QVERIFY(mosquittoPub({"-u", car, "-P", kPassword}, car).ok());
    QVERIFY2(hasEnded(subscriber, 15'000), said.constData());
    said += subscriber.readAll();
    QVERIFY2(said.contains(kPayload.toUtf8()), said.constData());
  }

  void anonymousClientsHaveTheirPrincipalsPermissions() {
    if (const QString missing = whyMissing("mosquitto_pub"); !missing.isEmpty()) QSKIP(qPrintable(missing));
    GatewayProcess gateway(path("anonymous"));
    QVERIFY(carportd({"user", "add", "guest", "--role", "admin", "--data", gateway.data()}).ok());
    QVERIFY(gateway.start("127.0.0.1:0", "127.0.0.1:0", {"--anonymous", "guest"}));
    QVERIFY(gateway.log().contains("ANYONE"));
    QVERIFY(gateway.address("mqtts").isEmpty() && gateway.address("ws").isEmpty());
    const QStringList address{"-h", gateway.mqttHost(), "-p", gateway.mqttPort(), "-q", "1", "-t"};
    const auto published =
        runProgram("mosquitto_pub", address + QStringList{"fleet/news", "-r", "-m", "it rains", "-i", "stranger"});
    QVERIFY2(published.ok(), published.story().constData());
    const auto heard = runProgram("mosquitto_sub", address + QStringList{"fleet/#", "-C", "1", "-W", "20"});
    QCOMPARE(heard.out.trimmed(), QByteArray("it rains"));
    QVERIFY(gateway.stop());
  }

  void saysWhyItDoesNotStart_data() {
    QTest::addColumn<QStringList>("flags");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("says");
    QTest::newRow("no certificate") << QStringList{"--mqtts", "127.0.0.1:0"} << 2 << "tls-cert";
    QTest::newRow("no such file") << QStringList{"--mqtts",  "127.0.0.1:0", "--tls-cert",
                                                 "none.pem", "--tls-key",   "none.key"}
                                  << 1 << "none.pem cannot be read";
    QTest::newRow("exposed key") << QStringList{"--wss",       "127.0.0.1:0", "--tls-cert",
                                                "%server.pem", "--tls-key",   "%exposed.key"}
                                 << 1 << "chmod 600";
    QTest::newRow("nobody") << QStringList{"--anonymous", "guest"} << 1 << "nobody has this id";
  }
  void saysWhyItDoesNotStart() {
    QFETCH(QStringList, flags);
    QFETCH(int, exitCode);
    QFETCH(QString, says);
    QFile::remove(path("exposed.key"));
    QVERIFY(QFile::copy(path("server.key"), path("exposed.key")));
    QVERIFY(QFile::setPermissions(path("exposed.key"), QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther));
    for (QString& flag : flags) {
      if (flag.startsWith('%')) flag = path(flag.mid(1));
    }
    const auto ended = carportd(
        QStringList{"serve", "--data", path("refused"), "--mqtt", "127.0.0.1:0", "--http", "127.0.0.1:0"} + flags);
    QCOMPARE(ended.exitCode, exitCode);
    QVERIFY2(ended.err.contains(says.toUtf8()), ended.story().constData());
    QVERIFY(!ended.out.contains("ready"));
  }

  void configCheckLooksAtTheCertificate() {
    const auto check = [this](const QByteArray& text) {
      return m_certificates.write("carport.toml", text)
                 ? carportd({"config", "check", "--config", path("carport.toml")})
                 : ProgramResult{};
    };
    const QByteArray good = "mqtts = \"127.0.0.1:8883\"\ntls-cert = \"" + path("server.pem").toUtf8() +
                            "\"\ntls-key = \"" + path("server.key").toUtf8() + "\"\n";
    const auto fine = check(good);
    QVERIFY2(fine.ok(), fine.story().constData());
    const auto wrong = check(QByteArray(good).replace("server.key", "authority.key"));
    QVERIFY2(wrong.exitCode == 1 && wrong.err.contains("is not the one of the certificate"), wrong.story().constData());
  }
};

QTEST_GUILESS_MAIN(TestSecureTransports)
#include "tst_secure_transports.moc"
