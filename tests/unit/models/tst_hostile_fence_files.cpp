// Files of fences within every limit, made so that what is simple about other files is dear about them.
#include "ui/models/fence_geojson.h"
#include "ui/models/fence_kml.h"

#include <QtTest>

#include <cmath>

using namespace carport;
using namespace carport::ui;

namespace {

using Corner = std::pair<double, double>;  // longitude, latitude

QByteArray ringText(const std::vector<Corner>& corners) {
  QByteArray text = "[";
  for (const auto& [longitude, latitude] : corners)
    text += '[' + coordinateDigits(longitude) + ',' + coordinateDigits(latitude) + "],";
  return text + '[' + coordinateDigits(corners.front().first) + ',' + coordinateDigits(corners.front().second) + "]]";
}

QByteArray polygonText(const QByteArray& rings) {
  return "{\"type\":\"Polygon\",\"coordinates\":[" + rings + "]}";
}

QString sentenceOf(const Result<FenceFile>& file) {
  return file ? file->remarks.join(' ') : QString::fromStdString(file.error().message());
}

}  // namespace

class HostileFenceFilesTest : public QObject {
  Q_OBJECT

 private slots:
  /// Each corner is on the other side of the antimeridian.
  void aCoastThatCrossesTheAntimeridianAtEveryCorner() {
    std::vector<Corner> corners{{179, 80}, {179, -80}};
    constexpr int kTeeth = 150'000;
    for (int n = 0; n < kTeeth; ++n) corners.emplace_back(n % 2 == 0 ? 179.9999 : 180.0001, -80 + 160.0 * n / kTeeth);
    const auto file = readGeoJson(polygonText(ringText(corners)));
    QVERIFY(!file.has_value());
    QVERIFY2(sentenceOf(file).contains("parts; it may have 50"), qPrintable(sentenceOf(file)));
  }

  void manyHolesInAFineOutlineAcrossTheAntimeridian() {
    std::vector<Corner> outline;
    constexpr int kCorners = 100'000;
    for (int n = 0; n < kCorners; ++n) {
      const double angle = 2 * 3.14159265358979 * n / kCorners;
      outline.emplace_back(180 + 5 * std::cos(angle), 5 * std::sin(angle));
    }
    QByteArray rings = ringText(outline);
    for (int n = 0; n < 15'000; ++n) {
      const double west = 178 + 0.02 * (n % 200), south = -1 + 0.02 * (n / 200);
      rings += ',' + ringText({{west, south}, {west, south + 0.01}, {west + 0.01, south}});
    }
    const auto file = readGeoJson(polygonText(rings));
    QVERIFY2(file.has_value(), qPrintable(sentenceOf(file)));
    QVERIFY2(sentenceOf(file).contains("its 145,000 are simplified to"), qPrintable(sentenceOf(file)));
    const api::FenceShape& shape = file->fences.front().shape;
    QVERIFY(api::pointsOf(shape) <= api::kMaxFencePoints);
    QVERIFY(api::contains(shape, 0, 175.5) && api::contains(shape, 0, -175.5) && !api::contains(shape, 0, -174.5));
  }

  /// What the cut adds is too much, too.
  void asManyCornersAsMayBeBeforeItIsCut() {
    std::vector<Corner> corners;
    for (int n = 0; n < 930; ++n) corners.emplace_back(178 + 0.001 * (n % 2), 1 - n / 465.0);
    for (int n = 0; n < 60; ++n) corners.emplace_back(n % 2 == 0 ? 179.9 : 180.1, -1 + n / 30.0);
    const auto file = readGeoJson(polygonText(ringText(corners)));
    QVERIFY2(file.has_value(), qPrintable(sentenceOf(file)));
    QVERIFY2(sentenceOf(file).contains("its 990 are simplified to"), qPrintable(sentenceOf(file)));
    QVERIFY(api::pointsOf(file->fences.front().shape) <= api::kMaxFencePoints);
  }

  void aPlaceOffTheGlobeIsNamedInItsTurn() {
    QCOMPARE(sentenceOf(readGeoJson(polygonText(ringText({{7, 43}, {8, 143}, {7, 44}})))),
             QString("The geometry.coordinates[0][1]: a latitude is between -90 and 90, not 143"));
    QCOMPARE(sentenceOf(readGeoJson(polygonText(ringText({{7, 43}, {800, 43}, {7, 44}})))),
             QString("The geometry.coordinates[0][1]: a longitude is between -180 and 180, not 800"));
  }

  void aNameOfNothingToReadIsNone() {
    const auto file = readGeoJson("{\"type\":\"Feature\",\"properties\":{\"name\":\"\\u0001\"},\"geometry\":" +
                                  polygonText(ringText({{7, 43}, {8, 43}, {7, 44}})) + "}");
    QVERIFY2(file.has_value(), qPrintable(sentenceOf(file)));
    QCOMPARE(file->fences.front().name, std::string("Fence 1"));
  }
};

QTEST_GUILESS_MAIN(HostileFenceFilesTest)
#include "tst_hostile_fence_files.moc"
