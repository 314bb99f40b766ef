#include "tests/support/integration_cars.h"
#include "tests/support/integration_gateway_process.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace carport::test;

namespace {
constexpr int kTimes = 20;
constexpr int kCars = 8;
constexpr int kRate = 200;
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
    NotingCars cars(m_folder.path(), kCars);
    QVERIFY(cars.enrol(gateway));
    QVERIFY(cars.start(gateway, kRate));
    QTRY_VERIFY_WITH_TIMEOUT(cars.notedBytes() > 0, 20'000);
    QTest::qWait(afterMs);
    gateway.killNow();

    QVERIFY(gateway.start(m_mqtt));  // the same port: the cars come back and send again what was under way
    QTest::qWait(300);
    QVERIFY(cars.stop());
    const auto noted = cars.noted();
    QVERIFY2(countOf(noted) > 100, QByteArray::number(countOf(noted)).constData());
    QCOMPARE(missingIn(gateway.data(), noted), QByteArray());
    QVERIFY(gateway.stop());
  }

 private:
  QTemporaryDir m_folder;
  QString m_mqtt = "127.0.0.1:0";
};

QTEST_GUILESS_MAIN(TestKillNine)
#include "tst_kill_nine.moc"
