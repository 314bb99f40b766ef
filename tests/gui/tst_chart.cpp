#include "ui/widgets/charts/chart_legend.h"
#include "ui/widgets/charts/legend_chip.h"
#include "ui/widgets/charts/note_editor.h"
#include "ui/widgets/charts/plot_export.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/style/apply_theme.h"

#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSvgRenderer>
#include <QToolButton>
#include <QWheelEvent>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <memory>

using namespace carport;
using namespace carport::ui;
using namespace std::chrono_literals;

namespace {

std::vector<api::HistoryPoint> wave(TimePoint to, double middle, int count, double spread) {
  std::vector<api::HistoryPoint> points;
  for (int i = 0; i < count; ++i) {
    const double value = middle * (1 + 0.3 * std::sin(i / 30.0));
    points.push_back(
        {to - Milliseconds(3'600'000LL * (count - i) / count), value - spread, value + spread, value, value, 4});
  }
  return points;
}

}  // namespace

class TestChart : public QObject {
  Q_OBJECT

  const TimePoint kNow = fromMs(1'790'000'000'000);

 private slots:
  void init() {
    applyTheme(*qApp, Theme::light());
    m_chart = std::make_unique<TimeChart>();
    m_chart->setNow([this] { return kNow; });
    m_chart->resize(900, 420);
    m_chart->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_chart.get()));
  }
  void cleanup() { m_chart.reset(); }

  void asksForItsRangeAndWidth() {
    QSignalSpy views(m_chart.get(), &TimeChart::viewChanged);
    m_chart->showLive(6h);
    QCOMPARE(views.last()[0].value<TimeRange>().to, kNow);
    QCOMPARE(views.last()[0].value<TimeRange>().length(), Milliseconds(6h));
    QCOMPARE(views.last()[1].toInt(), m_chart->plotWidth());
    QVERIFY(m_chart->plotWidth() > 700);
  }

  void theWheelZoomsAtThePointer() {
    m_chart->showRange({kNow - 5h, kNow - 3h});
    const QRectF area = m_chart->plot().plotArea();
    const QPointF at(area.left() + area.width() / 4, area.center().y());
    QWheelEvent wheel(at, m_chart->plot().mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(&m_chart->plot(), &wheel);
    const TimeRange range = m_chart->range();
    QVERIFY(range.length() < 2h);
    const double fixed = double((kNow - 5h + 30min - range.from).count()) / double(range.length().count());
    QVERIFY(std::abs(fixed - 0.25) < 0.01);
  }

  void draggingMovesAndTheKeyboardToo() {
    m_chart->showRange({kNow - 5h, kNow - 3h});
    QWidget* view = &m_chart->plot();
    const QPoint start(400, 150);
    QTest::mousePress(view, Qt::LeftButton, {}, start);
    QTest::mouseMove(view, start + QPoint(100, 0));
    QTest::mouseRelease(view, Qt::LeftButton, {}, start + QPoint(100, 0));
    const TimePoint dragged = m_chart->range().to;
    QVERIFY(dragged < kNow - 3h - 5min);
    QTest::keyClick(&m_chart->plot(), Qt::Key_Right);
    QVERIFY(m_chart->range().to > dragged);
    const Milliseconds length = m_chart->range().length();
    QTest::keyClick(&m_chart->plot(), Qt::Key_Plus);
    QVERIFY(m_chart->range().length() < length);
    QTest::keyClick(&m_chart->plot(), Qt::Key_Minus);
    QCOMPARE(m_chart->range().length(), length);
    QSignalSpy everything(m_chart.get(), &TimeChart::everythingRequested);
    QTest::keyClick(&m_chart->plot(), Qt::Key_Home);
    QCOMPARE(everything.count(), 1);
    QTest::keyClick(&m_chart->plot(), Qt::Key_End);
    QVERIFY(m_chart->isLive());
  }

  void theCrosshairFindsTheNearestPoint() {
    m_chart->showLive(1h);
    m_chart->setSeries({{"Speed", "km/h", wave(kNow, 50, 600, 4)}});
    QTest::mouseMove(&m_chart->plot(), QPoint(450, 150));
    QTRY_VERIFY(m_chart->plot().crosshair());
    const auto point = m_chart->plot().pointUnderCrosshair(0);
    QVERIFY(point);
    QVERIFY(std::chrono::abs(point->time - *m_chart->plot().crosshair()) <= Milliseconds(3'600'000 / 600));
    QVERIFY(!m_chart->plot().pointUnderCrosshair(7));
    shoot("crosshair");
  }

  void sharesScalesByUnit() {
    m_chart->showLive(1h);
    m_chart->setSeries({{"Speed", "km/h", wave(kNow, 50, 600, 4)},
                        {"Speed limit", "km/h", wave(kNow, 70, 10, 0)},
                        {"A very long name of a metric that some device maker found descriptive enough", "V",
                         wave(kNow, 58.2, 600, 0.2)},
                        {"Temperature", QString::fromUtf8("°C"), wave(kNow, 21, 600, 0)},
                        {"doors", "", wave(kNow, 4, 600, 0)}});
    QVERIFY(m_chart->plotWidth() > 600);
    applyTheme(*qApp, Theme::dark());
    shoot("many-dark");
  }

  void saysWhatIsMissing() {
    m_chart->setSeries({{"Speed", "km/h", {}}});
    m_chart->setMessage({"No values in this period. The newest is from 3 May.", "Show the newest values"});
    QSignalSpy action(m_chart.get(), &TimeChart::messageAction);
    bool pressed = false;
    for (QPushButton* button : m_chart->findChildren<QPushButton*>()) {
      if (button->text() != "Show the newest values") continue;
      QTRY_VERIFY(button->isVisible());
      shoot("empty");
      button->click();
      pressed = true;
    }
    QVERIFY(pressed);
    QCOMPARE(action.count(), 1);
    // A value from before the view comes along as the line's left neighbour; by itself it draws nothing.
    m_chart->setSeries({{"Speed", "km/h", {{kNow - 2000h, 5, 5, 5, 5, 1}}}});
    for (const QLabel* label : m_chart->findChildren<QLabel*>())
      QVERIFY(!label->text().contains("newest") || label->isVisible());
    m_chart->setLoading(true);
    m_chart->setSeries({{"Speed", "km/h", wave(kNow, 50, 100, 0)}});
    for (const QLabel* label : m_chart->findChildren<QLabel*>())
      QVERIFY(!label->isVisible() || !label->text().contains("newest"));
  }

  void survivesOddSeries() {
    const double infinity = std::numeric_limits<double>::infinity();
    m_chart->showLive(1h);
    m_chart->setSeries({{"one point", "", {{kNow - 1min, 5, 5, 5, 5, 1}}},
                        {"nonsense", "x", {{kNow - 2min, -infinity, infinity, std::nan(""), 1, 1}}},
                        {"none", "", {}}});
    m_chart->grab();
    m_chart->setSeries({});
    m_chart->resize(40, 40);
    m_chart->grab();
    QVERIFY(m_chart->plotWidth() >= 1);
  }

  void severalPlotsShareTimeAndCursor() {
    m_chart->resize(900, 640);
    m_chart->showLive(1h);
    m_chart->setPlots(
        {{{"Speed", "km/h", wave(kNow, 50, 600, 4)}, {"Motor", QString::fromUtf8("°C"), wave(kNow, 70, 600, 0)}},
         {{"State of charge", "%", wave(kNow, 60, 600, 0)}},
         {{"Voltage", "V", wave(kNow, 58, 600, 1)}}});
    QCOMPARE(m_chart->plotCount(), std::size_t(3));
    QCoreApplication::processEvents();
    // One below the other, whatever scales each of them has.
    for (std::size_t i = 1; i < 3; ++i) {
      QCOMPARE(m_chart->plot(i).plotArea().left(), m_chart->plot(0).plotArea().left());
      QCOMPARE(m_chart->plot(i).plotArea().right(), m_chart->plot(0).plotArea().right());
    }
    QSignalSpy moved(m_chart.get(), &TimeChart::cursorMoved);
    QTest::mouseMove(&m_chart->plot(1), QPoint(450, 60));
    QTRY_VERIFY(m_chart->plot(0).crosshair());
    QCOMPARE(m_chart->plot(2).crosshair(), m_chart->plot(1).crosshair());
    QVERIFY(!moved.isEmpty());
    QCOMPARE(moved.last()[0].value<TimePoint>(), *m_chart->plot(1).crosshair());
    shoot("stacked");
    const TimeRange before = m_chart->range();
    QTest::keyClick(&m_chart->plot(2), Qt::Key_Left);
    QTRY_VERIFY(m_chart->plot(0).scene().range.to < before.to);
    QCOMPARE(m_chart->plot(1).scene().range, m_chart->plot(0).scene().range);
    m_chart->setPlots({});
    QCOMPARE(m_chart->plotCount(), std::size_t(1));
  }

  void theCursorMovesByKeyboard() {
    m_chart->showLive(1h);
    m_chart->setSeries({{"Speed", "km/h", wave(kNow, 50, 600, 4)}});
    QTest::keyClick(&m_chart->plot(), Qt::Key_Period);
    QVERIFY(m_chart->plot().crosshair());
    const TimePoint first = *m_chart->plot().crosshair();
    QTest::keyClick(&m_chart->plot(), Qt::Key_Period);
    QVERIFY(*m_chart->plot().crosshair() > first);
    QTest::keyClick(&m_chart->plot(), Qt::Key_Comma, Qt::ShiftModifier);
    QVERIFY(*m_chart->plot().crosshair() < first);
  }

  void aClickHidesALineAndTabLeadsThroughThem() {
    m_chart->showLive(1h);
    m_chart->setEditable(true);
    m_chart->setSeries({{"Speed", "km/h", wave(kNow, 50, 100, 4)}, {"Charge", "%", wave(kNow, 60, 100, 0), 3, true}});
    const auto& chips = m_chart->legend().chips();
    QCOMPARE(chips.size(), std::size_t(2));
    QSignalSpy toggled(m_chart.get(), &TimeChart::seriesToggled);
    QSignalSpy removed(m_chart.get(), &TimeChart::seriesRemoveRequested);
    QTest::mouseClick(chips[0], Qt::LeftButton);
    QCOMPARE(toggled.count(), 1);
    QCOMPARE(toggled[0][1].value<std::size_t>(), std::size_t(0));
    chips[0]->setFocus();
    QTest::keyClick(chips[0], Qt::Key_Tab);
    QTRY_VERIFY(chips[1]->hasFocus());
    QTest::keyClick(chips[1], Qt::Key_Space);
    QCOMPARE(toggled.last()[1].value<std::size_t>(), std::size_t(1));
    QTest::keyClick(chips[1], Qt::Key_Delete);
    QCOMPARE(removed.count(), 1);
    QVERIFY(chips[1]->accessibleName().contains("hidden"));
    // A line that is hidden has no scale.
    QCOMPARE(m_chart->plot().geometryOfPlot().scales.size(), std::size_t(1));
    shoot("hidden");
  }

  void drawsGapsConstantsAndSinglePoints() {
    m_chart->showLive(1h);
    auto gappy = wave(kNow, 50, 600, 3);
    gappy.erase(gappy.begin() + 200, gappy.begin() + 330);
    std::vector<api::HistoryPoint> constant;
    for (int i = 0; i < 60; ++i) constant.push_back({kNow - Milliseconds(60'000 * i), 12.5, 12.5, 12.5, 12.5, 1});
    std::reverse(constant.begin(), constant.end());
    m_chart->setPlots({{{"With a gap", "km/h", gappy}},
                       {{"Constant", "V", constant}, {"One point", "A", {{kNow - 30min, 5, 5, 5, 5, 1}}}}});
    const QImage image = m_chart->plot().grab().toImage();
    const auto& geometry = m_chart->plot().geometryOfPlot();
    const QColor line = m_chart->plot().seriesColour(0);
    int inGap = 0, beside = 0;
    const int gapX = int(geometry.xOf(kNow - 60min + Milliseconds(265 * 6'000)));
    for (int y = int(geometry.area.top()); y < int(geometry.area.bottom()); ++y) {
      inGap += image.pixelColor(gapX, y) == line ? 1 : 0;
      for (int x = 100; x < 110; ++x) beside += image.pixelColor(x, y) == line ? 1 : 0;
    }
    QCOMPARE(inGap, 0);
    QVERIFY(beside > 0);
    shoot("gaps");
  }

  void aPeakStaysToBeSeen() {
    m_chart->showLive(1h);
    auto points = wave(kNow, 50, 1600, 2);
    points[800].max = 500;
    m_chart->setSeries({{"Speed", "km/h", points}});
    const PlotView& plot = m_chart->plot();
    const auto& geometry = plot.geometryOfPlot();
    const QImage image = m_chart->plot().grab().toImage();
    const int x = int(std::round(geometry.xOf(points[800].time)));
    const int y = int(geometry.yOf(geometry.scales[0], 300));
    bool isSeen = false;
    for (int beside = x - 1; beside <= x + 1; ++beside) {
      isSeen = isSeen || image.pixelColor(beside, y) != image.pixelColor(x - 20, y);
    }
    QVERIFY(isSeen);
    shoot("peak");
  }

  void showsAMomentAndARangeFromOutside() {
    m_chart->showLive(1h);
    m_chart->setSeries({{"Speed", "km/h", wave(kNow, 50, 600, 4)}});
    const QImage before = m_chart->plot().grab().toImage();
    m_chart->setMoment(kNow - 20min);
    m_chart->setMarkedRange(TimeRange{kNow - 50min, kNow - 40min});
    QVERIFY(m_chart->plot().grab().toImage() != before);
    shoot("moment");
    m_chart->setMoment(std::nullopt);
    m_chart->setMarkedRange(std::nullopt);
    QCOMPARE(m_chart->plot().grab().toImage(), before);
    // What is out of sight is brought into it, and the present comes back.
    m_chart->setMoment(kNow - 9h);
    QVERIFY(m_chart->range().contains(kNow - 9h));
    QVERIFY(!m_chart->isLive());
    m_chart->setMoment(std::nullopt);
    QVERIFY(m_chart->isLive());
  }

  void notesAreWrittenChangedAndRemoved() {
    PlotNotes notes;
    m_chart->showLive(1h);
    m_chart->setSeries({{"Speed", "km/h", wave(kNow, 50, 600, 4)}});
    m_chart->setNotes(&notes, "car-1");
    m_chart->plot().setCrosshair(kNow - 30min);
    QTest::keyClick(&m_chart->plot(), Qt::Key_N);
    auto* editor = m_chart->findChild<NoteEditor*>();
    QVERIFY(editor && editor->isVisible());
    QTest::keyClicks(editor->findChild<QPlainTextEdit*>(), "Harsh braking");
    pressIn(*editor, "Save note");
    QCOMPARE(notes.all().size(), std::size_t(1));
    QCOMPARE(notes.all()[0].from, kNow - 30min);
    QCOMPARE(notes.put({{}, "car-1", kNow - 20min, kNow - 10min, "A tunnel"}), QString());
    shoot("notes");
    QTRY_VERIFY(m_chart->findChildren<NoteEditor*>().isEmpty());
    const auto& geometry = m_chart->plot().geometryOfPlot();
    QTest::mouseClick(&m_chart->plot(), Qt::LeftButton, {}, geometry.flagOf(notes.all()[0]).center().toPoint());
    editor = m_chart->findChild<NoteEditor*>();
    QVERIFY(editor);
    QCOMPARE(editor->findChild<QPlainTextEdit*>()->toPlainText(), QString("Harsh braking"));
    shootWidget(*editor, "note-editor");
    pressIn(*editor, "Remove");
    QCOMPARE(notes.all().size(), std::size_t(1));
    QCOMPARE(m_chart->plot().scene().notes.size(), std::size_t(1));
  }

  void shiftMarksAStretch() {
    PlotNotes notes;
    m_chart->showRange({kNow - 2h, kNow - 1h});
    m_chart->setNotes(&notes, "car-1");
    PlotView& plot = m_chart->plot();
    QTest::mousePress(&plot, Qt::LeftButton, Qt::ShiftModifier, QPoint(200, 100));
    QTest::mouseMove(&plot, QPoint(400, 100));
    QTest::mouseRelease(&plot, Qt::LeftButton, Qt::ShiftModifier, QPoint(400, 100));
    auto* menu = m_chart->findChild<QMenu*>();
    QVERIFY(menu && menu->isVisible());
    shootWidget(*menu, "menu");
    const TimeRange before = m_chart->range();
    menu->actions().front()->trigger();
    QTRY_VERIFY(m_chart->range().length() < before.length() / 3);
    QVERIFY(before.contains(m_chart->range()));
    menu->close();
  }

  void aFileShowsWhatTheScreenDoes() {
    m_chart->showLive(1h);
    m_chart->setSeries(
        {{"Speed & limit <x>", "km/h", wave(kNow, 50, 600, 4)}, {"Charge", "%", wave(kNow, 60, 600, 0)}});
    const PlotSheet sheet{"Van 427", "today", {m_chart->plot().scene(), m_chart->plot().scene()}};
    const QImage image = plotImage(sheet, Theme::light(), 2);
    QVERIFY(image.width() > 2 * m_chart->plot().width());
    QVERIFY(image.height() > 4 * m_chart->plot().height());
    const QString folder = qEnvironmentVariable("CARPORT_SCREENSHOTS");
    if (!folder.isEmpty()) QVERIFY(image.save(folder + "/chart-file.png"));
    const QByteArray svg = plotSvg(sheet, Theme::light());
    QSvgRenderer renderer(svg);
    QVERIFY(renderer.isValid());
    QVERIFY(svg.contains("Speed &amp; limit &lt;x&gt;"));
    QVERIFY(svg.contains("polyline"));
  }

 private:
  void pressIn(QWidget& widget, const QString& text) {
    for (QPushButton* button : widget.findChildren<QPushButton*>()) {
      if (button->text() != text) continue;
      QTest::mouseClick(button, Qt::LeftButton);
      return;
    }
    QFAIL(qPrintable("no button " + text));
  }

  void shootWidget(QWidget& widget, const QString& name) {
    const QString folder = qEnvironmentVariable("CARPORT_SCREENSHOTS");
    if (!folder.isEmpty()) QVERIFY(widget.grab().save(folder + "/chart-" + name + ".png"));
  }

  void shoot(const QString& name) {
    QTest::qWait(50);
    const QString folder = qEnvironmentVariable("CARPORT_SCREENSHOTS");
    if (!folder.isEmpty()) QVERIFY(m_chart->grab().save(folder + "/chart-" + name + ".png"));
  }

  std::unique_ptr<TimeChart> m_chart;
};

QTEST_MAIN(TestChart)
#include "tst_chart.moc"
