#include "ui/models/history_window.h"

#include <QtTest>

using namespace carport;
using carport::ui::HistoryWindow;
using carport::ui::reduce;
using carport::ui::TimeRange;

namespace {

api::HistoryPoint point(std::int64_t time, double value) {
  return {fromMs(time), value, value, value, value, 1};
}

api::History answer(const HistoryWindow::Request& request, std::size_t count, bool exact = false) {
  api::History history;
  history.exact = exact;
  const std::int64_t from = toMs(request.query.from);
  const std::int64_t length = toMs(request.query.to) - from;
  for (const std::string& metric : request.query.metrics) {
    api::HistorySeries series{metric, {}};
    for (std::size_t i = 0; i < count; ++i) {
      series.points.push_back(point(from + length * std::int64_t(i) / std::int64_t(count), double(i)));
    }
    history.series.push_back(series);
  }
  return history;
}

HistoryWindow windowOn(std::int64_t from, std::int64_t to, std::size_t width = 500) {
  HistoryWindow window;
  window.setMetrics({"speed"});
  window.setView({fromMs(from), fromMs(to)}, width);
  return window;
}

}  // namespace

class TestHistoryWindow : public QObject {
  Q_OBJECT

 private slots:
  void asksForNoMorePointsThanThePixelsShow() {
    auto window = windowOn(100'000, 200'000, 800);
    const auto request = window.next();
    QVERIFY(request);
    QCOMPARE(request->query.from, fromMs(75'000));
    QCOMPARE(request->query.to, fromMs(225'000));
    QCOMPARE(request->query.maxPoints, std::size_t(2400));
    QVERIFY(!window.next());
    window.setView({fromMs(0), fromMs(1)}, 1'000'000);
    QVERIFY(window.next()->query.maxPoints <= api::kMaxHistoryPoints);
  }

  void asksForNothingWithoutMetricsOrRange() {
    HistoryWindow window;
    QVERIFY(!window.next());
    window.setMetrics({"speed"});
    QVERIFY(!window.next());
    window.setView({fromMs(5), fromMs(5)}, 100);
    QVERIFY(!window.next());
    window.setMetrics(std::vector<std::string>(40, "m"));
    QCOMPARE(window.metrics().size(), api::kMaxHistoryMetrics);
  }

  void showsAtMostTwoPointsAPixelAndTheEdges() {
    auto window = windowOn(100'000, 200'000, 100);
    const auto request = window.next();
    QVERIFY(window.accept(request->generation, answer(*request, 20'000)));
    const auto points = window.visiblePoints("speed");
    QVERIFY(points.size() <= 202 && points.size() > 190);
    QVERIFY(points.front().time <= fromMs(100'000));
    QVERIFY(window.visiblePoints("nothing").empty());
  }

  void aSmallPanNeedsNoFetchAWideOneDoes() {
    auto window = windowOn(100'000, 200'000);
    const auto request = window.next();
    QVERIFY(window.accept(request->generation, answer(*request, 1500)));
    window.setView({fromMs(110'000), fromMs(210'000)}, 500);
    QVERIFY(!window.next());
    window.setView({fromMs(190'000), fromMs(290'000)}, 500);
    QVERIFY(window.next());
  }

  void zoomingInFetchesFinerUnlessEverythingIsThere() {
    auto window = windowOn(100'000, 200'000);
    auto request = window.next();
    QVERIFY(window.accept(request->generation, answer(*request, 1500)));
    window.setView({fromMs(140'000), fromMs(150'000)}, 500);
    request = window.next();
    QVERIFY(request);
    QVERIFY(window.accept(request->generation, answer(*request, 20, true)));
    QVERIFY(window.isExact());
    window.setView({fromMs(144'000), fromMs(144'500)}, 500);
    QVERIFY(!window.next());
  }

  void dropsStaleAnswers() {
    auto window = windowOn(100'000, 200'000);
    const auto first = window.next();
    window.setView({fromMs(900'000), fromMs(950'000)}, 500);
    const auto second = window.next();
    QVERIFY(second && second->generation != first->generation);
    QVERIFY(!window.accept(first->generation, answer(*first, 10)));
    QVERIFY(!window.hasData());
    QVERIFY(window.accept(second->generation, answer(*second, 10)));
    QVERIFY(!window.accept(second->generation, answer(*second, 10)));
    const auto none = window.next();
    QVERIFY(!none);
    window.setMetrics({"soc"});
    const auto third = window.next();
    window.setMetrics({"fuel"});
    QVERIFY(!window.accept(third->generation, answer(*third, 10)));
  }

  void asksAgainAfterAFailureAndAReconnect() {
    auto window = windowOn(0, 1000);
    const auto request = window.next();
    window.failed(request->generation + 7);
    QVERIFY(!window.next());
    window.failed(request->generation);
    const auto again = window.next();
    QVERIFY(again);
    QVERIFY(window.accept(again->generation, answer(*again, 5)));
    QVERIFY(!window.next());
    window.invalidate();
    QVERIFY(window.hasData());
    QVERIFY(window.next());
  }

  void addsLiveSamplesAtTheRightEnd() {
    auto window = windowOn(0, 100'000, 100);
    const auto request = window.next();
    window.appendLive("speed", fromMs(126'000), 80);  // while the answer is on its way
    QVERIFY(window.accept(request->generation, answer(*request, 100)));
    window.setView({fromMs(50'000), fromMs(150'000)}, 100);
    QCOMPARE(window.visiblePoints("speed").back().last, 80.0);
    window.appendLive("speed", fromMs(126'100), 90);
    const auto last = window.visiblePoints("speed").back();
    QCOMPARE(last.count, 2U);
    QCOMPARE(last.max, 90.0);
    QCOMPARE(last.min, 80.0);
    QCOMPARE(last.mean, 85.0);
    window.appendLive("speed", fromMs(5), 1);
    window.appendLive("other", fromMs(130'000), 1);
    QCOMPARE(window.visiblePoints("speed").back(), last);
    QCOMPARE(*window.newest(), fromMs(126'000));
  }

  void liveSamplesStayWithinALimit() {
    auto window = windowOn(0, 1'000, 1000);
    const auto request = window.next();
    QVERIFY(window.accept(request->generation, {}));
    for (int i = 0; i < 50'000; ++i) window.appendLive("speed", fromMs(2'000 + i), i);
    window.setView({fromMs(0), fromMs(60'000)}, 20'000);
    const auto points = window.visiblePoints("speed");
    QVERIFY(points.size() <= 4 * 4096);
    QCOMPARE(points.back().last, 49'999.0);
  }

  void reducingKeepsExtremesCountsAndOrder() {
    std::vector<api::HistoryPoint> points;
    for (int i = 0; i < 1000; ++i) points.push_back(point(i, i == 500 ? 1e6 : i == 600 ? -1e6 : 1));
    const auto reduced = reduce(points, 64);
    QCOMPARE(reduced.size(), std::size_t(64));
    double max = 0, min = 0;
    std::uint32_t count = 0;
    for (const auto& bucket : reduced) {
      max = std::max(max, bucket.max);
      min = std::min(min, bucket.min);
      count += bucket.count;
    }
    QCOMPARE(max, 1e6);
    QCOMPARE(min, -1e6);
    QCOMPARE(count, 1000U);
    QVERIFY(std::is_sorted(reduced.begin(), reduced.end(), [](auto& a, auto& b) { return a.time < b.time; }));
    QCOMPARE(reduce(points, 0).size(), std::size_t(0));
    QCOMPARE(reduce(points, 5000).size(), std::size_t(1000));
  }
};

QTEST_GUILESS_MAIN(TestHistoryWindow)
#include "tst_history_window.moc"
