#include "tests/gui/drop_file.h"
#include "tests/gui/map_fleet.h"
#include "tests/support/street_extract.h"
#include "ui/models/street_atlas.h"
#include "ui/widgets/map/map_bars.h"
#include "ui/widgets/map/map_furniture.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/map/map_search.h"
#include "ui/widgets/map/map_welcome.h"
#include "ui/widgets/map/street_controls.h"
#include "ui/widgets/style/apply_theme.h"

#include <QCheckBox>
#include <QDir>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace carport;
using namespace carport::ui;

/// What an operator does with street maps, on a page by itself.
class MapStreetsTest : public QObject {
  Q_OBJECT

  struct Window {
    explicit Window(const QString& folder) : page(store), controls(page, atlas, page) {
      page.resize(1000, 700);
      page.show();
      atlas.open(folder);
    }

    bool drop(const QString& file) { return test::dropFile(page, file); }

    QColor colourAt(double latitude, double longitude) {
      const QPointF pixel = page.view().viewport().toScreen(toWorld({latitude, longitude}));
      return page.view().grab().toImage().pixelColor(pixel.toPoint());
    }

    CarStore store;
    StreetAtlas atlas;
    MapPage page;
    StreetControls controls;
  };

  QTemporaryDir m_folder;
  QString m_extract;

 private slots:
  void initTestCase() {
    applyTheme(*qApp, Theme::light());
    m_extract = m_folder.filePath("harbour.osm.pbf");
    test::writeStreetExtract(m_extract);
  }

  void aDroppedExtractIsDrawn() {
    Window window(m_folder.filePath("dropped"));
    QSignalSpy imported(&window.atlas, &StreetAtlas::imported);
    QVERIFY(!window.page.view().hasStreetMaps());
    QVERIFY(window.drop(m_extract));
    QTRY_COMPARE(imported.count(), 1);
    window.page.view().jumpTo(toWorld({43.7345, 7.412}), 16);
    QTRY_VERIFY((window.page.view().grab(), window.page.view().isSettled()));
    const Theme& theme = Theme::light();
    // A street between its names, the sea below the coast, the land above it, a building, the park.
    QCOMPARE(window.colourAt(43.734, 7.41015), theme.streets.main);
    QCOMPARE(window.colourAt(43.7316, 7.412), theme.map.water);
    QCOMPARE(window.colourAt(43.7328, 7.412), theme.map.land);
    QCOMPARE(window.colourAt(43.73525, 7.41205), theme.streets.building);
    QCOMPARE(window.colourAt(43.73453, 7.4102), theme.streets.green);
    QVERIFY(window.page.view().hasStreetMaps());
  }

  void otherFilesAreRefusedWithASentence() {
    Window window(m_folder.filePath("refused"));
    QSignalSpy troubled(&window.controls, &StreetControls::troubled);
    QFile photo(m_folder.filePath("photo.jpg"));
    QVERIFY(photo.open(QIODevice::WriteOnly) && photo.write("jpeg") == 4);
    photo.close();
    window.drop(photo.fileName());
    QCOMPARE(troubled.count(), 1);
    const QString sentence = troubled[0][0].toString();
    QVERIFY2(sentence.startsWith("photo.jpg"), qPrintable(sentence));
    // Everything that can be dropped.
    for (const char* kind : {".osm.pbf", ".mbtiles", ".geojson", ".json", ".kml"})
      QVERIFY2(sentence.contains(kind), qPrintable(sentence));
    QVERIFY(!window.atlas.isImporting());
  }

  void theCardOfLayersHidesAndRemovesMaps() {
    Window window(m_folder.filePath("menu"));
    QSignalSpy imported(&window.atlas, &StreetAtlas::imported);
    window.drop(m_extract);
    QTRY_COMPARE(imported.count(), 1);
    auto* button = window.page.findChild<QToolButton*>("streets");
    auto* menu = window.page.findChild<QMenu*>("streetsMenu");
    auto* streets = window.page.findChild<QCheckBox*>("layerSwitch-streets");
    QVERIFY(button && menu && streets);
    QTest::mouseClick(window.page.findChild<QToolButton*>("layers"), Qt::LeftButton);
    QTRY_VERIFY(streets->isVisible());
    QVERIFY(streets->accessibleDescription().contains("harbour"));
    QTest::keyClick(streets, Qt::Key_Space);
    QVERIFY(!window.page.view().hasStreetMaps());
    QTest::keyClick(streets, Qt::Key_Space);
    QVERIFY(window.page.view().hasStreetMaps());
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY(menu->isVisible());
    menu->hide();
    QMenu* one = nullptr;
    for (QAction* action : menu->actions()) {
      if (action->menu() && action->text().startsWith("harbour")) one = action->menu();
    }
    QVERIFY(one);
    one->actions().last()->trigger();
    QVERIFY(window.atlas.maps().empty());
    QVERIFY(!window.page.view().hasStreetMaps());
  }

