#include "gateway/api/json_codec.h"
#include "gateway/api/moments.h"
#include "tests/unit/client/tiny_gateway.h"
#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/time_machine.h"
#include "ui/models/time_machine_overview.h"

#include <QSignalSpy>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <cmath>

using namespace carport;
using namespace carport::ui;

namespace {

constexpr std::int64_t kAt = 1'700'006'400'000;

api::CarPosition fixAt(std::uint32_t car, std::int64_t ms, double latitude, double longitude, float speed = 50) {
  api::CarPosition fix;
  fix.car = PrincipalNumber{car};
  fix.time = fromMs(ms);
  fix.latitude = latitude;
  fix.longitude = longitude;
  fix.speed = speed;
  fix.heading = 90;
  fix.activity = api::Activity::driving;
  fix.connected = true;
  return fix;
}

QByteArray answerOf(std::int64_t from, std::int64_t to, std::vector<api::CarPosition> fixes) {
  return QByteArray::fromStdString(
      api::toPackedCbor({fromMs(from), fromMs(to), Milliseconds(1000), api::kMomentLookBack, std::move(fixes)}));
}

}  // namespace

/// The clock, the stretches and the fetching of the time machine, before a gateway that answers as it is told.
class TestTimeMachine : public QObject {
  Q_OBJECT

 private slots:
  void theClockRunsAtItsSpeed() {
    TimeMachineClock clock;
    QVERIFY(clock.isLive());
    clock.play();
    QVERIFY(!clock.isPlaying());  // the present needs no playing
    clock.goTo(fromMs(kAt));
    clock.advance(Milliseconds(100));
    QCOMPARE(toMs(clock.moment()), kAt);
    clock.play();
    clock.setSpeed(10);
    clock.advance(Milliseconds(100));
    QCOMPARE(toMs(clock.moment()), kAt + 1000);
    clock.setSpeed(0.1);
    for (int i = 0; i < 15; ++i) clock.advance(Milliseconds(1));  // a tenth of a millisecond each
    QCOMPARE(toMs(clock.moment()), kAt + 1001);
    clock.setSpeed(0.00001);
    QCOMPARE(clock.speed(), 0.1);
    clock.setSpeed(40);
    QCOMPARE(clock.speed(), 30.0);
    clock.changeSpeed(100);
    QCOMPARE(clock.speed(), 1000.0);
    clock.changeSpeed(-1);
    QCOMPARE(clock.speed(), 300.0);
    clock.goLive();
    QVERIFY(clock.isLive() && !clock.isPlaying());
  }

