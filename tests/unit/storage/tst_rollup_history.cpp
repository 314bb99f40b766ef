#include "gateway/storage/compactor.h"
#include "gateway/storage/sqlite_history_reader.h"
#include "gateway/storage/sqlite_registry_store.h"
#include "gateway/storage/storage_writer.h"
#include "tests/unit/storage/history_model.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <random>

using namespace carport;
using namespace carport::test;

namespace {
constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 24 * kHourMs;
constexpr std::int64_t kStart = 1'700'006'400'000;  // 2023-11-15T00:00:00Z
constexpr int kHours = 54;                          // two days and a quarter
}  // namespace

/// History of compacted days, which answers from roll-ups where it can, against a model that keeps everything in a
/// list.
class TestRollupHistory : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    std::filesystem::create_directories(path() / "telemetry");
    QVERIFY(SqliteRegistryStore::open(path() / "registry.db", m_clock).has_value());
    WriterOptions options;
    options.compact = false;
    StorageWriter log(path(), context(), m_shared, options);
    Compactor compactor(path() / "telemetry", context(), m_shared,
                        [&](auto made) { return log.swap(std::move(made)); });
    for (int step = 0; step < kHours * 6; ++step) {
      sendTenMinutes(log);
      m_clock.advance(Milliseconds(kHourMs / 6));
      while (step % 3 == 0 && compactor.step([] { return true; }).value()) {
      }
    }
    while (compactor.step([] { return true; }).value()) {
    }
    m_reader = SqliteHistoryReader::open(path(), context(), m_shared).value();
    auto first =
        DayFile::openForReading(dayFilePath(path() / "telemetry", listDays(path() / "telemetry").front())).value();
    QVERIFY(first->database().integer("SELECT count(*) FROM segment WHERE length(minutes) > 0") > 20);
  }

  void historyEqualsTheModel_data() {
    QTest::addColumn<qint64>("from");
    QTest::addColumn<qint64>("to");
    QTest::addColumn<int>("points");
    QTest::newRow("everything") << qint64(0) << qint64(INT64_MAX) << 50;
    QTest::newRow("everything, one bucket") << qint64(0) << qint64(INT64_MAX) << 1;
    QTest::newRow("a day in minutes") << qint64(kStart) << qint64(kStart + kDayMs) << 500;
    QTest::newRow("a day in hours") << qint64(kStart) << qint64(kStart + kDayMs) << 24;
    QTest::newRow("a day in seconds") << qint64(kStart) << qint64(kStart + kDayMs) << 5000;
    QTest::newRow("cut minutes") << qint64(kStart + 5'430'123) << qint64(kStart + 30'012'345) << 60;
    QTest::newRow("inside a minute") << qint64(kStart + 5'430'123) << qint64(kStart + 5'450'000) << 3;
    QTest::newRow("over midnight") << qint64(kStart + 20 * kHourMs + 777) << qint64(kStart + 30 * kHourMs) << 100;
  }
  void historyEqualsTheModel() {
    QFETCH(qint64, from);
    QFETCH(qint64, to);
    QFETCH(int, points);
    for (const std::uint32_t car : {1U, 2U, 5U, 9U}) {
      const auto history =
          m_reader->history({PrincipalNumber{car}, {"speed", "rare"}, fromMs(from), fromMs(to), std::size_t(points)});
      QVERIFY(history.has_value());
      bool exact = true;
      for (const auto& series : history->series) {
        const auto values = valuesIn(m_model, car, series.metric, from, to);
        QVERIFY(series.points.size() <= std::size_t(points));
        exact = exact && values.size() <= std::size_t(points);
        if (values.size() <= std::size_t(points)) QCOMPARE(series.points.size(), values.size());
        compare(series, values);
      }
      QCOMPARE(history->exact, exact);
    }
  }

  void wideBucketsAreWholeUnits() {
    const auto history =
        m_reader->history({PrincipalNumber{1}, {"speed"}, fromMs(kStart), fromMs(kStart + kDayMs), 700});
    std::set<std::int64_t> minutes;
    for (const auto& point : history->series[0].points) minutes.insert(toMs(point.time) / kMinuteMs / 3);
    QCOMPARE(minutes.size(), history->series[0].points.size());  // each of its own three minutes
  }

  void fleetEqualsTheModel_data() {
    QTest::addColumn<qint64>("from");
    QTest::addColumn<qint64>("to");
    QTest::addColumn<int>("buckets");
    QTest::addColumn<qint64>("width");
    QTest::newRow("all, hours") << qint64(kStart) << qint64(kStart + 60 * kHourMs) << 60 << qint64(kHourMs);
    QTest::newRow("all, three hours") << qint64(kStart) << qint64(kStart + 60 * kHourMs) << 20 << qint64(3 * kHourMs);
    QTest::newRow("cut hours") << qint64(kStart + 1'234'567) << qint64(kStart + 53 * kHourMs + 7654) << 60
                               << qint64(kHourMs);
    QTest::newRow("minutes") << qint64(kStart) << qint64(kStart + kDayMs) << 1440 << qint64(kMinuteMs);
    QTest::newRow("cut minutes") << qint64(kStart + 5'430'123) << qint64(kStart + 30'012'345) << 41
                                 << qint64(11 * kMinuteMs);
    QTest::newRow("one bucket") << qint64(kStart) << qint64(kStart + kHourMs) << 1 << qint64(kHourMs);
  }
  void fleetEqualsTheModel() {
    QFETCH(qint64, from);
    QFETCH(qint64, to);
    QFETCH(int, buckets);
    QFETCH(qint64, width);
    const std::vector<PrincipalNumber> some{PrincipalNumber{1}, PrincipalNumber{5}, PrincipalNumber{77}};
    for (const auto& cars : {std::optional<std::vector<PrincipalNumber>>(), std::optional(some),
                             std::optional(std::vector<PrincipalNumber>())}) {
      for (const char* metric : {"speed", "rare", "unknown"}) {
        const auto fleet = m_reader->fleetHistory({metric, cars, fromMs(from), fromMs(to), std::size_t(buckets)});
        QVERIFY(fleet.has_value());
        QCOMPARE(fleet->bucketWidth.count(), width);
        QVERIFY(fleet->buckets.size() <= std::size_t(buckets));
        compareFleet(*fleet, cars, from, to);
      }
    }
  }

  void fleetRefusesNonsense() {
    QVERIFY(!m_reader->fleetHistory({"speed", {}, fromMs(5), fromMs(5), 10}));
    QVERIFY(!m_reader->fleetHistory({"speed", {}, fromMs(0), fromMs(5), 0}));
    QVERIFY(!m_reader->fleetHistory({"speed", {}, fromMs(0), fromMs(5), api::kMaxFleetBuckets + 1}));
  }

 private:
  std::filesystem::path path() const { return m_dir.path().toStdString(); }
  StorageContext context() { return {m_names, m_clock, Log::toMemory()}; }

  /// Cars 1 and 2 every two seconds, the others now and then; some samples are late.
  void sendTenMinutes(DurableLog& log) {
    SampleBatch batch;
    const std::int64_t now = toMs(m_clock.now());
    const auto rare = *m_names.intern("rare");
    for (int i = 0; i < 300; ++i) {
      for (std::uint32_t car = 1; car <= 9; ++car) {
        if (car > 2 && m_random() % 40 != 0) continue;
        auto time = now + i * 2000 + static_cast<std::int64_t>(m_random() % 900);
        if (m_random() % 200 == 0) time -= static_cast<std::int64_t>(m_random() % (3 * kHourMs));
        batch.beginRow(PrincipalNumber{car}, fromMs(time), fromMs(now));
        batch.addMetric(MetricNames::kSpeedId, static_cast<double>(m_random() % 2000) / 10);
        if (m_random() % 500 == 0) batch.addMetric(rare, static_cast<double>(m_random() % 1000) / 7);
      }
    }
    for (const auto& row : batch.rows()) m_model.push_back(plain(batch, row, m_names));
    QVERIFY(store(log, batch).has_value());
  }

  void compareFleet(const api::FleetHistory& fleet, const std::optional<std::vector<PrincipalNumber>>& cars,
                    std::int64_t from, std::int64_t to) const {
    std::map<std::int64_t, std::vector<double>> expected;
    const std::int64_t width = fleet.bucketWidth.count(), unit = width % kHourMs == 0 ? kHourMs : kMinuteMs;
    const std::int64_t start = from / unit * unit;
    for (const auto& sample : m_model) {
      if (sample.time < from || sample.time >= to) continue;
      if (cars && !std::binary_search(cars->begin(), cars->end(), PrincipalNumber{sample.car})) continue;
      const auto found = sample.metrics.find(fleet.metric);
      if (found == sample.metrics.end()) continue;
      expected[start + (sample.time - start) / width * width].push_back(std::bit_cast<double>(found->second));
    }
    QCOMPARE(fleet.buckets.size(), expected.size());
    for (const auto& bucket : fleet.buckets) {
      const auto& values = expected.at(toMs(bucket.time));
      QCOMPARE(bucket.count, std::uint64_t(values.size()));
      QCOMPARE(bucket.min, *std::min_element(values.begin(), values.end()));
      QCOMPARE(bucket.max, *std::max_element(values.begin(), values.end()));
      double sum = 0;
      for (const double value : values) sum += value;
      QVERIFY(std::abs(bucket.mean - sum / static_cast<double>(values.size())) < 1e-9);
    }
  }

  QTemporaryDir m_dir;
  ManualClock m_clock{fromMs(kStart)};
  MetricNames m_names;
  std::shared_ptr<StorageShared> m_shared = std::make_shared<StorageShared>();
  std::mt19937_64 m_random{31};
  std::vector<PlainSample> m_model;
  std::unique_ptr<HistoryReader> m_reader;
};

QTEST_GUILESS_MAIN(TestRollupHistory)
#include "tst_rollup_history.moc"
