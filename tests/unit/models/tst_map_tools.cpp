#include "ui/models/car_set.h"
#include "ui/models/clustering.h"
#include "ui/models/colour_scale.h"
#include "ui/models/geo_measure.h"

#include <QTest>

#include <array>
#include <cmath>
#include <limits>

using namespace carport;
using namespace carport::ui;

namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

bool near(double value, double wanted, double share) {
  return std::abs(value - wanted) <= std::abs(wanted) * share;
}

}  // namespace

/// The geometry and the scales behind the map's tools.
class MapToolsTest : public QObject {
  Q_OBJECT

 private slots:
  void pointsInsideAPolygon() {
    // An L: what a box around it holds is not all inside.
    const std::array<QPointF, 6> corners{QPointF(0, 0), {4, 0}, {4, 2}, {2, 2}, {2, 4}, {0, 4}};
    QVERIFY(insidePolygon(corners, {1, 1}));
    QVERIFY(insidePolygon(corners, {3, 1}));
    QVERIFY(insidePolygon(corners, {1, 3}));
    QVERIFY(!insidePolygon(corners, {3, 3}));
    QVERIFY(!insidePolygon(corners, {-1, 1}));
    QVERIFY(!insidePolygon(std::span(corners).first(2), {0, 0}));
    QVERIFY(!insidePolygon({}, {0, 0}));
  }

  void aPolygonThatCrossesItselfHasAHole() {
    const std::array<QPointF, 4> bow{QPointF(0, 0), {4, 4}, {4, 0}, {0, 4}};
    QVERIFY(insidePolygon(bow, {3, 2}));
    QVERIFY(insidePolygon(bow, {1, 2}));
    QVERIFY(!insidePolygon(bow, {2, 1}));
  }

  void theOnlyOneOfASet() {
    QCOMPARE(onlyOf({}), PrincipalNumber{});
    QCOMPARE(onlyOf({7}), PrincipalNumber{7});
    QCOMPARE(onlyOf({7, 8}), PrincipalNumber{});
  }

  void scalesHaveRoundEnds_data() {
    QTest::addColumn<double>("least");
    QTest::addColumn<double>("most");
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::newRow("speeds") << 0.0 << 117.0 << 0.0 << 120.0;
    QTest::newRow("per cent") << 12.0 << 97.0 << 0.0 << 100.0;
    QTest::newRow("volts") << 11.9 << 12.7 << 11.8 << 12.8;
    QTest::newRow("below zero") << -17.0 << 3.0 << -20.0 << 5.0;
    QTest::newRow("already round") << 0.0 << 100.0 << 0.0 << 100.0;
    QTest::newRow("other way round") << 100.0 << 0.0 << 0.0 << 100.0;
    QTest::newRow("one value") << 5.0 << 5.0 << 4.0 << 6.0;
    QTest::newRow("large") << 3.2e9 << 8.7e9 << 3e9 << 9e9;
  }
  void scalesHaveRoundEnds() {
    QFETCH(double, least);
    QFETCH(double, most);
    QFETCH(double, low);
    QFETCH(double, high);
    const ColourScale scale = roundScale(least, most);
    QVERIFY2(std::abs(scale.low - low) < 1e-6 * std::max(1.0, std::abs(low)), qPrintable(QString::number(scale.low)));
    QVERIFY2(std::abs(scale.high - high) < 1e-6 * std::abs(high), qPrintable(QString::number(scale.high)));
    const std::vector<double> ticks = ticksOf(scale);
    QVERIFY(ticks.size() >= 2 && ticks.size() <= 8);
    for (const double tick : ticks) QVERIFY(tick >= scale.low - 1e-6 && tick <= scale.high * (1 + 1e-6) + 1e-6);
  }

  void scalesThatCannotBe() {
    QCOMPARE(roundScale(std::nan(""), 5), ColourScale{});
    QCOMPARE(roundScale(0, std::numeric_limits<double>::infinity()), ColourScale{});
    QCOMPARE(automaticScale({}), ColourScale{});
    std::vector<float> none(10, kNone);
    QCOMPARE(automaticScale(none), ColourScale{});
  }

  void oneCarWithNonsenseDoesNotTakeTheColours() {
    std::vector<float> values;
    for (int n = 0; n < 1000; ++n) values.push_back(float(n % 100));
    values.push_back(1e9F);
    values.push_back(-1e9F);
    values.push_back(kNone);
    const ColourScale scale = automaticScale(values);
    QCOMPARE(scale.low, 0.0);
    QCOMPARE(scale.high, 100.0);
  }

