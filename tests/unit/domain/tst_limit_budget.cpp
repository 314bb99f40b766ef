#include "gateway/base/clock.h"
#include "gateway/domain/limit_budget.h"

#include <QtTest>

#include <atomic>
#include <numeric>
#include <thread>
#include <vector>

using namespace carport;
using api::Limit;
using api::LimitMeasure;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

Limit limitOf(LimitMeasure measure, std::int64_t most, std::optional<std::int64_t> burst = {}) {
  Limit limit;
  limit.measure = measure;
  limit.most = most;
  limit.burst = burst;
  limit.per = api::LimitPer::principal;
  return limit;
}

/// How many single ones go through now.
int takeAll(LimitBudget& budget, const Clock& clock, int tries) {
  int taken = 0;
  for (int i = 0; i < tries; ++i) taken += budget.take(1, clock.steadyNow(), LimitBudget::Wait(0)).taken ? 1 : 0;
  return taken;
}

}  // namespace

/// One budget, by a clock that the test moves.
class TestLimitBudget : public QObject {
  Q_OBJECT
  ManualClock m_clock;

 private slots:
  void letsABurstThroughAndThenTheRate() {
    LimitBudget budget(limitOf(LimitMeasure::messagesPerSecond, 10));
    QCOMPARE(takeAll(budget, m_clock, 50), 10);
    m_clock.advance(milliseconds(99));
    QCOMPARE(takeAll(budget, m_clock, 50), 0);
    m_clock.advance(milliseconds(1));
    QCOMPARE(takeAll(budget, m_clock, 50), 1);
    m_clock.advance(milliseconds(500));
    QCOMPARE(takeAll(budget, m_clock, 50), 5);
    m_clock.advance(hours(5));  // a long rest saves up no more than one burst
    QCOMPARE(takeAll(budget, m_clock, 50), 10);
  }

  void aBurstOfItsOwn() {
    LimitBudget small(limitOf(LimitMeasure::messagesPerSecond, 100, 1));
    QCOMPARE(takeAll(small, m_clock, 50), 1);
    m_clock.advance(milliseconds(10));
    QCOMPARE(takeAll(small, m_clock, 50), 1);
    LimitBudget large(limitOf(LimitMeasure::signInsPerMinute, 6, 60));
    QCOMPARE(takeAll(large, m_clock, 100), 60);
    m_clock.advance(seconds(10));
    QCOMPARE(takeAll(large, m_clock, 100), 1);
  }

  void inAnyHourNotMoreThanBurstAndRate() {
    LimitBudget budget(limitOf(LimitMeasure::commandsPerHour, 60, 5));
    std::vector<int> perMinute;
    for (int minute = 0; minute < 300; ++minute) {
      perMinute.push_back(takeAll(budget, m_clock, 3));
      m_clock.advance(seconds(60));
    }
    for (std::size_t from = 0; from + 60 <= perMinute.size(); ++from) {
      const auto begin = perMinute.begin() + static_cast<std::ptrdiff_t>(from);
      QVERIFY(std::accumulate(begin, begin + 60, 0) <= 65);
    }
    QVERIFY(std::accumulate(perMinute.begin(), perMinute.end(), 0) >= 300);
  }

  void saysHowLongToWait() {
    LimitBudget budget(limitOf(LimitMeasure::commandsPerHour, 4));
    QCOMPARE(takeAll(budget, m_clock, 10), 4);
    const auto refused = budget.take(1, m_clock.steadyNow(), LimitBudget::Wait(0));
    QVERIFY(!refused.taken);
    QCOMPARE(std::chrono::round<seconds>(refused.wait).count(), 900);
    m_clock.advance(seconds(900));
    QCOMPARE(takeAll(budget, m_clock, 10), 1);
  }

  void whoWaitsGetsTheNextPlaceInTurn() {
    LimitBudget budget(limitOf(LimitMeasure::messagesPerSecond, 10, 1));
    for (int i = 0; i < 20; ++i) {
      const auto answer = budget.take(1, m_clock.steadyNow(), seconds(2));
      QVERIFY(answer.taken);
      QCOMPARE(std::chrono::round<milliseconds>(answer.wait).count(), i * 100);
    }
    QVERIFY(budget.take(1, m_clock.steadyNow(), seconds(2)).taken);   // the twenty-first: 2 s to the dot
    QVERIFY(!budget.take(1, m_clock.steadyNow(), seconds(2)).taken);  // nobody waits longer
    m_clock.advance(milliseconds(100));
    QVERIFY(budget.take(1, m_clock.steadyNow(), seconds(2)).taken);
  }

