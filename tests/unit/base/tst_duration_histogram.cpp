#include "gateway/base/duration_histogram.h"
#include "gateway/base/process_figures.h"
#include "gateway/base/sole_counter.h"

#include <QtTest>

using namespace carport;
using std::chrono::milliseconds;

class TestDurationHistogram : public QObject {
  Q_OBJECT

 private slots:
  void eachDurationFallsIntoOneBucket() {
    DurationHistogram histogram;
    histogram.observe(milliseconds(0));
    histogram.observe(milliseconds(1));  // the bounds are inclusive
    histogram.observe(milliseconds(3));
    histogram.observe(std::chrono::seconds(10));
    histogram.observe(std::chrono::hours(1));
    QCOMPARE(histogram.total(), std::uint64_t{5});
    QCOMPARE(histogram.counts()[0], std::uint64_t{2});
    QCOMPARE(histogram.counts()[1], std::uint64_t{0});
    QCOMPARE(histogram.counts()[2], std::uint64_t{1});
    QCOMPARE(histogram.counts()[12], std::uint64_t{1});
    QCOMPARE(histogram.counts()[13], std::uint64_t{1});
    QCOMPARE(histogram.sumSeconds(), 3610.004);
  }

  void aClockThatWasSetBackCountsAsNothing() {
    DurationHistogram histogram;
    histogram.observe(milliseconds(-500));
    QCOMPARE(histogram.counts()[0], std::uint64_t{1});
    QCOMPARE(histogram.sumSeconds(), 0.0);
  }

  void countsUpAndDown() {
    SoleCounter counter;
    counter.add();
    counter.add(9);
    counter.subtract(4);
    QCOMPARE(counter.get(), std::uint64_t{6});
  }

  void theProcessUsesTimeMemoryAndFiles() {
#ifndef Q_OS_LINUX
    QSKIP("Only Linux tells all of it");
#endif
    const ProcessFigures before = processFigures();
    QVERIFY(before.cpuSeconds && before.residentBytes && before.virtualBytes);
    QVERIFY(*before.residentBytes > 100'000 && *before.residentBytes <= *before.virtualBytes);
    QVERIFY(before.openFiles && before.maxOpenFiles && *before.openFiles <= *before.maxOpenFiles);
    QFile file(QCoreApplication::applicationFilePath());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const ProcessFigures after = processFigures();
    QCOMPARE(*after.openFiles, *before.openFiles + 1);
    QVERIFY(*after.cpuSeconds >= *before.cpuSeconds);
  }
};

QTEST_GUILESS_MAIN(TestDurationHistogram)
#include "tst_duration_histogram.moc"
