#include "ui/models/history_window.h"

#include <QtTest>

using namespace carport;
using carport::ui::HistoryWindow;
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
    QVERIFY(points.size() <= 202 && points.size() >= 100);
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
    api::History nothing;
    nothing.exact = true;
    QVERIFY(window.accept(request->generation, nothing));
    for (int i = 0; i < 50'000; ++i) window.appendLive("speed", fromMs(2'000 + i), i);
    window.setView({fromMs(0), fromMs(60'000)}, 20'000);
    const auto points = window.visiblePoints("speed");
    QVERIFY(points.size() <= 2 * 20'000 + 2);
    QCOMPARE(points.back().last, 49'999.0);
    for (int i = 0; i < 300'000; ++i) window.appendLive("speed", fromMs(52'000 + i * 2), i);
    window.setView({fromMs(0), fromMs(700'000)}, 500);
    QVERIFY(window.summary("speed", window.view()).count <= HistoryWindow::kMaxLayerPoints);
    QVERIFY(window.next());
  }

  void showsTheCoarseUntilTheFineIsThere() {
    auto window = windowOn(0, 1'000'000, 500);
    auto request = window.next();
    QVERIFY(window.accept(request->generation, answer(*request, 1500)));
    window.setView({fromMs(400'000), fromMs(500'000)}, 500);
    request = window.next();
    QVERIFY(request);
    QVERIFY(window.visiblePoints("speed").size() > 50);
    QVERIFY(window.accept(request->generation, answer(*request, 1500)));
    QVERIFY(window.visiblePoints("speed").size() > 900);
    // Back out: the first answer is shown at once, and asked for again, for what came late is not in it.
    window.setView({fromMs(0), fromMs(1'000'000)}, 500);
    QVERIFY(window.visiblePoints("speed").size() > 450);
    QVERIFY(window.visiblePoints("speed").size() <= 1002);
    QVERIFY(window.next());
  }

  void piecesOfSeveralAnswersFollowOnEachOther() {
    auto window = windowOn(0, 100'000, 500);
    auto request = window.next();
    QVERIFY(window.accept(request->generation, answer(*request, 1500)));
    window.setView({fromMs(110'000), fromMs(210'000)}, 500);
    request = window.next();
    QVERIFY(window.accept(request->generation, answer(*request, 1500)));
    window.setView({fromMs(50'000), fromMs(150'000)}, 500);
    const auto points = window.visiblePoints("speed");
    QVERIFY(points.size() > 900);
    QVERIFY(std::is_sorted(points.begin(), points.end(), [](auto& a, auto& b) { return a.time < b.time; }));
  }

  void keepsOnlySoManyAnswers() {
    auto window = windowOn(0, 1'000'000'000);
    for (int i = 0; i < 40; ++i) {
      window.setView({fromMs(i * 10'000'000LL), fromMs(i * 10'000'000LL + 1'000 * (i + 1))}, 500);
      const auto request = window.next();
      if (!request) continue;
      QVERIFY(window.accept(request->generation, answer(*request, 100)));
    }
    window.setView({fromMs(0), fromMs(1'000'000'000)}, 500);
    QVERIFY(window.visiblePoints("speed").size() <= HistoryWindow::kMaxLayers * 100 + 2);
  }

  void aNewMetricKeepsTheOthers() {
    auto window = windowOn(0, 100'000);
    auto request = window.next();
    QVERIFY(window.accept(request->generation, answer(*request, 500)));
    window.setMetrics({"speed", "soc"});
    QVERIFY(!window.hasData());
    QVERIFY(!window.visiblePoints("speed").empty());
    request = window.next();
    QVERIFY(request);
    QCOMPARE(request->query.metrics.size(), std::size_t(2));
    window.reset();
    QVERIFY(window.visiblePoints("speed").empty());
  }

  void aSampleLongAfterTheAnswerIsNoPartOfIt() {
    auto window = windowOn(0, 100'000);
    const auto request = window.next();
    QVERIFY(window.accept(request->generation, answer(*request, 500)));
    QVERIFY(!window.next());
    window.appendLive("speed", fromMs(90'000'000), 1);
    QVERIFY(window.next());
    QVERIFY(*window.newest() < fromMs(130'000));
  }

  void sumsUpWhatIsSeen() {
    auto window = windowOn(0, 100'000, 50);
    const auto request = window.next();
    api::History history;
    history.exact = true;
    history.series.push_back({"speed", {}});
    for (int i = 0; i < 1000; ++i) history.series[0].points.push_back(point(i * 100, i == 300 ? 1e6 : i));
    QVERIFY(window.accept(request->generation, history));
    const auto all = window.summary("speed", {fromMs(0), fromMs(100'000)});
    QCOMPARE(all.count, 1000U);
    QCOMPARE(all.min, 0.0);
    QCOMPARE(all.max, 1e6);
    QCOMPARE(all.last, 999.0);
    const auto some = window.summary("speed", {fromMs(10'000), fromMs(10'500)});
    QCOMPARE(some.count, 5U);
    QCOMPARE(some.mean, 102.0);
    QCOMPARE(window.summary("speed", {fromMs(1), fromMs(2)}).count, 0U);
    QCOMPARE(window.summary("fuel", {fromMs(0), fromMs(100'000)}).count, 0U);
  }
};

QTEST_GUILESS_MAIN(TestHistoryWindow)
#include "tst_history_window.moc"
