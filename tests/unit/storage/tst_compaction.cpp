#include "gateway/storage/compactor.h"
#include "gateway/storage/sqlite_history_reader.h"
#include "gateway/storage/sqlite_registry_store.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/storage_writer.h"
#include "gateway/storage/transaction.h"
#include "tests/unit/storage/storage_test_support.h"
#include "tests/unit/storage/version_one_block.h"

#include <QTemporaryDir>
#include <QtTest>

#include <random>

using namespace carport;
using namespace carport::test;

namespace {
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kStart = 1'700'006'400'000;  // a whole hour: 2023-11-15T00:00:00Z
}  // namespace

/// What was stored is there, once, in order, bit for bit, whatever compaction has done to it meanwhile.
class TestCompaction : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_clock.setNow(fromMs(kStart));
    m_shared = std::make_shared<StorageShared>();
    m_model.clear();
    std::filesystem::create_directories(path() / "telemetry");
    QVERIFY(SqliteRegistryStore::open(path() / "registry.db", m_clock).has_value());
  }

  void keepsEverySampleThroughEveryStep() {
    std::mt19937_64 random(21);
    auto log = writer();
    auto compactor = compactorFor(*log);
    for (int hour = 0; hour < 30; ++hour) {  // past midnight
      for (int i = 0; i < 6; ++i) {
        send(*log, random, 40 + random() % 400);
        m_clock.advance(Milliseconds(kHourMs / 6));
      }
      while (compactor->step(kNoPause).value()) {
        if (random() % 20 == 0) verify();
      }
      if (hour % 10 == 0) verify();
      if (hour == 15) {  // a restart: nothing that it knew was only in memory
        compactor.reset();
        log.reset();
        log = writer();
        compactor = compactorFor(*log);
      }
    }
    verify();
    m_clock.advance(std::chrono::hours(24));
    send(*log, random, 10);  // the day before is over
    drain(*compactor);
    verify();
    auto first = DayFile::openForReading(dayFilePath(path() / "telemetry", day(0))).value();
    QCOMPARE(first->database().integer("SELECT count(*) FROM block"), 0);
    QCOMPARE(first->database().integer("SELECT count(*) FROM segment WHERE rolled = 0 AND tier < 9"), 0);
    QVERIFY(first->database().integer("SELECT count(*) FROM segment WHERE rolled = 1") > 0);
    QCOMPARE(first->database().integer("PRAGMA freelist_count"), 0);
    QVERIFY(!reader()->latestSamples()->empty());
  }

  void rollUpsCountEverySampleOnce() {
    std::mt19937_64 random(5);
    auto log = writer();
    auto compactor = compactorFor(*log);
    for (int i = 0; i < 40; ++i) {
      send(*log, random, 500);
      m_clock.advance(Milliseconds(kHourMs / 4));
      drain(*compactor);
    }
    m_clock.advance(std::chrono::hours(48));
    send(*log, random, 1);
    drain(*compactor);
    std::int64_t rolled = 0, counted = 0;
    for (const Day one : listDays(path() / "telemetry")) {
      auto file = DayFile::openForReading(dayFilePath(path() / "telemetry", one)).value();
      rolled += file->database().integer("SELECT coalesce(sum(row_count), 0) FROM segment WHERE rolled = 1");
      file->rollups().forEach("speed", fromMs(INT64_MIN), fromMs(INT64_MAX), [&](TimePoint hour, auto data) {
        const auto cars = decodeHourRollups(data, hour);
        for (const auto& car : cars.value()) counted += car.rollup.count;
      });
    }
    QVERIFY(rolled > 10'000);
    QCOMPARE(counted, rolled);  // every sample has a speed
  }

  void aMergeTakesNoMoreBlocksThanOneTransactionShould() {
    CompactionState state;
    for (std::size_t i = 1; i <= 2 * kMaxArrivalBlocks; ++i) {
      state.blocks.push_back({static_cast<std::int64_t>(i), fromMs(kStart), fromMs(kStart), 1});
    }
    const auto work = planCompaction(state);
    QVERIFY(work.has_value());
    QCOMPARE(work->parts.size(), kMaxMergedBlocks);
    QCOMPARE(work->parts.back().number, static_cast<std::int64_t>(kMaxMergedBlocks));
  }

  void aMergeThatIsGivenUpChangesNothing() {
    std::mt19937_64 random(7);
    auto log = writer();
    for (int i = 0; i < 20; ++i) send(*log, random, 300);
    m_clock.advance(std::chrono::hours(3));
    for (int pauses = 0; pauses < 40; ++pauses) {
      auto compactor = compactorFor(*log);
      int left = pauses;
      (void)compactor->step([&] { return left-- > 0; });
      verify();
    }
  }

  void aFailedSwapChangesNothing() {
    std::mt19937_64 random(9);
    auto log = writer();
    for (int i = 0; i < 10; ++i) send(*log, random, 300);
    m_clock.advance(std::chrono::hours(3));
    Compactor failing(path() / "telemetry", context(), m_shared,
                      [](auto) -> Result<void> { return fail(StorageErrc::diskFull); });
    const auto tried = failing.step(kNoPause);
    QVERIFY(!tried && tried.error().is(StorageErrc::diskFull));
    verify();
    CompactionSwap gone;
    gone.day = day(0);
    gone.removedBlocks = {1, 999'999};
    const auto refused = log->swap(std::make_shared<CompactionSwap>(gone));
    QVERIFY(!refused && refused.error().is(StorageErrc::notFound));
    verify();
  }

  void oneCarWithVeryManySamples() {
    auto log = writer();
    auto compactor = compactorFor(*log);
    SampleBatch batch;
    for (int part = 0; part < 5; ++part) {
      batch.clear();
      for (int i = 0; i < 60'000; ++i) {
        const auto time = fromMs(kStart + (part * 60'000 + i) * 10);
        batch.beginRow(PrincipalNumber{7}, time, time);
        batch.addMetric(MetricNames::kSpeedId, i / 10.0);
        m_model.push_back(plain(batch, batch.rows().back(), m_names));
      }
      QVERIFY(store(*log, batch).has_value());
    }
    m_clock.advance(std::chrono::hours(2));
    drain(*compactor);
    verify();
    auto file = DayFile::openForReading(dayFilePath(path() / "telemetry", day(0))).value();
    QCOMPARE(file->database().integer("SELECT sum(row_count) FROM segment WHERE rolled = 1"), 300'000);
  }

  void damagedBlocksAreLeftAlone() {
    std::mt19937_64 random(11);
    auto log = writer();
    for (int i = 0; i < 10; ++i) send(*log, random, 50);
    const auto stored = static_cast<std::int64_t>(m_model.size());
    log.reset();
    {
      auto file = Database::open(dayFilePath(path() / "telemetry", day(0)), Database::Mode::create).value();
      file->exec("UPDATE block SET data = zeroblob(length(data)) WHERE number = 4");
    }
    log = writer();
    auto compactor = compactorFor(*log);
    m_clock.advance(std::chrono::hours(48));
    send(*log, random, 1);
    drain(*compactor);
    auto file = DayFile::openForReading(dayFilePath(path() / "telemetry", day(0))).value();
    QCOMPARE(file->database().integer("SELECT count(*) FROM block"), 1);
    QCOMPARE(file->database().integer("SELECT number FROM block"), 4);
    QCOMPARE(file->database().integer("SELECT sum(row_count) FROM segment") +
                 file->database().integer("SELECT sum(row_count) FROM block"),
             stored);
  }

  void filesOfVersionOneAreReadAndCompacted() {
    std::mt19937_64 random(13);
    auto log = writer();
    std::vector<std::string> blocks;
    for (int i = 0; i < 30; ++i) {
      const auto sent = send(*log, random, 200);
      blocks.push_back(versionOneBlock(sent, m_names));
    }
    log.reset();
    {
      // As an earlier Carport left it.
      auto file = Database::open(dayFilePath(path() / "telemetry", day(0)), Database::Mode::create).value();
      QCOMPARE(file->integer("SELECT count(*) FROM block"), std::int64_t(blocks.size()));
      for (std::size_t i = 0; i < blocks.size(); ++i) {
        file->query("UPDATE block SET data = ? WHERE number = ?")
            .bind(std::as_bytes(std::span(blocks[i])), i + 1)
            .run();
      }
      file->exec("DROP TABLE segment; DROP TABLE hour_rollup; DROP INDEX block_from; PRAGMA user_version = 1");
    }
    verify();
    QCOMPARE(reader()->history({PrincipalNumber{1}, {"speed"}, fromMs(0), fromMs(INT64_MAX), 10})->series.size(), 1U);
    m_clock.advance(std::chrono::hours(48));
    log = writer();
    auto open = reader();  // sees the file change under it
    QVERIFY(open->latestSamples().has_value());
    auto compactor = compactorFor(*log);
    drain(*compactor);
    verify(*open);
    auto file = DayFile::openForReading(dayFilePath(path() / "telemetry", day(0))).value();
    QCOMPARE(file->database().integer("SELECT count(*) FROM block"), 0);
  }

  void aFileWhoseLogIsHeldBackWaits() {
    std::mt19937_64 random(15);
    auto log = writer();
    auto compactor = compactorFor(*log);
    send(*log, random, 100);
    const auto file = dayFilePath(path() / "telemetry", day(0));
    auto backup = Database::open(file, Database::Mode::readOnly).value();
    {
      ReadTransaction moment(*backup);
      QVERIFY(backup->integer("SELECT count(*) FROM block") > 0);
      std::string noise(1024 * 1024, ' ');
      for (int i = 0; i < 40; ++i) {
        for (char& c : noise) c = static_cast<char>(random());
        auto batch = oneSample(1, kStart + i, i);
        batch.addAttribute(*m_names.intern("noise"), noise);
        m_model.push_back(plain(batch, batch.rows()[0], m_names));
        QVERIFY(store(*log, batch).has_value());
      }
      m_clock.advance(std::chrono::hours(3));
      QVERIFY(!compactor->step(kNoPause).value());
      QVERIFY(compactor->isDue());
    }
    QVERIFY(compactor->step(kNoPause).value());
    drain(*compactor);
    verify();
    QCOMPARE(Database::open(file, Database::Mode::readOnly).value()->integer("SELECT count(*) FROM block"), 0);
  }

  void declaredResolutionsRoundAndNothingElse() {
    auto log = writer();
    auto compactor = compactorFor(*log);
    QVERIFY(declareMetricResolution(path() / "registry.db", "temperature", 0.5));
    QVERIFY(!declareMetricResolution(path() / "registry.db", "speed", 0.0));
    const auto temperature = *m_names.intern("temperature");
    SampleBatch batch;
    for (int i = 0; i < 2000; ++i) {
      batch.beginRow(PrincipalNumber{1}, fromMs(kStart + i * 1000), fromMs(kStart + i * 1000));
      batch.addMetric(MetricNames::kSpeedId, i / 7.0);
      batch.addMetric(temperature, 20 + i / 7.0);
    }
    QVERIFY(store(*log, batch).has_value());
    m_clock.advance(std::chrono::hours(2));
    drain(*compactor);
    int seen = 0;
    QVERIFY(
        reader()->visitSamples(PrincipalNumber{1}, fromMs(0), fromMs(INT64_MAX), [&](const auto& all, const auto& row) {
          for (const auto& [metric, value] : all.metrics(row)) {
            if (metric == MetricNames::kSpeedId && value == seen / 7.0) continue;
            if (metric == temperature && value == std::round((20 + seen / 7.0) * 2) / 2) continue;
            return false;
          }
          ++seen;
          return true;
        }));
    QCOMPARE(seen, 2000);
  }

  void theThreadCompactsByItself() {
    WriterOptions options;
    options.compact = true;
    auto log = std::make_unique<StorageWriter>(path(), context(), m_shared, options);
    // The first look takes what is there by then, however little; after it, as many wait as two looks may leave.
    const std::int64_t mostWaiting = 2 * kMaxArrivalBlocks;
    for (int i = 0; i < 3 * static_cast<int>(kMaxArrivalBlocks); ++i) {
      const auto batch = oneSample(static_cast<std::uint32_t>(1 + i % 3), kStart + (i * 7919) % 1000, i);
      m_model.push_back(plain(batch, batch.rows()[0], m_names));
      QVERIFY(store(*log, batch).has_value());
    }
    const auto blocks = [&] {
      return Database::open(dayFilePath(path() / "telemetry", day(0)), Database::Mode::readOnly)
          .value()
          ->integer("SELECT count(*) FROM block");
    };
    QTRY_VERIFY_WITH_TIMEOUT(blocks() < mostWaiting, 60'000);
    verify();
  }

 private:
  static inline const BlockMerger::Pause kNoPause = [] { return true; };

  std::filesystem::path path() const { return m_dir->path().toStdString(); }
  StorageContext context() { return {m_names, m_clock, Log::toMemory()}; }
  Day day(int number) const {
    return std::chrono::floor<std::chrono::days>(fromMs(kStart)) + std::chrono::days(number);
  }

  /// Its own compaction does not run: the tests decide when.
  std::unique_ptr<StorageWriter> writer() {
    WriterOptions options;
    options.compact = false;
    return std::make_unique<StorageWriter>(path(), context(), m_shared, options);
  }
  std::unique_ptr<Compactor> compactorFor(StorageWriter& log) {
    return std::make_unique<Compactor>(path() / "telemetry", context(), m_shared,
                                       [&log](auto made) { return log.swap(std::move(made)); });
  }
  std::unique_ptr<HistoryReader> reader() { return SqliteHistoryReader::open(path(), context(), m_shared).value(); }

  static void drain(Compactor& compactor) {
    for (int steps = 0; steps < 10'000; ++steps) {
      const auto more = compactor.step(kNoPause);
      QVERIFY2(more.has_value(), more ? "" : more.error().message().c_str());
      if (!*more) return;
    }
    QFAIL("compaction does not come to an end");
  }

  /// Samples around now: some late, some twice, a few from clocks gone wrong, metrics that come and go.
  SampleBatch send(DurableLog& log, std::mt19937_64& random, std::size_t count) {
    SampleBatch batch;
    const std::int64_t now = toMs(m_clock.now());
    for (std::size_t i = 0; i < count; ++i) {
      auto time = now + static_cast<std::int64_t>(random() % 600'000);
      if (random() % 20 == 0) time -= static_cast<std::int64_t>(random() % 90'000'000);
      if (random() % 300 == 0) time = static_cast<std::int64_t>(random() % 4'000'000'000'000);
      const auto car = static_cast<std::uint32_t>(random() % 4 == 0 ? 1 + random() % 60'000 : 1 + random() % 6);
      for (int copies = random() % 30 == 0 ? 2 : 1; copies > 0; --copies) {
        batch.beginRow(PrincipalNumber{car}, fromMs(time), fromMs(now));
        batch.addMetric(MetricNames::kSpeedId, static_cast<double>(random() % 2000) / 10);
        if (random() % 3 == 0) batch.addMetric(*m_names.intern("odd"), std::bit_cast<double>(random()));
        if (random() % 2 == 0) batch.addAttribute(*m_names.intern("ignition"), random() % 2 == 0);
        if (random() % 40 == 0) batch.addAttribute(*m_names.intern("driver"), "driver " + std::to_string(random() % 9));
      }
    }
    for (const auto& row : batch.rows()) m_model.push_back(plain(batch, row, m_names));
    if (!store(log, batch)) qFatal("storing failed");
    return batch;
  }

  void verify() {
    const auto read = reader();
    verify(*read);
  }
  /// All cars that have many samples, and a few of the others.
  void verify(HistoryReader& read) {
    std::map<std::uint32_t, std::vector<PlainSample>> expected;
    for (const auto& sample : m_model) expected[sample.car].push_back(sample);
    int others = 0;
    for (auto& [car, samples] : expected) {
      if (samples.size() < 50 && ++others > 20) continue;
      sortAsStored(samples);
      std::vector<PlainSample> stored;
      QVERIFY(read.visitSamples(PrincipalNumber{car}, fromMs(INT64_MIN), fromMs(INT64_MAX),
                                [&](const auto& batch, const auto& row) {
                                  stored.push_back(plain(batch, row, m_names));
                                  return true;
                                }));
      QCOMPARE(stored.size(), samples.size());
      QVERIFY(stored == samples);
    }
  }

  std::unique_ptr<QTemporaryDir> m_dir;
  ManualClock m_clock;
  MetricNames m_names;
  std::shared_ptr<StorageShared> m_shared;
  std::vector<PlainSample> m_model;
};

QTEST_GUILESS_MAIN(TestCompaction)
#include "tst_compaction.moc"
