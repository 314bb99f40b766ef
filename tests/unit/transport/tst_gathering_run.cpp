#include "gateway/transport/gathering_run.h"

#include <QtTest>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <stdexcept>

using carport::Gathering;
using carport::runGathering;
using carport::SteadyPoint;
using namespace std::chrono_literals;

class TestGatheringRun : public QObject {
  Q_OBJECT

 private slots:
  void aQuietThreadNeverPauses() {
    SteadyPoint now{};
    Gathering gathering(now);
    for (int i = 0; i < 1'000; ++i) QVERIFY(!gathering.isWorthPausing(4, now += 400us));
  }

  void manyHandlersArePausedFor() {
    SteadyPoint now{};
    Gathering gathering(now);
    // Few at a time, but many a millisecond: it is the rate that counts.
    for (int i = 1; i < 8; ++i) QVERIFY(!gathering.isWorthPausing(2, now += 50us));
    QVERIFY(gathering.isWorthPausing(2, now += 50us));
    now += Gathering::kLength;
    QVERIFY(gathering.isWorthPausing(60, now += 100us));
  }

  void aLongRoundOfManyIsPausedForToo() {
    SteadyPoint now{};
    Gathering gathering(now);
    QVERIFY(gathering.isWorthPausing(1'000, now += 20ms));
    QVERIFY(!gathering.isWorthPausing(100, now += 20ms));
  }

  void runsEverythingAndEndsWithTheWork() {
    boost::asio::io_context context;
    int ran = 0;
    for (int i = 0; i < 1'000; ++i) {
      boost::asio::post(context, [&] {
        ++ran;
        boost::asio::post(context, [&ran] { ++ran; });
      });
    }
    boost::asio::steady_timer timer(context, 5ms);
    timer.async_wait([&ran](const auto&) { ++ran; });
    runGathering(context);
    QCOMPARE(ran, 2'001);
  }

  void letsExceptionsOutAndGoesOnAfterwards() {
    boost::asio::io_context context;
    int ran = 0;
    boost::asio::post(context, [] { throw std::runtime_error("mine"); });
    boost::asio::post(context, [&ran] { ++ran; });
    QVERIFY_EXCEPTION_THROWN(runGathering(context), std::runtime_error);
    runGathering(context);
    QCOMPARE(ran, 1);
  }
};

QTEST_GUILESS_MAIN(TestGatheringRun)
#include "tst_gathering_run.moc"
