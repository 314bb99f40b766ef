#include "ui/models/plot_pyramid.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace carport;
using carport::ui::PlotPyramid;
using carport::ui::TimeRange;

namespace {

api::HistoryPoint sample(std::int64_t time, double value) {
  return {fromMs(time), value, value, value, value, 1};
}

TimeRange range(std::int64_t from, std::int64_t to) {
  return {fromMs(from), fromMs(to)};
}

/// Values that look like nothing, at times that are not even.
std::vector<api::HistoryPoint> noise(std::size_t count) {
  std::mt19937 random(7);
  std::vector<api::HistoryPoint> points;
  std::int64_t time = 0;
  for (std::size_t i = 0; i < count; ++i) {
    time += 1 + std::int64_t(random() % 50) + (random() % 500 == 0 ? 20'000 : 0);
    points.push_back(sample(time, double(random() % 10'000) / 10 - 500));
  }
  return points;
}

}  // namespace

class TestPlotPyramid : public QObject {
  Q_OBJECT

 private slots:
  void anEmptyOneShowsNothing() {
    const PlotPyramid empty;
    QVERIFY(empty.points(range(0, 100), 10).empty());
    QCOMPARE(empty.summary(range(0, 100)).count, 0U);
    QCOMPARE(empty.firstAt(fromMs(0)), std::size_t(0));
  }

  void onePointIsItself() {
    PlotPyramid one;
    one.append(sample(50, 7));
    QCOMPARE(one.points(range(0, 100), 1).size(), std::size_t(1));
    QCOMPARE(one.summary(range(0, 100)), sample(50, 7));
    QVERIFY(one.points(range(51, 100), 10).empty());
    QVERIFY(one.points(range(100, 0), 10).empty());
    QVERIFY(one.points(range(0, 100), 0).empty());
  }

  void leavesOutWhatIsNoNumberOrNotLater() {
    PlotPyramid pyramid;
    pyramid.append(sample(10, 1));
    pyramid.append(sample(10, 2));
    pyramid.append(sample(5, 3));
    pyramid.append(sample(20, std::nan("")));
    pyramid.append(sample(20, std::numeric_limits<double>::infinity()));
    QCOMPARE(pyramid.size(), std::size_t(1));
  }

  void sumsUpAsAPlainLoopDoes() {
    const auto points = noise(20'000);
    PlotPyramid pyramid;
    for (const auto& point : points) pyramid.append(point);
    std::mt19937 random(3);
    for (int round = 0; round < 300; ++round) {
      const std::size_t first = random() % points.size();
      const std::size_t end = first + random() % (points.size() - first) + 1;
      api::HistoryPoint expected = points[first];
      double total = points[first].mean;
      for (std::size_t i = first + 1; i < end; ++i) {
        total += points[i].mean;
        expected.min = std::min(expected.min, points[i].min);
        expected.max = std::max(expected.max, points[i].max);
      }
      const auto summary = pyramid.summary(first, end);
      QCOMPARE(summary.time, points[first].time);
      QCOMPARE(summary.min, expected.min);
      QCOMPARE(summary.max, expected.max);
      QCOMPARE(summary.last, points[end - 1].last);
      QCOMPARE(summary.count, std::uint32_t(end - first));
      QVERIFY(std::abs(summary.mean - total / double(end - first)) < 1e-6);
    }
  }

  void showsAtMostTwoPointsAColumnAndEveryPeak() {
    auto points = noise(50'000);
    points[31'234] = sample(toMs(points[31'234].time), 1e6);
    points[31'240] = sample(toMs(points[31'240].time), -1e6);
    PlotPyramid pyramid;
    for (const auto& point : points) pyramid.append(point);
    const TimeRange all{points.front().time, points.back().time + Milliseconds(1)};
    for (const std::size_t columns : {1, 7, 300, 1600}) {
      const auto shown = pyramid.points(all, columns);
      QVERIFY(shown.size() <= 2 * columns + 1);
      std::uint64_t count = 0;
      double min = 0, max = 0;
      for (const auto& point : shown) {
        count += point.count;
        min = std::min(min, point.min);
        max = std::max(max, point.max);
      }
      QCOMPARE(count, std::uint64_t(points.size()));
      QCOMPARE(max, 1e6);
      QCOMPARE(min, -1e6);
      QVERIFY(std::is_sorted(shown.begin(), shown.end(), [](auto& a, auto& b) { return a.time < b.time; }));
    }
  }

  void columnsStayWhereTheyAreWhileTheRangeMoves() {
    PlotPyramid pyramid;
    for (const auto& point : noise(50'000)) pyramid.append(point);
    const auto before = pyramid.points(range(100'000, 600'000), 200);
    const auto after = pyramid.points(range(101'234, 601'234), 200);
    int same = 0;
    for (const auto& point : after) same += std::find(before.begin(), before.end(), point) != before.end() ? 1 : 0;
    QVERIFY(same >= int(after.size()) - 4);
  }

  void bucketsAndSamplesGoTogether() {
    PlotPyramid pyramid;
    for (int i = 0; i < 40; ++i) pyramid.append(sample(i * 10, i));
    pyramid.append({fromMs(1000), -5, 90, 40, 41, 10});
    pyramid.mergeIntoLast(sample(1005, 100));
    QCOMPARE(pyramid.size(), std::size_t(41));
    const auto all = pyramid.summary(range(0, 2000));
    QCOMPARE(all.count, 51U);
    QCOMPARE(all.min, -5.0);
    QCOMPARE(all.max, 100.0);
    QCOMPARE(all.last, 100.0);
    QCOMPARE(pyramid.point(3), sample(30, 3));
    PlotPyramid fresh;
    fresh.mergeIntoLast(sample(1, 2));
    QCOMPARE(fresh.size(), std::size_t(1));
  }
};

QTEST_GUILESS_MAIN(TestPlotPyramid)
#include "tst_plot_pyramid.moc"