  void aPartLiesOnTheScale() {
    const ColourScale scale{20, 70};
    QCOMPARE(scale.part(20), 0.0);
    QCOMPARE(scale.part(45), 0.5);
    QCOMPARE(scale.part(1e6), 1.0);
    QCOMPARE(scale.part(-3), 0.0);
    QVERIFY(std::isnan(scale.part(std::nan(""))));
    QCOMPARE((ColourScale{5, 5}.part(4)), 0.0);
  }

  void linesAreMeasuredAlongGreatCircles() {
    GeoMeasure line;
    QVERIFY(line.add({52.5200, 13.4050}));
    QVERIFY(line.add({48.8566, 2.3522}));
    QVERIFY(near(line.length(), 877'500, 0.005));  // Berlin to Paris
    QVERIFY(line.add({51.5074, -0.1278}));
    QCOMPARE(line.legs().size(), std::size_t(2));
    QCOMPARE(line.area(), 0.0);
    QVERIFY(line.close());
    QCOMPARE(line.legs().size(), std::size_t(3));
    QVERIFY(!line.add({0, 0}) && !line.close());
    QVERIFY(line.takeBack());
    QVERIFY(!line.isClosed());
    QCOMPARE(line.points().size(), std::size_t(3));
    for (int n = 0; n < 3; ++n) QVERIFY(line.takeBack());
    QVERIFY(!line.takeBack());
    QCOMPARE(line.length(), 0.0);
  }

  void aLineHasALimit() {
    GeoMeasure line;
    for (std::size_t n = 0; n < GeoMeasure::kMaxPoints; ++n) QVERIFY(line.add({double(n) / 10, 0}));
    QVERIFY(!line.add({50, 50}));
    QCOMPARE(line.points().size(), GeoMeasure::kMaxPoints);
  }

  void areasOnTheSphere() {
    constexpr double kSphere = 510'066'000e6;  // a sphere of the mean radius
    const std::array<GeoPoint, 3> octant{GeoPoint{0, 0}, {0, 90}, {90, 0}};
    QVERIFY(near(areaSquareMetres(octant), kSphere / 8, 0.001));
    // One hundredth of a degree at 50° north; the direction around does not matter.
    const std::array<GeoPoint, 4> field{GeoPoint{50, 5}, {50, 5.01}, {50.01, 5.01}, {50.01, 5}};
    const double wanted = 1111.95 * 1111.95 * std::cos(50.005 * 3.14159265358979 / 180);
    QVERIFY(near(areaSquareMetres(field), wanted, 0.001));
    const std::array<GeoPoint, 4> reverse{field[3], field[2], field[1], field[0]};
    QVERIFY(near(areaSquareMetres(reverse), wanted, 0.001));
    // The same across the 180th meridian.
    const std::array<GeoPoint, 4> pacific{GeoPoint{50, 179.995}, {50, -179.995}, {50.01, -179.995}, {50.01, 179.995}};
    QVERIFY(near(areaSquareMetres(pacific), wanted, 0.001));
    QCOMPARE(areaSquareMetres(std::span(field).first(2)), 0.0);
  }

  void greatCirclesGoTheShortWay() {
    const std::vector<GeoPoint> way = greatCircle({60, -150}, {60, 150});
    QVERIFY(way.size() > 10);
    QCOMPARE(way.front(), (GeoPoint{60, -150}));
    QCOMPARE(way.back(), (GeoPoint{60, 150}));
    for (const GeoPoint& point : way) QVERIFY(point.latitude >= 60 - 1e-9 && std::abs(point.longitude) > 149.9);
    QVERIFY(way[way.size() / 2].latitude > 62);
    QCOMPARE(greatCircle({1, 2}, {1, 2}).size(), std::size_t(2));
    QCOMPARE(greatCircle({10, 0}, {-10, 180}).back(), (GeoPoint{-10, 180}));
  }

  void clustersKnowWhatIsChosenAndTheMean() {
    std::vector<ClusterInput> cars;
    for (std::uint32_t n = 0; n < 8; ++n) {
      cars.push_back({{30, 30}, n, api::Activity::driving, n < 4 ? float(10 * n) : kNone, n == 2});
    }
    const ClusterResult result = Clustering::gather(cars, {});
    QCOMPARE(result.clusters.size(), std::size_t(1));
    QCOMPARE(result.clusters.front().chosen, 1U);
    QCOMPARE(result.clusters.front().valued, 4U);
    QCOMPARE(result.clusters.front().meanValue(), 15.0);
    QVERIFY(std::isnan(Cluster{}.meanValue()));
  }
};

QTEST_GUILESS_MAIN(MapToolsTest)
#include "tst_map_tools.moc"
