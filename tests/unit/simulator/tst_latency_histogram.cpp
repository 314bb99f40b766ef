#include "gateway/simulator/latency_histogram.h"

#include <QtTest>

using carport::sim::LatencyHistogram;
using std::chrono::microseconds;

class TestLatencyHistogram : public QObject {
  Q_OBJECT

 private slots:
  void emptyHasNothingToSay() {
    const LatencyHistogram histogram;
    QCOMPARE(histogram.count(), 0U);
    QCOMPARE(histogram.quantile(0.99).count(), 0);
    QCOMPARE(histogram.max().count(), 0);
  }

  void smallValuesAreExact() {
    LatencyHistogram histogram;
    for (int i = 1; i <= 20; ++i) histogram.record(microseconds(i));
    QCOMPARE(histogram.quantile(0.5).count(), 10);
    QCOMPARE(histogram.quantile(0.95).count(), 19);
    QCOMPARE(histogram.quantile(0).count(), 1);
    QCOMPARE(histogram.quantile(1).count(), 20);
  }

  void quantilesAreAtMostAThirtySecondTooHigh() {
    LatencyHistogram histogram;
    for (int i = 1; i <= 100'000; ++i) histogram.record(microseconds(i * 17));
    for (const double part : {0.5, 0.9, 0.99, 0.999}) {
      const double exact = part * 100'000 * 17;
      const auto found = static_cast<double>(histogram.quantile(part).count());
      QVERIFY2(found >= exact && found <= exact * (1 + 1.0 / 32), qPrintable(QString::number(part)));
    }
    QCOMPARE(histogram.max().count(), 1'700'000);
    QCOMPARE(histogram.quantile(1).count(), 1'700'000);
  }

  void extremesAreKeptWithinBounds() {
    LatencyHistogram histogram;
    histogram.record(microseconds(-5));
    histogram.record(microseconds(std::int64_t{1} << 50));
    QCOMPARE(histogram.count(), 2U);
    QCOMPARE(histogram.quantile(0.5).count(), 0);
    QCOMPARE(histogram.max().count(), static_cast<std::int64_t>(LatencyHistogram::kMaxMicroseconds));
  }

  void mergedIsAsIfRecordedTogether() {
    LatencyHistogram one;
    LatencyHistogram other;
    LatencyHistogram both;
    for (int i = 0; i < 1000; ++i) {
      (i % 3 ? one : other).record(microseconds(i * i));
      both.record(microseconds(i * i));
    }
    one.merge(other);
    QCOMPARE(one.count(), both.count());
    QCOMPARE(one.max(), both.max());
    for (const double part : {0.1, 0.5, 0.9, 0.99}) QCOMPARE(one.quantile(part), both.quantile(part));
  }
};

QTEST_GUILESS_MAIN(TestLatencyHistogram)
#include "tst_latency_histogram.moc"
