#include "ui/models/dead_reckoning.h"

#include <QtTest>

#include <cmath>
#include <limits>

using carport::ui::distanceMetres;
using carport::ui::GeoPoint;
using carport::ui::Glide;

class TestDeadReckoning : public QObject {
  Q_OBJECT

 private slots:
  void goesOnAtItsSpeedForAWhile() {
    Glide glide;
    const GeoPoint start{50, 4};
    glide.fix(start, 72, 90, 1000);
    QVERIFY(std::abs(distanceMetres(start, glide.at(3000)) - 40) < 0.5);
    QVERIFY(glide.at(3000).longitude > 4);
    QVERIFY(std::abs(glide.at(3000).latitude - 50) < 1e-9);
    QVERIFY(glide.isMoving(3000));
    const double most = distanceMetres(start, glide.at(1000 + Glide::kMaxAheadMs));
    QCOMPARE(distanceMetres(start, glide.at(1'000'000)), most);
    QVERIFY(!glide.isMoving(1'000'000));
  }

  void standsWithoutSpeedOrHeading() {
    const float unknown = std::numeric_limits<float>::quiet_NaN();
    for (const auto& [speed, heading] :
         {std::pair(0.0F, 90.0F), std::pair(unknown, 90.0F), std::pair(50.0F, unknown)}) {
      Glide glide;
      glide.fix({1, 2}, speed, heading, 0);
      QCOMPARE(glide.at(4000).latitude, 1.0);
      QCOMPARE(glide.at(4000).longitude, 2.0);
      QVERIFY(!glide.isMoving(4000));
    }
  }

  void wearsACorrectionDownWithoutAJump() {
    Glide glide;
    glide.fix({50, 4}, 0, 0, 0);
    glide.fix({50.001, 4}, 0, 0, 1000);
    QVERIFY(distanceMetres(glide.at(1000), {50, 4}) < 0.1);
    double left = distanceMetres(glide.at(1000), {50.001, 4});
    for (std::int64_t ms = 1050; ms <= 1000 + Glide::kBlendMs; ms += 50) {
      const double now = distanceMetres(glide.at(ms), {50.001, 4});
      QVERIFY(now < left);
      left = now;
    }
    QVERIFY(left < 0.01);
  }

  void jumpsWhereTheDataDid() {
    Glide glide;
    glide.fix({50, 4}, 50, 0, 0);
    glide.fix({51, 5}, 50, 0, 1000);
    QVERIFY(distanceMetres(glide.at(1000), {51, 5}) < 0.1);
  }

  void survivesThePoles() {
    Glide glide;
    glide.fix({90, 0}, 100, 90, 0);
    QVERIFY(std::isfinite(glide.at(5000).longitude));
  }
};

QTEST_GUILESS_MAIN(TestDeadReckoning)
#include "tst_dead_reckoning.moc"
