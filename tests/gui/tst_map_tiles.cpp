#include "tests/gui/drop_file.h"
#include "tests/gui/map_fleet.h"
#include "tests/support/mbtiles_maker.h"
#include "tests/support/tile_server.h"
#include "ui/widgets/map/layer_panel.h"
#include "ui/widgets/map/map_furniture.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/map/position_controls.h"
#include "ui/widgets/map/tile_controls.h"
#include "ui/widgets/style/apply_theme.h"

#include <QBuffer>
#include <QCheckBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QNmeaPositionInfoSource>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace carport;
using namespace carport::ui;
using test::TileServer;

namespace {

const QColor kEast(200, 120, 40);
const QColor kWest(40, 120, 200);

QByteArray pictureOf(const QColor& colour, int side = 256) {
  QImage image(side, side, QImage::Format_RGB32);
  image.fill(colour);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  image.save(&buffer, "PNG");
  return bytes;
}

/// One colour for either half of the world.
QByteArray halves(const TileId& tile) {
  return pictureOf(tile.x >= (1U << tile.zoom) / 2 ? kEast : kWest);
}

bool isNear(const QColor& a, const QColor& b) {
  return std::abs(a.red() - b.red()) <= 3 && std::abs(a.green() - b.green()) <= 3 && std::abs(a.blue() - b.blue()) <= 3;
}

QByteArray nmea(const QByteArray& words) {
  int sum = 0;
  for (const char c : words) sum ^= c;
  return '$' + words + '*' + QByteArray::number(sum, 16).rightJustified(2, '0').toUpper() + "\r\n";
}

}  // namespace

/// What an operator does with maps of pictures and with the own position, on a page by itself.
class MapTilesTest : public QObject {
  Q_OBJECT

  struct Window {
    explicit Window(const QString& cacheFile) : page(store), tiles(page, atlas, page), here(page, position, &page) {
      atlas.open(cacheFile);
      page.resize(1000, 800);
      page.show();
      page.view().jumpTo(toWorld({20, 10}), 3);
    }

    bool drop(const QString& file) { return test::dropFile(page, file); }
    template <typename T>
    T* part(const char* name) {
      return page.findChild<T*>(QLatin1String(name));
    }
    QImage picture() {
      const bool isSettled = QTest::qWaitFor([this] { return page.view().grab(), page.view().isSettled(); });
      return isSettled ? page.view().grab().toImage() : QImage();
    }
    /// For whoever wants to look: into the folder that CARPORT_MAP_SHOTS names.
    void keepPicture(const char* name) {
      const QString folder = qEnvironmentVariable("CARPORT_MAP_SHOTS");
      if (folder.isEmpty()) return;
      picture();
      QTest::qWait(100);
      page.grab().save(QDir(folder).filePath(QLatin1String(name) + QStringLiteral(".png")));
    }
    QColor colourAt(double latitude, double longitude) {
      const QPointF pixel = page.view().viewport().toScreen(toWorld({latitude, longitude}));
      return picture().pixelColor(pixel.toPoint());
    }
    void showLayers() {
      page.view().setFocus();
      QTest::keyClick(&page.view(), Qt::Key_L, Qt::ShiftModifier);
    }
    QString wordsOf(const char* layer) {
      const auto* box = part<QCheckBox>((QByteArray("layerSwitch-") + layer).constData());
      return box == nullptr ? QString() : box->accessibleDescription();
    }

    CarStore store;
    TileAtlas atlas;
    PositionSource position;
    MapPage page;
    TileControls tiles;
    PositionControls here;
  };

  QTemporaryDir m_folder;

  QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }

 private slots:
  void init() { applyTheme(*qApp, Theme::light()); }

  void aDroppedMapFileIsDrawn() {
    const QString file = path("world.mbtiles");
    test::makeMbtiles(file, {{"name", "Two halves"}, {"attribution", "&copy; Halves"}}, 0, 4, halves);
    Window window(path("a.sqlite"));
    QSignalSpy shown(&window.tiles, &TileControls::shown);
    QVERIFY(window.drop(file));
    QCOMPARE(shown.count(), 1);
    window.page.view().jumpTo(toWorld({20, 10}), 3.4);
    QVERIFY(isNear(window.colourAt(20, 25), kEast));
    QVERIFY(isNear(window.colourAt(20, -25), kWest));
    const auto* scale = window.page.findChild<MapScale*>();
    QVERIFY(scale->text().contains("© Halves"));
    QCOMPARE(window.wordsOf("map-files"), "Two halves");
    window.keepPicture("tiles-file");
    // Nearer than its pictures go, they are drawn larger.
    window.page.view().jumpTo(toWorld({20, 10}), 9.3);
    QVERIFY(isNear(window.colourAt(20, 10.2), kEast));
    // Around the 180th meridian from both sides.
    window.page.view().jumpTo(toWorld({20, 179.9}), 4);
    QVERIFY(isNear(window.colourAt(20, 170), kEast) && isNear(window.colourAt(20, -170), kWest));
    auto* box = window.part<QCheckBox>("layerSwitch-map-files");
    window.showLayers();
    QTRY_VERIFY(box->isVisible());
    QTest::keyClick(box, Qt::Key_Space);
    QVERIFY(!isNear(window.colourAt(20, 170), kEast));
    QVERIFY(!scale->text().contains("Halves"));
  }

  void inTheDarkPicturesAreDimmedUnlessToldOtherwise() {
    const QString file = path("dark.mbtiles");
    test::makeMbtiles(file, {}, 0, 3, halves);
    Window window(path("b.sqlite"));
    QVERIFY(window.drop(file));
    window.page.view().jumpTo(toWorld({20, 10}), 3);
    QVERIFY(isNear(window.colourAt(20, 25), kEast));
    applyTheme(*qApp, Theme::dark());
    const QColor dimmed = window.colourAt(20, 25);
    QVERIFY(dimmed.lightness() < kEast.lightness() - 20);
    window.showLayers();
    QTest::mouseClick(window.part<QToolButton>("layerSettings-map-files"), Qt::LeftButton);
    window.keepPicture("tiles-files-form");
    auto* dim = window.part<QCheckBox>("tilesDimmed");
    QTRY_VERIFY(dim->isVisible());
    dim->click();
    QVERIFY(isNear(window.colourAt(20, 25), kEast));
  }

  void whatIsNoMapOfPicturesIsRefusedInWords() {
    const QString file = path("vector.mbtiles");
    test::makeMbtiles(file, {{"format", "pbf"}}, 0, 0, [](const TileId&) { return QByteArray("\x1f\x8b"); });
    Window window(path("c.sqlite"));
    QSignalSpy troubled(&window.tiles, &TileControls::troubled);
    QVERIFY(window.drop(file));
    QCOMPARE(troubled.count(), 1);
    QVERIFY(troubled[0][0].toString().contains("vector tiles"));
    QVERIFY(window.atlas.files().empty());
    // What streets are made of is not taken away from who takes it.
    QVERIFY(!window.drop(path("town.osm.pbf")));
  }

  void filesAreListedAndRemoved() {
    const QString file = path("list.mbtiles");
    test::makeMbtiles(file, {{"name", "Port"}, {"bounds", "10,10,20,20"}}, 0, 5, halves);
    Window window(path("d.sqlite"));
    QVERIFY(window.drop(file));
    window.page.view().jumpTo(toWorld({-50, -100}), 3);
    window.showLayers();
    QTest::mouseClick(window.part<QToolButton>("layerSettings-map-files"), Qt::LeftButton);
    auto* go = window.part<QToolButton>("tileFileShow");
    QVERIFY(go && go->accessibleName().contains("Port"));
    QTest::mouseClick(go, Qt::LeftButton);
    QVERIFY(window.page.view().viewport().worldRect().contains(toWorld({15, 15})));
    QVERIFY(isNear(window.colourAt(15, 15), kEast));
    QTest::mouseClick(window.part<QToolButton>("tileFileRemove"), Qt::LeftButton);
    QVERIFY(window.atlas.files().empty());
    QVERIFY(!isNear(window.colourAt(15, 15), kEast));
  }

  void anOnlineMapIsEnteredByKeyboard() {
    TileServer server;
    server.answer = [](const TileServer::Request&) { return TileServer::Answer{200, pictureOf(kEast), {}, 0}; };
    Window window(path("online.sqlite"));
    window.atlas.online().setPatience(std::chrono::milliseconds(50), std::chrono::milliseconds(100));
    window.showLayers();
    auto* box = window.part<QCheckBox>("layerSwitch-online");
    QVERIFY(!box->isChecked());
    // Switched on without an address it asks for one, and nobody else for anything.
    QTest::keyClick(box, Qt::Key_Space);
    auto* address = window.part<QLineEdit>("tileAddress");
    QTRY_VERIFY(address->hasFocus());
    const auto* note = window.part<QLabel>("tileKeyNote");
    address->setText("https://tiles.example/{z}/{x}/{y}.png?key=1");
    QVERIFY(note->isVisible() && note->text().contains("unprotected"));
    address->clear();
    QVERIFY(note->isHidden());
    QTest::keyClicks(address, "tiles.example/{z}");
    QTest::keyClick(address, Qt::Key_Return);
    QVERIFY(window.part<QLabel>("tileOnlineWords")->text().contains("{x}"));
    QVERIFY(server.requests.isEmpty());
    address->selectAll();
    QTest::keyClicks(address, server.address());
    QTest::keyClicks(window.part<QLineEdit>("tileAttribution"), "© Provider");
    QTest::mouseClick(window.part<QPushButton>("tileTest"), Qt::LeftButton);
    QTRY_VERIFY(window.part<QLabel>("tileOnlineWords")->text().contains("answers with a picture"));
    QCOMPARE(server.requests.size(), 1);
    QVERIFY(window.atlas.online().provider().isEmpty());
    QTest::keyClick(address, Qt::Key_Return);
    QVERIFY(box->isChecked());
    QVERIFY(isNear(window.colourAt(20, 10), kEast));
    QVERIFY(window.page.findChild<MapScale*>()->text().contains("© Provider"));
    QCOMPARE(window.wordsOf("online"), "127.0.0.1");

    // What is seen is kept; then the network goes.
    window.page.view().jumpTo(toWorld({20, 10}), 5);
    window.part<QSpinBox>("tileAreaZoom")->setValue(6);
    auto* keep = window.part<QPushButton>("tileAreaKeep");
    QTRY_VERIFY(keep->isEnabled());
    QTest::mouseClick(keep, Qt::LeftButton);
    QTRY_VERIFY(!window.atlas.areas().areas().empty());
    QTRY_COMPARE(window.atlas.areas().areas()[0].there.missing(), 0);
    QTRY_VERIFY(window.part<QLabel>("tileAreaWords") &&
                window.part<QLabel>("tileAreaWords")->text().contains("pictures"));
    window.keepPicture("tiles-online-form");
    server.stop();
    window.page.view().jumpTo(toWorld({20, 12}), 6);
    QVERIFY(isNear(window.colourAt(20, 12), kEast));
    window.page.view().jumpTo(toWorld({-30, 120}), 9);
    QTRY_VERIFY((window.page.view().grab(), window.wordsOf("online").contains("127.0.0.1 takes no connection")));

    box->setChecked(false);
    QVERIFY(!window.page.findChild<MapScale*>()->text().contains("© Provider"));
    QTest::mouseClick(window.part<QPushButton>("tileRemove"), Qt::LeftButton);
    QVERIFY(window.atlas.online().provider().isEmpty());
  }

  void theCardOfLayersRemembers() {
    Window window(path("e.sqlite"));
    LayerPanel& layers = window.page.layers();
    QSignalSpy states(&layers, &LayerPanel::statesChanged);
    window.showLayers();
    QTRY_VERIFY(layers.isVisible());
    auto* box = window.part<QCheckBox>("layerSwitch-map-files");
    QTRY_VERIFY(box->hasFocus());
    QTest::keyClick(box, Qt::Key_Space);
    QCOMPARE(states.last()[0].toByteArray(), "map-files=off");
    QTest::keyClick(box, Qt::Key_Escape);
    QVERIFY(!layers.isVisible() && window.page.view().hasFocus());
    // A card that comes later knows it, of layers that are added before and after.
    MapPage later(window.store);
    LayerSwitch* before = later.layers().add({"map-files", "Map files", {}, 30, true});
    later.layers().setStates("map-files=off heat=on nonsense ==");
    LayerSwitch* after = later.layers().add({"heat", "Heat map", {}, 10, false});
    QVERIFY(!before->isOn() && after->isOn());
    QVERIFY(later.layers().layer("heat") == after && later.layers().layer("absent") == nullptr);
    // Every switch and button says what it is.
    for (const QAbstractButton* button : layers.findChildren<QAbstractButton*>())
      QVERIFY2(!button->text().isEmpty() || !button->accessibleName().isEmpty(), qPrintable(button->objectName()));
  }

  void myPositionIsShownWhenAskedFor() {
    Window window(path("f.sqlite"));
    int asked = 0;
    window.position.setMaker([&](QObject* parent) {
      ++asked;
      auto* source = new QNmeaPositionInfoSource(QNmeaPositionInfoSource::SimulationMode, parent);
      auto* device = new QBuffer(source);
      QByteArray track;
      for (int second = 10; second < 40; ++second) {
        const QByteArray time = "1010" + QByteArray::number(second) + ".00";
        track += nmea("GPGGA," + time + ",4344.0700,N,00724.7200,E,1,08,1.0,5.0,M,0.0,M,,");
        track += nmea("GPRMC," + time + ",A,4344.0700,N,00724.7200,E,0.0,0.0,221126,,,A");
      }
      device->setData(track);
      device->open(QIODevice::ReadOnly);
      source->setDevice(device);
      source->setUserEquivalentRangeError(40);
      return source;
    });
    QCOMPARE(asked, 0);
    window.showLayers();
    QTest::mouseClick(window.part<QToolButton>("positionGo"), Qt::LeftButton);
    QCOMPARE(asked, 1);
    QVERIFY(window.part<QCheckBox>("layerSwitch-position")->isChecked());
    QTRY_COMPARE(window.position.state(), PositionSource::State::known);
    QVERIFY(std::abs(window.position.fix()->place.latitude - 43.7345) < 1e-4);
    QTRY_VERIFY(window.position.fix()->accuracyMetres.has_value());
    QVERIFY2(window.wordsOf("position").contains("within"), qPrintable(window.wordsOf("position")));
    QTRY_VERIFY(window.page.view().viewport().zoom() >= 14 && window.page.view().isSettled());
    QVERIFY(isNear(window.colourAt(43.7345, 7.412), Theme::light().accent));
    window.keepPicture("position");
    QTest::keyClick(window.part<QCheckBox>("layerSwitch-position"), Qt::Key_Space);
    QCOMPARE(window.position.state(), PositionSource::State::off);
    QVERIFY(!window.position.fix());
    QVERIFY(!isNear(window.colourAt(43.7345, 7.412), Theme::light().accent));
  }

  void withoutAServiceThatIsSaid() {
    Window window(path("g.sqlite"));
    window.position.setMaker([](QObject*) { return nullptr; });
    window.part<QCheckBox>("layerSwitch-position")->setChecked(true);
    QCOMPARE(window.position.state(), PositionSource::State::none);
    QVERIFY(window.wordsOf("position").contains("no positioning service"));
  }
};

QTEST_MAIN(MapTilesTest)
#include "tst_map_tiles.moc"
