#include "ui/widgets/charts/chart_legend.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/style/apply_theme.h"

#include <QChart>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QWheelEvent>
#include <QtTest>

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
    const QRectF area = m_chart->plot().chart()->plotArea();
    const QPointF at(area.left() + area.width() / 4, area.center().y());
    QWheelEvent wheel(at, m_chart->plot().mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(m_chart->plot().viewport(), &wheel);
    const TimeRange range = m_chart->range();
    QVERIFY(range.length() < 2h);
    const double fixed = double((kNow - 5h + 30min - range.from).count()) / double(range.length().count());
    QVERIFY(std::abs(fixed - 0.25) < 0.01);
  }

  void draggingMovesAndTheKeyboardToo() {
    m_chart->showRange({kNow - 5h, kNow - 3h});
    QWidget* view = m_chart->plot().viewport();
    const QPoint start(400, 150);
    QTest::mousePress(view, Qt::LeftButton, {}, start);
    QTest::mouseMove(view, start + QPoint(100, 0));
    QTest::mouseRelease(view, Qt::LeftButton, {}, start + QPoint(100, 0));
    const TimePoint dragged = m_chart->range().to;
    QVERIFY(dragged < kNow - 3h - 5min);
    QTest::keyClick(&m_chart->plot(), Qt::Key_Right);
    QVERIFY(m_chart->range().to > dragged);
    QTest::keyClick(&m_chart->plot(), Qt::Key_Home);
    QVERIFY(m_chart->isLive());
  }

  void theCrosshairFindsTheNearestPoint() {
    m_chart->showLive(1h);
    m_chart->setSeries({{"Speed", "km/h", wave(kNow, 50, 600, 4)}});
    QTest::mouseMove(m_chart->plot().viewport(), QPoint(450, 150));
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

 private:
  void shoot(const QString& name) {
    QTest::qWait(50);
    const QString folder = qEnvironmentVariable("CARPORT_SCREENSHOTS");
    if (!folder.isEmpty()) QVERIFY(m_chart->grab().save(folder + "/chart-" + name + ".png"));
  }

  std::unique_ptr<TimeChart> m_chart;
};

QTEST_MAIN(TestChart)
#include "tst_chart.moc"
