#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace carport::test;

/// Simulated cars over MQTT with TLS, towards a gateway with an authority of its own.
class TestSimulatorTls : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  std::unique_ptr<GatewayProcess> m_gateway;

  QString path(const QString& name) const { return m_folder.filePath(name); }
  ProgramResult drive(const QString& host, const QString& authority, const QStringList& more = {}) {
    return runProgram("carport-sim", QStringList{"run", "--mqtt", host + ":" + m_gateway->port("mqtts"), "--tls",
                                                 "--authority", authority, "--credentials", path("cars.csv"), "--cars",
                                                 "5", "--seconds", "1", "--report", path("report.json")} +
                                         more);
  }

 private slots:
  void initTestCase() {
    QVERIFY(carportd({"tls", "init", "--data", path("data")}).ok());
    QVERIFY(carportd({"tls", "init", "--data", path("other")}).ok());
    QByteArray rows = "id,name,password\n";
    for (int i = 0; i < 5; ++i) rows += QString("car-%1,Car %1,password-of-car-%1\n").arg(i).toUtf8();
    QFile file(path("cars.csv"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(rows);
    file.close();
    QVERIFY(carportd({"import", path("cars.csv"), "--data", path("data")}).ok());
    m_gateway = std::make_unique<GatewayProcess>(path("data"));
    QVERIFY(m_gateway->start("127.0.0.1:0", "127.0.0.1:0", {"--mqtts", "127.0.0.1:0"}));
  }
  void cleanupTestCase() { QVERIFY(m_gateway->stop()); }

  void everyMessageIsAcknowledged_data() {
    QTest::addColumn<QString>("host");
    QTest::addColumn<QStringList>("more");
    QTest::newRow("by address") << "127.0.0.1" << QStringList{"--rate", "20"};
    QTest::newRow("by name") << "localhost" << QStringList{"--rate", "20"};
    QTest::newRow("as fast as it can") << "127.0.0.1" << QStringList{"--rate", "0", "--in-flight", "256"};
    QTest::newRow("exactly once") << "127.0.0.1" << QStringList{"--rate", "20", "--qos", "2"};
  }
  void everyMessageIsAcknowledged() {
    QFETCH(QString, host);
    QFETCH(QStringList, more);
    const auto driven = drive(host, path("data/tls/authority.pem"), more);
    QVERIFY2(driven.ok(), driven.story().constData());
    QFile file(path("report.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto report = QJsonDocument::fromJson(file.readAll()).object();
    QVERIFY(report["sent"].toDouble() >= 50);
    QCOMPARE(report["acknowledged"].toDouble(), report["sent"].toDouble());
  }

  void whoProvesNothingIsToldNoSecret() {
    const auto refused = drive("127.0.0.1", path("other/tls/authority.pem"));
    QVERIFY2(refused.exitCode == 1 && refused.err.contains("certificate does not hold"), refused.story().constData());
    QVERIFY(m_gateway->isRunning());
  }

  void mistakesAreNamed() {
    const auto missing = drive("127.0.0.1", path("none.pem"));
    QVERIFY2(!missing.ok() && missing.err.contains("none.pem"), missing.story().constData());
    const auto plain = runProgram("carport-sim", {"run", "--mqtt", m_gateway->mqtt(), "--authority",
                                                  path("data/tls/authority.pem"), "--credentials", path("cars.csv")});
    QCOMPARE(plain.exitCode, 2);
  }
};

QTEST_GUILESS_MAIN(TestSimulatorTls)
#include "tst_simulator_tls.moc"
