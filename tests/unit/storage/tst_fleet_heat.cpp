#include "gateway/base/base_errc.h"
#include "gateway/base/stop_flag.h"
#include "gateway/storage/compactor.h"
#include "gateway/storage/heat_scan.h"
#include "gateway/storage/sqlite_history_reader.h"
#include "gateway/storage/sqlite_registry_store.h"
#include "gateway/storage/storage_writer.h"
#include "tests/unit/storage/storage_test_support.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <vector>

using namespace carport;
using namespace carport::test;

namespace {
constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kStart = 1'700'006'400'000;  // 2023-11-15T00:00:00Z
constexpr int kHours = 6;

/// A folder of its own with a few places in it.
struct Small {
  void add(std::uint32_t car, std::int64_t afterStart, double latitude, double longitude, bool hasPlace = true) {
    batch.beginRow(PrincipalNumber{car}, fromMs(kStart + afterStart), clock.now());
    batch.addMetric(MetricNames::kSpeedId, 30);
    if (hasPlace) batch.addMetric(MetricNames::kLatitudeId, latitude);
    if (hasPlace) batch.addMetric(MetricNames::kLongitudeId, longitude);
  }
  void store() {
    const std::filesystem::path folder = dir.path().toStdString();
    std::filesystem::create_directories(folder / "telemetry");
    const auto shared = std::make_shared<StorageShared>();
    const StorageContext context{names, clock, Log::toMemory()};
    QVERIFY(SqliteRegistryStore::open(folder / "registry.db", clock).has_value());
    {
      WriterOptions options;
      options.compact = false;
      StorageWriter log(folder, context, shared, options);
      QVERIFY(test::store(log, batch).has_value());
    }
    reader = SqliteHistoryReader::open(folder, context, shared).value();
  }

  QTemporaryDir dir;
  MetricNames names;
  ManualClock clock{fromMs(kStart + 2 * kHourMs)};
  SampleBatch batch;
  std::unique_ptr<HistoryReader> reader;
};
}  // namespace

/// How long the fleet was where, read from blocks as they arrived, from compacted hours and from their roll-ups.
class TestFleetHeat : public QObject {
  Q_OBJECT

