#include "tests/gui/map_fleet.h"
#include "ui/widgets/map/car_painter.h"
#include "ui/widgets/map/coming_picture.h"
#include "ui/widgets/map/floating_button.h"
#include "ui/widgets/map/picture_worker.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QTest>

using namespace carport;
using namespace carport::ui;

namespace {

constexpr QSizeF kPicture(700, 500);

QImage emptyImage(double ratio) {
  QImage image((kPicture * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
  image.setDevicePixelRatio(ratio);
  image.fill(Qt::transparent);
  return image;
}

CarLook lookAt(double ratio) {
  const Theme& theme = Theme::light();
  return {theme, std::make_shared<const GlyphAtlas>(theme, ratio), textFont(TextSize::small),
          textFont(TextSize::small, TextWeight::strong)};
}

struct Painted {
  QImage image;
  QList<QRect> parts;
  CarScene scene;
};

/// Some 5,000 cars of Europe around Brussels, every tenth of them chosen.
Painted painted(double zoom, double ratio) {
  const MapCars cars = test::snapshotOf(test::makeFleet(5'000));
  CarSet chosen;
  for (quint32 car = 1; car <= 5'000; car += 10) chosen.insert(car);
  const MapViewport viewport(toWorld({50.85, 4.35}), zoom, kPicture);
  Painted result{emptyImage(ratio), {}, makeCarScene(*cars, viewport, 0, {}, chosen)};
  QPainter painter(&result.image);
  CarPainter pen;
  pen.paint(painter, result.scene, *cars, lookAt(ratio), kPicture, {});
  result.parts = pen.inked().parts();
  return result;
}

bool isEmpty(const QImage& image, const QRect& part) {
  for (int y = part.top(); y <= part.bottom(); ++y) {
    for (int x = part.left(); x <= part.right(); ++x)
      if (qAlpha(image.pixel(x, y)) != 0) return false;
  }
  return true;
}

int differences(const QImage& one, const QImage& other) {
  int count = 0;
  for (int y = 0; y < one.height(); ++y) {
    for (int x = 0; x < one.width(); ++x) count += one.pixel(x, y) != other.pixel(x, y) ? 1 : 0;
  }
  return count;
}

QImage shown(const MapPicture& picture, const MapViewport& now, MapPicture::Scaling scaling) {
  QImage window = emptyImage(picture.image.devicePixelRatio());
  QPainter painter(&window);
  picture.draw(painter, now, scaling);
  return window;
}

}  // namespace

/// What the map's workers draw, and how it comes onto the screen.
class MapPicturesTest : public QObject {
  Q_OBJECT

 private slots:
  void carsAreOnlyWhereThePictureSaysSo_data() {
    QTest::addColumn<double>("zoom");
    QTest::addColumn<double>("ratio");
    for (const double ratio : {1.0, 1.5}) {
      QTest::addRow("clusters, %.1f", ratio) << 5.0 << ratio;
      QTest::addRow("signs, %.1f", ratio) << 11.6 << ratio;
      QTest::addRow("names, %.1f", ratio) << 14.5 << ratio;
    }
  }
  void carsAreOnlyWhereThePictureSaysSo() {
    QFETCH(double, zoom);
    QFETCH(double, ratio);
    const Painted cars = painted(zoom, ratio);
    QVERIFY(!cars.parts.isEmpty());
    QVERIFY(cars.parts.size() > 1);
    QRegion beside(cars.image.rect());
    int area = 0;
    for (const QRect& part : cars.parts) {
      QVERIFY(cars.image.rect().contains(part));
      beside -= part;
      area += part.width() * part.height();
    }
    int besideArea = 0;
    for (const QRect& empty : beside) {
      QVERIFY(isEmpty(cars.image, empty));
      besideArea += empty.width() * empty.height();
    }
    QVERIFY(besideArea > 0);
    // None lies over another.
    QCOMPARE(area + besideArea, cars.image.width() * cars.image.height());
  }

  /// At its own zoom, panned, and while the map zooms: with nothing twice or missing where two parts meet.
  void drawnInPartsItLooksTheSame() {
    for (const double ratio : {1.0, 2.0}) {
      const Painted cars = painted(11.6, ratio);
      const MapViewport viewport(toWorld({50.85, 4.35}), 11.6, kPicture);
      const MapPicture whole{cars.image, viewport};
      MapPicture parts = whole;
      parts.inked = cars.parts;
      for (const MapViewport& now : {viewport, viewport.panned({33.4, -18.7}), viewport.zoomedAt({200, 90}, 11.83),
                                     viewport.zoomedAt({611, 402}, 11.2), viewport.zoomedAt({0, 0}, 12.6)}) {
        const QImage one = shown(whole, now, MapPicture::Scaling::quick);
        QVERIFY(!isEmpty(one, one.rect()));
        const int differing = differences(shown(parts, now, MapPicture::Scaling::quick), one);
        // At other zooms Qt rounds a few places of a line otherwise where it begins elsewhere.
        QVERIFY2(differing <= (ratio == 1 || now.zoom() == viewport.zoom() ? 0 : 200),
                 qPrintable(QString::number(differing)));
      }
    }
  }

  /// A button that keeps its picture shows what has become of it.
  void aFloatingButtonIsPaintedAsItIs() {
    QWidget map;
    new QHBoxLayout(&map);
    FloatingButton* button = floatingButton(map, QStringLiteral("plus"), QStringLiteral("Nearer"), {});
    button->setCheckable(true);
    button->setFocusPolicy(Qt::NoFocus);  // it would lose it while it is disabled
    map.resize(120, 80);
    applyTheme(*qApp, Theme::light());
    map.show();
    QVERIFY(QTest::qWaitForWindowExposed(&map));
    const auto now = [button] { return button->grab().toImage(); };
    const QImage plain = now();
    QCOMPARE(now(), plain);
    button->setChecked(true);
    const QImage checked = now();
    QVERIFY(checked != plain);
    button->setChecked(false);
    QCOMPARE(now(), plain);
    button->setIcon(themedIcon(QStringLiteral("minus")));
    const QImage other = now();
    QVERIFY(other != plain);
    button->setEnabled(false);
    QVERIFY(now() != other);
    button->setEnabled(true);
    QCOMPARE(now(), other);
    applyTheme(*qApp, Theme::dark());
    QVERIFY(now() != other);
    applyTheme(*qApp, Theme::light());
    QCOMPARE(now(), other);
  }

  /// For where the map goes, once it reaches as far as the window; not for where it would have gone.
  void thePictureOfWhereTheMapGoesComesInTime() {
    const MapViewport here(toWorld({50.85, 4.35}), 11, kPicture);
    const MapViewport there = here.zoomedAt({350, 250}, 12);
    const auto drawnFor = [](const MapViewport& viewport) {
      return MapPicture{emptyImage(1), viewport.resized(viewport.size() * 1.2), 1};
    };
    ComingPicture picture;
    picture.take(drawnFor(here));
    QVERIFY(picture.shownIn(here, here).isSharpIn(here));
    picture.take(drawnFor(there));
    QVERIFY(picture.has(there, 1));
    QVERIFY(picture.shownIn(here, there).isSharpIn(here));
    const MapViewport near = here.zoomedAt({350, 250}, 11.9);
    QVERIFY(picture.shownIn(near, there).isSharpIn(there));
    // Back again, and again not all the way.
    picture.take(drawnFor(here));
    QVERIFY(picture.shownIn(here, here).isSharpIn(here));
    picture.take(drawnFor(there));
    QVERIFY(picture.shownIn(here, there).isSharpIn(here));
    QVERIFY(picture.shownIn(here, here).isSharpIn(here));
    QVERIFY(!picture.has(there, 1));
    const MapViewport beside = here.panned({500, 0});
    QVERIFY(picture.shownIn(beside, beside).isSameZoom(here));
  }

  void manyCarsHaveSmallSigns() {
    const MapViewport viewport(toWorld({50.85, 4.35}), 14, kPicture);
    const auto sizeOf = [&](std::uint32_t count) {
      std::vector<api::Car> cars;
      for (std::uint32_t n = 1; n <= count; ++n) {
        const WorldPoint place = viewport.fromScreen({double(n * 7 % 700), double(n * 13 % 500)});
        cars.push_back(test::makeCar(n, toGeo(place).latitude, toGeo(place).longitude, api::Activity::parked));
      }
      return makeCarScene(*test::snapshotOf(cars), viewport, 0, {}).size;
    };
    QVERIFY(sizeOf(500) == GlyphAtlas::Size::usual);
    QVERIFY(sizeOf(3'000) == GlyphAtlas::Size::small);
  }
};

QTEST_MAIN(MapPicturesTest)
#include "tst_map_pictures.moc"
