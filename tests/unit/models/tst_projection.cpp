#include "ui/models/projection.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace carport::ui;

class ProjectionTest : public QObject {
  Q_OBJECT

 private slots:
  void roundTripsEverywhere() {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> latitude(-85, 85);
    std::uniform_real_distribution<double> longitude(-180, 180);
    for (int n = 0; n < 10'000; ++n) {
      const GeoPoint point{latitude(random), longitude(random)};
      const GeoPoint back = toGeo(toWorld(point));
      QVERIFY(std::abs(back.latitude - point.latitude) < 1e-9);
      QVERIFY(std::abs(back.longitude - point.longitude) < 1e-9);
    }
  }

  void polesAreClampedToTheEdge() {
    QCOMPARE(toWorld({90, 0}).y(), 0.0);
    QCOMPARE(toWorld({-90, 0}).y(), 1.0);
    QVERIFY(std::abs(toWorld({0, 0}).y() - 0.5) < 1e-15);
  }

  void screenRoundTripsAtEveryZoom() {
    for (double zoom = 2; zoom <= kMaxZoom; zoom += 0.7) {
      const MapViewport view(toWorld({50.85, 4.35}), zoom, {1280, 720});
      const QPointF pixel(313, 477);
      const QPointF back = view.toScreen(view.fromScreen(pixel));
      QVERIFY((back - pixel).manhattanLength() < 1e-4);
    }
  }

  void zoomingKeepsThePlaceUnderThePointer() {
    const MapViewport view(toWorld({48, 11}), 8, {800, 600});
    const QPointF pointer(620, 130);
    const WorldPoint under = view.fromScreen(pointer);
    const MapViewport near = view.zoomedAt(pointer, 13.3);
    QVERIFY((near.toScreen(under) - pointer).manhattanLength() < 1e-6);
    QCOMPARE(near.zoom(), 13.3);
  }

  void theCopyNearestToTheMiddleIsShownAcrossThe180thMeridian() {
    const MapViewport view(toWorld({-17, 179.5}), 6, {800, 600});
    const QPointF east = view.toScreen(toWorld({-17, -179.5}));
    QVERIFY(east.x() > 400 && east.x() < 500);
  }

  void nothingBeyondThePolesIsShown() {
    const MapViewport view({0.5, -3}, 3, {800, 600});
    QVERIFY(view.worldRect().top() >= -1e-12);
    const MapViewport south({0.5, 9}, 3, {800, 600});
    QVERIFY(south.worldRect().bottom() <= 1 + 1e-12);
  }

  void fitsTheShortWayAround() {
    const WorldPoint points[] = {toWorld({-18, 178}), toWorld({-16, -178})};
    const MapViewport view = MapViewport({0.5, 0.5}, 2, {800, 600}).fitted(points, 50, 18);
    for (const WorldPoint& point : points) {
      const QPointF pixel = view.toScreen(point);
      QVERIFY(pixel.x() >= 49 && pixel.x() <= 751 && pixel.y() >= 49 && pixel.y() <= 551);
    }
    QVERIFY(view.zoom() > 6);
  }

  void fittingOnePlaceStopsAtTheLimit() {
    const WorldPoint point[] = {toWorld({50, 4})};
    QCOMPARE(MapViewport({0.5, 0.5}, 2, {800, 600}).fitted(point, 50, 14).zoom(), 14.0);
  }

  void theScaleIsRoundAndFits() {
    for (double metresPerPixel = 0.01; metresPerPixel < 200'000; metresPerPixel *= 1.37) {
      const ScaleBar bar = scaleBar(metresPerPixel, 120);
      QVERIFY(bar.lengthPx <= 120 + 1e-9 && bar.lengthPx > 120 / 2.6);
      const double first = bar.metres / std::pow(10, std::floor(std::log10(bar.metres * 1.0000001)));
      QVERIFY(std::abs(first - 1) < 1e-6 || std::abs(first - 2) < 1e-6 || std::abs(first - 5) < 1e-6);
    }
  }

  void coordinatesAreRead_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("valid");
    QTest::addColumn<double>("latitude");
    QTest::addColumn<double>("longitude");
    QTest::newRow("comma") << "52.52, 13.405" << true << 52.52 << 13.405;
    QTest::newRow("space") << "-33.86 151.2" << true << -33.86 << 151.2;
    QTest::newRow("letters") << "33.86 S, 151.2 E" << true << -33.86 << 151.2;
    QTest::newRow("letters first") << "N 50.5; W 4.25" << true << 50.5 << -4.25;
    QTest::newRow("decimal commas") << "33,86; 151,2" << true << 33.86 << 151.2;
    QTest::newRow("beyond the pole") << "91, 0" << false << 0.0 << 0.0;
    QTest::newRow("beyond the date line") << "10, 181" << false << 0.0 << 0.0;
    QTest::newRow("a car's name") << "Car 0427" << false << 0.0 << 0.0;
    QTest::newRow("one number") << "52.52" << false << 0.0 << 0.0;
    QTest::newRow("nothing") << "" << false << 0.0 << 0.0;
  }

  void coordinatesAreRead() {
    QFETCH(QString, text);
    QFETCH(bool, valid);
    const auto point = parseCoordinates(text);
    QCOMPARE(point.has_value(), valid);
    if (!valid) return;
    QTEST(point->latitude, "latitude");
    QTEST(point->longitude, "longitude");
  }
};

QTEST_GUILESS_MAIN(ProjectionTest)
#include "tst_projection.moc"
