#include "gateway/storage/retention_sweep.h"
#include "gateway/storage/rollup_codec.h"
#include "gateway/storage/sqlite_history_reader.h"
#include "gateway/storage/sqlite_registry_store.h"
#include "gateway/storage/storage_writer.h"
#include "gateway/storage/verify.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace carport;
using namespace carport::test;

namespace {
constexpr std::int64_t kStart = 1'700'006'400'000;  // a whole day: 2023-11-15T00:00:00Z
constexpr int kRows = 400;                          // a car's in an hour: enough for roll-ups a minute
}  // namespace

/// What is older than its policy says goes, what is not stays bit for bit, and what remains can be read.
class TestRetentionSweep : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_clock.setNow(fromMs(kStart));
    m_shared = std::make_shared<StorageShared>();
    std::filesystem::create_directories(path() / "telemetry");
    m_registry = SqliteRegistryStore::open(path() / "registry.db", m_clock).value();
    api::Principal group;
    group.id = "taxis";
    group.type = api::PrincipalType::group;
    QVERIFY(m_registry->addPrincipal({group, {}, {}, false, false, {}}).has_value());
    for (const char* id : {"first", "second"}) {
      api::Principal car;
      car.id = id;
      car.type = api::PrincipalType::device;
      if (std::string(id) == "first") car.groups = {"taxis"};
      m_cars.push_back(m_registry->addPrincipal({car, {}, {}, false, false, {}})->principal.number);
    }
    m_first = m_cars[m_cars.size() - 2];
    m_second = m_cars.back();
    m_log = std::make_unique<StorageWriter>(path(), context(), m_shared, options());
  }
  void cleanup() {
    m_sweep.reset();
    m_log.reset();
    m_registry.reset();
  }

  void withoutPoliciesNothingGoes() {
    fillDays(5);
    sweep();
    QCOMPARE(days(), 5U);
    QCOMPARE(samplesOf(m_first), std::size_t{5 * kRows});
  }

  void wholeDaysGoOnceNothingInThemIsKept() {
    set({policy("all", {}, 2, 2, 2)});
    fillDays(6);
    sweep();
    QCOMPARE(days(), 3U);
    QCOMPARE(samplesOf(m_first), std::size_t{3 * kRows});
    m_clock.advance(RetentionSweep::kReadersLetGo);
    sweep();
    for (const auto& entry : std::filesystem::directory_iterator(path() / "telemetry")) {
      QVERIFY2(entry.path().extension() != ".expired", entry.path().c_str());
    }
  }

  void samplesBecomeMinutesThenHoursThenNothing() {
    set({policy("all", {}, 1, 3, 5)});
    fillDays(8);
    sweep();
    // The day before yesterday's samples are gone, and the roll-ups answer for them.
    QCOMPARE(samplesOf(m_first), std::size_t{2 * kRows});
    QCOMPARE(days(), 6U);
    QVERIFY(integerOf(8 - 1 - 2, "SELECT count(*) FROM segment WHERE length(minutes) > 0 AND length(data) = 0") > 0);
    QCOMPARE(integerOf(8 - 1 - 4, "SELECT count(*) FROM segment"), 0);
    QVERIFY(integerOf(8 - 1 - 4, "SELECT count(*) FROM hour_rollup") > 0);
    QCOMPARE(countedIn(8 - 1 - 4), std::uint64_t{2 * kRows});
    QVERIFY(verifyFolder(path())->sound() || !std::filesystem::exists(path() / "secret.key"));
  }

  void eachGroupHasItsOwnTime() {
    set({policy("taxis", "taxis", 1, 1, 1), policy("others", {}, 100)});
    fillDays(5);
    sweep();
    QCOMPARE(days(), 5U);
    QCOMPARE(samplesOf(m_first), std::size_t{2 * kRows});
    QCOMPARE(samplesOf(m_second), std::size_t{5 * kRows});
    QCOMPARE(countedIn(0), std::uint64_t{kRows});  // the hour's roll-ups know the second car alone
    set({policy("taxis", "taxis", 1, 1, 1), policy("others", {}, 1, 1, 1)});
    sweep();
    QCOMPARE(days(), 2U);
  }

  void oneGroupsMinutesBesideAnothersSamples() {
    set({policy("taxis", "taxis", 1, 50, 50), policy("others", {}, 100)});
    fillDays(4);
    sweep();
    QCOMPARE(samplesOf(m_first), std::size_t{2 * kRows});
    QCOMPARE(samplesOf(m_second), std::size_t{4 * kRows});
    QVERIFY(integerOf(0, "SELECT count(*) FROM segment WHERE length(data) = 0 AND length(minutes) > 0") > 0);
    QCOMPARE(countedIn(0), std::uint64_t{2 * kRows});  // nothing counts twice
    set({policy("taxis", "taxis", 1, 1, 50), policy("others", {}, 100)});
    sweep();
    QCOMPARE(integerOf(0, "SELECT count(*) FROM segment WHERE length(data) = 0"), 0);
    QCOMPARE(samplesOf(m_second), std::size_t{4 * kRows});
  }

  void aCarsEventsGoHoweverMany() {
    set({policy("taxis", "taxis", 1, 1, 1), policy("others", {}, 100)});
    std::vector<api::Event> events(2 * EventTable::kMaxRemoved + 2);
    for (api::Event& event : events) {
      event.car = m_first;
      event.name = "door";
      event.time = m_clock.now();
    }
    events.back().car = m_second;
    std::promise<bool> stored;
    QVERIFY(m_log->appendEvents(events, [&](const auto& result) { stored.set_value(result.has_value()); }));
    QVERIFY(stored.get_future().get());
    fillDays(5);
    sweep();
    QCOMPARE(integerOf(0, "SELECT count(*) FROM event"), 1);
  }

  void theOldestDaysGoBeyondTheBudget() {
    fillDays(6);
    api::Retention retention;
    retention.diskBudgetBytes = api::kLeastDiskBudgetBytes;
    QVERIFY(m_registry->setRetention(retention).has_value());
    sweep();
    QCOMPARE(days(), 6U);
    const auto oldest = dayFilePath(path() / "telemetry", day(0));
    std::filesystem::resize_file(oldest, api::kLeastDiskBudgetBytes);
    m_clock.advance(RetentionSweep::kEvery);
    sweep();
    QVERIFY(!std::filesystem::exists(oldest));
    QCOMPARE(days(), 5U);
  }

  void aClockThatJumpsAheadTakesNothing() {
    set({policy("all", {}, 30, 30, 30)});
    fillDays(3);
    m_clock.advance(std::chrono::hours(24 * 4000));
    send();
    sweep();
    QCOMPARE(days(), 4U);
  }

  void aGroupWithAPolicyCannotBeRemoved() {
    set({policy("taxis", "taxis", 1)});
    const auto group = m_registry->load()->principals.front().principal;
    const auto refused = m_registry->removePrincipal(group.number);
    QVERIFY(!refused && refused.error().message().find("taxis") != std::string::npos);
    set({});
    QVERIFY(m_registry->removePrincipal(group.number).has_value());
    QVERIFY(!m_registry->setRetention({{policy("taxis", "taxis", 1)}, {}}).has_value());
  }

 private:
  static api::RetentionPolicy policy(std::string name, std::optional<std::string> group, std::uint32_t raw,
                                     std::optional<std::uint32_t> minutes = {},
                                     std::optional<std::uint32_t> hours = {}) {
    return {std::move(name), std::move(group), raw, minutes, hours, {}, "test"};
  }
  void set(std::vector<api::RetentionPolicy> policies) {
    QVERIFY(m_registry->setRetention({std::move(policies), {}}).has_value());
    m_clock.advance(RetentionSweep::kEvery);
  }
  std::filesystem::path path() const { return m_dir->path().toStdString(); }
  StorageContext context() { return {m_names, m_clock, Log::toMemory()}; }
  static WriterOptions options() {
    WriterOptions options;
    options.compact = false;
    return options;
  }
  Day day(int number) const {
    return std::chrono::floor<std::chrono::days>(fromMs(kStart)) + std::chrono::days(number);
  }
  std::size_t days() const { return listDays(path() / "telemetry").size(); }

  /// An hour of both cars.
  void send() {
    SampleBatch batch;
    for (int i = 0; i < kRows * 2; ++i) {
      const auto time = m_clock.now() + Milliseconds(i / 2 * 3'600'000 / kRows);
      batch.beginRow(i % 2 == 0 ? m_first : m_second, time, time);
      batch.addMetric(MetricNames::kSpeedId, i / 10.0);
      batch.addAttribute(*m_names.intern("ignition"), i % 3 == 0);
    }
    // Beyond what is too little for an hour's roll-ups.
    for (std::uint32_t i = 0; i < 1000; ++i) {
      batch.beginRow(PrincipalNumber{1000 + i}, m_clock.now(), m_clock.now());
      batch.addMetric(*m_names.intern("filler"), i);
    }
    QVERIFY(store(*m_log, batch).has_value());
  }
  /// So many days, the last of which is today's; compaction is through with the others.
  void fillDays(int count) {
    for (int i = 0; i < count; ++i) {
      m_clock.setNow(fromMs(kStart) + std::chrono::hours(24 * i));
      send();
    }
    m_clock.advance(std::chrono::hours(5));
    Compactor compactor(path() / "telemetry", context(), m_shared,
                        [this](auto made) { return m_log->swap(std::move(made)); });
    for (int steps = 0; compactor.step([] { return true; }).value(); ++steps) QVERIFY(steps < 1000);
  }
  void sweep() {
    if (!m_sweep) {
      m_sweep = std::make_unique<RetentionSweep>(path(), context(), m_shared,
                                                 [this](auto made) { return m_log->swap(std::move(made)); });
    }
    for (int steps = 0;; ++steps) {
      QVERIFY(steps < 10'000);
      const auto more = m_sweep->step();
      QVERIFY2(more.has_value(), more ? "" : more.error().message().c_str());
      if (!*more) return;
    }
  }
  std::size_t samplesOf(PrincipalNumber car) {
    std::size_t count = 0;
    auto reader = SqliteHistoryReader::open(path(), context(), m_shared).value();
    (void)reader->visitSamples(car, fromMs(INT64_MIN), fromMs(INT64_MAX), [&](const auto& batch, const auto& row) {
      if (!batch.metrics(row).empty() && !batch.attributes(row).empty()) ++count;
      return true;
    });
    return count;
  }
  std::int64_t integerOf(int number, const char* sql) {
    return DayFile::openForReading(dayFilePath(path() / "telemetry", day(number))).value()->database().integer(sql);
  }
  /// Values of speed that the hours' roll-ups of a day count.
  std::uint64_t countedIn(int number) {
    std::uint64_t counted = 0;
    auto file = DayFile::openForReading(dayFilePath(path() / "telemetry", day(number))).value();
    file->rollups().forEach("speed", fromMs(INT64_MIN), fromMs(INT64_MAX), [&](TimePoint hour, auto data) {
      const auto cars = decodeHourRollups(data, hour);
      for (const auto& car : cars.value()) counted += car.rollup.count;
    });
    return counted;
  }

  std::unique_ptr<QTemporaryDir> m_dir;
  ManualClock m_clock;
  MetricNames m_names;
  std::shared_ptr<StorageShared> m_shared;
  std::unique_ptr<SqliteRegistryStore> m_registry;
  std::unique_ptr<StorageWriter> m_log;
  std::unique_ptr<RetentionSweep> m_sweep;
  std::vector<PrincipalNumber> m_cars;
  PrincipalNumber m_first, m_second;
};

QTEST_GUILESS_MAIN(TestRetentionSweep)
#include "tst_retention_sweep.moc"
