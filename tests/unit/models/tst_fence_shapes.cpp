// Fences in the portal: what their shapes measure, drafts that can be taken back, and files of two kinds, hostile ones
// among them.
#include "ui/models/car_matcher.h"
#include "ui/models/car_query_help.h"
#include "ui/models/fence_draft.h"
#include "ui/models/fence_geojson.h"
#include "ui/models/fence_geometry.h"
#include "ui/models/fence_kml.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <numbers>

using namespace carport;
using namespace carport::ui;

namespace {

api::FenceRing square(double south, double west, double side) {
  return {{south, west}, {south, west + side}, {south + side, west + side}, {south + side, west}};
}

api::Fence fenceOf(const std::string& name, api::FenceShape shape, int colour = 0, const std::string& note = {}) {
  api::Fence fence;
  fence.name = name;
  fence.note = note;
  fence.colour = std::uint8_t(colour);
  fence.shape = api::onFenceGrid(std::move(shape));
  return fence;
}

bool isNear(double figure, double expected, double share) {
  return std::abs(figure - expected) <= std::abs(expected) * share;
}

QString messageOf(const Result<FenceFile>& file) {
  return file ? QString() : QString::fromStdString(file.error().message());
}

/// A placemark with this inside.
QByteArray kml(const QByteArray& inside) {
  return "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>" + inside +
         "</Document></kml>";
}

QByteArray kmlPolygon(const QByteArray& coordinates) {
  return "<Placemark><name>P</name><Polygon><outerBoundaryIs><LinearRing><coordinates>" + coordinates +
         "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>";
}

}  // namespace

class FenceShapesTest : public QObject {
  Q_OBJECT

 private slots:
  void measures() {
    // One degree by one degree at the equator, less a quarter of it.
    const api::FenceArea area{{square(0, 10, 1), {square(0.25, 10.25, 0.5)}}};
    const double degree = api::kFenceEarthRadius * std::numbers::pi / 180;
    QVERIFY(isNear(fenceAreaSquareMetres(area), degree * degree * 0.75, 0.001));
    QVERIFY(isNear(fenceBorderMetres(area), degree * 6, 0.001));
    const api::FenceCircle circle{{43.7, 7.4}, 500};
    QVERIFY(isNear(fenceAreaSquareMetres(circle), std::numbers::pi * 500 * 500, 1e-4));
    QVERIFY(isNear(fenceBorderMetres(circle), 2 * std::numbers::pi * 500, 1e-4));
    // The polygon that stands for it is nearly as large.
    QVERIFY(
        isNear(fenceAreaSquareMetres(api::FenceArea{{circleRing(circle), {}}}), std::numbers::pi * 500 * 500, 0.01));
    QVERIFY(isRingOf(circleRing(circle), circle));
    QVERIFY(!isRingOf(square(43.7, 7.4, 0.01), circle));
  }

  void isWholeAcrossTheAntimeridian() {
    const api::FencePolygon polygon{{{-17, 178}, {-17, 183}, {-15, 183}, {-15, 178}}, {}};
    const api::FenceArea cut = api::cutAtAntimeridian(polygon);
    QCOMPARE(cut.size(), std::size_t(2));
    const api::FenceArea whole = joinedAtAntimeridian(cut);
    QCOMPARE(whole.size(), std::size_t(1));
    QCOMPARE(whole.front().outer.size(), std::size_t(4));
    QVERIFY(isNear(fenceAreaSquareMetres(cut), fenceAreaSquareMetres(whole), 1e-9));
    // Where it is cut there is no border.
    QVERIFY(isNear(fenceBorderMetres(cut), fenceBorderMetres(whole), 1e-4));
    // On the map it lies in one piece, though beyond the edge of the world.
    const auto drawn = worldPolygons(whole);
    const auto [low, high] = std::minmax_element(drawn[0][0].begin(), drawn[0][0].end(),
                                                 [](const auto& a, const auto& b) { return a.x() < b.x(); });
    QVERIFY(isNear(high->x() - low->x(), 5.0 / 360, 1e-6));
  }

