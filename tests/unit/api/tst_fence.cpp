#include "gateway/api/fence.h"
#include "gateway/api/fence_tester.h"
#include "gateway/api/json_codec.h"
#include "tests/unit/api/fence_shapes.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace carport;
using namespace carport::api;
using namespace carport::api::test;

namespace {

bool isRefused(const FenceShape& shape, const char* why) {
  const std::string trouble = troubleOf(shape);
  if (trouble.find(why) != std::string::npos) return true;
  qWarning("it says: %s", trouble.c_str());
  return false;
}

nlohmann::json fenceJson() {
  return nlohmann::json::parse(
      R"({"name":"Harbour","geometry":{"type":"Polygon","coordinates":[[[7,43],[8,43],[8,44],[7,43]]]}})");
}

std::string refusalOf(const nlohmann::json& json) {
  const auto fence = fromJson<Fence>(json);
  return fence ? std::string() : fence.error().message();
}

}  // namespace

/// What a fence may be, what is in it, and its JSON.
class TestFence : public QObject {
  Q_OBJECT

 private slots:
  void insideOutsideAndBorder() {
    const FenceShape square = area(box(43, 7, 44, 8));
    QVERIFY(contains(square, 43.5, 7.5));
    for (const auto& [latitude, longitude] : {std::pair(43.0, 7.0), {43.0, 7.5}, {44.0, 7.3}, {43.5, 8.0}}) {
      QVERIFY2(contains(square, latitude, longitude), "the border is inside");
    }
    QVERIFY(contains(square, 43.5, 8.00000004));   // nearer to the border than the grid tells apart
    QVERIFY(!contains(square, 43.5, 8.00000006));  // and just beyond
    for (const auto& [latitude, longitude] :
         {std::pair(42.9, 7.5), {44.1, 7.5}, {43.5, 6.9}, {43.5, 8.1}, {43.0, 8.1}}) {
      QVERIFY(!contains(square, latitude, longitude));
    }
    QVERIFY(!contains(square, std::nan(""), 7.5) && !contains(square, 43.5, std::nan("")));
    QVERIFY(!contains(area(box(-90, -90, 90, 90)), 91, 0));
    QVERIFY(contains(area(box(-90, -90, 90, 90)), 90, 45));
  }

  void aPlaceAtTheHeightOfCornersIsCountedOnce() {
    const FenceShape rhomb = area(ring({{0, 1}, {1, 2}, {0, 3}, {-1, 2}}));
    QVERIFY(!contains(rhomb, 0, 0.5));
    QVERIFY(contains(rhomb, 0, 2));
    QVERIFY(!contains(rhomb, 1, 0));
    const FenceShape saw = area(ring({{0, 0}, {1, 1}, {0, 2}, {1, 3}, {0, 4}, {-2, 2}}));
    QVERIFY(contains(saw, 0, 1) && contains(saw, 0, 2) && contains(saw, 0, 3));
    QVERIFY(!contains(saw, 0.5, 2) && !contains(saw, 0, -1));
  }

  void holesAreOutside() {
    const FenceShape ringRoad = area(box(0, 0, 10, 10), {box(4, 4, 6, 6), box(1, 1, 2, 2)});
    QCOMPARE(troubleOf(ringRoad), std::string());
    QVERIFY(!contains(ringRoad, 5, 5) && !contains(ringRoad, 1.5, 1.5));
    QVERIFY(contains(ringRoad, 3, 3));
    QVERIFY2(contains(ringRoad, 4, 5), "the border of a hole is the fence's");
    // A polygon in the hole of another is inside.
    FenceArea island = std::get<FenceArea>(ringRoad);
    island.push_back({box(4.5, 4.5, 5.5, 5.5), {}});
    QCOMPARE(troubleOf(island), std::string());
    QVERIFY(contains(FenceShape(island), 5, 5) && !contains(FenceShape(island), 4.2, 4.2));
  }

  void acrossTheAntimeridian() {
    const FenceShape fiji = FenceArea{{box(-19, 177, -16, 180), {}}, {box(-19, -180, -16, -178), {}}};
    QCOMPARE(troubleOf(fiji), std::string());
    QVERIFY(contains(fiji, -17, 179) && contains(fiji, -17, -179));
    QVERIFY(contains(fiji, -17, 180) && contains(fiji, -17, -180));
    QVERIFY(!contains(fiji, -17, 0) && !contains(fiji, -17, -177) && !contains(fiji, -17, 176));
    const FenceBox around = boxOf(fiji);
    QCOMPARE(around.west, 177.0);
    QCOMPARE(around.east, -178.0);
    QVERIFY(around.holds(-17, 180) && around.holds(-17, -180) && !around.holds(-17, 0) && !around.holds(-15, 179));
    // The antimeridian has two names.
    const FenceShape west = area(box(-19, 177, -16, 180));
    QVERIFY(contains(west, -17, 180) && contains(west, -17, -180) && !contains(west, -17, -179.9));
    // Two far apart on the same side: the box goes the shorter way round.
    const FenceShape apart = FenceArea{{box(0, -170, 1, -160), {}}, {box(0, 150, 1, 160), {}}};
    QCOMPARE(boxOf(apart).west, 150.0);
    QCOMPARE(boxOf(apart).east, -160.0);
  }

