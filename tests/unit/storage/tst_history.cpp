#include "gateway/storage/sample_window.h"
#include "gateway/storage/sqlite_history_reader.h"
#include "gateway/storage/sqlite_reader_pool.h"
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
constexpr std::int64_t kStart = 1'700'000'000'000;
}

/// History against a model that keeps everything in a list.
class TestHistory : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    std::filesystem::create_directories(path() / "telemetry");
    QVERIFY(SqliteRegistryStore::open(path() / "registry.db", m_clock).has_value());
    std::mt19937_64 random(11);
    const auto fuel = *m_names.intern("fuel");
    auto log = std::make_unique<StorageWriter>(path(), context(), m_shared);
    for (int commit = 0; commit < 400; ++commit) {
      SampleBatch batch;
      const auto rows = commit % 97 == 0 ? 5000 : random() % 40;
      for (std::size_t i = 0; i < rows; ++i) {
        const std::int64_t now = toMs(m_clock.now());
        // Mostly on time, some late by up to five days, a few from a clock gone wrong.
        auto time = now - static_cast<std::int64_t>(random() % 1000);
        if (random() % 10 == 0) time -= static_cast<std::int64_t>(random() % 432'000'000);
        if (random() % 500 == 0) time += 315'360'000'000;
        batch.beginRow(PrincipalNumber{static_cast<std::uint32_t>(1 + random() % 5)}, fromMs(time), m_clock.now());
        batch.addMetric(MetricNames::kSpeedId, static_cast<double>(random() % 1000) / 4);
        if (random() % 3 == 0) batch.addMetric(fuel, static_cast<double>(random() % 100));
      }
      for (const auto& row : batch.rows()) m_model.push_back(plain(batch, row, m_names));
      if (!batch.empty()) QVERIFY(store(*log, batch).has_value());
      m_clock.advance(Milliseconds(1'200'000));  // 400 commits: five and a half days
      if (commit == 200) log = nullptr, log = std::make_unique<StorageWriter>(path(), context(), m_shared);
    }
    m_reader = SqliteHistoryReader::open(path(), context(), m_shared).value();
  }

  void equalsTheModel_data() {
    QTest::addColumn<qint64>("from");
    QTest::addColumn<qint64>("to");
    QTest::addColumn<int>("points");
    QTest::newRow("everything") << qint64(INT64_MIN) << qint64(INT64_MAX) << 300;
    QTest::newRow("everything, exact") << qint64(INT64_MIN) << qint64(INT64_MAX) << 20'000;
    QTest::newRow("one day") << qint64(kStart + 86'400'000) << qint64(kStart + 2 * 86'400'000) << 100;
    QTest::newRow("one bucket") << qint64(kStart) << qint64(kStart + 86'400'000) << 1;
    QTest::newRow("an hour, exact") << qint64(kStart + 90'000'000) << qint64(kStart + 93'600'000) << 2000;
    QTest::newRow("nothing") << qint64(0) << qint64(1000) << 10;
    QTest::newRow("backwards") << qint64(kStart + 1000) << qint64(kStart) << 10;
  }
  void equalsTheModel() {
    QFETCH(qint64, from);
    QFETCH(qint64, to);
    QFETCH(int, points);
    for (const std::uint32_t car : {1U, 3U, 5U, 9U}) {
      const auto history =
          m_reader->history({PrincipalNumber{car}, {"fuel", "speed"}, fromMs(from), fromMs(to), std::size_t(points)});
      QVERIFY(history.has_value());
      bool exact = true;
      for (const auto& series : history->series) {
        const auto values = valuesIn(m_model, car, series.metric, from, to);
        QVERIFY(series.points.size() <= std::size_t(points));
        exact = exact && values.size() <= std::size_t(points);
        if (values.size() <= std::size_t(points)) {
          QCOMPARE(series.points.size(), values.size());
        }
        compare(series, values);
      }
      QCOMPARE(history->exact, exact);
    }
  }

  void refusesTooMuch() {
    QVERIFY(!m_reader->history({PrincipalNumber{1}, {"speed"}, fromMs(0), fromMs(1), HistoryReader::kMaxPoints + 1})
                 .has_value());
    QVERIFY(!m_reader->history({PrincipalNumber{1}, std::vector<std::string>(17, "x"), fromMs(0), fromMs(1), 10})
                 .has_value());
  }

  void visitsEverySampleInOrder() {
    for (const std::uint32_t car : {2U, 4U}) {
      auto expected = m_model;
      std::erase_if(expected, [&](const auto& sample) { return sample.car != car; });
      sortAsStored(expected);
      std::vector<PlainSample> visited;
      QVERIFY(m_reader->visitSamples(PrincipalNumber{car}, fromMs(INT64_MIN), fromMs(INT64_MAX),
                                     [&](const auto& batch, const auto& row) {
                                       visited.push_back(plain(batch, row, m_names));
                                       return true;
                                     }));
      QVERIFY(visited == expected);
    }
    int calls = 0;
    QVERIFY(m_reader->visitSamples(PrincipalNumber{2}, fromMs(0), fromMs(INT64_MAX),
                                   [&](const auto&, const auto&) { return ++calls < 3; }));
    QCOMPARE(calls, 3);
  }

  void windowsHoldLittleAndLoseNothing() {
    auto expected = m_model;
    std::erase_if(expected, [&](const auto& sample) { return sample.car != 3; });
    sortAsStored(expected);
    std::vector<PlainSample> visited;
    for (TimePoint cursor = fromMs(0); cursor < fromMs(INT64_MAX);) {
      SampleWindow window(PrincipalNumber{3}, cursor, fromMs(INT64_MAX), 100, m_names);
      for (const Day day : listDays(path() / "telemetry")) {
        auto file = DayFile::openForReading(dayFilePath(path() / "telemetry", day));
        QVERIFY(window.addFrom(**file).has_value());
      }
      std::size_t held = 0;
      QVERIFY(window.visit([&](const auto& batch, const auto& row) {
        visited.push_back(plain(batch, row, m_names));
        held = batch.size();
        return true;
      }));
      QVERIFY(held <= 100);
      QVERIFY(window.end() > cursor);
      cursor = window.end();
    }
    QVERIFY(visited == expected);
  }

  void knowsTheLatest() {
    std::map<std::uint32_t, std::int64_t> newest;
    for (const auto& sample : m_model) {
      auto [found, isNew] = newest.try_emplace(sample.car, sample.time);
      found->second = std::max(found->second, sample.time);
    }
    const auto latest = m_reader->latestSamples();
    QCOMPARE(latest->size(), newest.size());
    for (const auto& row : latest->rows()) QCOMPARE(toMs(row.time), newest.at(row.car.value));
  }

  void readsOnSeveralThreads() {
    std::vector<std::unique_ptr<HistoryReader>> readers;
    for (int i = 0; i < 3; ++i) readers.push_back(SqliteHistoryReader::open(path(), context(), m_shared).value());
    SqliteReaderPool pool(std::move(readers));
    std::atomic<int> left{30};
    std::promise<void> all;
    std::atomic<bool> same{true};
    const api::HistoryQuery query{PrincipalNumber{1}, {"speed"}, fromMs(0), fromMs(INT64_MAX), 50};
    const auto expected = m_reader->history(query)->series;
    for (int i = 0; i < 30; ++i) {
      QVERIFY(pool.read([&](HistoryReader& reader) {
        if (reader.history(query)->series != expected) same = false;
        if (--left == 0) all.set_value();
      }));
    }
    all.get_future().get();
    QVERIFY(same);
  }

 private:
  std::filesystem::path path() const { return m_dir.path().toStdString(); }
  StorageContext context() { return {m_names, m_clock, Log::toMemory()}; }

  QTemporaryDir m_dir;
  ManualClock m_clock{fromMs(kStart)};
  MetricNames m_names;
  std::shared_ptr<StorageShared> m_shared = std::make_shared<StorageShared>();
  std::vector<PlainSample> m_model;
  std::unique_ptr<HistoryReader> m_reader;
};

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
