#include "ui/models/dead_reckoning.h"

#include <QtTest>

#include <cmath>
#include <limits>

using carport::ui::distanceMetres;
using carport::ui::GeoPoint;
using carport::ui::Glide;
using carport::ui::toGeo;
using carport::ui::toWorld;

class TestDeadReckoning : public QObject {
  Q_OBJECT

 private slots:
  void goesOnAtItsSpeedForAWhile() {
    Glide glide;
    const GeoPoint start{50, 4};
    glide.fix(toWorld(start), 72, 90, 1000);
    QVERIFY(std::abs(distanceMetres(start, at(glide, 3000)) - 40) < 0.5);
    QVERIFY(at(glide, 3000).longitude > 4);
    QVERIFY(std::abs(at(glide, 3000).latitude - 50) < 1e-9);
    QVERIFY(glide.isMoving(3000));
    const double most = distanceMetres(start, at(glide, 1000 + Glide::kMaxAheadMs));
    QCOMPARE(distanceMetres(start, at(glide, 1'000'000)), most);
    QVERIFY(!glide.isMoving(1'000'000));
  }

  void goesWhereItHeads_data() {
    QTest::addColumn<float>("heading");
    QTest::addColumn<GeoPoint>("there");
    const double degrees = 100 / 111'319.49;  // of a great circle, 100 m
    QTest::newRow("north") << 0.0F << GeoPoint{-60 + degrees, 170};
    QTest::newRow("south") << 180.0F << GeoPoint{-60 - degrees, 170};
    QTest::newRow("east") << 90.0F << GeoPoint{-60, 170 + 2 * degrees};
    QTest::newRow("west") << 270.0F << GeoPoint{-60, 170 - 2 * degrees};
  }
  void goesWhereItHeads() {
    QFETCH(const float, heading);
    QFETCH(const GeoPoint, there);
    Glide glide;
    glide.fix(toWorld({-60, 170}), 90, heading, 0);
    QVERIFY2(distanceMetres(at(glide, 4000), there) < 0.5, qPrintable(coordinateText(at(glide, 4000))));
  }

  void standsWithoutSpeedOrHeading() {
    const float unknown = std::numeric_limits<float>::quiet_NaN();
    for (const auto& [speed, heading] :
         {std::pair(0.0F, 90.0F), std::pair(unknown, 90.0F), std::pair(50.0F, unknown)}) {
      Glide glide;
      glide.fix(toWorld({1, 2}), speed, heading, 0);
      QVERIFY(glide.at(4000).x() == toWorld({1, 2}).x() && glide.at(4000).y() == toWorld({1, 2}).y());
      QVERIFY(!glide.isMoving(4000));
    }
  }

  void wearsACorrectionDownWithoutAJump() {
    Glide glide;
    glide.fix(toWorld({50, 4}), 0, 0, 0);
    glide.fix(toWorld({50.001, 4}), 0, 0, 1000);
    QVERIFY(distanceMetres(at(glide, 1000), {50, 4}) < 0.1);
    double left = distanceMetres(at(glide, 1000), {50.001, 4});
    for (std::int64_t ms = 1050; ms <= 1000 + Glide::kBlendMs; ms += 50) {
      const double now = distanceMetres(at(glide, ms), {50.001, 4});
      QVERIFY(now < left);
      left = now;
    }
    QVERIFY(left < 0.01);
    QVERIFY(!glide.isMoving(1000 + Glide::kBlendMs));
  }

  void jumpsWhereTheDataDid() {
    Glide glide;
    glide.fix(toWorld({50, 4}), 50, 0, 0);
    glide.fix(toWorld({51, 5}), 50, 0, 1000);
    QVERIFY(distanceMetres(at(glide, 1000), {51, 5}) < 0.1);
    // As far as it may go on the ground, not on the map, which is twice as large at 60 degrees.
    glide.fix(toWorld({60, 5}), 0, 0, 2000, false);
    glide.fix(toWorld({60 + (Glide::kJumpMetres + 10) / 111'319.49, 5}), 0, 0, 3000);
    QVERIFY(!glide.isMoving(3000));
    glide.fix(toWorld({60, 5}), 0, 0, 4000, false);
    glide.fix(toWorld({60 + (Glide::kJumpMetres - 10) / 111'319.49, 5}), 0, 0, 5000);
    QVERIFY(glide.isMoving(5000));
  }

  void crossesThe180thMeridian() {
    Glide glide;
    glide.fix(toWorld({-17, 179.9999}), 0, 0, 0);
    glide.fix(toWorld({-17, -179.9999}), 0, 0, 1000);
    QVERIFY(glide.isMoving(1100));
    QVERIFY(distanceMetres(at(glide, 1000), {-17, 179.9999}) < 0.1);
    QVERIFY(distanceMetres(at(glide, 2000), {-17, -179.9999}) < 0.1);
  }

  void survivesThePoles() {
    Glide glide;
    glide.fix(toWorld({90, 0}), 100, 90, 0);
    QVERIFY(std::isfinite(glide.at(5000).x()) && std::isfinite(glide.at(5000).y()));
  }

 private:
  static GeoPoint at(const Glide& glide, std::int64_t ms) { return toGeo(glide.at(ms)); }
};

QTEST_GUILESS_MAIN(TestDeadReckoning)
#include "tst_dead_reckoning.moc"
