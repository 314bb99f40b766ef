#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

using namespace carport::test;

namespace {
constexpr int kSamples = 3000;
}

/// Bytes flipped at random places, files cut off: it is said, and the rest is saved.
class TestDamagedStore : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> m_folder;
  QString m_day;  // the day's file

  QString data() const { return m_folder->filePath("data"); }
  QStringList common() const { return {"--data", data()}; }
  QString dayName() const { return QFileInfo(m_day).completeBaseName(); }

  /// A folder with one car's samples, in blocks of their own.
  void fill() {
    GatewayProcess gateway(data());
    QVERIFY(gateway.start());
    QVERIFY(gateway.addCar("traveller", "password-of-traveller"));
    for (int part = 0; part < 6; ++part) {
      QByteArray lines;
      for (int i = 0; i < kSamples / 6; ++i) {
        const int n = part * (kSamples / 6) + i;
        lines += QString("{\"ts\":%1,\"speed\":%2,\"note\":\"%3\"}\n")
                     .arg(1'790'000'000'000 + n * 1000LL)
                     .arg((n * 7919) % 1000 / 10.0)
                     .arg(QRandomGenerator(static_cast<quint32>(n)).generate64(), 0, 36)
                     .toUtf8();
      }
      const auto sent = runProgram("mosquitto_pub",
                                   {"-h", gateway.mqttHost(), "-p", gateway.mqttPort(), "-u", "traveller", "-P",
                                    "password-of-traveller", "-q", "1", "-t", "cars/traveller/telemetry", "-l"},
                                   lines);
      QVERIFY2(sent.ok(), sent.story().constData());
    }
    QVERIFY(gateway.stop());
    const auto files = QDir(data() + "/telemetry").entryInfoList({"*.db"}, QDir::Files, QDir::Name);
    QVERIFY(!files.isEmpty());
    m_day = files.last().filePath();
  }
  void overwrite(qint64 at, int count, QRandomGenerator& random) {
    QFile file(m_day);
    QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(at));
    for (int i = 0; i < count; ++i) file.putChar(static_cast<char>(random.generate()));
  }
  int exported() const {
    const auto written = carportd(QStringList{"export", "--car", "traveller", "--format", "jsonl"} + common());
    return static_cast<int>(written.out.count('\n'));
  }

 private slots:
  void init() {
    m_folder = std::make_unique<QTemporaryDir>();
    fill();
  }

  void aSoundFolderIsSaidToBeSound() {
    const auto verified = carportd(QStringList{"verify"} + common());
    QVERIFY2(verified.ok() && verified.out.contains("sound"), verified.story().constData());
    QCOMPARE(exported(), kSamples);
    const auto recovered = carportd(QStringList{"recover", "--day", dayName()} + common());
    QVERIFY2(recovered.exitCode == 1, recovered.story().constData());
    QCOMPARE(carportd(QStringList{"recover", "--day", "yesterday"} + common()).exitCode, 2);
  }

  void flippedBytesAreFoundAndTheRestIsSaved_data() {
    QTest::addColumn<quint32>("seed");
    for (quint32 i = 0; i < 4; ++i) QTest::addRow("seed %u", i) << i;
  }
  void flippedBytesAreFoundAndTheRestIsSaved() {
    QFETCH(quint32, seed);
    QRandomGenerator random(seed);
    const auto bytes = QFileInfo(m_day).size();
    bool found = false;
    for (int tries = 0; tries < 20 && !found; ++tries) {  // a page with nothing on it can be hit as well
      overwrite(4096 + random.bounded(static_cast<int>(bytes) - 5000), 64, random);
      found = carportd(QStringList{"verify"} + common()).exitCode == 1;
    }
    QVERIFY(found);
    const auto verified = carportd(QStringList{"verify"} + common());
    QVERIFY2(verified.out.contains("damaged") && verified.out.contains("carportd recover"),
             verified.story().constData());
    const auto recovered = carportd(QStringList{"recover", "--day", dayName()} + common());
    QVERIFY2(recovered.ok() && recovered.out.contains("saved:"), recovered.story().constData());
    const auto again = carportd(QStringList{"verify"} + common());
    QVERIFY2(again.ok(), again.story().constData());
    QVERIFY(exported() <= kSamples);
    QVERIFY(!QDir(data() + "/telemetry").entryList({"*.recovered-1"}).isEmpty());
  }

  void aTruncatedFileIsFoundAndTheRestIsSaved() {
    QVERIFY(QFile::resize(m_day, QFileInfo(m_day).size() * 3 / 4));
    const auto verified = carportd(QStringList{"verify"} + common());
    QVERIFY2(verified.exitCode == 1, verified.story().constData());
    const auto recovered = carportd(QStringList{"recover", "--day", dayName()} + common());
    QVERIFY2(recovered.ok(), recovered.story().constData());
    QVERIFY2(carportd(QStringList{"verify"} + common()).ok(), recovered.story().constData());
  }

  void theGatewaySaysHowToRecover() {
    QRandomGenerator random(5);
    overwrite(0, 4096, random);
    GatewayProcess gateway(data());
    QVERIFY(gateway.start());
    const auto sent =
        runProgram("mosquitto_pub", {"-h", gateway.mqttHost(), "-p", gateway.mqttPort(), "-u", "traveller", "-P",
                                     "password-of-traveller", "-q", "1", "-t", "cars/traveller/telemetry", "-m",
                                     R"({"ts":1800000000000,"speed":1})"});
    QVERIFY2(sent.ok(), sent.story().constData());
    QVERIFY2(gateway.waitForLog("carportd recover"), gateway.log().constData());
    const auto recovered = carportd(QStringList{"recover", "--day", dayName()} + common());  // beside it
    QVERIFY2(recovered.ok(), recovered.story().constData());
    QCOMPARE(exported(), kSamples + 1);
    QVERIFY(gateway.stop());
    const auto verified = carportd(QStringList{"verify"} + common());
    QVERIFY2(verified.ok(), verified.story().constData());
  }

  void aServedFolderIsLeftAlone() {
    GatewayProcess gateway(data());
    QVERIFY(gateway.start());
    QVERIFY(QFile::resize(m_day, QFileInfo(m_day).size() * 3 / 4));
    const auto refused = carportd(QStringList{"recover", "--day", dayName()} + common());
    QVERIFY2(refused.exitCode == 1 && refused.err.contains("stop it"), refused.story().constData());
    gateway.killNow();
  }

  void aReadOnlyFolderCanBeReadAndVerified() {
    const QString mount = m_folder->filePath("readonly");
    QVERIFY(QDir().mkpath(mount));
    if (!runProgram("mount", {"--bind", data(), mount}).ok()) QSKIP("Only root may mount a folder read-only");
    const bool mounted = runProgram("mount", {"-o", "remount,ro,bind", mount}).ok();
    const auto list = carportd({"device", "list", "--data", mount});
    const auto written = carportd({"export", "--data", mount, "--car", "traveller", "--format", "jsonl"});
    const auto verified = carportd({"verify", "--data", mount});
    runProgram("umount", {mount});
    QVERIFY(mounted);
    QVERIFY2(list.ok() && list.out.contains("traveller"), list.story().constData());
    QVERIFY2(written.ok() && written.out.count('\n') == kSamples, written.story().constData());
    QVERIFY2(verified.ok(), verified.story().constData());
  }
};

QTEST_GUILESS_MAIN(TestDamagedStore)
#include "tst_damaged_store.moc"