  void contributorsAreNamedForTheirOwnWorkAlone() {
    Window window(m_folder.filePath("sources"));
    const auto* scale = window.page.findChild<MapScale*>();
    QSignalSpy imported(&window.atlas, &StreetAtlas::imported);
    QVERIFY(!scale->text().contains("OpenStreetMap"));
    const QString town = m_folder.filePath("town.osm.pbf");
    test::writeStreetExtract(town, "carport-sim");
    window.drop(town);
    QTRY_COMPARE(imported.count(), 1);
    QVERIFY(window.page.view().hasStreetMaps());
    QVERIFY(!scale->text().contains("OpenStreetMap"));
    window.drop(m_extract);
    QTRY_COMPARE(imported.count(), 2);
    QVERIFY(scale->text().contains("© OpenStreetMap contributors"));
    QVERIFY(window.atlas.remove("harbour").has_value());
    QVERIFY(!scale->text().contains("OpenStreetMap"));
  }

  void theWelcomeStandsAsideForStreets() {
    Window window(m_folder.filePath("welcome"));
    const auto* card = window.page.findChild<MapWelcome*>();
    QVERIFY(card->isVisible() && card->geometry().contains(QRect(window.page.rect()).center()));
    QSignalSpy imported(&window.atlas, &StreetAtlas::imported);
    window.drop(m_extract);
    QTRY_COMPARE(imported.count(), 1);
    const QPointF town = window.page.view().viewport().toScreen(toWorld({43.735, 7.411}));
    QVERIFY(!card->geometry().contains(town.toPoint()));
    QVERIFY(!card->geometry().intersects(window.page.findChild<MapSearch*>()->geometry()));
  }

  void aNewerExtractOfTheSameNameIsDrawn() {
    Window window(m_folder.filePath("newer"));
    QVERIFY(QDir(m_folder.path()).mkpath("sources-of-newer"));
    const QString file = m_folder.filePath("sources-of-newer/harbour.osm.pbf");
    test::writeStreetExtract(file);
    QSignalSpy imported(&window.atlas, &StreetAtlas::imported);
    window.drop(file);
    QTRY_COMPARE(imported.count(), 1);
    window.page.view().jumpTo(toWorld({43.7345, 7.412}), 16);
    QTRY_VERIFY((window.page.view().grab(), window.page.view().isSettled()));
    QCOMPARE(window.colourAt(43.7328, 7.412), Theme::light().map.land);
    test::StreetExtract newer;
    newer.way({{43.734, 7.410}, {43.734, 7.414}}, {{"highway", "primary"}, {"name", "Quai Été"}});
    newer.way({{43.7325, 7.411}, {43.7325, 7.413}, {43.7331, 7.413}, {43.7331, 7.411}}, {{"leisure", "park"}}, true);
    newer.write(file);
    window.drop(file);
    QTRY_COMPARE(imported.count(), 2);
    window.page.view().jumpTo(toWorld({43.7345, 7.412}), 16);
    QTRY_VERIFY((window.page.view().grab(), window.page.view().isSettled()));
    QCOMPARE(window.colourAt(43.7328, 7.412), Theme::light().streets.green);
  }

  void toolsHaveTheirWordsWhereThereIsRoom() {
    Window window(m_folder.filePath("tools"));
    const auto* tools = window.page.findChild<MapToolButtons*>();
    const auto* search = window.page.findChild<MapSearch*>();
    const auto words = [tools] {
      const auto buttons = tools->findChildren<QToolButton*>();
      return std::count_if(buttons.begin(), buttons.end(), [](const QToolButton* button) {
        return button->toolButtonStyle() == Qt::ToolButtonTextBesideIcon;
      });
    };
    for (const auto& [width, expected] : {std::pair(1280, 4), std::pair(560, 0), std::pair(1280, 4)}) {
      window.page.resize(width, 720);
      QCOMPARE(words(), expected);
      QCOMPARE(tools->geometry().right(), width - 16 - 1);
      QVERIFY(!tools->geometry().intersects(search->geometry()));
    }
    // What is shown comes first, then what measures.
    const auto* layers = window.page.findChild<QToolButton*>("layers");
    const auto* measure = window.page.findChild<QToolButton*>("measure");
    QVERIFY(layers->x() == 0 && measure->geometry().right() == tools->width() - 1);
  }

  void bothLooksDrawTheSameThings() {
    Window window(m_folder.filePath("looks"));
    QSignalSpy imported(&window.atlas, &StreetAtlas::imported);
    window.drop(m_extract);
    QTRY_COMPARE(imported.count(), 1);
    applyTheme(*qApp, Theme::dark());
    window.page.view().jumpTo(toWorld({43.7345, 7.412}), 16);
    QTRY_VERIFY((window.page.view().grab(), window.page.view().isSettled()));
    QCOMPARE(window.colourAt(43.734, 7.41015), Theme::dark().streets.main);
    QCOMPARE(window.colourAt(43.7316, 7.412), Theme::dark().map.water);
    applyTheme(*qApp, Theme::light());
  }
};

QTEST_MAIN(MapStreetsTest)
#include "tst_map_streets.moc"
