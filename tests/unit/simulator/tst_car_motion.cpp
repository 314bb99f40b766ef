#include "gateway/simulator/car_motion.h"
#include "gateway/simulator/street_map.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

using namespace carport::sim;

namespace {
const StreetMap& town() {
  static const StreetMap map = StreetMap::generate({.seed = 3});
  return map;
}
}  // namespace

class TestCarMotion : public QObject {
  Q_OBJECT

 private slots:
  void aTownIsConnectedAndWithinItsRadius() {
    const TownOptions options;
    QVERIFY(town().junctionCount() > 1000);
    std::set<std::uint32_t> reached{0};
    std::vector<std::uint32_t> next{0};
    while (!next.empty()) {
      const std::uint32_t here = next.back();
      next.pop_back();
      QVERIFY(!town().streetsFrom(here).empty());
      for (const std::uint32_t street : town().streetsFrom(here)) {
        QCOMPARE(town().street(street).from, here);
        if (reached.insert(town().street(street).to).second) next.push_back(town().street(street).to);
      }
    }
    QCOMPARE(reached.size(), town().junctionCount());
    for (std::uint32_t i = 0; i < town().junctionCount(); ++i) {
      QVERIFY(distanceMetres(options.centre, town().junction(i)) <= options.radiusMetres * 1.01);
    }
  }

  void theSameSeedMakesTheSameTown() {
    const StreetMap one = StreetMap::generate({.seed = 8});
    const StreetMap same = StreetMap::generate({.seed = 8});
    const StreetMap other = StreetMap::generate({.seed = 9});
    QCOMPARE(one.streets().size(), same.streets().size());
    QCOMPARE(one.junction(5).latitude, same.junction(5).latitude);
    QVERIFY(one.junction(5).latitude != other.junction(5).latitude);
  }

  void impossibleTownsAreBroughtWithinLimits() {
    const StreetMap tiny = StreetMap::generate({.radiusMetres = -3, .blockMetres = 0});
    QVERIFY(!tiny.streets().empty());
    CarMotion car(tiny, {}, 1);
    car.advance(300);
    QVERIFY(std::isfinite(car.place().latitude));
  }

  void theSameSeedDrivesTheSameWay() {
    CarMotion one(town(), {}, 42);
    CarMotion same(town(), {}, 42);
    CarMotion other(town(), {}, 43);
    for (int i = 0; i < 600; ++i) {
      one.advance(1);
      same.advance(1);
      other.advance(1);
    }
    QCOMPARE(one.place().latitude, same.place().latitude);
    QCOMPARE(one.place().longitude, same.place().longitude);
    QCOMPARE(one.drivenMetres(), same.drivenMetres());
    QVERIFY(one.place().latitude != other.place().latitude);
  }

  void carsKeepToWhatCarsCanDo() {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      CarMotion car(town(), {}, seed);
      double before = car.speedKmh() / 3.6;
      GeoPoint place = car.place();
      for (int step = 0; step < 4 * 1800; ++step) {
        car.advance(0.25);
        const double speed = car.speedKmh() / 3.6;
        QVERIFY(speed >= 0 && speed <= 70 / 3.6 + 0.01);
        const double acceleration = (speed - before) / 0.25;
        QVERIFY2(acceleration <= 2.5 && acceleration >= -CarMotion::kHarshBraking - 0.5,
                 qPrintable(QString("%1 m/s2 at %2 m/s, seed %3").arg(acceleration).arg(before).arg(seed)));
        // At a bend the lane on the right of one street is up to twice its distance from the next one's.
        QVERIFY(distanceMetres(place, car.place()) <= speed * 0.25 + 8);
        QVERIFY(car.heading() >= 0 && car.heading() < 360);
        before = speed;
        place = car.place();
      }
    }
  }

  void carsStayOnTheStreets() {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      CarMotion car(town(), {}, seed);
      for (int i = 0; i < 30; ++i) {
        car.advance(20);
        QVERIFY(town().metresToNearestStreet(car.place()) < 5);
      }
    }
  }

  void aFleetDoesAllThatCarsDo() {
    int driving = 0;
    int standing = 0;
    int parked = 0;
    int withDistance = 0;
    double fastest = 0;
    std::uint32_t harsh = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      CarMotion car(town(), {}, seed);
      for (int i = 0; i < 1800; ++i) {
        car.advance(1);
        fastest = std::max(fastest, car.speedKmh());
      }
      driving += car.speedKmh() > 0;
      standing += car.phase() == MotionPhase::waiting || car.phase() == MotionPhase::pausing;
      parked += !car.ignition();
      withDistance += car.drivenMetres() > 1000;
      harsh += car.harshBrakings();
    }
    QVERIFY2(driving > 80 && driving < 195, qPrintable(QString::number(driving)));
    QVERIFY2(standing > 5, qPrintable(QString::number(standing)));
    QVERIFY2(parked > 5 && parked < 100, qPrintable(QString::number(parked)));
    QVERIFY2(withDistance > 150, qPrintable(QString::number(withDistance)));
    QVERIFY2(fastest > 45, qPrintable(QString::number(fastest)));
    QVERIFY(harsh > 10);
  }

  void parksWhenTold() {
    CarMotion car(town(), {.pauseChance = 0, .parkChance = 0}, 5);
    car.parkAtNextStop(1000);
    int steps = 0;
    while (car.ignition() && steps < 1500) {
      car.advance(1);
      ++steps;
    }
    QVERIFY(!car.ignition());
    car.advance(590);
    QVERIFY(!car.ignition());
    QCOMPARE(car.speedKmh(), 0.0);
    car.advance(500);
    QVERIFY(car.ignition());
  }
};

QTEST_GUILESS_MAIN(TestCarMotion)
#include "tst_car_motion.moc"
