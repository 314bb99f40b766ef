#include "tests/gui/car_page_rig.h"
#include "ui/models/phrases.h"
#include "ui/models/plot_series_model.h"
#include "ui/widgets/car/day_panel.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/charts/chart_legend.h"
#include "ui/widgets/charts/legend_chip.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/charts/series_picker.h"
#include "ui/widgets/charts/series_table.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/common/elided_label.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/metrics.h"

#include <QDateEdit>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <memory>

using namespace carport;
using namespace carport::ui;

namespace {

constexpr PrincipalNumber kVan{427};
constexpr PrincipalNumber kTruck{9};

QByteArray bytes(const nlohmann::json& json) {
  return QByteArray::fromStdString(json.dump());
}

nlohmann::json carJson(PrincipalNumber number, const char* id, const char* name) {
  api::Car car;
  car.principal.number = number;
  car.principal.id = id;
  car.principal.name = name;
  return api::toJson(car);
}

/// An hour of driving, with a tunnel in it; the day before as well, a little slower.
QByteArray history(double middle) {
  nlohmann::json speed = nlohmann::json::array();
  nlohmann::json soc = nlohmann::json::array();
  const std::int64_t to = toMs(SystemClock().now());
  const std::int64_t yesterday = toMs(fromMs(to) - PlotComparison{1}.offsetAt(fromMs(to)));
  for (int i = 0; i < 900; ++i) {
    const double v = middle - 15 + 25 * std::sin(i / 40.0 + 1);
    speed.push_back({yesterday - std::int64_t(900 - i) * 4'000, v, v, v, v, 1});
    const double s = 82 - i * 0.011;
    soc.push_back({yesterday - std::int64_t(900 - i) * 4'000, s, s, s, s, 1});
  }
  for (int i = 0; i < 900; ++i) {
    const std::int64_t time = to - std::int64_t(900 - i) * 4'000;
    const double v = middle + 25 * std::sin(i / 40.0) + 8 * std::sin(i / 5.0);
    if (i < 500 || i > 560) speed.push_back({time, v - 7, v + 6, v, v, 8});
    const double s = 88.0 - i * 0.018;
    soc.push_back({time, s, s, s, s, 1});
  }
  return bytes(
      {{"exact", false}, {"series", {{{"metric", "speed"}, {"points", speed}}, {{"metric", "soc"}, {"points", soc}}}}});
}

}  // namespace

/// Plots on a car's page, as an operator uses them.
class TestCarPlots : public CarPageRig {
  Q_OBJECT

 private slots:
  void init() {
    makeGateway();
    QVERIFY(m_gateway->listen());
    const auto van = carJson(kVan, "van-427", "Delivery van 427, north depot");
    m_gateway->answers["GET /api/v2/cars"] = {200, bytes({{"cars", {van, carJson(kTruck, "truck-9", "Truck 9")}}})};
    m_gateway->answers["GET /api/v2/cars/van-427"] = {200, bytes(van)};
    m_gateway->answers["GET /api/v2/cars/van-427/metrics"] = {200, R"({"metrics":["speed","soc","rpm"]})"};
    m_gateway->answers["GET /api/v2/cars/van-427/history"] = {200, history(55)};
    m_gateway->answers["GET /api/v2/cars/truck-9/metrics"] = {200, R"({"metrics":["speed","oil_temp_c"]})"};
    m_gateway->answers["GET /api/v2/cars/truck-9/history"] = {200, history(40)};
    attach(2);
  }
  void cleanup() { takeDown(); }

  void comparesWithTheDayBefore() {
    open({1280, 1000});
    PlotBoard& board = m_page->plots().board();
    TimeChart& chart = m_page->plots().chart();
    QTRY_VERIFY(board.hasData());
    const std::size_t lines = board.plots()[0].size();
    auto* compare = chart.findChild<QToolButton*>("compare");
    QVERIFY(compare && compare->isVisible());
    // By keyboard, from the plot.
    chart.plot().setFocus();
    QTest::keyClick(&chart.plot(), Qt::Key_C);
    QMenu* menu = compare->menu();
    QTRY_VERIFY(menu->isVisible());
    QTest::keyClick(menu, Qt::Key_Down);
    QTest::keyClick(menu, Qt::Key_Return);
    QTRY_COMPARE(board.comparison().days, 1);
    QVERIFY(compare->isChecked() && compare->text().contains("the day before"));
    QTRY_COMPARE(chart.legend().chips().size(), 2 * lines);
    QTRY_VERIFY(board.earlierPoints(board.plots()[0][0].id).size() > 100);
    QTRY_VERIFY(!chart.plot().scene().series[lines].points.empty());
    const PlotScene& scene = chart.plot().scene();
    QCOMPARE(scene.series[lines].earlierOf, std::optional<std::size_t>(0));
    QCOMPARE(scene.series[lines].colour, scene.series[0].colour);
    // On the same scales.
    QCOMPARE(chart.plot().geometryOfPlot().scales.size(), lines);
    QCOMPARE(m_page->findChild<SeriesTable*>()->model()->rowCount(), int(3 * lines));
    shoot("compared");
    applyTheme(*qApp, Theme::dark());
    shoot("compared-dark");
    applyTheme(*qApp, Theme::light());
    // Its lines are hidden by themselves.
    QTest::mouseClick(chart.legend().chips()[lines], Qt::LeftButton);
    QTRY_VERIFY(board.isEarlierHidden(board.plots()[0][0].id));
    QVERIFY(!board.plots()[0][0].isHidden);
    const QTemporaryDir folder;
    m_page->plots().exportTo(PlotPanel::FileKind::svg, folder.filePath("a.svg"));
    QFile file(folder.filePath("a.svg"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString svg = QString::fromUtf8(file.readAll());
    QVERIFY(svg.contains("the day before") && svg.contains("dashed"));
    // Another day by the calendar.
    menu->actions().back()->trigger();
    auto* day = chart.findChild<QDateEdit*>("compareDay");
    QTRY_VERIFY(day && day->isVisible());
    day->setDate(day->maximumDate().addDays(-2));
    QTest::mouseClick(day->parentWidget()->findChild<QPushButton*>(), Qt::LeftButton);
    QTRY_COMPARE(board.comparison().days, 3);
    menu->actions().front()->trigger();
    QTRY_COMPARE(chart.legend().chips().size(), lines);
    QVERIFY(!compare->isChecked());
  }

  void theLegendSaysWhatWasKnownAtTheMomentThatIsShown() {
    open({1280, 900});
    PlotBoard& board = m_page->plots().board();
    TimeChart& chart = m_page->plots().chart();
    QTRY_VERIFY(board.hasData());
    QTRY_VERIFY(!chart.legend().chips().empty());
    const auto told = [&] { return chart.legend().chips()[0]->accessibleName(); };
    QTRY_VERIFY(told().contains("km/h"));
    const QString newest = told();
    const auto points = board.points(board.plots()[0][0].id);
    const api::HistoryPoint& middle = points[points.size() / 2];
    chart.setMoment(middle.time + Milliseconds(1));
    QTRY_VERIFY(told().contains(phrases::figure(middle.last)));
    QVERIFY(told() != newest);
    chart.setMoment(std::nullopt);
    QTRY_COMPARE(told().split(',').last(), newest.split(',').last());
  }

  void addsALineOfAnotherCarByThePicker() {
    open({1280, 1400});
    PlotBoard& board = m_page->plots().board();
    QTRY_VERIFY(board.hasData());
    QCOMPARE(board.addPlot(), QString());
    QTRY_COMPARE(m_page->plots().chart().plotCount(), std::size_t(2));
    // By mouse to the second plot's own button, then by keyboard.
    QToolButton* add = nullptr;
    for (QToolButton* button : m_page->plots().chart().legend(1).findChildren<QToolButton*>()) {
      if (button->accessibleName().startsWith("Add a line")) add = button;
    }
    QVERIFY(add && add->isVisible());
    QTest::mouseClick(add, Qt::LeftButton);
    auto* picker = m_page->findChild<SeriesPicker*>();
    QTRY_VERIFY(picker && picker->isVisible());
    const auto searches = picker->findChildren<QLineEdit*>();
    const auto lists = picker->findChildren<QListWidget*>();
    QCOMPARE(lists.size(), 2);
    QCOMPARE(lists[0]->item(0)->text(), QString("Delivery van 427, north depot"));
    QTest::keyClicks(searches[0], "truck");
    QTRY_COMPARE(lists[0]->count(), 1);
    QTRY_COMPARE(lists[1]->count(), 2);
    QTest::keyClicks(searches[1], "speed");
    QTRY_COMPARE(lists[1]->count(), 1);
    shootWidget(*picker, "picker");
    QTest::keyClick(searches[1], Qt::Key_Down);
    QTest::keyClick(lists[1], Qt::Key_Space);
    QTRY_COMPARE(board.plots()[1].size(), std::size_t(1));
    picker->close();
    QTRY_VERIFY(!board.points({kTruck, "speed"}).empty());
    QVERIFY(board.seriesName(board.plots()[0][0].id).contains("Delivery van"));
    QTRY_COMPARE(m_page->plots().chart().legend(1).chips().size(), std::size_t(1));
    shoot("two-plots");
    applyTheme(*qApp, Theme::dark());
    shoot("two-plots-dark");
    LegendChip* chip = m_page->plots().chart().legend(1).chips()[0];
    QTest::mouseClick(chip, Qt::LeftButton);
    QTRY_VERIFY(board.plots()[1][0].isHidden);
    QTest::keyClick(chip, Qt::Key_Delete);
    QTRY_VERIFY(board.plots()[1].empty());
  }

  void theTableHidesAndRemovesByKeyboard() {
    open({1280, 1400});
    PlotBoard& board = m_page->plots().board();
    QTRY_VERIFY(board.hasData());
    auto* table = m_page->findChild<SeriesTable*>();
    QTRY_VERIFY(table && table->isVisible());
    QCOMPARE(table->model()->rowCount(), 2);
    table->setCurrentIndex(table->model()->index(1, 2));
    QTest::keyClick(table, Qt::Key_Space);
    QVERIFY(board.plots()[0][1].isHidden);
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(board.plots()[0].size(), std::size_t(1));
    m_page->plots().showStatistics(false);
    QVERIFY(!table->isVisible());
  }

  void writesFilesOfWhatIsSeen() {
    open({1000, 900});
    QTRY_VERIFY(m_page->plots().board().hasData());
    const QTemporaryDir folder;
    QSignalSpy exported(&m_page->plots(), &PlotPanel::exported);
    using Kind = PlotPanel::FileKind;
    m_page->plots().exportTo(Kind::png, folder.filePath("plot.png"));
    m_page->plots().exportTo(Kind::svg, folder.filePath("plot.svg"));
    QCOMPARE(exported.count(), 2);
    QVERIFY(!QImage(folder.filePath("plot.png")).isNull());
    m_page->plots().exportTo(Kind::csv, folder.filePath("plot.csv"));
    QTRY_COMPARE(exported.count(), 3);
    QFile csv(folder.filePath("plot.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    QVERIFY(csv.readAll().contains("Z,van-427,\"Delivery van 427, north depot\",speed,km/h,"));
    m_page->plots().exportTo(Kind::png, folder.filePath("no/such/folder/plot.png"));
    QTRY_VERIFY(showsText("could not be written"));
    QCOMPARE(exported.count(), 3);
  }

  void fitsIntoTheDrawerWithTwoPlots() {
    open({360, 1200}, true);
    PlotBoard& board = m_page->plots().board();
    QTRY_VERIFY(board.hasData());
    QCOMPARE(board.addPlot(), QString());
    QCOMPARE(board.addSeries(1, {kTruck, "speed"}), QString());
    QTRY_VERIFY(!board.points({kTruck, "speed"}).empty());
    QCoreApplication::processEvents();
    for (const QWidget* child : m_page->plots().findChildren<QWidget*>()) {
      if (!child->isVisible() || child->window() != m_page.get() || child->inherits("QHeaderView")) continue;
      QVERIFY(child->mapTo(m_page.get(), QPoint(child->width(), 0)).x() <= m_page->width());
    }
    shoot("drawer");
  }

  void figuresAreWholeInTheDrawer() {
    open({360, 1200}, true);
    QTRY_VERIFY(m_page->plots().board().hasData());
    const auto* table = m_page->findChild<SeriesTable*>();
    int whole = 0;
    for (int row = 0; row < table->model()->rowCount(); ++row) {
      for (int column = int(PlotSeriesColumn::name) + 1; column < table->model()->columnCount(); ++column) {
        if (table->isColumnHidden(column)) continue;
        const QString text = table->model()->index(row, column).data().toString();
        const int needed = table->fontMetrics().horizontalAdvance(text) + 2 * space::kInside;
        QVERIFY2(needed <= table->columnWidth(column), qPrintable(text));
        ++whole;
      }
    }
    QCOMPARE(whole, 4);
    // The words of the day wrap.
    QVERIFY(m_page->day().findChild<ElidedLabel*>() == nullptr);
  }

 private:
  void open(QSize size, bool compact = false) { CarPageRig::open(kVan, size, compact); }

  void shootWidget(QWidget& widget, const QString& name) {
    const QString folder = qEnvironmentVariable("CARPORT_SCREENSHOTS");
    if (!folder.isEmpty()) QVERIFY(widget.grab().save(folder + "/plots-" + name + ".png"));
  }

  /// For looking at: CARPORT_SCREENSHOTS names a folder.
  void shoot(const QString& name) {
    QTest::qWait(50);
    shootWidget(*m_page, name);
  }
};

QTEST_MAIN(TestCarPlots)
#include "tst_car_plots.moc"
