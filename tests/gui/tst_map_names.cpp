#include "tests/gui/map_fleet.h"
#include "tests/support/street_extract.h"
#include "ui/models/street_importer.h"
#include "ui/widgets/map/base_map_layer.h"
#include "ui/widgets/map/car_layer.h"
#include "ui/widgets/map/fence_painter.h"
#include "ui/widgets/style/metrics.h"

#include <QFile>
#include <QPainter>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace carport;
using namespace carport::ui;

namespace {

constexpr QSizeF kWindow(600, 400);
const GeoPoint kTown{43.735, 7.411};

/// How many pixels of `image` inside `box` are not what `isGround` says.
template <class IsGround>
int drawnIn(const QImage& image, const QRectF& box, IsGround isGround) {
  int drawn = 0;
  const QRect area = box.toAlignedRect().intersected(image.rect());
  for (int y = area.top(); y <= area.bottom(); ++y) {
    for (int x = area.left(); x <= area.right(); ++x) drawn += isGround(image.pixel(x, y)) ? 0 : 1;
  }
  return drawn;
}

bool isClear(QRgb pixel) {
  return qAlpha(pixel) == 0;
}

}  // namespace

/// Names on the map among each other: those of places and streets, and those of cars.
class MapNamesTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QString m_streets;
  BaseMap m_world;

  static CarLook carLook() {
    const Theme& theme = Theme::light();
    return {theme, std::make_shared<const GlyphAtlas>(theme, 1.0), textFont(TextSize::small),
            textFont(TextSize::small, TextWeight::strong)};
  }

  /// A picture of one car with its name, in the middle of 200 by 200 pixels.
  static QImage paintedCar(CarPainter& pen, const std::vector<QRectF>& keepFree) {
    const MapCars cars = test::snapshotOf({test::makeCar(7, 50, 4, api::Activity::parked)});
    const MapViewport viewport((*cars)[0].world, 14, QSizeF(200, 200));
    QImage image(200, 200, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    pen.paint(painter, makeCarScene(*cars, viewport, 0, {}), *cars, carLook(), viewport.size(), keepFree);
    return image;
  }

  QImage paintedWorld(const MapViewport& viewport, const StreetScene* streets) const {
    const BaseMapLook plain{Theme::light(), textFont(TextSize::small), textFont(TextSize::body), false};
    return paintBaseMap(m_world, viewport, plain, 1, streets).image;
  }

  static StreetBox boxOf(const MapViewport& viewport, const QRectF& pixels) {
    const StreetPoint from = toStreetPoint(viewport.fromScreen(pixels.topLeft()));
    const StreetPoint to = toStreetPoint(viewport.fromScreen(pixels.bottomRight()));
    return {from.x, from.y, to.x, to.y};
  }

 private slots:
  void initTestCase() {
    const QString extract = m_folder.filePath("harbour.osm.pbf");
    test::writeStreetExtract(extract);
    const auto imported = importStreets(extract, m_folder.filePath("maps"), [](double) { return true; });
    QVERIFY(imported.has_value());
    m_streets = imported->file;
    QFile file(QStringLiteral(":/carport/world.cpm"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    auto world = BaseMap::decode(file.readAll());
    QVERIFY(world.has_value());
    m_world = std::move(*world);
  }

  void boxesMoveWithTheMap() {
    const MapViewport shown({0.5, 0.4}, 12, QSizeF(300, 300));
    const NameBoxes names{{{100, 120, 40, 20}, {2, 2, 10, 10}}, shown};
    QCOMPARE(names.in(shown).size(), std::size_t(2));
    const auto panned = names.in(shown.panned({30, -15}));
    QCOMPARE(panned.size(), std::size_t(1));  // the other is out of sight
    QVERIFY((panned[0].topLeft() - QPointF(130, 105)).manhattanLength() < 1e-3);
    const auto nearer = names.in(shown.zoomedAt({100, 120}, 13));
    QVERIFY((nearer[0].topLeft() - QPointF(100, 120)).manhattanLength() < 1e-3);
    QVERIFY(std::abs(nearer[0].width() - 80) < 1e-3);
  }

  void aCarsNameGoesWhereThereIsRoom() {
    const QPointF sign(100, 100);
    const double away = GlyphAtlas::diameter(GlyphAtlas::Size::usual) / 2 + 2;
    const LabelStyle style{textFont(TextSize::small), {}, {}};
    const QSizeF room = labelSize(QStringLiteral("Car 0007"), style);
    std::vector<QRectF> taken;
    for (const NameSide side : kNameSides) {
      const QRectF box = nameBox(sign, away, room, side);
      CarPainter pen;
      const QImage image = paintedCar(pen, taken);
      QVERIFY2(drawnIn(image, box, isClear) > 40, qPrintable(QString::number(int(side))));
      for (const QRectF& other : taken) QCOMPARE(drawnIn(image, other, isClear), 0);
      taken.push_back(box.adjusted(2, 2, -2, -2));
    }
    CarPainter pen;
    const QImage image = paintedCar(pen, taken);
    for (const QRectF& box : taken) QCOMPARE(drawnIn(image, box, isClear), 0);
  }

  void aNameStaysOnItsSide() {
    const double away = GlyphAtlas::diameter(GlyphAtlas::Size::usual) / 2 + 2;
    const LabelStyle style{textFont(TextSize::small), {}, {}};
    const QRectF below =
        nameBox({100, 100}, away, labelSize(QStringLiteral("Car 0007"), style), NameSide::below).adjusted(2, 2, -2, -2);
    CarPainter pen;
    QCOMPARE(drawnIn(paintedCar(pen, {below}), below, isClear), 0);
    QCOMPARE(drawnIn(paintedCar(pen, {}), below, isClear), 0);
    CarPainter other;
    QVERIFY(drawnIn(paintedCar(other, {}), below, isClear) > 40);
  }

  void carsKeepClearOfTheNamesOfPlaces() {
    BaseMapLayer base;
    base.setLook(Theme::light(), 1);
    base.setStreetMaps({m_streets});
    const MapViewport viewport(toWorld(kTown), 15, kWindow);
    QImage ground(kWindow.toSize(), QImage::Format_RGB32);
    QTRY_VERIFY(([&] {
      QPainter painter(&ground);
      base.draw(painter, viewport, viewport);
      return base.isSettled();
    }()));
    const std::vector<QRectF> places = base.names().in(viewport);
    QVERIFY(!places.empty());
    // A car just above the town's name, whose own name would stand on it.
    const QPointF middle = viewport.toScreen(toWorld(kTown));
    QVERIFY(std::any_of(places.begin(), places.end(), [&](const QRectF& box) { return box.contains(middle); }));
    const GeoPoint above = toGeo(viewport.fromScreen(middle - QPointF(0, 20)));
    CarLayer layer;
    layer.setLook(Theme::light(), 1);
    layer.setCars(test::snapshotOf({test::makeCar(7, above.latitude, above.longitude, api::Activity::parked)}));
    const QRectF written(middle - QPointF(20, 4), QSizeF(40, 8));
    const auto drawn = [&](const MapViewport& now, const QRectF& where) {
      QImage image(kWindow.toSize(), QImage::Format_ARGB32_Premultiplied);
      image.fill(Qt::transparent);
      QPainter painter(&image);
      layer.draw(painter, now, now, 0, {});
      painter.end();
      return drawnIn(image, where, isClear);
    };
    QVERIFY(drawn(viewport, written) > 0);
    layer.setNamesBelow(base.names());
    QCOMPARE(drawn(viewport, written), 0);
    QCOMPARE(drawn(viewport.panned({35, -20}), written.translated(35, -20)), 0);
  }

  void placesKeepClearOfTheNamesAbove() {
    const MapViewport viewport(toWorld(kTown), 15, kWindow);
    const QPointF middle = viewport.toScreen(toWorld(kTown));
    BaseMapLayer base;
    base.setLook(Theme::light(), 1);
    base.setStreetMaps({m_streets});
    QImage ground(kWindow.toSize(), QImage::Format_RGB32);
    const auto isSettled = [&] {
      QPainter painter(&ground);
      base.draw(painter, viewport, viewport);
      return base.isSettled();
    };
    const auto boxesAt = [&](const QRectF& where) {
      const std::vector<QRectF> boxes = base.names().in(viewport);
      return std::count_if(boxes.begin(), boxes.end(), [&](const QRectF& box) { return box.intersects(where); });
    };
    const QRectF above(middle - QPointF(30, 8), QSizeF(60, 16));
    QTRY_VERIFY(isSettled());
    QVERIFY(boxesAt(above) > 0);
    const QImage before = ground;
    base.setNamesAbove([](const MapViewport& shown) {
      return std::vector{QRectF(shown.toScreen(toWorld(kTown)) - QPointF(30, 8), QSizeF(60, 16))};
    });
    QVERIFY(!base.isSettled());
    QTRY_VERIFY(isSettled());
    QCOMPARE(boxesAt(above), 1);  // what is above itself, which cars keep clear of, too
    QVERIFY(ground.copy(above.toAlignedRect()) != before.copy(above.toAlignedRect()));
    base.setNamed(false);
    QTRY_VERIFY(isSettled());
    QCOMPARE(base.names().in(viewport).size(), std::size_t(1));
  }

  void fencesTellWhereTheirNamesAre() {
    const MapViewport viewport(toWorld(kTown), 15, kWindow);
    const auto fence = [](std::uint32_t number, double size) {
      api::Fence made;
      made.number = api::FenceNumber{number};
      made.name = "Harbour " + std::to_string(number);
      const double lat = kTown.latitude, lon = kTown.longitude;
      made.shape = api::FenceArea{
          {{{lat - size, lon - size}, {lat - size, lon + size}, {lat + size, lon + size}, {lat + size, lon - size}},
           {}}};
      return DrawnFence::of(made);
    };
    const FencePainter pen(Theme::light(), 1);
    // One inside of the other, whose names would stand on each other; and one too small for its name.
    const std::vector<DrawnFence> fences{fence(1, 0.006), fence(2, 0.003), fence(3, 0.0001)};
    const auto named = pen.named(fences, viewport, {});
    QCOMPARE(named.size(), std::size_t(1));
    QCOMPARE(named[0]->number.value, 1U);
    QCOMPARE(pen.named(fences, viewport, api::FenceNumber{1})[0]->number.value, 2U);
    QVERIFY(pen.nameBox(fences[0], viewport).contains(QRectF(QPointF(), kWindow).center()));
  }

  void noBorderOfTheWorldRunsThroughAStreetMap() {
    const MapViewport far(toWorld({49.6, 6.2}), 8, kWindow);
    const QRectF middle(150, 100, 300, 200);
    const QRgb land = Theme::light().map.land.rgb();
    const auto isLand = [land](QRgb pixel) { return pixel == land; };
    QVERIFY(drawnIn(paintedWorld(far, nullptr), middle, isLand) > 100);
    StreetScene streets;
    streets.grounds = {boxOf(far, middle.adjusted(-2, -2, 2, 2))};
    const QImage clear = paintedWorld(far, &streets);
    QCOMPARE(drawnIn(clear, middle, isLand), 0);
    QVERIFY(drawnIn(clear, QRectF(QPointF(), kWindow), isLand) > 100);
  }

  void noLineOfLandIsAroundTheSeaOfAStreetMap() {
    // A map of nothing but sea, in the middle of an ocean.
    const auto isWater = [](QRgb pixel) { return pixel == Theme::light().map.water.rgb(); };
    const MapViewport viewport(toWorld({30, -40}), 11.3, kWindow);
    const StreetBox ground = boxOf(viewport, {100.3, 80.4, 200.7, 120.6});
    StreetTileWriter writer(StreetLevel::city);
    writer.add({StreetKind::sea,
                0,
                0,
                {},
                {{{ground.left, ground.top},
                  {ground.right, ground.top},
                  {ground.right, ground.bottom},
                  {ground.left, ground.bottom}}}});
    auto tile = decodeStreetTile(writer.take(), StreetLevel::city);
    QVERIFY(tile.has_value());
    StreetScene streets;
    streets.tiles = {std::make_shared<const StreetTile>(std::move(*tile))};
    streets.grounds = {ground};
    streets.hasGround = true;
    QCOMPARE(drawnIn(paintedWorld(viewport, &streets), QRectF(QPointF(), kWindow), isWater), 0);
  }

  void bordersAroundAStreetMapFade() {
    const Theme& theme = Theme::light();
    const auto isLand = [&](QRgb pixel) { return pixel == theme.map.land.rgb(); };
    // A street map beside a border, as near as streets are looked at.
    QPointF border;
    for (const BaseMap::Line& line : m_world.lines()) {
      const BaseMap::Point& point = m_world.points()[line.run.first];
      const QPointF away = QPointF(point.x, point.y) - toWorld({49.6, 6.2});
      if (line.kind == BaseMap::LineKind::border && away.manhattanLength() < 0.004) border = {point.x, point.y};
    }
    QVERIFY(!border.isNull());
    StreetScene streets;
    streets.hasGround = true;
    for (const auto& [zoom, isThere] : {std::pair(9.0, true), std::pair(11.0, false)}) {
      const MapViewport viewport(border, zoom, kWindow);
      streets.grounds = {boxOf(viewport, {0, 0, 40, 40})};
      QCOMPARE(drawnIn(paintedWorld(viewport, &streets), QRectF(QPointF(), kWindow), isLand) > 0, isThere);
    }
  }
};

QTEST_MAIN(MapNamesTest)
#include "tst_map_names.moc"
