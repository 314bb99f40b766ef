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
int writeUntilKilled(const char* folder) {
  MetricNames names;
  const SystemClock clock;
  const auto opened = DataFolder::open(folder, {names, clock, Log::toMemory()});
  if (!opened) return 1;
  const auto log = opened->startWriter();
  std::mutex mutex;
  for (std::int64_t i = 0;; ++i) {
    const auto batch = std::make_shared<SampleBatch>(oneSample(1, kStart + i, static_cast<double>(i)));
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
    qint64 expectedAtLeast = 0;
    for (int round = 0; round < 5; ++round) {
      QProcess writer;
      writer.start(QCoreApplication::applicationFilePath(), {"--write-until-killed", folder});
      QByteArray output;
      while (output.count('\n') < 300 * (round + 1)) {
        QVERIFY(writer.waitForReadyRead(30'000));
        output += writer.readAllStandardOutput();
      }
      writer.kill();
      QVERIFY(writer.waitForFinished());
      output += writer.readAllStandardOutput();
      output.truncate(output.lastIndexOf('\n'));

      MetricNames names;
      const SystemClock clock;
      const auto opened = DataFolder::open(folder.toStdString(), {names, clock, Log::toMemory()});
      QVERIFY(opened.has_value());
      std::map<std::int64_t, int> stored;
      qint64 total = 0;
      QVERIFY(opened->openReader().value()->visitSamples(PrincipalNumber{1}, fromMs(0), fromMs(INT64_MAX),
                                                         [&](const auto&, const auto& row) {
                                                           ++stored[toMs(row.time) - kStart];
                                                           ++total;
                                                           return true;
                                                         }));
      const auto acknowledged = output.split('\n');
      for (const auto& line : acknowledged) QVERIFY2(stored.count(line.toLongLong()) == 1, line.constData());
      QVERIFY(total >= expectedAtLeast + acknowledged.size());  // what earlier rounds stored is still there
      expectedAtLeast = total;
    }
  }
};

int main(int argc, char** argv) {
  if (argc == 3 && QByteArray(argv[1]) == "--write-until-killed") return writeUntilKilled(argv[2]);
  QCoreApplication app(argc, argv);
  TestKill test;
  return QTest::qExec(&test, argc, argv);
}
#include "tst_kill.moc"
