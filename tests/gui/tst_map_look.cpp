#include "tests/gui/map_fleet.h"
#include "ui/widgets/map/car_colours.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/map/map_welcome.h"
#include "ui/widgets/style/apply_theme.h"

#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QTest>

#include <cmath>

using namespace carport::ui;

/// Renders the map page as it is seen, at every size, theme and zoom that matters. With CARPORT_MAP_SHOTS=DIR the
/// pictures are written there, to be looked at.
class MapLookTest : public QObject {
  Q_OBJECT

 private:
  static QImage shoot(MapPage& page, const QString& name) {
    [&] { QTRY_VERIFY_WITH_TIMEOUT(page.view().isSettled(), 10'000); }();
    QTest::qWait(200);  // a picture of many cars comes from the worker
    QImage image = page.grab().toImage();
    const QString folder = qEnvironmentVariable("CARPORT_MAP_SHOTS");
    if (!folder.isEmpty()) image.save(QDir(folder).filePath(name + QStringLiteral(".png")));
    return image;
  }

  /// Selects the car nearest to the middle and gives it a trail that winds away from it.
  static void selectNearest(MapPage& page, WorldPoint middle) {
    const std::vector<MapCar>& cars = page.view().cars();
    const auto away = [middle](const MapCar& car) { return (car.world - middle).manhattanLength(); };
    const auto nearest =
        std::min_element(cars.begin(), cars.end(), [&](const auto& a, const auto& b) { return away(a) < away(b); });
    std::vector<TrailPoint> trail;
    for (int n = 0; n < 300; ++n) {
      const double t = n / 40.0;
      const QPointF off(t * 2e-5, std::sin(t) * 4e-5 + std::cos(t * 2.3) * 1e-5);
      trail.push_back({nearest->world + off, float(55 + 55 * std::sin(t * 1.7)),
                       nearest->position.time - std::chrono::seconds(2 * n + 2)});
    }
    page.view().select(nearest->position.car);
    page.view().setTrail(std::move(trail));
  }

  static double shareOf(const QImage& image, const QColor& colour) {
    qint64 hits = 0;
    for (int y = 0; y < image.height(); y += 3) {
      for (int x = 0; x < image.width(); x += 3) {
        if (image.pixelColor(x, y) == colour) ++hits;
      }
    }
    return double(hits) * 9 / (double(image.width()) * image.height());
  }

 private slots:
  void cleanup() { applyTheme(*qApp, Theme::light()); }

  void map_data() {
    QTest::addColumn<int>("cars");
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<double>("zoom");
    for (const int cars : {0, 200, 30'000}) {
      for (const bool dark : {false, true}) {
        for (const QSize size : {QSize(1280, 720), QSize(2560, 1440)}) {
          for (const auto& [place, zoom] :
               {std::pair("world", 0.0), std::pair("europe", 4.6), std::pair("city", 13.2)}) {
            const QByteArray name = QByteArray::number(cars) + (dark ? "-dark-" : "-light-") +
                                    QByteArray::number(size.height()) + "-" + place;
            QTest::newRow(name.constData()) << cars << dark << size << zoom;
          }
        }
      }
    }
  }

  void map() {
    QFETCH(int, cars);
    QFETCH(bool, dark);
    QFETCH(QSize, size);
    QFETCH(double, zoom);
    const Theme& theme = dark ? Theme::dark() : Theme::light();
    applyTheme(*qApp, theme);
    CarStore store;
    store.setCars(test::makeFleet(std::size_t(cars)));
    MapPage page(store);
    page.resize(size);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    const GeoPoint centre = zoom > 8 ? GeoPoint{50.85, 4.35} : GeoPoint{49, 9};
    if (zoom > 0) page.view().setViewport({toWorld(centre), zoom, QSizeF(size)});
    if (zoom == 0 && cars > 0) page.view().setViewport({{0.5, 0.38}, minimumZoom(QSizeF(size)), QSizeF(size)});
    if (zoom > 8 && cars > 0) selectNearest(page, toWorld(centre));
    const QImage image = shoot(page, QString::fromLatin1(QTest::currentDataTag()));
    QCOMPARE(image.size(), size);
    QVERIFY(shareOf(image, theme.map.land) > 0.15);
    if (zoom < 8) QVERIFY(shareOf(image, theme.map.water) > 0.15);
  }

  void figuresAndTools_data() {
    QTest::addColumn<int>("cars");
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<double>("zoom");
    for (const int cars : {200, 30'000}) {
      for (const bool dark : {false, true}) {
        for (const QSize size : {QSize(1280, 720), QSize(2560, 1440)}) {
          for (const auto& [place, zoom] : {std::pair("europe", 4.6), std::pair("city", 11.6)}) {
            const QByteArray name = "figures-" + QByteArray::number(cars) + (dark ? "-dark-" : "-light-") +
                                    QByteArray::number(size.height()) + "-" + place;
            QTest::newRow(name.constData()) << cars << dark << size << zoom;
          }
        }
      }
    }
  }

  /// Cars coloured by speed, half of them chosen, and a measured area: all furniture at once, none upon another.
  void figuresAndTools() {
    QFETCH(int, cars);
    QFETCH(bool, dark);
    QFETCH(QSize, size);
    QFETCH(double, zoom);
    applyTheme(*qApp, dark ? Theme::dark() : Theme::light());
    CarStore store;
    store.setCars(test::makeFleet(std::size_t(cars)));
    MapPage page(store);
    page.resize(size);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    page.view().setViewport({toWorld({50.85, 4.35}), zoom, QSizeF(size)});
    page.colours().setColouring({QStringLiteral("speed"), {}});
    CarSet half;
    for (quint32 car = 1; car <= quint32(cars); car += 2) half.insert(car);
    page.view().setChosen(half);
    page.view().setTool(MapTool::measure);
    const QPointF middle(size.width() / 2.0, size.height() / 2.0);
    for (const QPointF off : {QPointF(-260, -120), QPointF(40, -200), QPointF(220, 60), QPointF(-120, 160)}) {
      QTest::mouseClick(&page.view(), Qt::LeftButton, {}, (middle + off).toPoint());
    }
    QTest::keyClick(&page.view(), Qt::Key_C);
    shoot(page, QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY(page.view().sketch().line().isClosed());
    QList<QRect> boxes;
    for (const char* name : {"chosenBar", "sketchBar", "mapLegend"}) {
      const auto* widget = page.findChild<QWidget*>(QString::fromLatin1(name));
      QVERIFY2(widget != nullptr && widget->isVisible(), name);
      QVERIFY(page.rect().contains(widget->geometry()));
      for (const QRect& box : boxes) QVERIFY(!box.intersects(widget->geometry()));
      boxes << widget->geometry();
    }
  }

  void antimeridianHasNoStreaks_data() {
    QTest::addColumn<double>("longitude");
    QTest::newRow("180 east") << 180.0;
    QTest::newRow("Greenwich") << 0.0;
  }

  /// The bands of open sea north of Siberia's islands and in the empty South Pacific carry no line from edge to edge.
  void antimeridianHasNoStreaks() {
    QFETCH(double, longitude);
    CarStore store;
    MapPage page(store);
    page.resize(1200, 800);
    page.show();
    page.view().setViewport({toWorld({0, longitude}), 2.3, QSizeF(1200, 800)});
    shoot(page, QStringLiteral("antimeridian-%1").arg(longitude));
    page.view().setViewport({toWorld({65, longitude}), 3.5, QSizeF(1200, 800)});
    shoot(page, QStringLiteral("antimeridian-north-%1").arg(longitude));
    page.view().setViewport({toWorld({-50, 175}), 4, QSizeF(1200, 800)});
    const QImage image = shoot(page, QStringLiteral("antimeridian-south"));
    const QColor water = Theme::light().map.water;
    // 63° south, below the welcome, from New Zealand's longitude across the 180th meridian: water all along.
    const QPointF from = page.view().viewport().toScreen(toWorld({-63, 176}));
    const QPointF to = page.view().viewport().toScreen(toWorld({-63, -172}));
    for (int x = int(from.x()); x < int(to.x()); ++x) QCOMPARE(image.pixelColor(x, int(from.y())), water);
  }

  void theWelcomeShowsAllItSays_data() {
    QTest::addColumn<bool>("connected");
    QTest::newRow("no cars yet") << true;
    QTest::newRow("not connected") << false;
  }
  void theWelcomeShowsAllItSays() {
    QFETCH(bool, connected);
    CarStore store;
    MapPage page(store);
    page.resize(1000, 700);
    page.show();
    page.setConnected(connected);
    shoot(page, QStringLiteral("welcome-%1").arg(connected));
    const auto* card = page.findChild<MapWelcome*>();
    QVERIFY(card != nullptr && card->isVisible());
    for (const QLabel* label : card->findChildren<QLabel*>()) {
      const int needed = label->wordWrap() ? label->heightForWidth(label->width()) : label->sizeHint().height();
      QVERIFY2(label->height() >= needed, qPrintable(label->text()));
      QVERIFY(card->rect().contains(label->geometry()));
    }
  }

  void doubleDensityIsDrawnSharply() {
    CarStore store;
    store.setCars(test::makeFleet(30));
    MapPage page(store);
    page.resize(900, 600);
    page.show();
    const QImage image = shoot(page, QStringLiteral("fitted-30"));
    QCOMPARE(image.devicePixelRatio(), page.devicePixelRatioF());
  }
};

QTEST_MAIN(MapLookTest)
#include "tst_map_look.moc"