  void betweenTwoFixesACarIsOnTheLine() {
    const TimeMachineStretch stretch(
        {fromMs(kAt),
         fromMs(kAt + 600'000),
         Milliseconds(1000),
         {},
         {fixAt(1, kAt - 5000, 10, 20), fixAt(1, kAt + 5000, 11, 22), fixAt(2, kAt + 1000, 1, 179.5),
          fixAt(2, kAt + 11'000, 1, -179.5), fixAt(1, kAt + 400'000, 50, 50)}},
        Milliseconds(1000));
    auto cars = stretch.at(fromMs(kAt));
    QCOMPARE(cars.size(), std::size_t(1));  // the other was not heard of yet
    QCOMPARE(cars[0].latitude, 10.5);
    QCOMPARE(cars[0].longitude, 21.0);
    QCOMPARE(toMs(cars[0].time), kAt - 5000);  // its newest sample
    cars = stretch.at(fromMs(kAt + 6000));
    QCOMPARE(cars.size(), std::size_t(2));
    QCOMPARE(cars[0].latitude, 11.0);  // far from the next: it stands
    QCOMPARE(std::abs(cars[1].longitude), 180.0);
    cars = stretch.at(fromMs(kAt + 5000 + api::kSilentAfter.count() + 1));
    QVERIFY(cars[0].activity == api::Activity::silent && !cars[0].connected);
    QVERIFY(stretch.covers(fromMs(kAt)) && !stretch.covers(fromMs(kAt + 600'000)));
  }

  void aMomentIsFetchedAndShown() {
    Portal p;
    p.gateway.answers["GET /api/v2/fleet/moments"] = {200, answerOf(kAt, kAt, {fixAt(7, kAt - 1000, 43.7, 7.4)}),
                                                      "application/cbor"};
    p.machine.goTo(fromMs(kAt));
    QVERIFY(!p.machine.isLive() && p.machine.isLoading());
    QTRY_VERIFY(!p.machine.isLoading());
    const auto row = *p.store.rowOf(PrincipalNumber{7});
    QCOMPARE(p.store.latitudes()[row], 43.7);
    QCOMPARE(p.store.timesMs()[row], qint64(kAt - 1000));
    QCOMPARE(toMs(p.store.now()), kAt);
    QVERIFY(p.machine.message().isEmpty());
    // What the car says now does not get through.
    p.store.applyState(stateAt(kAt + 1));
    QVERIFY(p.store.state(PrincipalNumber{7}) == nullptr);
    p.store.applyState(stateAt(kAt - 1000));
    QVERIFY(p.store.state(PrincipalNumber{7}) != nullptr);
    QVERIFY(p.lastPath("/fleet/moments").contains("from=" + QByteArray::number(qint64(kAt))));
    QVERIFY(p.lastPath("/fleet/moments").contains("to=" + QByteArray::number(qint64(kAt))));
    p.machine.goLive();
    QVERIFY(p.store.isLive() && toMs(p.store.now()) > kAt);
  }

  void whatIsNotStoredIsSaidInWords() {
    Portal p;
    p.gateway.answers["GET /api/v2/fleet/moments"] = {200, answerOf(kAt, kAt, {fixAt(7, kAt, 43.7, 7.4)}),
                                                      "application/cbor"};
    p.machine.goTo(fromMs(kAt));
    QTRY_VERIFY(p.store.hasFix(0));
    p.gateway.answers["GET /api/v2/fleet/moments"] = {200, answerOf(kAt - 5000, kAt - 5000, {}), "application/cbor"};
    p.machine.step(Milliseconds(-5000));
    QTRY_VERIFY(p.machine.message().contains("Nothing is stored"));
    QVERIFY(!p.store.hasFix(0));  // it was nowhere yet
    QCOMPARE(p.store.timesMs()[0], qint64(0));
    p.gateway.answers["GET /api/v2/fleet/moments"] = {
        503, R"({"status":503,"kind":"corrupted","detail":"That day cannot be read"})", "application/problem+json"};
    p.machine.step(Milliseconds(-5000));
    QTRY_COMPARE(p.machine.message(), QString("That day cannot be read"));
    QVERIFY(!p.machine.isLoading());
  }

  void whatWasAskedBeforeIsNotShownLater() {
    Portal p;
    const QByteArray at = QByteArray::number(qint64(kAt));
    p.gateway.answers["GET /api/v2/fleet/moments"] = {200, {}, {}, true};
    p.gateway.answers["GET /api/v2/fleet/moments?from=" + at + "&to=" + at + "&stepMs=100&lookBackMs=86400000"] = {
        200, answerOf(kAt, kAt, {fixAt(7, kAt, 1, 1)}), "application/cbor"};
    p.machine.goTo(fromMs(kAt));
    // Before the answer comes somebody wants another moment.
    p.machine.goTo(fromMs(kAt + 60'000));
    QTRY_COMPARE(p.asked("/fleet/moments"), 2);
    QVERIFY(!p.store.hasFix(0));
    QVERIFY(p.machine.isLoading());
    // The first is kept: nobody asks for it again.
    p.machine.goTo(fromMs(kAt));
    QTRY_COMPARE(p.store.latitudes()[0], 1.0);
    p.machine.goLive();
    QVERIFY(!p.machine.isLoading());
  }

  void playsThroughWhatWasFetched() {
    Portal p;
    std::vector<api::CarPosition> fixes;
    for (int s = 0; s <= 20; ++s) fixes.push_back(fixAt(7, kAt + s * 1000, 40 + s, 7));
    p.gateway.answers["GET /api/v2/fleet/moments"] = {200, answerOf(kAt, kAt + 20'000, fixes), "application/cbor"};
    p.machine.goTo(fromMs(kAt));
    QTRY_VERIFY(p.store.hasFix(0));
    p.machine.setSpeed(2);
    p.machine.play();
    QVERIFY(p.machine.isPlaying());
    QTRY_VERIFY(!p.machine.isLoading());
    const TimePoint before = p.machine.moment();
    p.machine.tick(Milliseconds(1000));
    QCOMPARE((p.machine.moment() - before).count(), 2000);
    const double seconds = double(toMs(p.machine.moment()) - kAt) / 1000;
    QVERIFY(std::abs(p.store.latitudes()[0] - (40 + seconds)) < 1e-6);
    QCOMPARE(p.store.pace(), 2.0);
    p.machine.pause();
    QVERIFY(!p.machine.isPlaying());
    QCOMPARE(p.store.pace(), 0.0);
    p.machine.goTo(p.machine.present() + std::chrono::hours(1));
    QVERIFY(p.machine.isLive());
    QCOMPARE(p.store.pace(), 1.0);
  }

  void commandsAreRefusedInThePast() {
    Portal p;
    p.machine.goTo(fromMs(kAt));
    QString why;
    const auto keep = [&](const Result<api::Command>& sent) {
      why = sent ? QString() : QString::fromStdString(sent.error().message());
    };
    p.client.sendCommand("car-7", {"honk", "{}", {}}).then(this, keep);
    QTRY_VERIFY(why.contains("past"));
    why.clear();
    p.client.cancelCommand("01").then(this, keep);
    QTRY_VERIFY(why.contains("past"));
    QCOMPARE(p.asked("/commands"), 0);
    p.machine.goLive();
    why = "x";
    p.client.sendCommand("car-7", {"honk", "{}", {}}).then(this, keep);
    QTRY_VERIFY(p.asked("/commands") == 1 && !why.contains("past"));
  }

  void goesFromEventToEvent() {
    Portal p;
    const auto event = [](std::int64_t ms) {
      return QByteArray(R"({"events":[{"number":1,"car":7,"time":)") + QByteArray::number(qint64(ms)) +
             R"(,"arrival":1,"name":"door","severity":"info","active":true,"message":"","data":{}}]})";
    };
    p.gateway.answers["GET /api/v2/events"] = {200, event(kAt - 9000), "application/json"};
    p.machine.goTo(fromMs(kAt));
    p.machine.toPreviousEvent();
    QTRY_COMPARE(toMs(p.machine.moment()), kAt - 9000);
    p.gateway.answers["GET /api/v2/events"] = {200, event(kAt + 5000), "application/json"};
    p.machine.toNextEvent();
    QTRY_COMPARE(toMs(p.machine.moment()), kAt + 5000);
    p.gateway.answers["GET /api/v2/events"] = {200, R"({"events":[]})", "application/json"};
    p.machine.toPreviousEvent();
    QTRY_VERIFY(p.machine.message().contains("Nothing happened before"));
  }

  void theOverviewCountsMessages() {
    Portal p;
    p.gateway.answers["GET /api/v2/history"] = {
        200,
        R"({"metric":"speed","bucketMs":60000,"buckets":[[)" + QByteArray::number(qint64(kAt)) + R"(,0,50,20,30]]})",
        "application/json"};
    TimeMachineOverview overview(p.client);
    overview.setView({fromMs(kAt - 600'000), fromMs(kAt + 600'000)}, 100);
    QTRY_COMPARE(overview.bars().size(), std::size_t(1));
    QCOMPARE(overview.mostMessages(), std::uint64_t(30));
    QCOMPARE(overview.messagesAt(fromMs(kAt + 59'999)), std::uint64_t(30));
    QCOMPARE(overview.messagesAt(fromMs(kAt + 60'000)), std::uint64_t(0));
  }

 private:
  static api::CarState stateAt(std::int64_t ms) {
    api::CarState state;
    state.position = fixAt(7, ms, 1, 1);
    state.metrics["soc"] = {50, fromMs(ms)};
    return state;
  }

  /// A client that is connected to a tiny gateway with one car.
  struct Portal {
    Portal() {
      gateway.answers["GET /api/v2/cars"] = {200, R"({"cars":[]})"};
      gateway.answers["GET /api/v2/events"] = {200, R"({"events":[]})"};
      const bool listens = gateway.listen();
      client.connectWithToken(gateway.url(), "token");
      api::Car car;
      car.principal.number = PrincipalNumber{7};
      car.principal.id = "car-7";
      store.setCars({car});
      const bool connected = listens && QTest::qWaitFor([this] { return client.isConnected(); });
      if (!connected) qFatal("The tiny gateway does not answer");
    }
    int asked(const QByteArray& path) const {
      return int(std::count_if(gateway.requests.begin(), gateway.requests.end(),
                               [&](const auto& one) { return one.path.contains(path); }));
    }
    QByteArray lastPath(const QByteArray& path) const {
      for (auto one = gateway.requests.rbegin(); one != gateway.requests.rend(); ++one) {
        if (one->path.contains(path)) return one->path;
      }
      return {};
    }

    TinyGateway gateway;
    GatewayClient client;
    CarStore store;
    TimeMachine machine{client, store};
  };
};

QTEST_GUILESS_MAIN(TestTimeMachine)
#include "tst_time_machine.moc"
