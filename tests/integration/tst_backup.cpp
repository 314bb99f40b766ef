#include "tests/support/integration_cars.h"
#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QFile>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace carport::test;

namespace {
constexpr int kCars = 4;
constexpr int kFullSpeed = 0;
}  // namespace

/// Backups beside a gateway that takes in as much as it can, and what is restored from them.
class TestBackup : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> m_folder;
  std::unique_ptr<NotingCars> m_cars;

  QString path(const char* name) const { return m_folder->filePath(name); }

  void startCars(const GatewayProcess& gateway, int rate) {
    m_cars = std::make_unique<NotingCars>(m_folder->path(), kCars);
    QVERIFY(m_cars->enrol(gateway));
    QVERIFY(m_cars->start(gateway, rate));
    QTRY_VERIFY_WITH_TIMEOUT(m_cars->notedBytes() > 5'000, 20'000);
  }

 private slots:
  void init() { m_folder = std::make_unique<QTemporaryDir>(); }
  void cleanup() { m_cars.reset(); }

  void aBackupUnderFullLoadHasWhatWasAcknowledgedBefore() {
    GatewayProcess gateway(path("data"));
    QVERIFY(gateway.start());
    startCars(gateway, kFullSpeed);
    const auto before = m_cars->noted();  // up to now
    const auto backup = carportd({"backup", "--data", gateway.data(), "--to", path("backup")});
    QVERIFY2(backup.ok(), backup.story().constData());
    const auto again = carportd({"backup", "--data", gateway.data(), "--to", path("backup")});
    QVERIFY2(again.ok(), again.story().constData());
    QVERIFY(m_cars->stop());
    QVERIFY(gateway.stop());

    const auto verified = carportd({"verify", "--backup", path("backup")});
    QVERIFY2(verified.ok(), verified.story().constData());
    const auto restored = carportd({"restore", "--from", path("backup"), "--data", path("restored")});
    QVERIFY2(restored.ok(), restored.story().constData());
    QVERIFY2(countOf(before) > 100, QByteArray::number(countOf(before)).constData());
    QCOMPARE(missingIn(path("restored"), before), QByteArray());

    GatewayProcess second(path("restored"));  // and it serves
    QVERIFY(second.start());
    QVERIFY(second.stop());
  }

  void whatWasRestoredIsWhatWasThere() {
    GatewayProcess gateway(path("data"));
    QVERIFY(gateway.start());
    startCars(gateway, 300);
    QVERIFY(m_cars->stop());
    const auto backup = carportd({"backup", "--data", gateway.data(), "--to", path("backup.tar")});
    QVERIFY2(backup.ok(), backup.story().constData());
    QVERIFY(gateway.stop());
    const auto restored = carportd({"restore", "--from", path("backup.tar"), "--data", path("restored")});
    QVERIFY2(restored.ok(), restored.story().constData());
    for (int i = 1; i <= kCars; ++i) {
      const QStringList common{"--car", NotingCars::id(i), "--format", "jsonl"};
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
