#include "gateway/simulator/street_car.h"
#include "gateway/simulator/town.h"

#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <cmath>
#include <memory>
#include <set>

using namespace carport;
using namespace carport::sim;
using nlohmann::json;

namespace {
constexpr std::int64_t kStart = 1'700'000'000'000;
constexpr double kMorning = 10 * 3600;

/// A small town with this much going wrong in it, read back from a file.
std::unique_ptr<StreetWorld> makeWorld(const FaultOptions& faults = {}, std::uint64_t seed = 1) {
  static const RoadGraph graph = [] {
    const QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("town.osm.pbf").toStdString();
    if (!writeOsmExtract(makeTown({.radiusMetres = 1500}), file)) qFatal("The town was not written");
    return *RoadGraph::read(file);
  }();
  return std::make_unique<StreetWorld>(graph, 100, seed, faults, shiftSecondsFor(kMorning, fromMs(kStart)));
}
}  // namespace

class TestStreetCar : public QObject {
  Q_OBJECT

 private slots:
  void carsNeverLeaveTheStreets() {
    const auto world = makeWorld();
    RouteFinder finder(world->graph);
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      StreetCar car(*world, finder, {.seed = seed});
      for (int i = 0; i < 40; ++i) {
        car.advanceTo(fromMs(kStart + i * 15'000));
        const double off = world->graph.metresToNearestRoad(car.drive().place());
        QVERIFY2(off <= RoadDrive::kMaxSidewaysMetres, qPrintable(QString("%1 m, seed %2").arg(off).arg(seed)));
      }
    }
  }

  void carsGoForwardAloneAndKeepToWhatCarsCanDo() {
    const auto world = makeWorld();
    RouteFinder finder(world->graph);
    for (std::uint64_t seed = 0; seed < 15; ++seed) {
      StreetCar car(*world, finder, {.seed = seed});
      car.advanceTo(fromMs(kStart));
      RoadPosition before = car.drive().position();
      double speed = car.drive().speedKmh() / 3.6;
      for (int i = 1; i < 4 * 900; ++i) {
        const bool moving = car.drive().isDriving();
        car.advanceTo(fromMs(kStart + i * 250));
        const RoadPosition now = car.drive().position();
        const double fast = car.drive().speedKmh() / 3.6;
        if (moving && car.drive().isDriving()) {
          QVERIFY(fast - speed <= 2.2 * 0.25 + 0.01);
          QVERIFY(speed - fast <= RoadDrive::kHardBraking * 0.25 + 1.4);  // the last jerk of standing still
          if (now.edge == before.edge) QVERIFY(now.offset >= before.offset - 1e-9);
        }
        if (now.edge != before.edge && moving) {
          QVERIFY(fast <= double(world->graph.edge(now.edge).limit) * 1.4 + 1);
        }
        before = now;
        speed = fast;
      }
    }
  }

  void nobodyDrivesThroughARedLight() {
    const auto world = makeWorld();
    RouteFinder finder(world->graph);
    int crossings = 0;
    int waits = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      StreetCar car(*world, finder, {.seed = seed});
      car.advanceTo(fromMs(kStart));
      std::uint32_t before = car.drive().position().edge;
      for (int i = 1; i < 4 * 600; ++i) {
        const TimePoint now = fromMs(kStart + i * 250);
        const bool moving = car.drive().isDriving();
        car.advanceTo(now);
        const std::uint32_t edge = car.drive().position().edge;
        const bool lights = world->graph.junctions()[world->graph.edge(before).to].hasLights;
        if (lights && moving && car.drive().speedKmh() <= 0) ++waits;
        if (edge != before && lights && moving && world->graph.edge(edge).from == world->graph.edge(before).to) {
          ++crossings;
          // The line is a car's length before the junction.
          const auto shown = world->lights.aspect(before, now - Milliseconds(1200));
          QVERIFY2(shown != SignalAspect::red, qPrintable(QString("seed %1 at %2").arg(seed).arg(i)));
        }
        before = edge;
      }
    }
    QVERIFY2(crossings > 30, qPrintable(QString::number(crossings)));
    QVERIFY(waits > 30);
  }

