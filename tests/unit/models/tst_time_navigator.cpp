#include "ui/models/time_navigator.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace carport;
using namespace carport::ui;
using namespace std::chrono_literals;

class TestTimeNavigator : public QObject {
  Q_OBJECT

  const TimePoint kNow = fromMs(1'700'000'000'000);

 private slots:
  void liveMovesAlong() {
    TimeNavigator navigator;
    navigator.showLive(15min);
    QVERIFY(navigator.isLive());
    QCOMPARE(navigator.range(kNow).to, kNow);
    QCOMPARE(navigator.range(kNow + 5s).from, kNow + 5s - 15min);
  }

  void panningLeavesLiveAndReturnsAtTheRightEnd() {
    TimeNavigator navigator;
    navigator.showLive(1h);
    navigator.pan(-0.5, kNow);
    QVERIFY(!navigator.isLive());
    QCOMPARE(navigator.range(kNow + 10min).to, kNow - 30min);
    navigator.pan(0.6, kNow);
    QVERIFY(navigator.isLive());
  }

  void zoomingKeepsTheMomentUnderThePointer() {
    TimeNavigator navigator;
    navigator.show({kNow - 10h, kNow - 8h});
    navigator.zoom(0.5, 0.25, kNow);
    const TimeRange range = navigator.range(kNow);
    QCOMPARE(range.length(), Milliseconds(1h));
    QCOMPARE(range.from + range.length() / 4, kNow - 10h + 30min);
    QVERIFY(!navigator.isLive());
    navigator.showLive(1h);
    navigator.zoom(3, 0.1, kNow);
    QVERIFY(navigator.isLive());
    QCOMPARE(navigator.range(kNow).to, kNow);
  }

  void lengthsStayWithinLimits() {
    TimeNavigator navigator;
    for (int i = 0; i < 200; ++i) navigator.zoom(0.5, 0.5, kNow);
    QCOMPARE(navigator.length(), TimeNavigator::kShortest);
    for (int i = 0; i < 200; ++i) navigator.zoom(2, 0.5, kNow);
    QCOMPARE(navigator.length(), TimeNavigator::kLongest);
    navigator.show({kNow, kNow});
    QCOMPARE(navigator.length(), TimeNavigator::kShortest);
  }

  void timeStepsAreRound_data() {
    QTest::addColumn<qint64>("length");
    QTest::addColumn<int>("count");
    QTest::addColumn<qint64>("step");
    QTest::newRow("quarter of an hour") << qint64(900'000) << 8 << qint64(120'000);
    QTest::newRow("day") << qint64(86'400'000) << 10 << qint64(10'800'000);
    QTest::newRow("week") << qint64(604'800'000) << 7 << qint64(86'400'000);
    QTest::newRow("no room") << qint64(60'000) << 0 << qint64(60'000);
  }
  void timeStepsAreRound() {
    QFETCH(qint64, length);
    QFETCH(int, count);
    QTEST(qint64(timeStep(Milliseconds(length), count).count()), "step");
  }
  void timeStepsCoverCenturies() {
    QVERIFY(timeStep(Milliseconds(24h * 365 * 300), 5) * 5 >= Milliseconds(24h * 365 * 300));
  }

  void scalesHoldTheirValues() {
    for (const auto& [min, max] : {std::pair(0.0, 63.0), std::pair(-7.3, 12.0), std::pair(49.9, 50.1),
                                   std::pair(0.0, 1e-9), std::pair(-1e12, 1e12), std::pair(99.0, 100.0)}) {
      for (const int steps : {3, 5}) {
        const ValueScale scale = valueScale(min, max, steps);
        const double slack = (max - min) * 1e-6;
        QVERIFY2(scale.low <= min + slack && scale.high() >= max - slack, qPrintable(QString::number(max)));
        QCOMPARE(scale.steps, steps);
        QVERIFY((scale.high() - scale.low) < 12 * (max - min));
      }
    }
  }
  void scalesOfOddRanges() {
    const ValueScale flat = valueScale(20, 20, 4);
    QVERIFY(flat.low < 20 && flat.high() > 20);
    const ValueScale zero = valueScale(0, 0, 4);
    QVERIFY(zero.low == 0 && zero.high() > 0);
    const double infinity = std::numeric_limits<double>::infinity();
    QCOMPARE(valueScale(infinity, -infinity, 5), (ValueScale{0, 1, 5}));
    QCOMPARE(valueScale(std::nan(""), 1, 0), (ValueScale{0, 1, 1}));
  }
};

QTEST_GUILESS_MAIN(TestTimeNavigator)
#include "tst_time_navigator.moc"
