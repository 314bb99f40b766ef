#include "tests/gui/drop_file.h"
#include "tests/gui/map_fleet.h"
#include "tests/support/street_extract.h"
#include "ui/models/street_importer.h"
#include "ui/widgets/map/car_colours.h"
#include "ui/widgets/map/map_legend.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/map/street_controls.h"
#include "ui/widgets/map/street_scene.h"
#include "ui/widgets/style/apply_theme.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace carport;
using namespace carport::ui;

/// The map at other times than the present, and with street maps that come by themselves.
class MapMomentsTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;
  QString m_extract;

 private slots:
  void initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_extract = m_folder.filePath("harbour.osm.pbf");
    test::writeStreetExtract(m_extract);
  }

  void inThePastOnlySpeedIsKnownOfEveryCar() {
    CarStore store;
    store.setCars({ui::test::makeCar(1, 50, 5, api::Activity::driving, 40),
                   ui::test::makeCar(2, 50.1, 5, api::Activity::driving, 90)});
    MapPage page(store);
    page.resize(1000, 700);
    page.show();
    const MapColouring charge{QStringLiteral("soc"), ColourScale{0, 100}};
    page.colours().setColouring(charge);
    auto* legend = page.findChild<MapLegend*>("mapLegend");
    QVERIFY(legend && legend->isVisible());
    QVERIFY(!legend->note().contains("present"));
    store.setMoment(SystemClock().now() - std::chrono::hours(3));
    QCOMPARE(page.colours().colouring(), charge);
    QCOMPARE(page.colours().metrics().metric(), QStringLiteral("speed"));
    QVERIFY(legend->accessibleName().contains("km/h"));
    QVERIFY(legend->note().contains("present"));
    store.setMoment(std::nullopt);
    QCOMPARE(page.colours().metrics().metric(), QStringLiteral("soc"));
    QCOMPARE(legend->scale(), (ColourScale{0, 100}));
    QVERIFY(!legend->note().contains("present"));
    // Speed itself, and states, need no replacement.
    page.colours().setColouring({QStringLiteral("speed"), ColourScale{0, 60}});
    store.setMoment(SystemClock().now() - std::chrono::hours(3));
    QCOMPARE(legend->scale(), (ColourScale{0, 60}));
    QVERIFY(!legend->note().contains("present"));
    page.colours().setColouring({});
    QVERIFY(!legend->isVisible());
  }

  void onlyAMapThatWasAskedForChangesThePage() {
    CarStore store;
    StreetAtlas atlas;
    MapPage page(store);
    StreetControls controls(page, atlas, page);
    page.resize(1000, 700);
    page.show();
    atlas.open(m_folder.filePath("asked"));
    QSignalSpy shown(&controls, &StreetControls::shown);
    QSignalSpy imported(&atlas, &StreetAtlas::imported);
    // As the start of a demonstration does.
    atlas.add(m_extract);
    QTRY_COMPARE(imported.count(), 1);
    QCOMPARE(shown.count(), 0);
    QVERIFY(test::dropFile(page, m_extract));
    QTRY_COMPARE(imported.count(), 2);
    QCOMPARE(shown.count(), 1);
  }

  void aMapThatIsImportedAnewIsOpenedAnew() {
    const QString folder = m_folder.filePath("anew");
    const auto goOn = [](double) { return true; };
    const auto map = importStreets(m_extract, folder, goOn);
    QVERIFY(map.has_value());
    const QStringList files{map->file};
    const MapViewport viewport(toWorld({43.7345, 7.412}), 16, QSizeF(800, 600));
    StreetShelf shelf;
    const auto first = shelf.gather(files, viewport);
    QVERIFY(!first.tiles.empty());
    QCOMPARE(shelf.gather(files, viewport).tiles.front(), first.tiles.front());
    QTest::qWait(20);  // times of files have steps
    QVERIFY(importStreets(m_extract, folder, goOn).has_value());
    const auto second = shelf.gather(files, viewport);
    QCOMPARE(second.tiles.size(), first.tiles.size());
    QVERIFY(second.tiles.front() != first.tiles.front());
  }
};

QTEST_MAIN(MapMomentsTest)
#include "tst_map_moments.moc"