 private slots:
  void timeIsCountedWhereItWasSpent() {
    Small small;
    // Cells of level 8 are 1.40625° wide; in the middle of column 133 and 134 of row 127, just north of the equator.
    const double west = 133.5 * 360 / 256 - 180, east = 134.5 * 360 / 256 - 180, north = 0.7;
    small.add(1, 0, north, west);
    small.add(1, 60'000, north, west);
    small.add(2, 0, north, west);
    small.add(2, 400'000, north, west);  // silent in between: 300 s count, and 300 s after it
    small.add(3, 0, north, west);
    small.add(3, 100'000, north, east);   // much too fast: nowhere in between
    small.add(4, 0, north, west, false);  // no position
    small.add(5, -10'000, north, 179.9);  // holds on into the time that is asked for
    small.store();
    const auto grid = api::HeatGrid::of({west, north, east, north}, 8);
    QVERIFY(grid && *grid == (api::HeatGrid{8, 133, 127, 2, 1}));
    api::FleetHeatQuery heatQuery{carsUpTo(5), fromMs(kStart), fromMs(kStart + kHourMs), *grid};
    auto heat = small.reader->fleetHeat(heatQuery);
    QVERIFY(heat.has_value());
    QCOMPARE(heat->seconds[0], float(60 + 300 + 300 + 300 + 100));
    QCOMPARE(heat->seconds[1], 300.0F);
    QCOMPARE(heat->total, 1360.0);
    QCOMPARE(heat->cars, 3U);
    QCOMPARE(heat->resolution.count(), std::int64_t{0});
    // Only what lies in the time, and only of the cars that were asked about.
    heatQuery.from = fromMs(kStart + 30'000);
    heatQuery.to = fromMs(kStart + 50'000);
    heatQuery.cars = {PrincipalNumber{1}, PrincipalNumber{3}};
    heat = small.reader->fleetHeat(heatQuery);
    QCOMPARE(heat->seconds[0], 40.0F);
    QCOMPARE(heat->cars, 2U);
    heatQuery.cars = {PrincipalNumber{5}};
    heatQuery.from = fromMs(kStart);
    heatQuery.to = fromMs(kStart + kHourMs);
    // Around the antimeridian, from east to west.
    heatQuery.grid = *api::HeatGrid::of({179, 0.1, -179, 0.9}, 8);
    QCOMPARE(heatQuery.grid.columns, 2U);
    heat = small.reader->fleetHeat(heatQuery);
    QCOMPARE(heat->seconds[0], 290.0F);
    QCOMPARE(heat->total, 290.0);
  }

  void betweenTwoPlacesACarDroveStraight() {
    Small small;
    // From the middle of one cell of level 20 (38 m) into the middle of the fourth to the east, across the
    // antimeridian.
    const double cell = 360.0 / (1 << 20);
    small.add(1, 0, 0.0001, 180 - 1.5 * cell);
    small.add(1, 60'000, 0.0001, -180 + 1.5 * cell);
    small.store();
    api::FleetHeatQuery query{{PrincipalNumber{1}}, fromMs(kStart), fromMs(kStart + 61'000), {}};
    query.grid = *api::HeatGrid::of({180 - 1.9 * cell, 0.0001, -180 + 1.9 * cell, 0.0001}, 20);
    QCOMPARE(query.grid.columns, 4U);
    const auto heat = small.reader->fleetHeat(query);
    QVERIFY(heat.has_value());
    const float expected[] = {10, 20, 20, 10};
    for (std::size_t i = 0; i < 4; ++i)
      QVERIFY2(std::abs(heat->seconds[i] - expected[i]) < 3, qPrintable(QString::number(heat->seconds[i])));
    QVERIFY(std::abs(heat->total - 61) < 1e-6);
  }

  void heatOfTheWholeFleetIsTheModelsTime() {
    QTemporaryDir dir;
    const std::filesystem::path folder = dir.path().toStdString();
    std::filesystem::create_directories(folder / "telemetry");
    ManualClock clock{fromMs(kStart)};
    MetricNames names;
    const auto shared = std::make_shared<StorageShared>();
    const StorageContext context{names, clock, Log::toMemory()};
    QVERIFY(SqliteRegistryStore::open(folder / "registry.db", clock).has_value());
    {
      WriterOptions options;
      options.compact = false;
      StorageWriter log(folder, context, shared, options);
      Compactor compactor(folder / "telemetry", context, shared, [&](auto made) { return log.swap(std::move(made)); });
      for (int step = 0; step < kHours * 6; ++step) {
        sendTenMinutes(log, clock);
        clock.advance(Milliseconds(kHourMs / 6));
        // The last two hours stay as they arrived.
        while (step % 3 == 0 && step < (kHours - 2) * 6 && compactor.step([] { return true; }).value()) {
        }
      }
    }
    const auto day = DayFile::openForReading(dayFilePath(folder / "telemetry", listDays(folder / "telemetry").front()));
    QVERIFY((*day)->database().integer("SELECT count(*) FROM segment WHERE length(minutes) > 0") > 1);
    const auto reader = SqliteHistoryReader::open(folder, context, shared).value();
    const api::FleetHeatQuery query{carsUpTo(6), fromMs(kStart), fromMs(kStart + kHours * kHourMs), {}};
    const double expected = modelSeconds(toMs(query.to));
    const auto heat = reader->fleetHeat(query);
    QVERIFY(heat.has_value());
    QVERIFY2(std::abs(heat->total - expected) < 0.01, qPrintable(QString("%1 %2").arg(heat->total).arg(expected)));
    QCOMPARE(heat->cars, 5U);

    // Hour by hour, from minute roll-ups where there are any: nearly the same.
    FleetHeatScan scan(query, {});
    const auto windows = scan.windowsFor(FleetHeatScan::kMaxRows + 1);
    QVERIFY(windows.size() >= kHours);
    for (const auto& window : windows) {
      QVERIFY(scan.add(**day, window).has_value());
      scan.endWindow();
    }
    const auto coarse = scan.finish();
    QCOMPARE(coarse.resolution.count(), kMinuteMs);
    QCOMPARE(coarse.cars, heat->cars);
    QVERIFY2(std::abs(coarse.total - expected) < expected * 0.02,
             qPrintable(QString("%1 %2").arg(coarse.total).arg(expected)));
    QCOMPARE(scan.windowsFor(FleetHeatScan::kMaxRows).size(), std::size_t{1});
  }

  void areasAreReadAsTheyAreWritten() {
    QVERIFY(api::parseGeoBox("7.4,43.72,7.45,43.76").has_value());
    QVERIFY(api::parseGeoBox("-180,-90,180,90").has_value());
    for (const char* bad : {"", "1,2,3", "1,2,3,4,5", "1;2;3;4", "1,2,3,x", "181,0,1,1", "0,5,1,4", "0,0,1,91",
                            "0,0,nan,1", "1,2,3,4 ", " 1,2,3,4", "0,0,inf,1"}) {
      QVERIFY2(!api::parseGeoBox(bad), bad);
    }
    QVERIFY(!api::HeatGrid::of({-180, -85, 180, 85}, 10));
    QVERIFY(!api::HeatGrid::of({0, 0, 1, 1}, api::kMaxHeatLevel + 1));
    QVERIFY(api::HeatGrid::of({-180, -90, 180, 90}, 9).has_value());
    for (const api::HeatGrid grid : {api::HeatGrid{20, 1'048'570, 500'000, 12, 512}, api::HeatGrid{9, 0, 0, 512, 512},
                                     api::HeatGrid{0, 0, 0, 1, 1}, api::HeatGrid{24, 16'777'215, 0, 2, 3}}) {
      QVERIFY(api::HeatGrid::of(grid.middles(), grid.level) == grid);
    }
    QCOMPARE(api::HeatGrid::of({-180, -90, 180, 90}, 9)->size(), std::size_t{512 * 512});
  }

  void whatNobodyWaitsForEndsAtTheNextBlock() {
    Small small;
    for (int i = 0; i < 10; ++i) small.add(1, i * 1000, 0.7, 7);
    small.store();
    HistoryReader& reader = *small.reader;
    const PrincipalNumber car{1};
    const TimePoint from = fromMs(kStart), to = fromMs(kStart + kHourMs);
    api::FleetMomentsQuery moments;
    moments.cars = {car};
    moments.from = from;
    moments.to = to;
    const api::FleetHeatQuery heat{{car}, from, to, {}};
    const api::HistoryQuery one{car, {"speed"}, from, to};
    api::FleetHistoryQuery fleet;
    fleet.metric = "speed";
    fleet.from = from;
    fleet.to = to;
    const auto everything = [](const SampleBatch&, const SampleBatch::Row&) { return true; };
    const StopFlag gone = StopFlag::make();
    {
      const StoppedBy stopped(reader, gone);
      QVERIFY(reader.fleetMoments(moments).has_value() && reader.fleetHeat(heat).has_value());
      gone.raise();
      const auto isCancelled = [](const auto& result) { return !result && result.error().is(BaseErrc::cancelled); };
      QVERIFY(isCancelled(reader.fleetMoments(moments)));
      QVERIFY(isCancelled(reader.fleetHeat(heat)));
      QVERIFY(isCancelled(reader.history(one)));
      QVERIFY(isCancelled(reader.fleetHistory(fleet)));
      QVERIFY(isCancelled(reader.visitSamples(car, from, to, everything)));
    }
    QVERIFY(reader.fleetMoments(moments).has_value() && reader.visitSamples(car, from, to, everything).has_value());

    // In the middle of a scan: what was read before stays read, what comes after is not touched.
    const std::filesystem::path folder = std::filesystem::path(small.dir.path().toStdString()) / "telemetry";
    const auto file = DayFile::openForReading(dayFilePath(folder, listDays(folder).front())).value();
    const StopFlag midway = StopFlag::make();
    FleetHeatScan scan(heat, midway);
    for (const auto& window : scan.windowsFor(1)) {
      QVERIFY(scan.add(*file, window).has_value());
      midway.raise();
      const auto more = scan.add(*file, window);
      QVERIFY(!more && more.error().is(BaseErrc::cancelled));
    }
    QCOMPARE(scan.finish().total, 9.0 + 300);
  }

  void nonsenseIsRefused() {
    Small small;
    small.store();
    QVERIFY(!small.reader->fleetHeat({carsUpTo(3), fromMs(5), fromMs(5), {}}));
    QVERIFY(!small.reader->fleetHeat({carsUpTo(3), fromMs(0), fromMs(0) + api::kMaxHeatRange + Milliseconds(1), {}}));
    QVERIFY(!small.reader->fleetHeat({carsUpTo(3), fromMs(0), fromMs(5), {10, 0, 0, api::kMaxHeatSide + 1, 1}}));
    QVERIFY(!small.reader->fleetHeat({{PrincipalNumber{2}, PrincipalNumber{1}}, fromMs(0), fromMs(5), {}}));
  }

 private:
  static std::vector<PrincipalNumber> carsUpTo(std::uint32_t last) {
    std::vector<PrincipalNumber> cars;
    for (std::uint32_t car = 1; car <= last; ++car) cars.push_back(PrincipalNumber{car});
    return cars;
  }

  /// Cars 1 and 2 every two seconds, others now and then; some samples are late, some have no position.
  void sendTenMinutes(DurableLog& log, ManualClock& clock) {
    SampleBatch batch;
    const std::int64_t now = toMs(clock.now());
    for (int i = 0; i < 300; ++i) {
      for (std::uint32_t car = 1; car <= 5; ++car) {
        if (car > 2 && m_random() % 40 != 0) continue;
        std::int64_t time = now + i * 2000 + static_cast<std::int64_t>(m_random() % 900);
        if (m_random() % 200 == 0) time -= static_cast<std::int64_t>(m_random() % kHourMs);
        batch.beginRow(PrincipalNumber{car}, fromMs(time), fromMs(now));
        batch.addMetric(MetricNames::kSpeedId, 30);
        if (m_random() % 10 == 0) continue;
        m_model[car].push_back(time);
        batch.addMetric(MetricNames::kLatitudeId, 43 + static_cast<double>(m_random() % 1000) / 1e6);
        batch.addMetric(MetricNames::kLongitudeId, 7 + static_cast<double>(m_random() % 1000) / 1e6);
      }
    }
    QVERIFY(store(log, batch).has_value());
  }

  /// How long the cars were anywhere.
  double modelSeconds(std::int64_t to) {
    double seconds = 0;
    for (auto& [car, times] : m_model) {
      std::sort(times.begin(), times.end());
      std::erase_if(times, [&](std::int64_t time) { return time >= to; });
      for (std::size_t i = 0; i < times.size(); ++i) {
        const std::int64_t hold = times[i] + api::kHeatHold.count();
        const std::int64_t end = std::min({hold, i + 1 < times.size() ? times[i + 1] : hold, to});
        seconds += static_cast<double>(std::max<std::int64_t>(end - std::max(times[i], kStart), 0)) / 1000;
      }
    }
    return seconds;
  }

  std::mt19937_64 m_random{31};
  std::map<std::uint32_t, std::vector<std::int64_t>> m_model;  ///< times of places
};

QTEST_GUILESS_MAIN(TestFleetHeat)
#include "tst_fleet_heat.moc"
