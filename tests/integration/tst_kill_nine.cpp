#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QtTest>

using namespace carport::test;

namespace {
constexpr int kTimes = 20;
constexpr int kCars = 8;

QString carId(int number) {
  return QString("car-%1").arg(number, 4, 10, QChar('0'));
}
}  // namespace

/// What was acknowledged is stored, whenever the gateway is killed.
class TestKillNine : public QObject {
  Q_OBJECT

 private slots:
  void noAcknowledgedMessageIsMissing_data() {
    QTest::addColumn<int>("afterMs");
    for (int i = 0; i < kTimes; ++i) QTest::addRow("kill %d", i + 1) << 250 + i * 37;
  }
  void noAcknowledgedMessageIsMissing() {
    QFETCH(int, afterMs);
    GatewayProcess gateway(m_folder.filePath("data"));
    QVERIFY(gateway.start(m_mqtt));
    m_mqtt = gateway.mqtt();
    makeCredentials(gateway);

    const QString acknowledged = m_folder.filePath("acknowledged.csv");
    QFile::remove(acknowledged);
    QProcess cars;
    cars.setProcessChannelMode(QProcess::MergedChannels);
    cars.start(programPath("carport-sim"), {"run", "--mqtt", gateway.mqtt(), "--cars", QString::number(kCars), "--rate",
                                            "200", "--qos", "1", "--credentials", m_folder.filePath("cars.csv"),
                                            "--acknowledged", acknowledged, "--connections-per-second", "0"});
    QVERIFY(cars.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(QFile(acknowledged).size() > 0, 20'000);
    QTest::qWait(afterMs);
    gateway.killNow();

    QVERIFY(gateway.start(m_mqtt));  // the same port: the cars come back and send again what was under way
    QTest::qWait(300);
    cars.terminate();
    QVERIFY2(cars.waitForFinished(30'000), cars.readAll().constData());
    QVERIFY2(cars.exitCode() == 0, cars.readAll().constData());
    compare(gateway, acknowledged);
    QVERIFY(gateway.stop());
  }

 private:
  void makeCredentials(GatewayProcess& gateway) {
    QFile file(m_folder.filePath("cars.csv"));
    if (file.exists()) return;
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("id,name,password\n");
    for (int i = 1; i <= kCars; ++i) file.write((carId(i) + ",,password-of-" + carId(i) + "\n").toUtf8());
    file.close();
    const auto imported = carportd({"import", file.fileName(), "--data", gateway.data()});
    QVERIFY2(imported.ok(), imported.story().constData());
  }

  void compare(GatewayProcess& gateway, const QString& acknowledged) {
    QFile file(acknowledged);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QHash<QString, QSet<qint64>> stored;
    for (int i = 1; i <= kCars; ++i) {
      for (const QByteArray& line : gateway.exportLines(carId(i))) {
        stored[carId(i)].insert(QJsonDocument::fromJson(line).object()["ts"].toInteger());
      }
    }
    int compared = 0;
    while (!file.atEnd()) {
      const QList<QByteArray> fields = file.readLine().trimmed().split(',');
      QCOMPARE(fields.size(), 2);
      QVERIFY2(stored[QString::fromUtf8(fields[0])].contains(fields[1].toLongLong()),
               (fields[0] + " at " + fields[1]).constData());
      ++compared;
    }
    QVERIFY2(compared > 100, QByteArray::number(compared).constData());
  }

  QTemporaryDir m_folder;
  QString m_mqtt = "127.0.0.1:0";
};

QTEST_GUILESS_MAIN(TestKillNine)
#include "tst_kill_nine.moc"
