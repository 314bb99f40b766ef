// The whole portal without a mouse: the palette, keys everywhere, names for screen readers, and the window as it was
// left.
#include "tests/gui/keyboard_rig.h"
#include "ui/models/car_edit.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/car/where_panel.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/map/moment_mark.h"
#include "ui/widgets/map/stale_veil.h"
#include "ui/widgets/palette/shortcuts_card.h"
#include "ui/widgets/time/time_bar.h"
#include "ui/widgets/time/time_track.h"

#include <QMenu>
#include <QPushButton>
#include <QSet>

using namespace carport;
using namespace carport::test;

class PortalKeyboardTest : public QObject, private KeyboardRig {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(m_folder.isValid());
    m_portal = std::make_unique<PortalWindow>(PortalWindow::settingsFor(m_folder.filePath("data")));
    QVERIFY(m_portal->waitForConnection());
  }
  void cleanupTestCase() { m_portal.reset(); }

  void firstStartTakesThreeSteps() {
    QTRY_VERIFY(m_portal->drawer().isOpen());  // the administrator's password
    key(Qt::Key_Escape);
    QVERIFY(!m_portal->drawer().isOpen());
    QVERIFY(m_portal->notice().isEmpty());
    const QStringList steps{"Start a demonstration fleet", "Add a car", "Connect to another gateway"};
    for (const QString& step : steps) QVERIFY2(tabTo(step), qPrintable(step));
    key(Qt::Key_Space);
    QTRY_VERIFY(named<QLineEdit>(window(), "Address of the gateway"));
    key(Qt::Key_Escape);
    QTRY_COMPARE(focusName(), steps[2]);
    QVERIFY(tabTo(steps[1], Qt::Key_Backtab));
    key(Qt::Key_Space);
    QTRY_VERIFY(m_portal->drawer().isOpen());
    QVERIFY(m_portal->drawer().isAncestorOf(QApplication::focusWidget()));
    key(Qt::Key_Escape);
    QVERIFY(tabTo(steps[0], Qt::Key_Backtab));
    key(Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(store().size(), std::size_t(200), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(store().countOf(api::Activity::driving) > 20, kPatienceMs);
  }

  void everythingHasAName() {
    QStringList nameless;
    const auto look = [&](const QString& where) {
      for (QWidget* widget : window().findChildren<QWidget*>()) {
        if (!isStop(*widget) || !nameOf(*widget).isEmpty()) continue;
        nameless << where + ": " + widget->metaObject()->className() + " " + widget->objectName() + " in " +
                        widget->parentWidget()->metaObject()->className();
      }
    };
    for (int page = 0; page < ui::kRailPages; ++page) {
      m_portal->keys(Qt::Key_1 + page);
      QTest::qWait(50);
      look(QStringLiteral("page %1").arg(page + 1));
    }
    const QStringList actions{"Add car", "New command", "Connect", "Colours of the cars", "Layers", "Go to a moment"};
    for (const QString& action : actions) {
      QVERIFY2(run(action), qPrintable(action));
      QTest::qWait(50);
      look(action);
      if (QWidget* popup = QApplication::activePopupWidget()) popup->close();
      key(Qt::Key_Escape);
    }
    m_portal->keys(Qt::Key_K);
    look("palette");
    key(Qt::Key_Escape);
    key(Qt::Key_F1);
    look("keys");
    key(Qt::Key_Escape);
    QVERIFY(run("demo-0003"));
    QTRY_VERIFY(m_portal->drawer().isOpen());
    look("drawer");
    QVERIFY(press(m_portal->drawer(), "Open the car's page"));
    QTest::qWait(100);
    look("car");
    key(Qt::Key_Escape);
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join('\n')));
  }

  void paletteFindsAndDoes() {
    m_portal->keys(Qt::Key_1);
    key(Qt::Key_Escape);
    QWidget* before = QApplication::focusWidget();
    m_portal->keys(Qt::Key_K);
    QVERIFY(palette().isOpen());
    QCOMPARE(QApplication::focusWidget(), &palette().field());
    m_portal->picture("palette_first");
    key(Qt::Key_Escape);
    QVERIFY(!palette().isOpen());
    QCOMPARE(QApplication::focusWidget(), before);
    // A car: chosen on the map, with its drawer.
    type("demo-0007");
    m_portal->picture("palette_car");
    key(Qt::Key_Return);
    QVERIFY(!palette().isOpen());
    QCOMPARE(view().selected(), carOf("demo-0007"));
    QTRY_VERIFY(m_portal->drawer().isOpen());
    // A place of the world, once its names were read.
    m_portal->keys(Qt::Key_K);
    QTest::keyClicks(&palette().field(), "new zealand");
    QTRY_COMPARE_WITH_TIMEOUT(firstRow(), QString("New Zealand"), kPatienceMs);
    key(Qt::Key_Return);
    QTRY_VERIFY(std::abs(ui::toGeo(view().viewport().centre()).latitude + 41) < 5);
    // A moment.
    type("10 min ago");
    QVERIFY(firstRow().startsWith("Go to "));
    key(Qt::Key_Return);
    QVERIFY(!window().timeMachine().isLive());
    QVERIFY(run("back to live"));
    QVERIFY(window().timeMachine().isLive());
    // What was used last stands first; arrows and the round trip.
    m_portal->keys(Qt::Key_K);
    QCOMPARE(firstRow(), QString("Back to live"));
    key(Qt::Key_Down);
    QVERIFY(palette().list().currentIndex().row() == 1);
    key(Qt::Key_Up);
    key(Qt::Key_Up);
    QCOMPARE(palette().list().currentIndex().row(), palette().list().model()->rowCount() - 1);
    QTest::keyClicks(&palette().field(), "qqqqqq");
    QVERIFY(isShown(palette(), "Nothing is called “qqqqqq”"));
    m_portal->picture("palette_nothing");
    // A click beside the card leaves it.
    QTest::mouseClick(&palette(), Qt::LeftButton, {}, QPoint(5, palette().height() - 5));
    QVERIFY(!palette().isOpen());
  }

  void paletteColoursPlotsAndLeadsToRules() {
    QVERIFY(run("colour cars by speed"));
    QCOMPARE(m_portal->preferences.mapColouring().metric, QString("speed"));
    QVERIFY(run("colour cars by what they do"));
    QVERIFY(run("demo-0007"));
    QVERIFY(run("plot speed"));
    QVERIFY(carPage());
    QCOMPARE(carPage()->car(), carOf("demo-0007"));
    QVERIFY(run("what may admin do"));
    QCOMPARE(shownPage(), ui::Page::permissions);
    QVERIFY(run("gateway"));
    QCOMPARE(shownPage(), ui::Page::gateway);
    m_portal->keys(Qt::Key_1);
  }

  void keysAreToldInOnePlace() {
    view().setFocus();
    for (const Qt::Key help : {Qt::Key_F1, Qt::Key_Question}) {
      key(help);
      auto* card = window().findChild<ui::ShortcutsCard*>();
      QVERIFY(card->isVisible());
      QVERIFY(named<QLabel>(*card, "Find anything…"));
      QVERIFY(named<QLabel>(*card, "Back out one step"));
      QVERIFY(named<QWidget>(*card, "Ctrl+K"));
      m_portal->picture("keys");
      key(Qt::Key_Escape);
      QVERIFY(!card->isVisible());
      QCOMPARE(QApplication::focusWidget(), &view());
    }
    // No two actions have the same keys.
    QSet<QKeySequence> used;
    for (const QAction* action : window().findChildren<QAction*>()) {
      if (action->shortcut().isEmpty() || action->shortcutContext() != Qt::WindowShortcut) continue;
      QVERIFY2(!used.contains(action->shortcut()), qPrintable(action->text()));
      used.insert(action->shortcut());
    }
  }

  void partsOfTheWindowFollowEachOther() {
    m_portal->keys(Qt::Key_2);
    const auto part = [this] {
      const QWidget* now = QApplication::focusWidget();
      for (const char* name :
           {"carport::ui::NavigationRail", "carport::ui::TimeBar", "carport::ui::CarsPage", "carport::ui::Drawer"}) {
        for (const QWidget* at = now; at; at = at->parentWidget())
          if (QLatin1String(at->metaObject()->className()) == QLatin1String(name))
            return QString(name).section(':', -1);
      }
      return QString();
    };
    QStringList parts;
    for (int n = 0; n < 4; ++n) {
      key(Qt::Key_F6);
      parts << part();
    }
    QVERIFY2(parts.contains("NavigationRail") && parts.contains("TimeBar") && parts.contains("CarsPage"),
             qPrintable(parts.join(' ')));
    while (part() != "TimeBar") key(Qt::Key_F6);
    key(Qt::Key_Escape);
    QCOMPARE(part(), QString("CarsPage"));
    // Tab gets everywhere and is caught nowhere.
    for (int page = 0; page < ui::kRailPages; ++page) {
      m_portal->keys(Qt::Key_1 + page);
      QSet<QWidget*> seen;
      for (int n = 0; n < 300 && !seen.contains(QApplication::focusWidget()); ++n) {
        seen.insert(QApplication::focusWidget());
        key(Qt::Key_Tab);
      }
      QStringList missed;
      for (QWidget* widget : window().findChildren<QWidget*>())
        if (isStop(*widget) && !seen.contains(widget)) missed << nameOf(*widget);
      QVERIFY2(missed.isEmpty(), qPrintable(QString("page %1: ").arg(page + 1) + missed.join(", ")));
    }
  }

  void mapListAndTimeByKeys() {
    m_portal->keys(Qt::Key_1);
    QVERIFY(run("show all cars"));
    QTRY_VERIFY(view().isSettled());
    const auto before = view().viewport();
    key(Qt::Key_Right);
    QTRY_VERIFY(view().viewport().centre().x() > before.centre().x());
    key(Qt::Key_Plus);
    QTRY_VERIFY(view().viewport().zoom() > before.zoom() + 0.9);
    key(Qt::Key_Minus);
    m_portal->keys(Qt::Key_A);
    QTRY_VERIFY(view().chosen().size() > 1);
    QVERIFY(tabTo("Show in list"));
    key(Qt::Key_Space);
    QTRY_VERIFY(m_portal->drawer().isOpen());
    QVERIFY(m_portal->drawer().isAncestorOf(QApplication::focusWidget()));
    key(Qt::Key_Down);
    // One step back after the other: the drawer, the choice.
    key(Qt::Key_Escape);
    QVERIFY(!m_portal->drawer().isOpen());
    view().setFocus();
    key(Qt::Key_Escape);
    QVERIFY(view().chosen().isEmpty());
    QVERIFY(run("demo-0005"));
    key(Qt::Key_F);
    QVERIFY(view().isFollowing());
    key(Qt::Key_Escape);
    QVERIFY(!view().isFollowing());
    key(Qt::Key_Space);
    QVERIFY(window().timeMachine().isPlaying());
    key(Qt::Key_Space);
    QVERIFY(!window().timeMachine().isPlaying());
    m_portal->keys(Qt::Key_L);
    key(Qt::Key_Slash);
    QCOMPARE(focusName(), QString("Search the map"));
    key(Qt::Key_Escape);
    QCOMPARE(QApplication::focusWidget(), &view());
  }

  void plotCursorMarksThePlaceOnTheMap() {
    m_portal->keys(Qt::Key_1);
    QVERIFY(run("demo-0005"));
    auto* page = qobject_cast<ui::CarPage*>(m_portal->drawer().content());
    QVERIFY(page);
    auto* mark = window().findChild<ui::MapPage*>()->findChild<ui::MomentMark*>();
    QVERIFY(mark && !mark->place());
    ui::TimeChart& chart = page->plots().chart();
    chart.showLive(std::chrono::minutes(1));
    chart.plot().setFocus();
    QTRY_VERIFY_WITH_TIMEOUT((key(Qt::Key_Comma), QTest::qWait(100), mark->place()), kPatienceMs);
    QVERIFY(mark->words().contains(':'));
    m_portal->picture("plot_cursor_on_map");
    emit page->plots().cursorLeft();
    QVERIFY(!mark->place());
    // On the car's own page a small map has it.
    QVERIFY(press(m_portal->drawer(), "Open the car's page"));
    QTRY_VERIFY(carPage());
    carPage()->plots().chart().showLive(std::chrono::minutes(1));
    QTRY_VERIFY_WITH_TIMEOUT(!carPage()->where().mark().trail().empty(), kPatienceMs);
    ui::PlotView& plot = carPage()->plots().chart().plot();
    plot.setFocus();
    QTRY_VERIFY_WITH_TIMEOUT((key(Qt::Key_Comma), QTest::qWait(50), !carPage()->where().mark().words().isEmpty()),
                             kPatienceMs);
    m_portal->picture("car_page_where");
    // Its menu leads to the map at that moment.
    const QPoint middle = plot.rect().center();
    QContextMenuEvent menuKey(QContextMenuEvent::Keyboard, middle, plot.mapToGlobal(middle));
    QApplication::sendEvent(&plot, &menuKey);
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QVERIFY(menu);
    for (QAction* action : menu->actions())
      if (action->text() == "Show this moment on the map") action->trigger();
    menu->close();
    // Without a window manager nobody gives the window its activity back.
    window().activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window()));
    QCOMPARE(shownPage(), ui::Page::map);
    QCOMPARE(view().selected(), carOf("demo-0005"));
    QVERIFY(!window().timeMachine().isLive());
    m_portal->keys(Qt::Key_L);
  }

  void withoutTheGatewayTheMapSaysHowOldItIs() {
    m_portal->keys(Qt::Key_1);
    auto* veil = window().findChild<ui::StaleVeil*>();
    QVERIFY(veil && !veil->isShown());
    auto& map = *window().findChild<ui::MapPage*>();
    map.setConnected(false);
    QVERIFY(veil->isShown());
    QVERIFY(veil->words().startsWith("Not connected: as it was "));
    m_portal->picture("map_not_connected");
    map.setConnected(true);
    QVERIFY(!veil->isShown());
  }

  void withoutTheGatewayThePresentIsNotLive() {
    auto* bar = window().findChild<ui::TimeBar*>();
    auto& client = m_portal->portal.client;
    QVERIFY(named<QPushButton>(*bar, "Live"));
    const QColor green = ui::Theme::light().state.driving;
    QVERIFY(hasColour(bar->grab().toImage(), green));
    const QUrl gateway = client.baseUrl();
    client.disconnectFromGateway();
    QTRY_VERIFY(!hasColour(bar->grab().toImage(), green));
    auto* live = bar->findChild<QPushButton*>("live");
    QVERIFY(live && live->text().endsWith(" ago"));
    QVERIFY(live->accessibleName().startsWith("Not connected: "));
    m_portal->picture("time_not_connected");
    // Nothing is shown of a gateway that has not been reached yet.
    client.connectWithToken(QUrl("http://127.0.0.1:1"), "token");
    QCOMPARE(live->text(), QString("Live"));
    QCOMPARE(live->accessibleName(), QString("Not connected"));
    client.connectWithToken(gateway, m_portal->gateway.token());
    QTRY_VERIFY_WITH_TIMEOUT(client.isConnected(), kPatienceMs);
    QCOMPARE(live->accessibleName(), QString("Live"));
    // The cars come with an answer of their own.
    QTRY_VERIFY_WITH_TIMEOUT(store().rowOfId("demo-0009"), kPatienceMs);
    QVERIFY(hasColour(bar->grab().toImage(), green));
  }

  void countsHaveTheirForms() {
    const auto said = [](const char* context, const char* text, int n) {
      return QCoreApplication::translate(context, text, nullptr, n);
    };
    QCOMPARE(said("carport::ui::CarsPage", "%Ln cars", 1), QString("1 car"));
    QCOMPARE(said("carport::ui::CarsPage", "%Ln cars", 1'200), QLocale().toString(1'200) + " cars");
    ui::CarEdit edit;
    edit.joinGroups = {"north"};
    QCOMPARE(edit.preview(store(), {0}), QString("Of 1 car 1 comes into the group north."));
    QCOMPARE(edit.preview(store(), {0, 1}), QString("Of 2 cars 2 come into the group north."));
  }

  void windowIsAsItWasLeft() {
    m_portal->keys(Qt::Key_1);
    view().jumpTo(ui::toWorld({43.735, 7.42}), 15);
    const ui::MapViewport left = view().viewport();
    window().timeMachine().setSpeed(60);
    auto& track = window().findChild<ui::TimeBar*>()->track();
    track.showLive(std::chrono::hours(3));
    QVERIFY(run("demo-0009"));
    m_portal->keys(Qt::Key_BracketLeft);
    const int drawerWidth = m_portal->drawer().chosenWidth();
    QVERIFY(drawerWidth > 0);
    view().jumpTo(left.centre(), left.zoom());
    QVERIFY(press(m_portal->drawer(), "Open the car's page"));
    ui::PlotBoard& board = carPage()->plots().board();
    QTRY_VERIFY_WITH_TIMEOUT(!board.plots()[0].empty(), kPatienceMs);
    QCOMPARE(board.addPlot(), QString());
    QCOMPARE(board.addSeries(1, {carOf("demo-0009"), "heading"}), QString());
    const ui::PlotLayout plots = board.layout();
    window().resize(1100, 700);
    reopen();
    QCOMPARE(window().size(), QSize(1100, 700));
    QTRY_VERIFY(carPage());
    QCOMPARE(carPage()->car(), carOf("demo-0009"));
    QCOMPARE(carPage()->plots().board().layout(), plots);
    QCOMPARE(m_portal->drawer().chosenWidth(), drawerWidth);
    QCOMPARE(view().viewport().zoom(), left.zoom());
    QVERIFY(std::abs(view().viewport().centre().x() - left.centre().x()) < 1e-9);
    QCOMPARE(window().timeMachine().speed(), 60.0);
    QVERIFY(window().timeMachine().isLive());
    QCOMPARE(window().findChild<ui::TimeBar*>()->track().view().length(), Milliseconds(std::chrono::hours(3)));
    m_portal->keys(Qt::Key_K);
    QCOMPARE(firstRow(), store().label(store().rowOfId("demo-0009").value()));
    key(Qt::Key_Escape);
    // Damaged settings are as none.
    window().close();
    m_portal->preferences.setLayout("{\"version\":1,\"page\":");
    m_portal->preferences.setWindowGeometry("nonsense");
    m_portal->preferences.setRecentlyUsed({QString(), QString(5'000, 'x')});
    m_portal->window.reset();
    reopen();
    QCOMPARE(shownPage(), ui::Page::map);
  }
};

QTEST_MAIN(PortalKeyboardTest)
#include "tst_portal_keyboard.moc"
