#include "gateway/storage/compactor.h"
#include "gateway/storage/moment_scan.h"
#include "gateway/storage/sqlite_history_reader.h"
#include "gateway/storage/sqlite_registry_store.h"
#include "gateway/storage/storage_writer.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

using namespace carport;
using namespace carport::test;

namespace {
constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kStart = 1'700'006'400'000;  // 2023-11-15T00:00:00Z
constexpr int kHours = 27;
constexpr std::uint32_t kLostCar = 9;  ///< was heard of in the first hour only

/// A sample of the model.
struct Fix {
  std::int64_t time = 0;
  bool hasPlace = false;
  double latitude = 0, longitude = 0;
  float speed = 0;
};
}  // namespace

/// Where the fleet was, read from blocks as they arrived, from compacted hours and from their roll-ups, against a model
/// that keeps everything in a list.
class TestFleetMoments : public QObject {
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
      // The last three hours stay as they arrived.
      while (step % 3 == 0 && step < (kHours - 3) * 6 && compactor.step([] { return true; }).value()) {
      }
    }
    for (auto& [car, fixes] : m_model) {
      std::sort(fixes.begin(), fixes.end(), [](const Fix& a, const Fix& b) { return a.time < b.time; });
    }
    m_reader = SqliteHistoryReader::open(path(), context(), m_shared).value();
    auto first =
        DayFile::openForReading(dayFilePath(path() / "telemetry", listDays(path() / "telemetry").front())).value();
    QVERIFY(first->database().integer("SELECT count(*) FROM segment WHERE length(minutes) > 0") > 10);
  }

  void aMomentEqualsTheModel() {
    std::mt19937_64 random{7};
    for (int i = 0; i < 60; ++i) {
      const std::int64_t at = kStart + static_cast<std::int64_t>(random() % (kHours * kHourMs));
      api::FleetMomentsQuery query = everyCar(at, at);
      query.lookBack = i % 3 == 0 ? Milliseconds(20 * kMinuteMs) : api::kMomentLookBack;
      const auto moments = m_reader->fleetMoments(query);
      QVERIFY(moments.has_value());
      std::set<std::uint32_t> told;
      for (const auto& fix : moments->fixes) {
        QVERIFY(told.insert(fix.car.value).second);
        compare(fix, at);
        if (QTest::currentTestFailed()) return;
      }
      for (const std::uint32_t car : {1U, 2U, 3U, 4U, 5U, kLostCar}) {
        const Fix* newest = newestOf(car, at);
        const bool isIn = newest != nullptr && newest->time >= at - query.lookBack.count();
        QCOMPARE(told.contains(car), isIn);
      }
    }
  }

  void aStretchEqualsTheModel_data() {
    QTest::addColumn<qint64>("from");
    QTest::addColumn<qint64>("to");
    QTest::addColumn<qint64>("step");
    QTest::newRow("seconds, compacted") << qint64(kStart + 5 * kHourMs + 123) << qint64(kStart + 6 * kHourMs)
                                        << qint64(5000);
    QTest::newRow("as it arrived") << qint64(kStart + 25 * kHourMs) << qint64(kStart + 25 * kHourMs + 600'000)
                                   << qint64(1000);
    QTest::newRow("over both") << qint64(kStart + 23 * kHourMs) << qint64(kStart + 26 * kHourMs) << qint64(30'000);
    QTest::newRow("minutes from roll-ups")
        << qint64(kStart + 2 * kHourMs) << qint64(kStart + 9 * kHourMs) << qint64(kMinuteMs);
    QTest::newRow("ten minutes, over midnight")
        << qint64(kStart + 20 * kHourMs) << qint64(kStart + 27 * kHourMs) << qint64(10 * kMinuteMs);
  }
  void aStretchEqualsTheModel() {
    QFETCH(qint64, from);
    QFETCH(qint64, to);
    QFETCH(qint64, step);
    auto query = everyCar(from, to);
    query.step = Milliseconds(step);
    const auto moments = m_reader->fleetMoments(query);
    QVERIFY(moments.has_value());
    QCOMPARE(moments->step.count(), step);
    std::map<std::uint32_t, std::vector<const api::CarPosition*>> byCar;
    for (std::size_t i = 0; i < moments->fixes.size(); ++i) {
      const auto& fix = moments->fixes[i];
      QVERIFY(i == 0 || moments->fixes[i - 1].time <= fix.time);
      byCar[fix.car.value].push_back(&fix);
    }
    for (const auto& [car, fixes] : byCar) {
      // At the beginning one, then one a step in which there was a sample, the newest.
      std::map<std::int64_t, std::int64_t> expected;
      for (const Fix& one : m_model[car]) {
        if (one.time > from && one.time < to) expected[(one.time - from) / step] = one.time;
      }
      QCOMPARE(fixes.size(), expected.size() + (toMs(fixes.front()->time) <= from ? 1 : 0));
      auto next = expected.begin();
      for (const auto* fix : fixes) {
        if (toMs(fix->time) > from) QCOMPARE(toMs(fix->time), (next++)->second);
        compare(*fix, toMs(fix->time));
        if (QTest::currentTestFailed()) return;
      }
    }
    QVERIFY(byCar.size() >= 5);
  }

  void stepsBecomeWiderWhereThereAreTooManyFixes() {
    auto query = everyCar(kStart + 5 * kHourMs, kStart + 6 * kHourMs);
    query.step = Milliseconds(1000);
    query.maxFixes = 500;
    const auto few = m_reader->fleetMoments(query);
    QVERIFY(few.has_value());
    QVERIFY(few->fixes.size() <= 500 + query.cars.size());
    QVERIFY(few->step > query.step);
    query.step = few->step;
    query.maxFixes = api::kMaxPackedMoments;
    const auto same = m_reader->fleetMoments(query);
    QCOMPARE(same->fixes.size(), few->fixes.size());
    for (std::size_t i = 0; i < same->fixes.size(); ++i) QVERIFY(same->fixes[i].time == few->fixes[i].time);
  }

  void onlyTheCarsThatWereAskedFor() {
    auto query = everyCar(kStart + 5 * kHourMs, kStart + 5 * kHourMs + 60'000);
    query.cars = {PrincipalNumber{2}, PrincipalNumber{77}};
    const auto moments = m_reader->fleetMoments(query);
    QVERIFY(!moments->fixes.empty());
    for (const auto& fix : moments->fixes) QCOMPARE(fix.car.value, 2U);
    query.cars.clear();
    QVERIFY(m_reader->fleetMoments(query)->fixes.empty());
  }

  void nonsenseIsRefused() {
    QVERIFY(!m_reader->fleetMoments(everyCar(5, 4)));
    QVERIFY(!m_reader->fleetMoments(everyCar(0, api::kMaxMomentsRange.count() + 1)));
    auto query = everyCar(5, 5);
    query.lookBack = api::kMaxMomentLookBack + Milliseconds(1);
    QVERIFY(!m_reader->fleetMoments(query));
    query = everyCar(5, 5);
    query.maxFixes = api::kMaxPackedMoments + 1;
    QVERIFY(!m_reader->fleetMoments(query));
  }

  void whereThereIsTooMuchToReadStepsAreMinutes() {
    auto query = everyCar(kStart + 5 * kHourMs + 123, kStart + 6 * kHourMs + 123);
    query.step = Milliseconds(5000);
    QCOMPARE(FleetMomentScan::whole(query, FleetMomentScan::kMaxRows).step.count(), std::int64_t{5000});
    const auto minutes = FleetMomentScan::whole(query, FleetMomentScan::kMaxRows + 1);
    QCOMPARE(minutes.step.count(), kMinuteMs);
    QCOMPARE(toMs(minutes.from), kStart + 5 * kHourMs);
    QCOMPARE(toMs(minutes.to), kStart + 6 * kHourMs + kMinuteMs);
    query.step = Milliseconds(10 * kMinuteMs);
    QCOMPARE(FleetMomentScan::whole(query, FleetMomentScan::kMaxRows + 1).step.count(), 10 * kMinuteMs);
  }

  void itIsCountedBeforeItIsRead() {
    const auto day = listDays(path() / "telemetry").front();
    const auto file = DayFile::openForReading(dayFilePath(path() / "telemetry", day)).value();
    const auto rowsOf = [&](const api::FleetMomentsQuery& query) {
      return static_cast<std::int64_t>(FleetMomentScan(query).rowsOfStretch(*file));
    };
    const auto all = everyCar(kStart - 3 * kHourMs, kStart + 21 * kHourMs);
    const auto stored = [&](const char* segments) {
      const std::string before = " FROM block WHERE from_time < " + std::to_string(kStart + 21 * kHourMs);
      const std::string sql = "SELECT (SELECT coalesce(sum(row_count), 0)" + before +
                              ") + (SELECT coalesce(sum(row_count), 0) FROM segment WHERE from_time < " +
                              std::to_string(kStart + 21 * kHourMs) + segments + ")";
      return file->database().integer(sql.c_str());
    };
    const std::int64_t samples = stored("");
    QVERIFY(samples > 20'000);
    QCOMPARE(rowsOf(all), samples);
    auto stranger = all;
    stranger.cars = {PrincipalNumber{1'000'000}};
    QCOMPARE(rowsOf(stranger), stored(" AND first_car <= 1000000 AND first_car + (1 << car_bits) > 1000000"));
    auto hour = all;
    hour.from = fromMs(kStart + 5 * kHourMs);
    hour.to = hour.from + Milliseconds(kHourMs);
    QVERIFY(rowsOf(hour) > 0 && rowsOf(hour) < samples / 4);
  }

  void theOrderInWhichSamplesComeDoesNotMatter_data() {
    QTest::addColumn<int>("most");
    QTest::newRow("all") << 100'000;
    QTest::newRow("wider steps") << 1500;
  }
  void theOrderInWhichSamplesComeDoesNotMatter() {
    QFETCH(int, most);
    constexpr std::int32_t kSamples = 20'000;
    auto query = everyCar(kStart, kStart + kHourMs);
    query.step = Milliseconds(200);
    query.maxFixes = static_cast<std::size_t>(most);
    std::vector<std::int32_t> times;
    for (std::int32_t i = 0; i < kSamples; ++i) times.push_back(i * 170 - 1000);
    const auto answerTo = [&] {
      MomentTracks tracks(query);
      for (const std::int32_t at : times) {
        MomentSample sample;
        sample.at = at;
        sample.speed = at % 90;
        if (at % 3 == 0) sample.place = std::pair(40 + at / 1e7, 7.0);
        tracks.add(static_cast<std::size_t>(at % 7 == 0), sample);
      }
      const auto moments = tracks.finish({});
      QString text = QString::number(moments.step.count());
      for (const auto& fix : moments.fixes) {
        text += QString(" %1:%2:%3:%4").arg(fix.car.value).arg(toMs(fix.time)).arg(double(fix.speed)).arg(fix.latitude);
      }
      return text;
    };
    const QString inOrder = answerTo();
    QCOMPARE(inOrder.startsWith("200 "), most > kSamples);
    std::reverse(times.begin(), times.end());
    QCOMPARE(answerTo(), inOrder);
    std::shuffle(times.begin(), times.end(), m_random);
    QCOMPARE(answerTo(), inOrder);
  }

  void aPlaceIsTheNewestWhateverElseIsInItsBlock() {
    QTemporaryDir dir;
    const std::filesystem::path folder = dir.path().toStdString();
    std::filesystem::create_directories(folder / "telemetry");
    ManualClock clock{fromMs(kStart + 2 * kHourMs)};
    const auto shared = std::make_shared<StorageShared>();
    const StorageContext context{m_names, clock, Log::toMemory()};
    QVERIFY(SqliteRegistryStore::open(folder / "registry.db", clock).has_value());
    const std::int64_t at = toMs(clock.now());
    const auto add = [&](SampleBatch& batch, std::uint32_t car, int minutesAgo, std::optional<double> latitude) {
      batch.beginRow(PrincipalNumber{car}, fromMs(at - minutesAgo * kMinuteMs), clock.now());
      batch.addMetric(MetricNames::kSpeedId, 30);
      if (latitude) batch.addMetric(MetricNames::kLatitudeId, *latitude);
      if (latitude) batch.addMetric(MetricNames::kLongitudeId, 7);
    };
    SampleBatch old, newer, newest;
    add(old, 1, 50, 43.0);  // in one block with what makes that look new
    add(old, 2, 6, 44.0);
    add(newer, 1, 20, 43.5);
    add(newest, 1, 5, {});
    {
      WriterOptions options;
      options.compact = false;
      StorageWriter log(folder, context, shared, options);
      for (const SampleBatch* batch : {&old, &newer, &newest}) QVERIFY(store(log, *batch).has_value());
    }
    const auto reader = SqliteHistoryReader::open(folder, context, shared).value();
    const auto moments = reader->fleetMoments(everyCar(at, at));
    QVERIFY(moments.has_value());
    QCOMPARE(moments->fixes.size(), std::size_t{2});
    const auto& fix = moments->fixes.back();
    QCOMPARE(fix.car.value, 1U);
    QCOMPARE(toMs(fix.time), at - 5 * kMinuteMs);
    QCOMPARE(fix.latitude, 43.5);
  }

  void whatCarsWereDoingIsAsLiveStatesTellIt() {
    api::FleetMomentsQuery query;
    query.cars = {PrincipalNumber{1}, PrincipalNumber{2}, PrincipalNumber{3}};
    query.from = fromMs(kStart);
    query.to = fromMs(kStart + 10 * kMinuteMs);
    MomentTracks tracks(query);
    const auto add = [&](std::size_t car, std::int64_t at, double speed) {
      MomentSample sample;
      sample.at = static_cast<std::int32_t>(at);
      sample.speed = speed;
      sample.drove = speed >= api::kDrivingKmh;
      tracks.add(car, sample);
    };
    add(0, -6 * kMinuteMs, 50);  // silent at the beginning
    add(0, 1000, 50);            // drives
    add(0, 2000, 0);             // idles
    add(0, 2000 + 4 * kMinuteMs, 0);
    add(1, -1000, 0);
    add(1, 5000, 0);
    add(1, 20'000, 0);
    api::Event raised;
    raised.car = PrincipalNumber{2};
    raised.name = "battery";
    raised.severity = api::Severity::alarm;
    raised.time = fromMs(kStart + 4000);
    api::Event ended = raised;
    ended.time = fromMs(kStart + 10'000);
    ended.active = false;
    const auto moments = tracks.finish({ended, raised});
    std::map<std::uint32_t, QStringList> words;
    for (const auto& fix : moments.fixes) {
      words[fix.car.value] << QString::number(static_cast<int>(fix.activity));
      QCOMPARE(fix.connected, fix.activity != api::Activity::silent);
    }
    QCOMPARE(words[1].join(' '), QString("4 1 2 3"));
    QCOMPARE(words[2].join(' '), QString("3 5 3"));
    QVERIFY(!words.contains(3));
  }

 private:
  std::filesystem::path path() const { return m_dir.path().toStdString(); }
  StorageContext context() { return {m_names, m_clock, Log::toMemory()}; }

  static api::FleetMomentsQuery everyCar(std::int64_t from, std::int64_t to) {
    api::FleetMomentsQuery query;
    for (std::uint32_t car = 1; car <= kLostCar; ++car) query.cars.push_back(PrincipalNumber{car});
    query.from = fromMs(from);
    query.to = fromMs(to);
    return query;
  }

  /// Cars 1 and 2 every two seconds, the others now and then; some samples are late, some have no position.
  void sendTenMinutes(DurableLog& log) {
    SampleBatch batch;
    const std::int64_t now = toMs(m_clock.now());
    for (int i = 0; i < 300; ++i) {
      for (std::uint32_t car = 1; car <= kLostCar; ++car) {
        if (car > 5 && (car != kLostCar || now > kStart)) continue;
        if (car > 2 && m_random() % 40 != 0) continue;
        Fix fix;
        fix.time = now + i * 2000 + static_cast<std::int64_t>(m_random() % 900);
        if (m_random() % 200 == 0) fix.time -= static_cast<std::int64_t>(m_random() % (3 * kHourMs));
        if (!m_times[car].insert(fix.time).second) continue;
        fix.hasPlace = m_random() % 10 != 0;
        fix.latitude = 43 + static_cast<double>(m_random() % 1000) / 1000;
        fix.longitude = 7 + static_cast<double>(m_random() % 1000) / 1000;
        fix.speed = static_cast<float>(m_random() % 90);
        batch.beginRow(PrincipalNumber{car}, fromMs(fix.time), fromMs(now));
        batch.addMetric(MetricNames::kSpeedId, static_cast<double>(fix.speed));
        if (fix.hasPlace) {
          batch.addMetric(MetricNames::kLatitudeId, fix.latitude);
          batch.addMetric(MetricNames::kLongitudeId, fix.longitude);
        }
        m_model[car].push_back(fix);
      }
    }
    QVERIFY(store(log, batch).has_value());
  }

  const Fix* newestOf(std::uint32_t car, std::int64_t at) const {
    const Fix* newest = nullptr;
    const auto found = m_model.find(car);
    if (found == m_model.end()) return nullptr;
    for (const Fix& one : found->second) {
      if (one.time <= at) newest = &one;
    }
    return newest;
  }
  const Fix* newestPlaceOf(std::uint32_t car, std::int64_t at) const {
    const Fix* newest = nullptr;
    for (const Fix& one : m_model.at(car)) {
      if (one.time <= at && one.hasPlace) newest = &one;
    }
    return newest;
  }
  void compare(const api::CarPosition& fix, std::int64_t at) const {
    const Fix* newest = newestOf(fix.car.value, at);
    QVERIFY(newest != nullptr);
    QCOMPARE(toMs(fix.time), newest->time);
    QCOMPARE(fix.speed, newest->speed);
    const Fix* place = newestPlaceOf(fix.car.value, at);
    if (!fix.hasFix()) return;
    QVERIFY(place != nullptr);
    QCOMPARE(fix.latitude, place->latitude);
    QCOMPARE(fix.longitude, place->longitude);
  }

  QTemporaryDir m_dir;
  ManualClock m_clock{fromMs(kStart)};
  MetricNames m_names;
  std::shared_ptr<StorageShared> m_shared = std::make_shared<StorageShared>();
  std::mt19937_64 m_random{31};
  std::map<std::uint32_t, std::vector<Fix>> m_model;
  std::map<std::uint32_t, std::set<std::int64_t>> m_times;
  std::unique_ptr<HistoryReader> m_reader;
};

QTEST_GUILESS_MAIN(TestFleetMoments)
#include "tst_fleet_moments.moc"
