#include "gateway/storage/data_folder.h"
#include "gateway/storage/recovery.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/storage_writer.h"
#include "gateway/storage/verify.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <random>
#include <set>

using namespace carport;
using namespace carport::test;

namespace {
constexpr std::int64_t kStart = 1'700'006'400'000;
constexpr int kCars = 20;
constexpr int kBlocks = 100;
constexpr int kRowsABlock = 300;  // of its own: small ones would be put together
}  // namespace

/// Damage is found wherever it is, what is whole is saved, and nothing is made up.
class TestRecovery : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { QVERIFY(initCryptography().has_value()); }
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_clock.setNow(fromMs(kStart));
    m_sent.clear();
    fill();
  }

  void aSoundDayHasNothingToRecover() {
    const auto verdict = verifyDay(file(), Database::Mode::readOnly);
    QVERIFY2(verdict.sound(), verdict.sound() ? "" : verdict.damage.front().c_str());
    QCOMPARE(verdict.samples, std::uint64_t{kBlocks * kRowsABlock});
    QCOMPARE(verdict.events, 30U);
    const auto refused = recoverDay(path(), day());
    QVERIFY(!refused && refused.error().is(StorageErrc::notFound));
  }

  void flippedBytes_data() {
    QTest::addColumn<quint64>("seed");
    QTest::addColumn<int>("flips");
    for (int i = 0; i < 6; ++i) QTest::addRow("seed %d", i) << static_cast<quint64>(i) << 1 + i;
  }
  void flippedBytes() {
    QFETCH(quint64, seed);
    QFETCH(int, flips);
    std::mt19937_64 random(seed);
    const auto bytes = std::filesystem::file_size(file());
    for (int i = 0; i < flips; ++i) overwrite(static_cast<qint64>(4096 + random() % (bytes - 4096)), 16, random);
    const bool sound = verifyDay(file(), Database::Mode::readOnly).sound();
    if (sound) return;  // only pages that nothing is on were met
    recoverAndCompare(0.4);
  }

  void aTruncatedFile() {
    std::filesystem::resize_file(file(), std::filesystem::file_size(file()) * 6 / 10 / 4096 * 4096);
    QVERIFY(!verifyDay(file(), Database::Mode::readOnly).sound());
    recoverAndCompare(0.3);
  }

  void aFirstPageThatIsGone() {
    std::mt19937_64 random(3);
    overwrite(0, 4096, random);
    QVERIFY(!verifyDay(file(), Database::Mode::readOnly).sound());
    recoverAndCompare(0.9);
  }

  void aDamagedBlockIsNamedByCarAndTime() {
    {
      auto database = Database::open(file(), Database::Mode::create).value();
      database->exec("UPDATE block SET data = substr(data, 1, length(data) - 40) || randomblob(40) WHERE number = 5");
    }
    const auto verdict = verifyDay(file(), Database::Mode::readOnly);
    QVERIFY(!verdict.sound());
    QCOMPARE(verdict.lost.samples, std::uint64_t{kRowsABlock});
    QCOMPARE(verdict.lost.cars.size(), std::size_t{kCars});
    const auto report = recoverDay(path(), day());
    QVERIFY(report.has_value());
    QCOMPARE(report->verdict.samples, std::uint64_t{(kBlocks - 1) * kRowsABlock});
    QVERIFY(std::filesystem::exists(report->damaged));
    QVERIFY(verifyDay(file(), Database::Mode::readOnly).sound());
  }

  void aListOfCarsThatLiesIsMadeAnew() {
    {
      auto database = Database::open(file(), Database::Mode::create).value();
      database->exec("UPDATE block SET cars = x'0101' WHERE number = 7");
    }
    QVERIFY(!verifyDay(file(), Database::Mode::readOnly).sound());
    const auto report = recoverDay(path(), day());
    QVERIFY(report.has_value());
    QVERIFY(report->verdict.lost.none());
    QVERIFY(verifyDay(file(), Database::Mode::readOnly).sound());
    QCOMPARE(stored().size(), m_sent.size());
  }

  void whatTheGatewayMovedAsideGoesIntoTheNewFile() {
    std::mt19937_64 random(9);
    overwrite(0, 4096, random);
    {
      auto writer = StorageWriter(path(), context(), m_shared, options());
      QVERIFY(store(writer, oneSample(3, kStart + 999'999'999, 1)).has_value());
      QVERIFY(std::filesystem::exists(file().string() + ".damaged-1"));
      const auto report = recoverDay(path(), day());  // beside the writer
      QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
      QVERIFY(report->merged);
      QVERIFY(store(writer, oneSample(3, kStart + 1'000'000'000, 1)).has_value());
    }
    QVERIFY(verifyDay(file(), Database::Mode::readOnly).sound());
    QCOMPARE(stored().size(), m_sent.size() + 2);
    const auto again = recoverDay(path(), day());
    QVERIFY(!again && again.error().is(StorageErrc::notFound));  // once is enough
  }

 private:
  std::filesystem::path path() const { return m_dir->path().toStdString(); }
  std::filesystem::path file() const { return dayFilePath(path() / "telemetry", day()); }
  Day day() const { return std::chrono::floor<std::chrono::days>(fromMs(kStart)); }
  StorageContext context() { return {m_names, m_clock, Log::toMemory()}; }
  static WriterOptions options() {
    WriterOptions options;
    options.compact = false;
    return options;
  }

  void fill() {
    QVERIFY(DataFolder::open(path(), context()).has_value());
    StorageWriter writer(path(), context(), m_shared, options());
    for (int block = 0; block < kBlocks; ++block) {
      SampleBatch batch;
      for (int i = 0; i < kRowsABlock; ++i) {
        const auto time = fromMs(kStart + block * 1000 + i);
        batch.beginRow(PrincipalNumber{static_cast<std::uint32_t>(1 + i % kCars)}, time, time);
        batch.addMetric(MetricNames::kSpeedId, (block * 7919 + i * 104729) % 10'007 / 7.0);
        m_sent.insert({1 + i % kCars, toMs(time)});
      }
      QVERIFY(store(writer, batch).has_value());
    }
    std::vector<api::Event> events(30);
    for (auto& event : events) {
      event.car = PrincipalNumber{2};
      event.time = event.arrival = fromMs(kStart);
      event.name = "door";
    }
    std::promise<bool> done;
    QVERIFY(writer.appendEvents(events, [&](const auto& result) { done.set_value(result.has_value()); }));
    QVERIFY(done.get_future().get());
  }

  void overwrite(qint64 at, int count, std::mt19937_64& random) {
    QFile damaged(QString::fromStdString(file().string()));
    QVERIFY(damaged.open(QIODevice::ReadWrite) && damaged.seek(at));
    for (int i = 0; i < count; ++i) damaged.putChar(static_cast<char>(random()));
  }

  std::multiset<std::pair<int, std::int64_t>> stored() {
    std::multiset<std::pair<int, std::int64_t>> all;
    auto reader = DataFolder::open(path(), context())->openReader().value();
    for (int car = 1; car <= kCars; ++car) {
      (void)reader->visitSamples(PrincipalNumber{static_cast<std::uint32_t>(car)}, fromMs(INT64_MIN), fromMs(INT64_MAX),
                                 [&](const auto&, const auto& row) {
                                   all.insert({car, toMs(row.time)});
                                   return true;
                                 });
    }
    return all;
  }

  /// At least this part comes back, every sample once, none that was never sent; and the file is sound again.
  void recoverAndCompare(double part) {
    const auto report = recoverDay(path(), day());
    QVERIFY2(report.has_value(), report ? "" : report.error().message().c_str());
    const auto verdict = verifyDay(file(), Database::Mode::readOnly);
    QVERIFY2(verdict.sound(), verdict.sound() ? "" : verdict.damage.front().c_str());
    const auto all = stored();
    QCOMPARE(all.size(), std::size_t{report->verdict.samples});
    QVERIFY2(static_cast<double>(all.size()) >= part * static_cast<double>(m_sent.size()),
             std::to_string(all.size()).c_str());
    for (const auto& one : all) {
      QVERIFY(m_sent.contains(one));
      QCOMPARE(all.count(one), 1U);
    }
  }

  std::unique_ptr<QTemporaryDir> m_dir;
  ManualClock m_clock;
  MetricNames m_names;
  std::shared_ptr<StorageShared> m_shared = std::make_shared<StorageShared>();
  std::set<std::pair<int, std::int64_t>> m_sent;
};

QTEST_GUILESS_MAIN(TestRecovery)
#include "tst_recovery.moc"
