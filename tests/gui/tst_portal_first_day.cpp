// An operator's first day, with the real gateway inside: from an empty folder to a car that was told to lock its doors.
#include "tests/gui/portal_window.h"
#include "ui/models/car_roles.h"
#include "ui/models/street_importer.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/map/map_page.h"

#include <QClipboard>
#include <QDir>
#include <QHeaderView>

using namespace carport;
using namespace carport::test;

class PortalFirstDayTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(m_folder.isValid());
    m_portal = std::make_unique<PortalWindow>(PortalWindow::settingsFor(m_folder.filePath("data")));
    QVERIFY(m_portal->waitForConnection());
  }
  void cleanupTestCase() { m_portal.reset(); }

  void saysWhereItIsAndWhatToDoFirst() {
    ui::MainWindow& window = *m_portal->window;
    QVERIFY(named<QLabel>(window, "This computer"));
    QVERIFY(named<QAbstractButton>(window, "Start a demonstration fleet"));
    QVERIFY(named<QAbstractButton>(window, "Add a car"));
    QVERIFY(named<QAbstractButton>(window, "Connect to another gateway"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(window, "all on disk"), kPatienceMs);
    // The one-time password of the administrator that the first start made.
    QTRY_VERIFY(m_portal->drawer().isOpen());
    m_portal->picture("first_start");
    QVERIFY(press(m_portal->drawer(), "Copy"));
    QVERIFY(QGuiApplication::clipboard()->text().size() >= 12);
    m_portal->keys(Qt::Key_Escape, Qt::NoModifier);
    QVERIFY(!m_portal->drawer().isOpen());
    m_portal->picture("welcome");
  }

  void emptyPagesSayWhatToDo() {
    ui::MainWindow& window = *m_portal->window;
    m_portal->keys(Qt::Key_2);
    QVERIFY(isShown(window, "No cars yet"));
    m_portal->picture("no_cars");
    m_portal->keys(Qt::Key_4);
    QTRY_VERIFY(isShown(window, "No commands yet"));
    // The whole of a wrapped text is to be seen.
    auto* text = [&]() -> QLabel* {
      for (auto* label : window.findChildren<QLabel*>())
        if (label->isVisible() && label->text().startsWith("A command reaches")) return label;
      return nullptr;
    }();
    QVERIFY(text);
    QVERIFY(text->height() >= text->heightForWidth(text->width()));
    m_portal->picture("no_commands");
    m_portal->keys(Qt::Key_1);
  }

  void showsADemonstrationFleet() {
    ui::MainWindow& window = *m_portal->window;
    QVERIFY(press(window, "Start a demonstration fleet"));
    QTRY_COMPARE_WITH_TIMEOUT(m_portal->portal.store.size(), std::size_t(200), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(m_portal->portal.store.countOf(api::Activity::driving) > 20, kPatienceMs);
    QVERIFY(!named<QAbstractButton>(window, "Start a demonstration fleet"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(window, "200 cars"), kPatienceMs);
    // The town is made up, and the map will not say that others have drawn it.
    const QDir made(m_folder.filePath("data/demonstration"));
    const QStringList towns = made.entryList({"*.osm.pbf"});
    QCOMPARE(towns.size(), 1);
    const auto town =
        ui::importStreets(made.filePath(towns[0]), m_folder.filePath("streets"), [](double) { return true; });
    QVERIFY(town && town->isMadeUp);
    m_portal->picture("map_200");
  }

  void findsACarAndOpensItsPage() {
    ui::MainWindow& window = *m_portal->window;
    m_portal->keys(Qt::Key_Slash, Qt::NoModifier);
    auto* search = named<QLineEdit>(window, "Search the map");
    QVERIFY(search);
    QTRY_COMPARE(QApplication::focusWidget(), search);
    QTest::keyClicks(search, "demo-0001");
    QTest::keyClick(search, Qt::Key_Return);
    const auto row = m_portal->portal.store.rowOfId("demo-0001");
    QVERIFY(row);
    const PrincipalNumber car = m_portal->portal.store.numbers()[*row];
    QTRY_COMPARE(window.findChild<ui::MapPage*>()->view().selected(), car);
    QVERIFY(m_portal->drawer().isOpen());
    QVERIFY(qobject_cast<ui::CarPage*>(m_portal->drawer().content()));
    m_portal->picture("map_drawer");
    QVERIFY(press(m_portal->drawer(), "Open the car's page"));
    QVERIFY(!m_portal->drawer().isOpen());
    QTRY_VERIFY(carPage());
    QCOMPARE(carPage()->car(), car);
    QTableView* values = nullptr;
    for (auto* table : carPage()->findChildren<QTableView*>())
      if (table->model()->columnCount() == 3 && !values) values = table;
    QVERIFY(values);
    QTRY_COMPARE_WITH_TIMEOUT(cell(*values, 0, 0), QString("Speed"), kPatienceMs);
    QVERIFY(cell(*values, 0, 1).endsWith("km/h"));
    m_portal->picture("car_page");
  }

  void locksTheCar() {
    auto* page = carPage();
    QVERIFY(page);
    QVERIFY(write(*page, "Command", "lock"));
    QVERIFY(press(*page, "Send"));
    QTableView* commands = nullptr;
    for (auto* table : page->findChildren<QTableView*>())
      if (table->model()->columnCount() == 6) commands = table;
    QVERIFY(commands);
    QTRY_COMPARE_WITH_TIMEOUT(commands->model()->rowCount(), 1, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(cell(*commands, 0, 2), QString("Done"), kPatienceMs);
    m_portal->picture("car_page_done");
    // Esc goes back to where the person came from.
    commands->setFocus();
    m_portal->keys(Qt::Key_Escape, Qt::NoModifier);
    QVERIFY(!carPage());
  }

  void filtersSortsAndWalksTheTable() {
    ui::MainWindow& window = *m_portal->window;
    m_portal->keys(Qt::Key_F);
    auto* filter = named<QLineEdit>(window, "Filter cars");
    QVERIFY(filter);
    QTRY_COMPARE(QApplication::focusWidget(), filter);
    QTest::keyClicks(filter, "demo-000");
    auto* table = named<QTableView>(window, "Cars");
    QVERIFY(table);
    QTRY_COMPARE(table->model()->rowCount(), 9);
    QTRY_VERIFY(isShown(window, "9 of 200 cars"));
    m_portal->picture("cars_filtered");

    auto* header = table->horizontalHeader();
    const int speed = static_cast<int>(ui::CarColumn::speed);
    const QPoint onSpeed(header->sectionViewportPosition(speed) + 12, header->height() / 2);
    const auto ordered = [&](bool ascending) {
      for (int row = 1; row < table->model()->rowCount(); ++row) {
        const double above = table->model()->index(row - 1, 0).data(ui::kCarSpeedRole).toDouble();
        const double below = table->model()->index(row, 0).data(ui::kCarSpeedRole).toDouble();
        if (ascending ? above > below : above < below) return false;
      }
      return true;
    };
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, onSpeed);
    const bool first = header->sortIndicatorOrder() == Qt::AscendingOrder;
    QTRY_VERIFY(ordered(first));
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, onSpeed);
    QTRY_VERIFY(ordered(!first));

    table->setFocus();
    QTest::keyClick(table, Qt::Key_Down);
    QTest::keyClick(table, Qt::Key_Down);
    QTRY_VERIFY(m_portal->drawer().isOpen());
    QCOMPARE(QApplication::focusWidget(), table);
    // Nothing of the page's head is covered.
    auto* add = named<QAbstractButton>(window, "Add car");
    QVERIFY(add);
    QVERIFY(add->mapTo(&window, QPoint(add->width(), 0)).x() <= m_portal->drawer().mapTo(&window, QPoint()).x());
    m_portal->picture("cars_drawer");
    QTest::keyClick(table, Qt::Key_Return);
    QTRY_VERIFY(carPage());
    m_portal->keys(Qt::Key_Escape, Qt::NoModifier);
    QTRY_VERIFY(table->isVisible());
    QVERIFY(write(window, "Filter cars", "no such car"));
    QTRY_VERIFY(isShown(window, "No car matches"));
    m_portal->picture("cars_none");
    QVERIFY(press(window, "Clear filter"));
    QTRY_COMPARE(table->model()->rowCount(), 200);
    // Names in the order in which people count: Van 9, then Van 10.
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, QPoint(12, header->height() / 2));
    if (header->sortIndicatorOrder() == Qt::DescendingOrder)
      QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, QPoint(12, header->height() / 2));
    for (int row = 1; row < 200; ++row) {
      const QString above = cell(*table, row - 1, 0), below = cell(*table, row, 0);
      if (above.section(' ', 0, -2) != below.section(' ', 0, -2)) continue;
      QVERIFY2(above.section(' ', -1).toInt() < below.section(' ', -1).toInt(), qPrintable(above + ", " + below));
    }
  }

  void addsACarAndShowsItsSecretOnce() {
    ui::MainWindow& window = *m_portal->window;
    m_portal->keys(Qt::Key_N);
    ui::Drawer& drawer = m_portal->drawer();
    auto* id = named<QLineEdit>(drawer, "Id, which the car signs in with");
    QVERIFY(id);
    QTRY_COMPARE(QApplication::focusWidget(), id);
    m_portal->picture("add_car");
    QTest::keyClicks(id, "van 12");
    QTest::keyClick(id, Qt::Key_Return);
    QTRY_VERIFY(isShown(drawer, "An id is made of"));
    QVERIFY(write(drawer, "Id, which the car signs in with", "van-12"));
    QVERIFY(write(drawer, "Name", QString(60, 'N')));
    QVERIFY(press(drawer, "Add car"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(drawer, "van-12 is ready"), kPatienceMs);
    m_portal->picture("add_car_done");
    QGuiApplication::clipboard()->clear();
    QVERIFY(press(drawer, "Copy"));
    QVERIFY(QGuiApplication::clipboard()->text().size() >= 16);
    // Once more: refused in words, and the secret is gone.
    QVERIFY(write(drawer, "Id, which the car signs in with", "van-12"));
    QVERIFY(press(drawer, "Add car"));
    QTRY_VERIFY_WITH_TIMEOUT(isShown(drawer, "van-12"), kPatienceMs);
    QVERIFY(!named<QAbstractButton>(drawer, "Copy"));
    m_portal->keys(Qt::Key_Escape, Qt::NoModifier);
    QVERIFY(!drawer.isOpen());
    QTRY_VERIFY_WITH_TIMEOUT(m_portal->portal.store.rowOfId("van-12").has_value(), kPatienceMs);
    QVERIFY(write(window, "Filter cars", "van-12"));
    auto* table = named<QTableView>(window, "Cars");
    QTRY_COMPARE(table->model()->rowCount(), 1);
    m_portal->picture("cars_long_name");
    QVERIFY(write(window, "Filter cars", ""));
  }

  void growsWithTheText() {
    m_portal->preferences.setTextScale(2);
    ui::applyTheme(*qApp, ui::Theme::of(ui::ThemeKind::dark), 2);
    for (const int page : {1, 2, 3, 4, 5}) {
      m_portal->keys(Qt::Key_0 + page);
      m_portal->picture(QString("big_%1").arg(page));
    }
    auto* table = m_portal->window->findChild<QTableView*>();
    QVERIFY(table->verticalHeader()->defaultSectionSize() >= table->fontMetrics().height());
    m_portal->keys(Qt::Key_N);
    QVERIFY(m_portal->drawer().isOpen());
    m_portal->picture("big_drawer");
    m_portal->keys(Qt::Key_Escape, Qt::NoModifier);
    ui::applyTheme(*qApp, ui::Theme::of(ui::ThemeKind::light));
  }

 private:
  /// The visible page of a car that fills the window.
  ui::CarPage* carPage() {
    for (auto* page : m_portal->window->findChildren<ui::CarPage*>())
      if (page->isVisible() && !m_portal->drawer().isAncestorOf(page)) return page;
    return nullptr;
  }

  QTemporaryDir m_folder;
  std::unique_ptr<PortalWindow> m_portal;
};

QTEST_MAIN(PortalFirstDayTest)
#include "tst_portal_first_day.moc"
