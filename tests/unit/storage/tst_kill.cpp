#include "gateway/storage/compactor.h"
#include "gateway/storage/data_folder.h"
#include "gateway/storage/storage_writer.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <cstdio>
#include <random>
#include <thread>

using namespace carport;
using namespace carport::test;

namespace {

constexpr std::int64_t kStart = 1'700'000'000'000;

/// A program that is killed while it compacts all the time: its clock runs so fast that an hour is over every few
/// samples, and a day every few hundred. Prints the number of each sample that was acknowledged.
int compactUntilKilled(const char* folder, std::uint32_t round) {
  MetricNames names;
  ManualClock clock(fromMs(kStart + round * std::int64_t{864'000'000}));
  const StorageContext context{names, clock, Log::toMemory()};
  if (!DataFolder::open(folder, context)) return 1;
  WriterOptions options;
  options.compact = false;
  const auto shared = std::make_shared<StorageShared>();
  StorageWriter log(folder, context, shared, options);
  std::thread compaction([&] {
    Compactor compactor(std::filesystem::path(folder) / "telemetry", context, shared,
                        [&](auto made) { return log.swap(std::move(made)); });
    for (;;) (void)compactor.step([] { return true; });
  });
  for (std::int64_t i = 0;; ++i) {
    SampleBatch batch;
    for (std::uint32_t car = 1; car <= 40; ++car) {
      batch.beginRow(PrincipalNumber{car}, clock.now() + Milliseconds(car), clock.now());
      batch.addMetric(MetricNames::kSpeedId, static_cast<double>(i));
      batch.addMetric(MetricNames::kHeadingId, static_cast<double>(round));
    }
    if (!store(log, batch)) return 1;
    std::printf("%lld\n", static_cast<long long>(i));
    std::fflush(stdout);
    clock.advance(Milliseconds(100'000));
  }
}

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

  void compactionLosesAndDoublesNothing() {
    QTemporaryDir dir;
    const QString folder = dir.filePath("data");
    std::map<std::uint32_t, int> acknowledged;
    std::mt19937 random(3);
    for (std::uint32_t round = 1; round <= 12; ++round) {
      QProcess writer;
      writer.start(QCoreApplication::applicationFilePath(), {"--compact-until-killed", folder, QString::number(round)});
      QByteArray output;
      const auto enough = static_cast<int>(20 + random() % 300);
      while (output.count('\n') < enough) {
        QVERIFY(writer.waitForReadyRead(60'000));
        output += writer.readAllStandardOutput();
      }
      writer.kill();
      QVERIFY(writer.waitForFinished());
      output += writer.readAllStandardOutput();
      acknowledged[round] = static_cast<int>(output.count('\n'));
      verifyRounds(folder, acknowledged);
    }
    std::int64_t segments = 0;
    for (const Day day : listDays(std::filesystem::path(folder.toStdString()) / "telemetry")) {
      const auto path = dayFilePath(std::filesystem::path(folder.toStdString()) / "telemetry", day);
      const auto file = Database::open(path, Database::Mode::readOnly).value();
      segments += file->integer("SELECT count(*) FROM segment");
      auto check = file->query("PRAGMA integrity_check");
      QVERIFY(check.next());
      QCOMPARE(check.text(0), std::string("ok"));
    }
    QVERIFY(segments > 0);
  }

 private:
  /// Of each round every acknowledged sample is there once, and at most one more that was under way.
  static void verifyRounds(const QString& folder, const std::map<std::uint32_t, int>& acknowledged) {
    MetricNames names;
    const SystemClock clock;
    const auto opened = DataFolder::open(folder.toStdString(), {names, clock, Log::toMemory()});
    QVERIFY(opened.has_value());
    const auto reader = opened->openReader().value();
    for (const std::uint32_t car : {1U, 17U, 40U}) {
      std::map<std::uint32_t, std::map<int, int>> stored;
      QVERIFY(
          reader->visitSamples(PrincipalNumber{car}, fromMs(0), fromMs(INT64_MAX), [&](const auto& batch, auto& row) {
            double sample = -1, ofRound = -1;
            for (const auto& [metric, value] : batch.metrics(row))
              (metric == MetricNames::kSpeedId ? sample : ofRound) = value;
            ++stored[static_cast<std::uint32_t>(ofRound)][static_cast<int>(sample)];
            return true;
          }));
      for (const auto& [round, count] : acknowledged) {
        const auto& samples = stored[round];
        QVERIFY(static_cast<int>(samples.size()) - count >= 0 && static_cast<int>(samples.size()) - count <= 1);
        for (const auto& [sample, times] : samples) QCOMPARE(times, 1);
      }
    }
  }
};

int main(int argc, char** argv) {
  if (argc == 4 && QByteArray(argv[1]) == "--write-until-killed") {
    return writeUntilKilled(argv[2], QByteArray(argv[3]).toUInt());
  }
  if (argc == 4 && QByteArray(argv[1]) == "--compact-until-killed") {
    return compactUntilKilled(argv[2], QByteArray(argv[3]).toUInt());
  }
  QCoreApplication app(argc, argv);
  TestKill test;
  return QTest::qExec(&test, argc, argv);
}
#include "tst_kill.moc"