  void roadsThatCrossAreNeverBothGreen() {
    const auto world = makeWorld();
    std::set<SignalAspect> seen;
    for (int second = 0; second < 200; ++second) {
      const TimePoint now = fromMs(kStart + second * 1000);
      for (std::uint32_t a = 0; a < world->graph.edges().size(); a += 7) {
        if (!world->graph.junctions()[world->graph.edge(a).to].hasLights) continue;
        seen.insert(world->lights.aspect(a, now));
      }
    }
    QCOMPARE(seen.size(), std::size_t{3});
    for (const bool later : {false, true}) {
      const TrafficSignals same(world->graph, 1);
      const TimePoint now = fromMs(kStart + (later ? 31'000 : 0));
      for (std::uint32_t edge = 0; edge < world->graph.edges().size(); ++edge) {
        QVERIFY(same.aspect(edge, now) == world->lights.aspect(edge, now));
      }
    }
  }

  void theSameSeedHasTheSameDay() {
    const auto world = makeWorld();
    const DayPlanner& planner = world->planner;
    const RoadPosition home = planner.homeOf(7);
    const DayPlan one = planner.plan(VehicleKind::deliveryVan, home, 7, 19'000);
    const DayPlan same = planner.plan(VehicleKind::deliveryVan, home, 7, 19'000);
    const DayPlan tomorrow = planner.plan(VehicleKind::deliveryVan, home, 7, 19'001);
    QCOMPARE(one.leaveSecond, same.leaveSecond);
    QCOMPARE(one.stops.size(), same.stops.size());
    for (std::size_t i = 0; i < one.stops.size(); ++i) {
      QCOMPARE(one.stops[i].place.edge, same.stops[i].place.edge);
      QCOMPARE(one.stops[i].seconds, same.stops[i].seconds);
    }
    QVERIFY(one.stops.size() > 5 && one.stops.size() <= DayPlan::kMaxStops);
    QVERIFY(one.leaveSecond != tomorrow.leaveSecond);
    QVERIFY(std::any_of(one.stops.begin(), one.stops.end(), [](const PlannedStop& s) { return s.seconds >= 1800; }));
  }

  void theSameSeedTellsTheSame() {
    const auto world = makeWorld(*FaultOptions::preset("many"));
    RouteFinder finder(world->graph);
    RouteFinder otherFinder(world->graph);
    StreetCar one(*world, finder, {.seed = 5});
    StreetCar same(*world, otherFinder, {.seed = 5});
    for (int i = 0; i < 300; ++i) {
      const TimePoint now = fromMs(kStart + i * 1000);
      QCOMPARE(one.takeTelemetry(now, Microseconds(i * 1'000'000)).payload,
               same.takeTelemetry(now, Microseconds(i * 1'000'000)).payload);
    }
  }

  void aFleetWorksByDayAndRestsAtNight() {
    const auto world = makeWorld();
    RouteFinder finder(world->graph);
    int byDay = 0;
    int atNight = 0;
    int charging = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      StreetCar day(*world, finder, {.seed = seed});
      day.advanceTo(fromMs(kStart));
      byDay += day.drive().isDriving();
      StreetCar night(*world, finder, {.seed = seed});
      night.advanceTo(fromMs(kStart - 7 * 3'600'000));  // three in the morning
      night.advanceTo(fromMs(kStart - 7 * 3'600'000 + 5'000));
      atNight += night.drive().isDriving();
      charging += night.energy().powerKw() < 0;
      QVERIFY(!night.ignition() || night.drive().isDriving());
    }
    QVERIFY2(byDay > 25 && byDay < 90, qPrintable(QString::number(byDay)));
    QVERIFY2(atNight <= 3, qPrintable(QString::number(atNight)));
    QVERIFY2(charging > 20, qPrintable(QString::number(charging)));
  }

  void aDayUsesAPlausibleAmountOfEnergy() {
    const auto world = makeWorld();
    RouteFinder finder(world->graph);
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
      StreetCar car(*world, finder, {.seed = seed});
      for (int minute = 0; minute < 24 * 60; ++minute) {
        car.advanceTo(fromMs(kStart + minute * 60'000));
        const CarReadout now = car.readout();
        QVERIFY(now.energyPercent >= 2 && now.energyPercent <= 100);
        QVERIFY(now.motorCelsius > 10 && now.motorCelsius < 130);
        QVERIFY(now.batteryVolts > (car.energy().isElectric() ? 300 : 11));
      }
      const double km = car.drive().drivenMetres() / 1000;
      QVERIFY2(km > 3 && km < 300, qPrintable(QString::number(km)));
    }
    CarEnergy battery(VehicleKind::electricCar, 80, true);
    for (int second = 0; second < 3600; ++second) battery.drive(1, 50 / 3.6, 50 / 3.6);
    QVERIFY(80 - battery.percent() > 7 && 80 - battery.percent() < 20);  // of 52 kWh for 50 km
    const double before = battery.percent();
    battery.stand(3600, false, CarEnergy::kDepotKw);
    QVERIFY(battery.percent() > before + 15);
  }

  void whatWasMeasuredWithoutNetworkComesLateWithItsOwnTimes() {
    FaultOptions faults;
    faults.outagesPerHour = 30;
    faults.outageSeconds = 60;
    const auto world = makeWorld(faults);
    RouteFinder finder(world->graph);
    StreetCar car(*world, finder, {.seed = 3});
    std::int64_t last = 0;
    int batches = 0;
    Microseconds since{0};
    for (int i = 0; i < 2000; ++i) {
      since = std::max(since, *car.nextDue());
      const TimePoint now = fromMs(kStart) + std::chrono::duration_cast<Milliseconds>(since);
      const CarMessage message = car.takeTelemetry(now, since);
      const json parsed = json::parse(message.payload);
      const json rows = parsed.is_array() ? parsed : json::array({parsed});
      QVERIFY(rows.size() <= StreetCar::kMaxBatch);
      for (const json& row : rows) {
        const auto ts = row.at("ts").get<std::int64_t>();
        QVERIFY(ts > last && ts <= toMs(now) + 1000);
        QVERIFY2(last == 0 || ts - last <= 1001, "nothing is missing");
        last = ts;
      }
      QCOMPARE(message.ts, last);
      if (!parsed.is_array()) continue;
      ++batches;
      QVERIFY(toMs(now) - rows.front().at("ts").get<std::int64_t>() > 5'000);
    }
    QVERIFY2(batches > 5, qPrintable(QString::number(batches)));
    QCOMPARE(car.skipped(), 0U);
  }

  void aCarThatHasDrivenForHoursTellsThatFirst() {
    const auto world = makeWorld();
    RouteFinder finder(world->graph);
    StreetCar car(*world, finder, {.seed = 5, .history = std::chrono::hours(2)});
    std::int64_t last = kStart - 2 * 3'600'000 - 1;
    bool drove = false, stood = false;
    Microseconds since{0};
    for (bool isLive = false; !isLive;) {
      since = std::max(since, *car.nextDue());
      const TimePoint now = fromMs(kStart) + std::chrono::duration_cast<Milliseconds>(since);
      const json parsed = json::parse(car.takeTelemetry(now, since).payload);
      isLive = parsed.is_object();
      for (const json& row : isLive ? json::array({parsed}) : parsed) {
        const auto ts = row.at("ts").get<std::int64_t>();
        QVERIFY(ts > last && ts - last <= StreetCar::kHistoryStepStanding.count());
        QVERIFY(ts <= toMs(now));
        last = ts;
        (row.at("speed").get<double>() > 0 ? drove : stood) = true;
      }
      QVERIFY2(isLive || since < std::chrono::seconds(15), "nothing of it waits for its time");
    }
    QVERIFY(drove && stood && last >= kStart);
  }

  void aCarThatBreaksDownStandsAndTellsSo() {
    FaultOptions faults;
    faults.engineFaultsPerHour = 20;
    const auto world = makeWorld(faults);
    RouteFinder finder(world->graph);
    int raised = 0;
    int cleared = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      StreetCar car(*world, finder, {.seed = seed});
      for (int i = 0; i < 3 * 3600; i += 5) {
        car.takeTelemetry(fromMs(kStart + i * 1000), Microseconds(0));
        if (car.isBroken()) QVERIFY(car.drive().speedKmh() <= 0 && !car.ignition());
        for (const CarMessage& event : car.takeEvents()) {
          const json parsed = json::parse(event.payload);
          if (parsed.at("name") != "engine fault") continue;
          QCOMPARE(parsed.at("severity"), "alarm");
          ++(parsed.at("active").get<bool>() ? raised : cleared);
        }
      }
    }
    QVERIFY(raised > 5);
    QVERIFY(cleared > 3 && cleared <= raised);
  }

  void aFaultDoesNotOutlastAComputersSleep() {
    FaultOptions faults;
    faults.engineFaultsPerHour = 20;
    const auto world = makeWorld(faults);
    RouteFinder finder(world->graph);
    int slept = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      StreetCar car(*world, finder, {.seed = seed});
      int second = 0;
      for (; second < 3 * 3600 && !car.isBroken(); second += 5) {
        car.takeTelemetry(fromMs(kStart + second * 1000), Microseconds(0));
      }
      if (!car.isBroken()) continue;
      ++slept;
      car.takeEvents();
      car.takeTelemetry(fromMs(kStart + (second + 2 * 3600) * 1000), Microseconds(0));
      QVERIFY(!car.isBroken());
      const auto events = car.takeEvents();
      QCOMPARE(events.size(), std::size_t{1});
      const json event = json::parse(events.front().payload);
      QCOMPARE(event.at("name"), "engine fault");
      QVERIFY(!event.at("active").get<bool>());
    }
    QVERIFY(slept > 3);
  }

  void whatHardlyEverHappensDoesNotHappenAtOnce() {
    for (const double perHour : {1e-300, 1e-15, 1e-6}) {
      FaultTimer timer(perHour, 60, 3);
      timer.start(fromMs(kStart));
      QVERIFY(!timer.isOn(fromMs(kStart + 3'600'000)));
      QVERIFY(timer.end() > fromMs(kStart + 3'600'000));
    }
  }

  void lightsCloseTogetherAreOneCrossing() {
    constexpr int kPairs = 3000;
    constexpr double kDegreesPerMetre = 1 / 111'195.0;
    RoadSource source;
    source.roads.emplace_back();
    for (int i = 0; i < 2 * kPairs; ++i) {
      const double east = 200 * (i / 2) + 30 * (i % 2);
      source.points.push_back({i + 1, {0, east * kDegreesPerMetre}, PointRule::lights});
      source.roads[0].points.push_back(static_cast<std::uint32_t>(i));
    }
    const auto graph = RoadGraph::build(source);
    QVERIFY(graph.has_value());
    const TrafficSignals lights(*graph, 1);
    std::vector<QString> shown(kPairs);
    for (std::uint32_t edge = 0; edge < graph->edges().size(); ++edge) {
      const double east = graph->junctions()[graph->edge(edge).to].place.longitude / kDegreesPerMetre;
      QString aspects;
      for (int second = 0; second < 90; second += 2) {
        aspects += QString::number(static_cast<int>(lights.aspect(edge, fromMs(kStart + second * 1000))));
      }
      QString& pair = shown[static_cast<std::size_t>((east + 50) / 200)];
      if (pair.isEmpty()) pair = aspects;
      QCOMPARE(aspects, pair);
    }
    QVERIFY(std::set<QString>(shown.begin(), shown.end()).size() > 50);
  }

  void withoutAFixThereIsNoPlace() {
    FaultOptions faults;
    faults.noFixPerHour = 40;
    const auto world = makeWorld(faults);
    RouteFinder finder(world->graph);
    StreetCar car(*world, finder, {.seed = 2});
    int without = 0;
    for (int i = 0; i < 900; ++i) {
      const json row = json::parse(car.takeTelemetry(fromMs(kStart + i * 1000), Microseconds(i * 1'000'000)).payload);
      QCOMPARE(row.contains("lat"), car.hasFix());
      QCOMPARE(row.contains("lat"), row.contains("heading"));
      QVERIFY(row.contains("speed"));
      without += !row.contains("lat");
    }
    QVERIFY(without > 20 && without < 880);
  }

  void aNearlyEmptyFleetRaisesAlarmsAndCharges() {
    FaultOptions faults;
    faults.lowBatteryShare = 1;
    const auto world = makeWorld(faults);
    RouteFinder finder(world->graph);
    int raised = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      StreetCar car(*world, finder, {.seed = seed});
      for (int i = 0; i < 4 * 3600; i += 10) {
        car.takeTelemetry(fromMs(kStart + i * 1000), Microseconds(0));
        for (const CarMessage& event : car.takeEvents()) raised += json::parse(event.payload).at("active").get<bool>();
      }
      QVERIFY2(car.energy().percent() > 20, qPrintable(QString::number(car.energy().percent())));
    }
    QCOMPARE(raised, 10);
  }

  void presetsAndLimitsOfFaults() {
    for (const char* name : {"none", "some", "many"}) QVERIFY(FaultOptions::preset(name)->isPlausible());
    QVERIFY(!FaultOptions::preset("all"));
    FaultOptions wrong;
    wrong.outagesPerHour = std::nan("");
    QVERIFY(!wrong.isPlausible());
  }
};

QTEST_GUILESS_MAIN(TestStreetCar)
#include "tst_street_car.moc"