  void circles() {
    const FenceShape depot = FenceCircle{{43.73, 7.42}, 1000};
    QVERIFY(contains(depot, 43.73, 7.42));
    // A degree of latitude is 111.195 km.
    QVERIFY(contains(depot, 43.73 + 0.00899, 7.42) && !contains(depot, 43.73 + 0.00900, 7.42));
    const double east = 0.00899 / std::cos(43.73 * std::numbers::pi / 180);
    QVERIFY(contains(depot, 43.73, 7.42 + east) && !contains(depot, 43.73, 7.42 + east * 1.002));
    const FenceShape dateline = FenceCircle{{-17, 179.99}, 5000};
    QVERIFY(contains(dateline, -17, -179.99) && !contains(dateline, -17, -179.9));
    QVERIFY(boxOf(dateline).west > boxOf(dateline).east);
    const FenceShape pole = FenceCircle{{89.9, 0}, 50'000};
    QVERIFY(contains(pole, 89.9, 180) && contains(pole, 90, 45) && !contains(pole, 89, 0));
    QCOMPARE(boxOf(pole).west, -180.0);
    QCOMPARE(boxOf(pole).north, 90.0);
    for (const double wrong : {0.0, 0.5, -3.0, 1'000'001.0, std::nan("")}) {
      QVERIFY(isRefused(FenceCircle{{1, 1}, wrong}, "radius"));
    }
    QVERIFY(isRefused(FenceCircle{{91, 1}, 5}, "latitude"));
  }

  void theBoxMissesNothing() {
    for (const FenceShape& shape :
         {area(star(60, 10, 170, 4)), FenceShape(FenceCircle{{85, -175}, 400'000}), area(star(40, -80, -100, 8))}) {
      const FenceTester tester(shape);
      for (int i = 0; i < 4000; ++i) {
        const double latitude = -90 + 180 * std::fmod(i * 0.7548776662, 1.0);
        const double longitude = -180 + 360 * std::fmod(i * 0.5698402910, 1.0);
        QVERIFY(!tester.contains(latitude, longitude) || tester.box().holds(latitude, longitude));
      }
    }
  }

  void whatCannotBeIsRefusedInWords() {
    QVERIFY(isRefused(FenceArea{}, "no outline"));
    QVERIFY(isRefused(area(ring({{0, 0}, {1, 1}})), "three are the least"));
    QVERIFY(isRefused(area(ring({{0, 0}, {1, 1}, {0, 0}, {1, 1}})), "in one line"));
    QVERIFY(isRefused(area(ring({{0, 0}, {1, 1}, {1, 1}, {1.00000001, 1}})), "three are the least"));
    QVERIFY(isRefused(area(ring({{0, 0}, {1, 1}, {2, 2}})), "in one line"));
    QVERIFY(isRefused(area(ring({{0, 0}, {91, 0}, {0, 1}})), "latitude 91"));
    QVERIFY(isRefused(area(ring({{0, 0}, {1, 181}, {0, 1}})), "antimeridian"));
    QVERIFY(isRefused(area(ring({{0, 0}, {std::nan(""), 0}, {0, 1}})), "latitude"));
    QVERIFY(isRefused(area(box(0, -170, 1, 170)), "either way round"));
    QVERIFY(isRefused(area(ring({{0, 0}, {1, 1}, {0, 1}, {1, 0}})), "crosses itself near 0.50000, 0.50000"));
    QVERIFY(isRefused(area(ring({{0, 0}, {0, 4}, {0, 2}, {3, 2}})), "runs along itself"));
    QVERIFY(isRefused(area(box(0, 0, 10, 10), {box(5, 5, 6, 11)}), "crosses"));
    QVERIFY(isRefused(area(box(0, 0, 10, 10), {box(20, 20, 21, 21)}), "not within the outline"));
    QVERIFY(isRefused(area(box(0, 0, 10, 10), {box(1, 1, 9, 9), box(4, 4, 5, 5)}), "within another hole"));
    QVERIFY(isRefused(area(box(0, 0, 10, 10), {box(0, 0, 10, 10)}), "runs along"));
    // Between corners of the outline that leave a gap: no edge crosses, but the hole is outside there.
    QVERIFY(isRefused(area(ring({{0, 0}, {0, 10}, {5, 5}, {10, 10}, {10, 0}}), {ring({{0, 10}, {10, 10}, {5, 5}})}),
                      "runs along"));
    QVERIFY(isRefused(area(ring({{0, 0}, {0, 10}, {5, 5}, {10, 10}, {10, 0}}), {ring({{0, 10}, {10, 10}, {5, 7}})}),
                      "not within"));
  }

  void whatOnlyTouchesMayBe() {
    // A corner on the edge opposite, two squares that meet in a point, a hole that touches the outline.
    QCOMPARE(troubleOf(area(ring({{0, 0}, {0, 4}, {4, 4}, {0, 2}, {4, 0}}))), std::string());
    QCOMPARE(troubleOf(area(ring({{0, 0}, {0, 1}, {1, 1}, {1, 2}, {2, 2}, {2, 1}, {1, 1}, {1, 0}}))), std::string());
    QCOMPARE(troubleOf(area(box(0, 0, 10, 10), {ring({{0, 5}, {4, 4}, {4, 6}})})), std::string());
    QCOMPARE(troubleOf(area(box(0, 0, 10, 10), {box(1, 1, 2, 2), box(2, 2, 3, 3)})), std::string());
    // Whole polygons may overlap.
    QCOMPARE(troubleOf(FenceArea{{box(0, 0, 2, 2), {}}, {box(1, 1, 3, 3), {}}}), std::string());
  }

  void limitsAreTold() {
    QCOMPARE(troubleOf(area(star(kMaxFencePoints, 40, 10, 5))), std::string());
    QVERIFY(isRefused(area(star(kMaxFencePoints + 2, 40, 10, 5)), "1002 corners; it may have 1000"));
    FenceArea many;
    for (std::size_t i = 0; i < kMaxFencePolygons; ++i) {
      many.push_back({box(0, static_cast<double>(i), 0.5, static_cast<double>(i) + 0.5), {}});
    }
    QCOMPARE(troubleOf(many), std::string());
    many.push_back({box(5, 5, 6, 6), {}});
    QVERIFY(isRefused(many, "51 parts"));
    std::vector<FenceRing> holes;
    for (std::size_t i = 0; i < kMaxFenceHoles; ++i) {
      holes.push_back(box(1, static_cast<double>(i), 2, static_cast<double>(i) + 0.5));
    }
    QCOMPARE(troubleOf(area(box(0, -1, 3, 60), holes)), std::string());
    holes.push_back(box(2.2, 5, 2.5, 6));
    QVERIFY(isRefused(area(box(0, -1, 3, 60), holes), "51 holes"));
    Fence fence;
    fence.shape = area(box(0, 0, 1, 1));
    QCOMPARE(checkFence(fence).error().fields()[0].pointer, std::string("/name"));
    fence.name = "Depot";
    QVERIFY(checkFence(fence).has_value());
    fence.colour = kFenceColours;
    QCOMPARE(checkFence(fence).error().fields()[0].pointer, std::string("/colour"));
    fence.colour = 0;
    fence.note = std::string(kMaxFenceNoteBytes + 1, 'n');
    QCOMPARE(checkFence(fence).error().fields()[0].pointer, std::string("/note"));
  }

  void theGridIsTheSameWhoeverAsks() {
    const FenceShape given = area(ring({{0, 0}, {1.00000001, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}),
                                  {ring({{0.2, 0.2}, {0.2, 0.4}, {0.4, 0.4}})});
    const FenceShape kept = onFenceGrid(given);
    const FencePolygon& polygon = std::get<FenceArea>(kept).front();
    QVERIFY(polygon.outer == ring({{0, 0}, {0, 1}, {1, 1}, {1, 0}}));
    QVERIFY(polygon.holes.front() == ring({{0.2, 0.2}, {0.4, 0.4}, {0.2, 0.4}}));
    QVERIFY(onFenceGrid(kept) == kept);
    QCOMPARE(pointsOf(kept), std::size_t{7});
    const auto circle = std::get<FenceCircle>(onFenceGrid(FenceCircle{{1.123456789, -2.98765432}, 12.3456}));
    QCOMPARE(circle.centre.latitude, 1.1234568);
    QCOMPARE(circle.radius, 12.35);
    QCOMPARE(pointsOf(FenceShape(circle)), std::size_t{1});
  }

  void jsonIsGeoJson() {
    auto json = fenceJson();
    json["number"] = 3;
    json["organisation"] = "acme";
    json["colour"] = 5U;
    json["note"] = "why";
    json["createdAt"] = 17;
    json["changedAt"] = 18;
    auto fence = fromJson<Fence>(json);
    QVERIFY(fence.has_value());
    QCOMPARE(fence->colour, 5);
    QVERIFY(fence->shape == area(ring({{43, 7}, {43, 8}, {44, 8}})));
    const auto written = toJson(*fence);
    QCOMPARE(toText(written["geometry"]),
             std::string(R"({"coordinates":[[[7.0,43.0],[8.0,43.0],[8.0,44.0],[7.0,43.0]]],"type":"Polygon"})"));
    QVERIFY(*fromJson<Fence>(written) == *fence);
    QCOMPARE(fenceWish(*fence).size(), std::size_t{4});
    fence->shape = FenceCircle{{43.7, 7.4}, 250};
    QCOMPARE(toText(toJson(*fence)["geometry"]),
             std::string(R"({"coordinates":[7.4,43.7],"radius":250.0,"type":"Circle"})"));
    QVERIFY(*fromJson<Fence>(toJson(*fence)) == *fence);
    fence->shape = FenceArea{{box(0, 0, 1, 1), {ring({{0.1, 0.1}, {0.2, 0.2}, {0.1, 0.2}})}}, {box(5, 5, 6, 6), {}}};
    fence->shape = onFenceGrid(fence->shape);
    QCOMPARE(toJson(*fence)["geometry"]["type"].get<std::string>(), std::string("MultiPolygon"));
    QVERIFY(*fromJson<Fence>(toJson(*fence)) == *fence);
  }

  void theLargestFenceFitsIntoTheAuditLog() {
    Fence fence;
    fence.name = std::string(kMaxFenceNameBytes, 'x');
    fence.note = std::string(kMaxFenceNoteBytes, 'n');
    fence.shape = onFenceGrid(area(star(kMaxFencePoints, -40.1234567, -150.7654321, 9.8765432)));
    QVERIFY(toText(fenceWish(fence)).size() < std::size_t{32} * 1024);
  }

  void badJsonIsRefusedByName_data() {
    QTest::addColumn<QByteArray>("geometry");
    QTest::addColumn<QByteArray>("why");
    const auto row = [](const char* text, const char* why) {
      QTest::newRow(text) << QByteArray(text) << QByteArray(why);
    };
    row(R"(7)", "JSON object");
    row(R"({"type":"Point","coordinates":[1,2]})", "Polygon, MultiPolygon or Circle");
    row(R"({"type":"Polygon"})", "coordinates");
    row(R"({"type":"Polygon","coordinates":[]})", "outer ring");
    row(R"({"type":"Polygon","coordinates":[7]})", "list of at most 1001 positions");
    row(R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]})", "same as its first");
    row(R"({"type":"Polygon","coordinates":[[[0,0,5],[1,0],[1,1],[0,0]]]})", "[longitude, latitude]");
    row(R"({"type":"Polygon","coordinates":[[["0","0"],[1,0],[1,1],[0,0]]]})", "[longitude, latitude]");
    row(R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]],"radius":5})", "Only a Circle");
    row(R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]],"bbox":[]})", "'bbox' is not known");
    row(R"({"type":"MultiPolygon","coordinates":[]})", "no outline");
    row(R"({"type":"MultiPolygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]})", "[longitude, latitude]");
    row(R"({"type":"Circle","coordinates":[0,0]})", "radius");
    row(R"({"type":"Circle","coordinates":[[0,0]],"radius":5})", "[longitude, latitude]");
    row(R"({"type":"Circle","coordinates":[0,1e300],"radius":5})", "latitude");
    row(R"({"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]})", "crosses itself");
  }
  void badJsonIsRefusedByName() {
    QFETCH(QByteArray, geometry);
    QFETCH(QByteArray, why);
    auto json = fenceJson();
    json["geometry"] = nlohmann::json::parse(geometry.toStdString());
    const auto fence = fromJson<Fence>(json);
    QVERIFY(!fence);
    QVERIFY2(fence.error().message().find(why.toStdString()) != std::string::npos, fence.error().message().c_str());
    QCOMPARE(fence.error().fields()[0].pointer, std::string("/geometry"));
  }

  void otherFieldsAreChecked() {
    auto json = fenceJson();
    json["name"] = "  ";
    QCOMPARE(refusalOf(json), std::string("Give the fence a name"));
    json.erase("name");
    QVERIFY(refusalOf(json).find("'name' is missing") != std::string::npos);
    json["name"] = std::string(kMaxFenceNameBytes + 1, 'x');
    QVERIFY(refusalOf(json).find("200 bytes") != std::string::npos);
    json = fenceJson();
    for (const auto& colour : {nlohmann::json(8), nlohmann::json(-1), nlohmann::json(256), nlohmann::json("red")}) {
      json["colour"] = colour;
      QVERIFY(refusalOf(json).find("colour") != std::string::npos);
    }
  }
};

QTEST_GUILESS_MAIN(TestFence)
#include "tst_fence.moc"
