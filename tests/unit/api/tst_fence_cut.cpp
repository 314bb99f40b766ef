#include "gateway/api/fence_tester.h"
#include "tests/unit/api/fence_shapes.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace carport;
using namespace carport::api;
using namespace carport::api::test;

namespace {

double squareDegrees(const FenceArea& parts) {
  double sum = 0;
  const auto add = [&](const FenceRing& corners, double sign) {
    double twice = 0;
    for (std::size_t i = 0; i < corners.size(); ++i) {
      const FencePoint &a = corners[i], &b = corners[(i + 1) % corners.size()];
      twice += a.longitude * b.latitude - b.longitude * a.latitude;
    }
    sum += sign * std::abs(twice) / 2;
  };
  for (const FencePolygon& part : parts) {
    add(part.outer, 1);
    for (const FenceRing& hole : part.holes) add(hole, -1);
  }
  return sum;
}

}  // namespace

/// What is drawn across the antimeridian is cut there into parts that the gateway takes.
class FenceCutTest : public QObject {
  Q_OBJECT

 private slots:
  void fencesAreCutAtTheAntimeridian() {
    struct Row {
      const char* what;
      FencePolygon drawn;
      std::size_t parts, holes;
      double square;
    };
    const FenceRing fork = ring({{0, 176}, {0, 182}, {2, 182}, {2, 178}, {4, 178}, {4, 182}, {6, 182}, {6, 176}});
    const std::vector<Row> rows{
        {"crosses nothing", {box(0, 10, 2, 12), {}}, 1, 0, 4},
        {"two halves", {box(0, 179, 2, 181), {}}, 2, 0, 4},
        {"the other way", {box(0, -181, 2, -179), {}}, 2, 0, 4},
        {"wholly beyond", {box(0, 190, 2, 192), {}}, 1, 0, 4},
        {"touches it", {box(0, 178, 2, 180), {}}, 1, 0, 4},
        {"a fork of two teeth", {fork, {}}, 3, 0, 28},
        {"a hole across it", {box(0, 178, 4, 182), {box(1, 179, 3, 181)}}, 2, 0, 12},
        {"holes on either side", {box(0, 178, 4, 182), {box(1, 178.5, 2, 179.5), box(1, 180.5, 2, 181.5)}}, 2, 2, 14},
        {"a corner on it", {ring({{0, 179}, {1, 180}, {0, 181}, {-1, 180}}), {}}, 2, 0, 2},
        {"a hole that ends on it in the west", {box(0, 178, 4, 182), {box(1, 179, 3, 180)}}, 2, 0, 14},
        {"a hole that ends on it in the east", {box(0, 178, 4, 182), {box(1, 180, 3, 181)}}, 2, 0, 14},
        {"a hole that ends there the other way", {box(0, -182, 4, -178), {box(1, -180, 3, -179)}}, 2, 0, 14},
        {"holes with a corner on it",
         {box(0, 178, 4, 182), {ring({{1, 179}, {2, 180}, {3, 179}}), ring({{2, 181}, {3, 180}, {3.5, 181}})}},
         2,
         2,
         14.25},
        {"an outside that ends on it in the east", {box(0, 180, 2, 182), {}}, 1, 0, 4},
        {"around more than the globe", {box(0, -200, 1, 200), {}}, 3, 0, 400}};
    for (const Row& row : rows) {
      FencePolygon reversed = row.drawn;
      std::reverse(reversed.outer.begin(), reversed.outer.end());
      for (const FencePolygon& drawn : {row.drawn, reversed}) {
        const FenceArea cut = cutAtAntimeridian(drawn);
        QVERIFY2(cut.size() == row.parts && std::abs(squareDegrees(cut) - row.square) < 1e-6, row.what);
        std::size_t holes = 0;
        for (const FencePolygon& part : cut) {
          holes += part.holes.size();
          if (row.square < 100) QCOMPARE(troubleOf(FenceArea{part}), std::string());
          for (const FencePoint& corner : part.outer) QVERIFY(std::abs(corner.longitude) <= 180);
        }
        QVERIFY2(holes == row.holes, row.what);
      }
    }
  }

  void whatWasCutHasTheSamePlacesInside() {
    const FencePolygon drawn{star(120, 0, 180, 20), {star(40, 0, 180, 8)}};
    const FenceArea cut = cutAtAntimeridian(drawn);
    QCOMPARE(troubleOf(cut), std::string());
    const FenceTester tester(cut);
    const FenceTester elsewhere(FenceShape(FenceArea{{star(120, 0, 0, 20), {star(40, 0, 0, 8)}}}));
    int inside = 0;
    for (int i = 0; i < 20'000; ++i) {
      const double latitude = -22 + 44 * std::fmod(i * 0.7548776662, 1.0);
      const double longitude = -22 + 44 * std::fmod(i * 0.5698402910, 1.0);
      const double shifted = longitude < 0 ? longitude + 180 : longitude - 180;
      if (elsewhere.contains(latitude, longitude)) ++inside;
      if (std::abs(longitude) > 1e-6)
        QCOMPARE(tester.contains(latitude, shifted), elsewhere.contains(latitude, longitude));
    }
    QVERIFY(inside > 1000);
  }
};

QTEST_GUILESS_MAIN(FenceCutTest)
#include "tst_fence_cut.moc"