  void somethingHugeGoesThroughOnceAndIsMadeUpFor() {
    LimitBudget budget(limitOf(LimitMeasure::bytesPerDay, 86'400, 1000));
    QVERIFY(budget.take(10'000, m_clock.steadyNow(), LimitBudget::Wait(0)).taken);
    QVERIFY(!budget.take(1, m_clock.steadyNow(), LimitBudget::Wait(0)).taken);
    m_clock.advance(seconds(9000));
    QVERIFY(!budget.take(1, m_clock.steadyNow(), LimitBudget::Wait(0)).taken);
    m_clock.advance(seconds(1));
    QVERIFY(budget.take(1, m_clock.steadyNow(), LimitBudget::Wait(0)).taken);
    // However huge: after a day and the burst it is forgotten.
    QVERIFY(!budget.take(INT64_C(1) << 40, m_clock.steadyNow(), LimitBudget::Wait(0)).taken);
    m_clock.advance(seconds(1));
    QVERIFY(budget.take(INT64_C(1) << 40, m_clock.steadyNow(), LimitBudget::Wait(0)).taken);
    m_clock.advance(hours(25));
    QVERIFY(budget.take(1, m_clock.steadyNow(), LimitBudget::Wait(0)).taken);
  }

  void whatIsGivenBackCanBeTakenAgain() {
    LimitBudget budget(limitOf(LimitMeasure::messagesPerSecond, 3));
    QCOMPARE(takeAll(budget, m_clock, 5), 3);
    budget.giveBack(2);
    QCOMPARE(takeAll(budget, m_clock, 5), 2);
    QCOMPARE(budget.use(m_clock.steadyNow()).taken, 3U);
  }

  void tellsWhatIsUsed() {
    LimitBudget budget(limitOf(LimitMeasure::messagesPerSecond, 10));
    QVERIFY(budget.isWhole(m_clock.steadyNow()));
    takeAll(budget, m_clock, 7);
    auto use = budget.use(m_clock.steadyNow());
    QCOMPARE(use.used, 7);
    QCOMPARE(use.taken, 7U);
    QCOMPARE(use.recent, 7U);
    QVERIFY(!budget.isWhole(m_clock.steadyNow()));
    m_clock.advance(milliseconds(300));
    QCOMPARE(budget.use(m_clock.steadyNow()).used, 4);
    budget.sample();
    QCOMPARE(budget.use(m_clock.steadyNow()).recent, 7U);
    budget.sample();
    QCOMPARE(budget.use(m_clock.steadyNow()).recent, 0U);
    m_clock.advance(seconds(1));
    QVERIFY(budget.isWhole(m_clock.steadyNow()));
    QCOMPARE(budget.use(m_clock.steadyNow()).used, 0);
  }

  void connectionsAreCounted() {
    LimitBudget budget(limitOf(LimitMeasure::connections, 2));
    QVERIFY(budget.hold());
    QVERIFY(budget.hold());
    QVERIFY(!budget.hold());
    budget.holdAnyway();
    QCOMPARE(budget.use(m_clock.steadyNow()).used, 3);
    budget.release();
    QVERIFY(!budget.hold());
    budget.release();
    QVERIFY(budget.hold());
    budget.setMost(3);
    QVERIFY(budget.hold());
    for (int i = 0; i < 3; ++i) budget.release();
    QVERIFY(budget.isWhole(m_clock.steadyNow()));
  }

  /// Many threads at a budget of many: nobody gets through what is not there, but for one portion a thread.
  void threadsShareWithoutTakingMore() {
    auto limit = limitOf(LimitMeasure::messagesPerSecond, 100'000);
    limit.per = api::LimitPer::all;
    LimitBudget budget(limit);
    std::atomic<int> taken = 0;
    std::vector<std::jthread> threads;
    for (std::size_t cell = 0; cell < 4; ++cell) {
      threads.emplace_back([&, cell] {
        for (int i = 0; i < 60'000; ++i) {
          taken += budget.take(1, m_clock.steadyNow(), LimitBudget::Wait(0), cell).taken ? 1 : 0;
        }
      });
    }
    threads.clear();
    QVERIFY(taken.load() <= 100'000 + 4 * 100);
    QVERIFY(taken.load() >= 100'000 - 4 * 100);
    const auto told = static_cast<int>(budget.use(m_clock.steadyNow()).taken);
    QCOMPARE(told, taken.load());
  }

  void theLargestAndTheSmallestCanBeTold() {
    m_clock.advance(hours(24 * 365 * 10));
    LimitBudget fast(limitOf(LimitMeasure::messagesPerSecond, api::kMaxLimitAmount));
    QCOMPARE(fast.use(m_clock.steadyNow()).used, 0);
    QVERIFY(fast.take(1, m_clock.steadyNow(), hours(100'000)).taken);
    QVERIFY(fast.take(INT64_C(1) << 60, m_clock.steadyNow(), hours(100'000)).taken);
    QCOMPARE(fast.use(m_clock.steadyNow()).used, 1'000'000'000'000'000);
    LimitBudget slow(limitOf(LimitMeasure::bytesPerDay, 1));
    QVERIFY(slow.take(INT64_C(1) << 60, m_clock.steadyNow(), LimitBudget::Wait(0)).taken);
    QVERIFY(slow.use(m_clock.steadyNow()).used <= 2);
  }

  void largestAmountsLoseNothing() {
    LimitBudget budget(limitOf(LimitMeasure::bytesPerDay, 1'000'000'000));  // 86.4 ns a byte
    m_clock.advance(hours(24 * 365));
    std::int64_t taken = 0;
    while (budget.take(100, m_clock.steadyNow(), LimitBudget::Wait(0)).taken && taken < 2'000'000'000) taken += 100;
    QVERIFY(taken > 999'000'000 && taken < 1'001'000'000);
  }
};

QTEST_GUILESS_MAIN(TestLimitBudget)
#include "tst_limit_budget.moc"