  void carsAreFoundByTheirFence() {
    CarStore store;
    std::vector<api::Car> cars(3);
    for (std::uint32_t n = 0; n < 3; ++n) {
      cars[n].principal.number = PrincipalNumber{n + 1};
      cars[n].principal.id = "van-" + std::to_string(n + 1);
    }
    store.setCars(cars);
    api::CarPosition at;
    at.time = fromMs(1'700'000'000'000);
    for (const auto& [car, latitude] : {std::pair(1U, 43.5), std::pair(2U, 50.5)}) {
      at.car = PrincipalNumber{car};
      at.latitude = latitude;
      at.longitude = 7.5;
      store.applyPositions(std::array{at});
    }
    FenceAreas areas;
    areas.add("Depot north", api::FenceTester(api::FenceArea{{square(50, 7, 1), {}}}));
    areas.add("Depot south", api::FenceTester(api::FenceArea{{square(43, 7, 1), {}}}));
    store.setFences(areas);
    const auto found = [&](const QString& text) {
      const CarMatcher matcher(CarQuery::parse(text, CarWords::of(store)), store);
      QString rows;
      for (CarStore::Row row = 0; row < store.size(); ++row) rows += matcher.accepts(row) ? '1' : '0';
      return rows;
    };
    QCOMPARE(found("fence:\"depot south\""), QString("100"));
    QCOMPARE(found("fence:depot"), QString("110"));
    QCOMPARE(found("-fence:\"Depot north\""), QString("101"));
    QCOMPARE(found("fence:nowhere"), QString("000"));
    QVERIFY(CarQueryHelp::at("fence:dep", 9, CarWords::of(store)).offers.contains("fence:\"Depot north\""));
  }

