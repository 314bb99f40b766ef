#include "gateway/simulator/pacing_wheel.h"
#include "gateway/simulator/rate_series.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <vector>

using carport::sim::PacingWheel;
using carport::sim::RatePoint;
using carport::sim::RateSeries;
using std::chrono::microseconds;

class TestPacingWheel : public QObject {
  Q_OBJECT

 private slots:
  void nothingComesEarly() {
    PacingWheel wheel(microseconds(1000), 64);
    wheel.schedule(7, microseconds(5300));
    std::vector<PacingWheel::Item> seen;
    const auto collect = [&](PacingWheel::Item item) { seen.push_back(item); };
    wheel.advance(microseconds(5299), collect);
    QVERIFY(seen.empty());
    wheel.advance(microseconds(5999), collect);
    QVERIFY(seen.empty());
    wheel.advance(microseconds(6000), collect);
    QCOMPARE(seen, std::vector<PacingWheel::Item>{7});
    QCOMPARE(wheel.size(), std::size_t{0});
  }

  void appointmentsBeyondOneTurnWait() {
    PacingWheel wheel(microseconds(1000), 8);
    wheel.schedule(1, microseconds(3000));
    wheel.schedule(2, microseconds(3000 + 8000));
    wheel.schedule(3, microseconds(3000 + 80'000));
    std::map<PacingWheel::Item, std::int64_t> at;
    for (std::int64_t now = 0; now <= 100'000; now += 1000) {
      wheel.advance(microseconds(now), [&](PacingWheel::Item item) { at[item] = now; });
    }
    QCOMPARE(at[1], std::int64_t{3000});
    QCOMPARE(at[2], std::int64_t{11'000});
    QCOMPARE(at[3], std::int64_t{83'000});
  }

  void aLongSleepLosesNothing() {
    PacingWheel wheel(microseconds(1000), 16);
    for (PacingWheel::Item item = 0; item < 100; ++item) wheel.schedule(item, microseconds(item * 700));
    std::vector<PacingWheel::Item> seen;
    wheel.advance(microseconds(10'000'000), [&](PacingWheel::Item item) { seen.push_back(item); });
    std::sort(seen.begin(), seen.end());
    QCOMPARE(seen.size(), std::size_t{100});
    QVERIFY(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
  }

  void whatIsDueAlreadyComesWithTheNextTickNotInALoop() {
    PacingWheel wheel(microseconds(1000), 16);
    int calls = 0;
    wheel.schedule(0, microseconds(0));
    const auto again = [&](PacingWheel::Item item) {
      ++calls;
      wheel.schedule(item, microseconds(0));
    };
    wheel.advance(microseconds(999), again);
    QCOMPARE(calls, 1);
    wheel.advance(microseconds(1000), again);
    QCOMPARE(calls, 2);
  }

  /// 1,000 cars at 2 messages a second each, spread as FleetRun spreads them.
  void aFleetSendsEvenly() {
    constexpr std::int64_t kIntervalUs = 500'000;
    PacingWheel wheel(microseconds(1000));
    std::vector<std::int64_t> due(1000);
    for (PacingWheel::Item car = 0; car < 1000; ++car) {
      due[car] = kIntervalUs * car / 1000;
      wheel.schedule(car, microseconds(due[car]));
    }
    int total = 0;
    int busiest = 0;
    for (std::int64_t now = 0; now < 10'000'000; now += 1000) {
      int sent = 0;
      wheel.advance(microseconds(now), [&](PacingWheel::Item car) {
        ++sent;
        due[car] += kIntervalUs;
        wheel.schedule(car, microseconds(due[car]));
      });
      total += sent;
      busiest = std::max(busiest, sent);
    }
    QVERIFY2(total >= 19'990 && total <= 20'000, qPrintable(QString::number(total)));
    QVERIFY2(busiest <= 3, qPrintable(QString::number(busiest)));
  }

  void aSeriesStaysBoundedAndLosesNoCount() {
    RateSeries series;
    for (std::uint64_t second = 1; second <= 5000; ++second) {
      series.note(static_cast<double>(second), second * 10, second * 9, 4);
    }
    QVERIFY(series.points().size() < RateSeries::kMaxPoints);
    std::uint64_t sent = 0;
    double seconds = 0;
    for (const RatePoint& point : series.points()) {
      sent += point.sent;
      seconds += point.seconds;
      QCOMPARE(static_cast<double>(point.sent) / point.seconds, 10.0);
    }
    QCOMPARE(static_cast<double>(sent), seconds * 10);
    QVERIFY(seconds > 4900);
  }
};

QTEST_GUILESS_MAIN(TestPacingWheel)
#include "tst_pacing_wheel.moc"
