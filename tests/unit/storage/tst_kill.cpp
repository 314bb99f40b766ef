#include "gateway/storage/data_folder.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <cstdio>

using namespace carport;
using namespace carport::test;

namespace {

constexpr std::int64_t kStart = 1'700'000'000'000;

/// The program that is killed: stores one sample after the other and prints the number of each that was acknowledged.
int writeUntilKilled(const char* folder, std::uint32_t car) {
  MetricNames names;
  const SystemClock clock;
  const auto opened = DataFolder::open(folder, {names, clock, Log::toMemory()});
  if (!opened) return 1;
  const auto log = opened->startWriter();
  std::mutex mutex;
  for (std::int64_t i = 0;; ++i) {
    const auto batch = std::make_shared<SampleBatch>(oneSample(car, kStart + i, static_cast<double>(i)));
    const auto done = [&mutex, i](const Result<void>& result) {
      if (!result) return;
      std::lock_guard lock(mutex);
      std::printf("%lld\n", static_cast<long long>(i));
      std::fflush(stdout);
    };
    while (!(*log)->appendSamples(batch, done)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (i % 50 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

class TestKill : public QObject {
  Q_OBJECT

 private slots:
  void losesNothingThatWasAcknowledged() {
    QTemporaryDir dir;
    const QString folder = dir.filePath("data");
    // Each round has a car of its own: what one round stored must not stand in for what another one lost.
    std::map<std::uint32_t, QList<QByteArray>> acknowledged;
    for (std::uint32_t round = 1; round <= 5; ++round) {
      QProcess writer;
      writer.start(QCoreApplication::applicationFilePath(), {"--write-until-killed", folder, QString::number(round)});
      QByteArray output;
      while (output.count('\n') < 300 * static_cast<int>(round)) {
        QVERIFY(writer.waitForReadyRead(30'000));
        output += writer.readAllStandardOutput();
      }
      writer.kill();
      QVERIFY(writer.waitForFinished());
      output += writer.readAllStandardOutput();
      output.truncate(output.lastIndexOf('\n'));
      acknowledged[round] = output.split('\n');

      MetricNames names;
      const SystemClock clock;
      const auto opened = DataFolder::open(folder.toStdString(), {names, clock, Log::toMemory()});
      QVERIFY(opened.has_value());
      const auto reader = opened->openReader().value();
      for (const auto& [car, lines] : acknowledged) {
        std::map<std::int64_t, int> stored;
        QVERIFY(reader->visitSamples(PrincipalNumber{car}, fromMs(0), fromMs(INT64_MAX),
                                     [&stored](const auto&, const auto& row) {
                                       ++stored[toMs(row.time) - kStart];
                                       return true;
                                     }));
        for (const auto& line : lines) QVERIFY2(stored[line.toLongLong()] == 1, line.constData());  // once, too
      }
    }
  }
};

int main(int argc, char** argv) {
  if (argc == 4 && QByteArray(argv[1]) == "--write-until-killed") {
    return writeUntilKilled(argv[2], QByteArray(argv[3]).toUInt());
  }
  QCoreApplication app(argc, argv);
  TestKill test;
  return QTest::qExec(&test, argc, argv);
}
#include "tst_kill.moc"
