#include "tests/support/integration_cars.h"
#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QDir>
#include <QFile>
#include <QJsonObject>
#include <QStorageInfo>
#include <QTemporaryDir>
#include <QtTest>

using namespace carport::test;

namespace {
constexpr int kCars = 8;
constexpr int kRate = 400;
constexpr qint64 kDiskBytes = 96LL * 1024 * 1024;  // its reserve is an eighth: 12 MiB
}  // namespace

/// A data folder on a small file system that fills up: said, stated policy, nothing acknowledged is lost, and it goes
/// on by itself when there is room.
class TestFullDisk : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  bool m_mounted = false;

  QString mount() const { return m_folder.filePath("disk"); }
  QString ballast() const { return mount() + "/ballast"; }
  /// Leaves about so much on the disk.
  bool leave(qint64 bytes) {
    QFile::remove(ballast());
    const QStorageInfo disk(mount());
    QFile file(ballast());
    if (!file.open(QIODevice::WriteOnly)) return false;
    const QByteArray chunk(1024 * 1024, 'x');
    for (qint64 left = disk.bytesAvailable() - bytes; left > 0; left -= chunk.size()) {
      if (file.write(chunk) != chunk.size()) return false;
    }
    return file.flush();
  }
  QString trouble(GatewayProcess& gateway) {
    return gateway.request("GET", "/api/v2/gateway").json["trouble"].toString();
  }

 private slots:
  void initTestCase() {
    QVERIFY(QDir().mkpath(mount()));
    m_mounted = runProgram("mount", {"-t", "tmpfs", "-o", QString("size=%1").arg(kDiskBytes), "tmpfs", mount()}).ok();
    if (!m_mounted) QSKIP("Only root may mount the small file system that this test fills");
  }
  void cleanupTestCase() {
    if (m_mounted) runProgram("umount", {"-l", mount()});
  }

  void aDiskThatFillsUp() {
    GatewayProcess gateway(mount() + "/data");
    QVERIFY(gateway.start());
    NotingCars cars(m_folder.path(), kCars);
    QVERIFY(cars.enrol(gateway));
    QCOMPARE(trouble(gateway), QString());
    QVERIFY(cars.start(gateway, kRate));
    QTRY_VERIFY_WITH_TIMEOUT(cars.notedBytes() > 0, 20'000);

    QVERIFY(leave(8LL * 1024 * 1024));
    QTRY_VERIFY_WITH_TIMEOUT(trouble(gateway).contains("no telemetry is taken"), 10'000);
    QCOMPARE(gateway.request("GET", "/api/v2/health").status, 503);
    QVERIFY(gateway.waitForLog("nearly full"));
    // The registry has what is left.
    const auto added = carportd({"device", "add", "late", "--data", gateway.data(), "--password", "password-of-late"});
    QVERIFY2(added.ok(), added.story().constData());
    const auto removed = carportd({"device", "remove", "late", "--data", gateway.data()});
    QVERIFY2(removed.ok(), removed.story().constData());
    QTest::qWait(1000);
    const auto stuck = cars.notedBytes();
    QTest::qWait(1000);
    QCOMPARE(cars.notedBytes(), stuck);  // nothing is acknowledged that is not on disk

    QVERIFY(QFile::remove(ballast()));
    QTRY_VERIFY_WITH_TIMEOUT(cars.notedBytes() > stuck, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(trouble(gateway), QString(), 10'000);
    QVERIFY(cars.stop());
    QCOMPARE(missingIn(gateway.data(), cars.noted()), QByteArray());
    QVERIFY(gateway.stop());
    const auto verified = carportd({"verify", "--data", gateway.data()});
    QVERIFY2(verified.ok(), verified.story().constData());
  }
};

QTEST_GUILESS_MAIN(TestFullDisk)
#include "tst_full_disk.moc"