  void simplifies() {
    api::FenceRing ring;
    for (int n = 0; n < 6'000; ++n) ring.push_back(placeAt({43.7, 7.4}, n * 0.06, 5'000 + (n % 2) * 2.0));
    const auto less = simplifiedTo(api::FenceArea{{ring, {}}}, api::kMaxFencePoints);
    QVERIFY(less.has_value());
    QVERIFY(less->front().outer.size() <= api::kMaxFencePoints);
    QVERIFY(isNear(fenceAreaSquareMetres(*less), fenceAreaSquareMetres(api::FenceArea{{ring, {}}}), 0.002));
    // Corners on a line go, those that matter stay.
    api::FenceRing line = square(0, 0, 1);
    line.insert(line.begin() + 1, {0, 0.5});
    QCOMPARE(simplified(line, 10), square(0, 0, 1));
    QCOMPARE(simplified(square(0, 0, 1), 1e9).size(), std::size_t(3));
  }

  void drawsCornerAfterCorner() {
    FenceDraft draft;
    QVERIFY(!draft.problem().isEmpty());
    for (const api::FencePoint& corner : square(43, 7, 1)) QVERIFY(draft.addCorner(corner));
    QVERIFY(draft.isOpen() && draft.canClose());
    QVERIFY(draft.takeBackCorner());
    QCOMPARE(draft.corners(), std::size_t(3));
    QVERIFY(draft.undo());
    QCOMPARE(draft.corners(), std::size_t(4));
    QVERIFY(draft.close());
    QVERIFY(!draft.addCorner({0, 0}));
    QCOMPARE(draft.problem(), QString());
    QCOMPARE(draft.shape(), api::FenceShape(api::FenceArea{{square(43, 7, 1), {}}}));
    // A bow tie is said to be one.
    QVERIFY(draft.moveCorner({0, 2}, {43.1, 6.5}));
    QVERIFY(!draft.problem().isEmpty());
    QVERIFY(draft.undo());
    QVERIFY(draft.undo());
    QVERIFY(draft.isOpen());
    QVERIFY(draft.redo());
    QVERIFY(!draft.isOpen());
    while (draft.undo()) continue;
    QVERIFY(draft.isEmpty());
  }

  void changesWithStepsBackAndForth() {
    FenceDraft draft(api::FenceArea{{square(43, 7, 1), {square(43.25, 7.25, 0.5)}}, {square(50, 7, 1), {}}});
    QCOMPARE(draft.rings().size(), std::size_t(3));
    // A drag is one step, however many moves it has.
    draft.beginStep();
    for (int n = 1; n <= 10; ++n) draft.moveCorner({0, 0}, {43 - n * 0.01, 7});
    draft.endStep();
    QVERIFY(draft.isChanged());
    QVERIFY(draft.undo());
    QVERIFY(!draft.isChanged());
    QVERIFY(!draft.canUndo());
    // A press that moves nothing is none.
    draft.beginStep();
    draft.endStep();
    QVERIFY(!draft.canUndo());
    QVERIFY(draft.insertAfter({1, 3}, {43.5, 7.2}));
    QCOMPARE(draft.rings()[1].size(), std::size_t(5));
    QVERIFY(draft.removeCorner({1, 4}));
    // From four corners a hole has one to give; then it goes as a whole.
    QVERIFY(draft.removeCorner({1, 0}));
    QVERIFY(draft.removeCorner({1, 0}));
    QCOMPARE(draft.rings().size(), std::size_t(2));
    QVERIFY(draft.removeCorner({1, 0}));
    QVERIFY(draft.removeCorner({1, 0}));
    QCOMPARE(draft.rings().size(), std::size_t(1));
    QVERIFY(draft.removeCorner({0, 0}));
    QVERIFY(!draft.removeCorner({0, 0}));
    draft.revert();
    QVERIFY(!draft.isChanged());
    QCOMPARE(draft.rings().size(), std::size_t(3));
    for (std::size_t n = 0; n < FenceDraft::kMaxSteps + 50; ++n) draft.moveBy(1e-6, 0);
    std::size_t steps = 0;
    while (draft.undo()) ++steps;
    QCOMPARE(steps, FenceDraft::kMaxSteps);
  }

  void movesAcrossTheAntimeridian() {
    FenceDraft draft(api::FenceArea{{square(-17, 177, 2), {square(-16.5, 177.5, 1)}}});
    QVERIFY(draft.moveBy(2.3 / 360, 0));
    const api::FenceShape moved = draft.shape();
    QVERIFY(std::get<api::FenceArea>(moved).size() >= 2);
    QVERIFY(api::contains(moved, -16.9, -179));
    QVERIFY(api::contains(moved, -16.9, 179.8));
    QVERIFY(!api::contains(moved, -16, -179.7));
    QVERIFY2(draft.problem().isEmpty(), qPrintable(draft.problem()));
    QVERIFY(draft.moveBy(5.0 / 360, 0));
    QVERIFY(api::contains(draft.shape(), -16.9, -175));
    FenceDraft circle(api::FenceCircle{{-16, 179.9}, 1'000});
    QVERIFY(circle.moveBy(1.0 / 360, 0));
    QVERIFY(isNear(std::get<api::FenceCircle>(circle.shape()).centre.longitude, -179.1, 1e-6));
    QVERIFY(circle.moveCorner({0, 1}, placeAt({-16, -179.1}, 40, 2'500)));
    QVERIFY(isNear(std::get<api::FenceCircle>(circle.shape()).radius, 2'500, 0.001));
  }

  void comesBackFromFilesAsItWas_data() {
    QTest::addColumn<int>("kind");
    QTest::newRow("GeoJSON") << int(FenceFileKind::geoJson);
    QTest::newRow("KML") << int(FenceFileKind::kml);
  }
  void comesBackFromFilesAsItWas() {
    QFETCH(int, kind);
    api::FenceArea far = api::cutAtAntimeridian({{{-17, 178}, {-17, 183}, {-15, 183}, {-15, 178}}, {}});
    turnRightHanded(far);
    api::FenceArea holed{{square(43.7123457, 7.4, 0.01), {square(43.715, 7.403, 0.0012345)}}, {square(43, 7, 0.1), {}}};
    turnRightHanded(holed);
    const std::vector<api::Fence> fences{
        fenceOf("Depot \"north\" <1> & 2", api::FenceArea{{square(43.7, 7.4, 0.01), {}}}, 3, "Gate code\n4711, 门"),
        fenceOf("Two parts", holed, 7), fenceOf("Fiji", far),
        fenceOf("Round", api::FenceCircle{{43.73, 7.42}, 123.45}, 1),
        fenceOf("Round and far", api::FenceCircle{{-16.5, 179.999}, 40'000}, 2),
        fenceOf("On the eastern edge", api::FenceCircle{{-16.5, 180}, 250}, 2),
        fenceOf("On the western edge", api::FenceCircle{{-16.5, -180}, 250}, 2)};
    const QByteArray text = writeFences(fences, FenceFileKind(kind));
    const auto file = readFences(text, FenceFileKind(kind));
    QVERIFY2(file.has_value(), qPrintable(messageOf(file)));
    QCOMPARE(file->remarks, QStringList());
    QCOMPARE(file->leftOut(), QString());
    QCOMPARE(file->fences.size(), fences.size());
    for (std::size_t n = 0; n < fences.size(); ++n) {
      QCOMPARE(QString::fromStdString(file->fences[n].name), QString::fromStdString(fences[n].name));
      QVERIFY2(file->fences[n] == fences[n], fences[n].name.c_str());
    }
    // And once more, byte by byte.
    QCOMPARE(writeFences(file->fences, FenceFileKind(kind)), text);
  }

  void saysWhatOfGeoJsonIsLeftOut() {
    const auto file = readGeoJson(R"({"type":"FeatureCollection","features":[
      {"type":"Feature","properties":{"title":"A"},"geometry":{"type":"Polygon","coordinates":[[[7,43],[8,43],[8,44]]]}},
      {"type":"Feature","properties":null,"geometry":{"type":"LineString","coordinates":[[7,43],[8,43]]}},
      {"type":"Feature","properties":{},"geometry":{"type":"MultiLineString","coordinates":[[[7,43]],[[8,43]]]}},
      {"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[7,43]}},
      {"type":"Feature","properties":{},"geometry":null},
      {"type":"Feature","properties":{"name":"Bow"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}},
      {"type":"Feature","properties":{"radius":250},"geometry":{"type":"GeometryCollection","geometries":[
        {"type":"Point","coordinates":[7,43,12]},{"type":"LineString","coordinates":[]}]}}]})");
    QVERIFY2(file.has_value(), qPrintable(messageOf(file)));
    QCOMPARE(file->fences.size(), std::size_t(2));
    QCOMPARE(file->fences[0].name, std::string("A"));
    QCOMPARE(file->fences[1].name, std::string("Fence 2"));
    QCOMPARE(std::get<api::FenceCircle>(file->fences[1].shape).radius, 250.0);
    QCOMPARE(file->leftOut(), QString("Left out: 4 lines, 1 point and 1 other thing. Only areas, and points with a "
                                      "radius, become fences."));
    QCOMPARE(file->remarks.size(), 1);
    QVERIFY(file->remarks.front().contains("Bow") && file->remarks.front().contains("features[5]"));
    const auto bare =
        readGeoJson(R"({"type":"Polygon","coordinates":[[[179,-17],[-179,-17],[-179,-15],[179,-15],[179,-17]]]})");
    QVERIFY(bare.has_value());
    QVERIFY(api::contains(bare->fences.front().shape, -16, 180));
    QVERIFY(!api::contains(bare->fences.front().shape, -16, 0));
  }

  void saysWhatOfKmlIsLeftOut() {
    const auto file = readKml(kml(
        "<Folder><name>Sites</name><Folder>" +
        kmlPolygon("7,43,0 8,43,0\n\t8,44,0 7,43,0").replace("<name>P</name>", "") +
        "</Folder><Placemark><name>Way</name><LineString><coordinates>7,43 8,43</coordinates></LineString></Placemark>"
        "<Placemark><Point><coordinates>7,43</coordinates></Point></Placemark><GroundOverlay/><NetworkLink/>"
        "<Placemark><gx:Track/></Placemark>"
        "<Placemark><name><![CDATA[B & <b>C</b>]]></name><description>&lt;i&gt;note</description><MultiGeometry>"
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2</coordinates></LinearRing></outerBoundaryIs>"
        "</Polygon><Point><coordinates>1,1</coordinates></Point></MultiGeometry></Placemark></Folder>"));
    QVERIFY2(file.has_value(), qPrintable(messageOf(file)));
    QCOMPARE(file->fences.size(), std::size_t(2));
    QCOMPARE(file->fences[0].name, std::string("Sites"));
    QCOMPARE(file->fences[1].name, std::string("B & <b>C</b>"));
    QCOMPARE(file->fences[1].note, std::string("<i>note"));
    QVERIFY2(file->leftOut().startsWith("Left out: 2 lines, 2 points and 2 other things."),
             qPrintable(file->leftOut()));
  }

  void refusesWithTheirPlace_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("said");
    const auto json = [](const QByteArray& geometry) {
      return "{\"type\":\"Feature\",\"properties\":{},\"geometry\":" + geometry + "}";
    };
    QTest::newRow("nothing") << QByteArray() << "neither GeoJSON nor KML";
    QTest::newRow("zip") << QByteArray("PK\3\4") << "Unpack";
    QTest::newRow("text") << QByteArray("hello") << "neither GeoJSON nor KML";
    QTest::newRow("cut off") << QByteArray("{\n \"type\": \"Feat") << "Line 2";
    QTest::newRow("a list") << QByteArray("[1]") << "begin with an object";
    QTest::newRow("no geometry") << QByteArray("{}") << "say its type";
    QTest::newRow("unknown") << json(R"({"type":"Star"})") << "Star";
    QTest::newRow("other system") << QByteArray(R"({"type":"FeatureCollection","features":[],
        "crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::3857"}}})")
                                  << "EPSG::3857";
    QTest::newRow("no features") << QByteArray(R"({"type":"FeatureCollection"})") << "features";
    QTest::newRow("not a number") << json(R"({"type":"Polygon","coordinates":[[[7,43],["8",43]]]})")
                                  << "coordinates[0][1]";
    QTest::newRow("off the globe") << json(R"({"type":"Polygon","coordinates":[[[7,43],[8,143],[7,44]]]})")
                                   << "coordinates[0][1]";
    QTest::newRow("only lines") << json(R"({"type":"LineString","coordinates":[]})") << "1 line";
    QByteArray deep = R"({"type":"GeometryCollection","geometries":[)";
    QTest::newRow("deep") << json(deep.repeated(60) + QByteArray("]}").repeated(60)) << "deep";
    QTest::newRow("deeper") << deep.repeated(5'000) << "Line 1";
    QTest::newRow("brackets") << QByteArray(100'000, '[') << "Line 1";
    QTest::newRow("html") << QByteArray("<html><body/></html>") << "not KML";
    QTest::newRow("entities") << QByteArray("<!DOCTYPE kml [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><kml>&b;</kml>")
                              << "Line 1: the file has a document type";
    QTest::newRow("unknown entity") << kml("<Placemark><name>&x;</name></Placemark>") << "Line 1";
    QTest::newRow("not closed") << QByteArray("<kml>\n<Document>\n") << "Line 3";
    QTest::newRow("after the end") << kml(kmlPolygon("7,43 8,43 8,44")) + "<more/>"
                                   << "Line 1";
    QTest::newRow("no place") << kml("\n" + kmlPolygon("7,43 8;43 8,44")) << QStringLiteral("Line 2: “8;43”");
    QTest::newRow("not on it") << kml(kmlPolygon("7,43 8,430 8,44")) << "latitude";
    QTest::newRow("not finite") << kml(kmlPolygon("7,43 nan,inf 8,44")) << "Line 1";
    QTest::newRow("folders") << kml(QByteArray("<Folder>").repeated(100) + QByteArray("</Folder>").repeated(100))
                             << "deep";
    QTest::newRow("elements") << kml(QByteArray("<a>").repeated(50'000)) << "deep";
    QTest::newRow("two outers") << kml(kmlPolygon("1,1 2,2 1,2")
                                           .replace("</Polygon>",
                                                    "<outerBoundaryIs><LinearRing/></outerBoundaryIs></Polygon>"))
                                << "one outer boundary";
  }
  void refusesWithTheirPlace() {
    QFETCH(QByteArray, text);
    QFETCH(QString, said);
    QTemporaryDir folder;
    QFile file(folder.filePath("fences"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    file.close();
    const auto read = readFenceFile(file.fileName());
    QVERIFY(!read.has_value());
    QVERIFY2(messageOf(read).contains(said), qPrintable(messageOf(read)));
    QVERIFY(messageOf(read).size() < 400);
  }

  void keepsItsLimits() {
    QTemporaryDir folder;
    QFile file(folder.filePath("large.kml"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(kMaxFenceFileBytes + 1));
    QVERIFY(messageOf(readFenceFile(file.fileName())).contains("MB"));
    QVERIFY(messageOf(readFenceFile(folder.filePath("none"))).contains("cannot be read"));

    const QByteArray one = R"({"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[7,43]}},)";
    const auto features = [&](const QByteArray& each, std::size_t count) {
      QByteArray text = each.repeated(qsizetype(count));
      text.chop(1);
      return "{\"type\":\"FeatureCollection\",\"features\":[" + text + "]}";
    };
    QVERIFY(messageOf(readGeoJson(features(one, kMaxFenceFileFeatures + 1))).contains("20,000 features"));
    const QByteArray round = QByteArray(one).replace("{}", "{\"radius\":9}");
    QCOMPARE(readGeoJson(features(round, api::kMaxFences))->fences.size(), api::kMaxFences);
    QVERIFY(messageOf(readGeoJson(features(round, api::kMaxFences + 1))).contains("features[1000]"));
    const QByteArray corners = QByteArray("1,1 ").repeated(qsizetype(kMaxFenceFilePoints + 1));
    QVERIFY(messageOf(readKml(kml(kmlPolygon(corners)))).contains("200,000 corners"));
  }

  void makesWhatIsTooFineOrTooLongFit() {
    api::FenceRing ring;
    for (int n = 0; n < 5'000; ++n) ring.push_back(placeAt({43.7, 7.4}, n * 0.072, 5'000));
    const auto fine =
        readGeoJson(writeGeoJson(std::vector{fenceOf(std::string(300, 'x'), api::FenceArea{{ring, {}}})}));
    QVERIFY2(fine.has_value(), qPrintable(messageOf(fine)));
    QVERIFY(api::pointsOf(fine->fences.front().shape) <= api::kMaxFencePoints);
    QCOMPARE(fine->fences.front().name.size(), api::kMaxFenceNameBytes);
    QCOMPARE(fine->remarks.size(), 2);
    // A circle that somebody has pulled out of shape is an area from then on.
    QByteArray round = writeKml(std::vector{fenceOf("Round", api::FenceCircle{{43.7, 7.4}, 500})});
    QVERIFY(std::holds_alternative<api::FenceCircle>(readKml(round)->fences.front().shape));
    round.replace("<value>500.00</value>", "<value>900</value>");
    QVERIFY(std::holds_alternative<api::FenceArea>(readKml(round)->fences.front().shape));
  }
};

QTEST_GUILESS_MAIN(FenceShapesTest)
#include "tst_fence_shapes.moc"
