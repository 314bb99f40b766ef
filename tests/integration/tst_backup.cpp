#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace carport::test;

namespace {
constexpr int kCars = 4;
constexpr int kFullSpeed = 0;

QString carId(int number) {
  return QString("car-%1").arg(number, 4, 10, QChar('0'));
}
}  // namespace

/// Backups beside a gateway that takes in as much as it can, and what is restored from them.
class TestBackup : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> m_folder;
  QProcess m_cars;

  QString path(const char* name) const { return m_folder->filePath(name); }

  /// `rate`: messages a second and car.
  void startCars(GatewayProcess& gateway, int rate) {
    QFile file(path("cars.csv"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("id,name,password\n");
    for (int i = 1; i <= kCars; ++i) file.write((carId(i) + ",,password-of-" + carId(i) + "\n").toUtf8());
    file.close();
    const auto imported = carportd({"import", file.fileName(), "--data", gateway.data()});
    QVERIFY2(imported.ok(), imported.story().constData());
    m_cars.setProcessChannelMode(QProcess::MergedChannels);
    m_cars.start(programPath("carport-sim"),
                 {"run", "--mqtt", gateway.mqtt(), "--cars", QString::number(kCars), "--rate", QString::number(rate),
                  "--qos", "1", "--credentials", path("cars.csv"), "--acknowledged", path("acknowledged.csv"),
                  "--connections-per-second", "0"});
    QVERIFY(m_cars.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(QFile(path("acknowledged.csv")).size() > 5'000, 20'000);
  }
  void stopCars() {
    m_cars.terminate();
    QVERIFY2(m_cars.waitForFinished(30'000), m_cars.readAll().constData());
  }
  /// What cars were told is stored, up to now.
  QHash<QString, QSet<qint64>> acknowledged() const {
    QHash<QString, QSet<qint64>> all;
    QFile file(path("acknowledged.csv"));
    if (!file.open(QIODevice::ReadOnly)) return all;
    for (const QByteArray& line : file.readAll().split('\n')) {
      const auto fields = line.split(',');
      // The last line may be half written.
      if (fields.size() == 2 && fields[1].size() == 13)
        all[QString::fromUtf8(fields[0])].insert(fields[1].toLongLong());
    }
    return all;
  }
  static QSet<qint64> timesIn(const QString& data, const QString& car) {
    QSet<qint64> times;
    const auto written = carportd({"export", "--data", data, "--car", car, "--format", "jsonl"});
    if (!written.ok()) qWarning("%s", written.story().constData());
    for (const QByteArray& line : written.out.split('\n')) {
      if (line.startsWith("{\"ts\":")) times.insert(line.mid(6, 13).toLongLong());
    }
    return times;
  }

 private slots:
  void init() { m_folder = std::make_unique<QTemporaryDir>(); }
  void cleanup() {
    if (m_cars.state() != QProcess::NotRunning) m_cars.kill();
    m_cars.waitForFinished();
  }

  void aBackupUnderFullLoadHasWhatWasAcknowledgedBefore() {
    GatewayProcess gateway(path("data"));
    QVERIFY(gateway.start());
    startCars(gateway, kFullSpeed);
    const auto before = acknowledged();
    const auto backup = carportd({"backup", "--data", gateway.data(), "--to", path("backup")});
    QVERIFY2(backup.ok(), backup.story().constData());
    const auto again = carportd({"backup", "--data", gateway.data(), "--to", path("backup")});
    QVERIFY2(again.ok(), again.story().constData());
    stopCars();
    QVERIFY(gateway.stop());

    const auto verified = carportd({"verify", "--backup", path("backup")});
    QVERIFY2(verified.ok(), verified.story().constData());
    const auto restored = carportd({"restore", "--from", path("backup"), "--data", path("restored")});
    QVERIFY2(restored.ok(), restored.story().constData());
    int compared = 0;
    for (auto car = before.begin(); car != before.end(); ++car) {
      const auto stored = timesIn(path("restored"), car.key());
      for (const qint64 time : car.value()) {
        QVERIFY2(stored.contains(time), qPrintable(QString("%1 at %2").arg(car.key()).arg(time)));
        ++compared;
      }
    }
    QVERIFY2(compared > 100, qPrintable(QString::number(compared)));

    GatewayProcess second(path("restored"));  // and it serves
    QVERIFY(second.start());
    QVERIFY(second.stop());
  }

  void whatWasRestoredIsWhatWasThere() {
    GatewayProcess gateway(path("data"));
    QVERIFY(gateway.start());
    startCars(gateway, 300);
    stopCars();
    const auto backup = carportd({"backup", "--data", gateway.data(), "--to", path("backup.tar")});
    QVERIFY2(backup.ok(), backup.story().constData());
    QVERIFY(gateway.stop());
    const auto restored = carportd({"restore", "--from", path("backup.tar"), "--data", path("restored")});
    QVERIFY2(restored.ok(), restored.story().constData());
    for (int i = 1; i <= kCars; ++i) {
      const QStringList common{"--car", carId(i), "--format", "jsonl"};
      const auto there = carportd(QStringList{"export", "--data", path("data")} + common);
      const auto here = carportd(QStringList{"export", "--data", path("restored")} + common);
      QVERIFY2(there.ok() && here.ok() && !there.out.isEmpty(), there.story().constData());
      QVERIFY(there.out == here.out);
    }
    const auto verified = carportd({"verify", "--data", path("restored")});
    QVERIFY2(verified.ok(), verified.story().constData());
  }

  void aFolderInUseOrFullIsRefused() {
    GatewayProcess gateway(path("data"));
    QVERIFY(gateway.start());
    const auto backup = carportd({"backup", "--data", gateway.data(), "--to", path("backup")});
    QVERIFY2(backup.ok(), backup.story().constData());
    const auto inUse = carportd({"restore", "--from", path("backup"), "--data", path("data"), "--replace"});
    QVERIFY2(inUse.exitCode == 1 && inUse.err.contains("in use"), inUse.story().constData());
    QVERIFY(gateway.stop());
    const auto full = carportd({"restore", "--from", path("backup"), "--data", path("data")});
    QVERIFY2(full.exitCode == 1 && full.err.contains("--replace"), full.story().constData());
    const auto replaced = carportd({"restore", "--from", path("backup"), "--data", path("data"), "--replace"});
    QVERIFY2(replaced.ok() && replaced.err.contains("kept in"), replaced.story().constData());
    QVERIFY(gateway.start());
    QVERIFY(gateway.stop());
  }

  void anOldRegistryDoesNotGiveNumbersAgain() {
    GatewayProcess gateway(path("data"));
    QVERIFY(gateway.start());
    QVERIFY(gateway.addCar("old", "password-of-old-one"));
    QVERIFY(gateway.stop());
    QVERIFY(QFile::copy(path("data") + "/registry.db", path("registry.db")));
    QVERIFY(gateway.start());
    QVERIFY(gateway.addCar("new", "password-of-new-one"));
    const auto number = gateway.request("GET", "/api/v2/cars/new").json["number"].toInteger();
    const auto sent = runProgram(
        "mosquitto_pub", {"-h", gateway.mqttHost(), "-p", gateway.mqttPort(), "-u", "new", "-P", "password-of-new-one",
                          "-q", "1", "-t", "cars/new/telemetry", "-m", R"({"speed":5})"});
    QVERIFY2(sent.ok(), sent.story().constData());
    QVERIFY(gateway.stop());
    QFile::remove(path("data") + "/registry.db");
    QVERIFY(QFile::copy(path("registry.db"), path("data") + "/registry.db"));
    GatewayProcess again(path("data"));
    QVERIFY(again.start());
    QVERIFY(again.waitForLog("older than the stored telemetry"));
    QVERIFY(again.addCar("other", "password-of-other-one"));
    QVERIFY(again.request("GET", "/api/v2/cars/other").json["number"].toInteger() > number);
    QCOMPARE(again.exportLines("other").size(), 0);
    QVERIFY(again.stop());
  }
};

QTEST_GUILESS_MAIN(TestBackup)
#include "tst_backup.moc"
