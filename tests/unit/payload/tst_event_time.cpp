#include "gateway/base/result.h"
#include "gateway/protocol/payload/clock_check.h"
#include "gateway/protocol/payload/event_time.h"

#include <QtTest>

#include <cmath>

using namespace carport;
using namespace carport::payload;

class TestEventTime : public QObject {
  Q_OBJECT

 private slots:
  void tellsTheUnitByMagnitude() {
    constexpr std::int64_t kMs = 1'234'567'890'123;
    QVERIFY(timeFromNumber(1'234'567'890.123) == fromMs(kMs));
    QVERIFY(timeFromNumber(double(kMs)) == fromMs(kMs));
    QVERIFY(timeFromNumber(double(kMs) * 1e3) == fromMs(kMs));
    QVERIFY(timeFromNumber(double(kMs) * 1e6) == fromMs(kMs));
  }

  void refusesWhatIsNoTime() {
    for (const double ts : {0.0, -1.7e9, 9.9e7, 1e21, double(NAN), double(INFINITY), -double(INFINITY)}) {
      QVERIFY(!timeFromNumber(ts));
    }
  }

  void judgesTheClock() {
    constexpr TimePoint kArrival = fromMs(1'700'000'000'000);
    const auto verdict = [&](TimePoint time) { return checkTime(double(toMs(time)), kArrival).verdict; };
    QVERIFY(verdict(kArrival) == ClockVerdict::believed);
    QVERIFY(verdict(kArrival + kMaxClockAhead) == ClockVerdict::believed);
    QVERIFY(verdict(kArrival + kMaxClockAhead + Milliseconds(1)) == ClockVerdict::tooFarAhead);
    QVERIFY(verdict(kArrival - kDoubtedClockBehind) == ClockVerdict::believed);
    QVERIFY(verdict(kArrival - kDoubtedClockBehind - Milliseconds(1)) == ClockVerdict::doubted);
    QVERIFY(verdict(kOldestTime) == ClockVerdict::doubted);
    QVERIFY(verdict(kOldestTime - Milliseconds(1)) == ClockVerdict::tooOld);
    QVERIFY(checkTime(5, kArrival).verdict == ClockVerdict::notATime && checkTime(5, kArrival).time == kArrival);
  }
};

QTEST_GUILESS_MAIN(TestEventTime)
#include "tst_event_time.moc"
