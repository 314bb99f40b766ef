#include "tests/unit/client/tiny_gateway.h"
#include "ui/client/gateway_client.h"
#include "ui/models/car_state_loader.h"
#include "ui/models/car_store.h"
#include "ui/models/event_model.h"
#include "ui/models/time_machine.h"
#include "ui/models/time_machine_overview.h"

#include <QSignalSpy>
#include <QtTest>

#include <cmath>

using namespace carport;
using namespace carport::ui;

namespace {

constexpr std::int64_t kAt = 1'700'006'400'000;
constexpr PrincipalNumber kCar{7};

api::CarState stateAt(std::int64_t ms, std::initializer_list<std::pair<const char*, double>> metrics) {
  api::CarState state;
  state.position.car = kCar;
  state.position.time = fromMs(ms);
  for (const auto& [name, value] : metrics) state.metrics[name] = {value, fromMs(ms)};
  return state;
}

QByteArray eventAt(std::int64_t ms, int number) {
  return R"({"number":)" + QByteArray::number(number) + R"(,"car":7,"time":)" + QByteArray::number(qint64(ms)) +
         R"(,"arrival":1,"name":"door","severity":"info","active":true,"message":"","data":{}})";
}

QByteArray listOf(const QByteArrayList& events) {
  return R"({"events":[)" + events.join(',') + "]}";
}

}  // namespace

/// What is known of cars and events at moments of the past, and that nothing of the present or of other moments is.
class TestPastStates : public QObject {
  Q_OBJECT

  struct Portal {
    Portal() {
      gateway.answers["GET /api/v2/cars"] = {200, R"({"cars":[]})"};
      gateway.answers["GET /api/v2/events"] = {200, R"({"events":[]})"};
      const bool listens = gateway.listen();
      client.connectWithToken(gateway.url(), "token");
      api::Car car;
      car.principal.number = kCar;
      car.principal.id = "car-7";
      api::CarPosition position;
      position.car = kCar;
      position.time = fromMs(kAt - 1000);
      car.position = position;
      store.setCars({car});
      if (!listens || !QTest::qWaitFor([this] { return client.isConnected(); })) qFatal("No tiny gateway");
    }
    int asked(const QByteArray& path) const {
      return int(std::count_if(gateway.requests.begin(), gateway.requests.end(),
                               [&](const auto& one) { return one.path.contains(path); }));
    }

    TinyGateway gateway;
    GatewayClient client;
    CarStore store;
    TimeMachine machine{client, store};
  };

 private slots:
  void aStateTakesThePlaceOfTheWholeOneBefore() {
    Portal p;
    p.store.applyState(stateAt(kAt, {{"soc", 50}, {"door", 1}}));
    const auto door = p.store.metrics().columnOf("door");
    QVERIFY(door && p.store.metrics().value(*door, 0) == 1);
    p.store.applyState(stateAt(kAt - 500, {{"soc", 51}}));
    QVERIFY(std::isnan(p.store.metrics().value(*door, 0)));
    QCOMPARE(p.store.metrics().knownRows(), std::size_t(1));
  }

  void statesOfAnotherMomentAreForgotten() {
    Portal p;
    p.store.setMoment(fromMs(kAt));
    p.store.applyState(stateAt(kAt, {{"soc", 50}}));
    p.store.keepStatesOf({kCar});
    QVERIFY(p.store.metrics().isKnown(0) && p.store.state(kCar) != nullptr);
    QSignalSpy changed(&p.store, &CarStore::stateChanged);
    p.store.keepStatesOf({});
    QVERIFY(!p.store.metrics().isKnown(0) && p.store.state(kCar) == nullptr);
    QVERIFY(std::isnan(p.store.batteries()[0]));
    QCOMPARE(changed.count(), 1);
    p.store.applyState(stateAt(kAt, {{"soc", 50}}));
    p.store.forgetState(kCar);
    QCOMPARE(p.store.metrics().knownRows(), std::size_t(0));
  }

  void aCarThatIsLookedAtLaterIsAskedFor() {
    Portal p;
    p.gateway.answers["GET /api/v2/cars/car-7/moment"] = {
        200,
        R"({"state":{"position":{"car":7,"time":1700006399000,"activity":"parked","connected":true},"arrival":1000,)"
        R"("metrics":{"soc":{"value":44,"time":1700006399000}},"attributes":{},"activeAlarms":[],"refusals":[]}})"};
    p.machine.goTo(fromMs(kAt));
    QSignalSpy settled(&p.store, &CarStore::momentSettled);
    QTRY_COMPARE(settled.count(), 1);
    QCOMPARE(p.asked("/moment?"), 0);
    QVERIFY(p.client.watchCarState(kCar));
    QTRY_VERIFY(p.store.state(kCar) != nullptr);
    QCOMPARE(p.store.state(kCar)->metrics.at("soc").value, 44.0);
    QCOMPARE(p.asked("/moment?"), 1);
  }

  void theTableAsksNobodyAboutThePresent() {
    Portal p;
    CarStateLoader loader(p.client, p.store);
    p.machine.goTo(fromMs(kAt));
    loader.setWanted(true);
    QVERIFY(!loader.isRunning());
    QVERIFY(loader.trouble().contains("past"));
    p.machine.goLive();
    QVERIFY(loader.trouble().isEmpty());
    QVERIFY(loader.isRunning());
    p.machine.goTo(fromMs(kAt));
    QVERIFY(!loader.isRunning());
  }

  void theNextEventIsFoundBeforeThousands() {
    Portal p;
    QByteArrayList thousand;
    for (int n = 999; n >= 0; --n) thousand.append(eventAt(kAt + 101 + n, n + 10));
    p.gateway.answers["GET /api/v2/events"] = {200, listOf(thousand)};
    p.machine.goTo(fromMs(kAt));
    const auto between = [](int from, int to) -> QByteArray {
      return "GET /api/v2/events?limit=1000&from=" + QByteArray::number(qint64(kAt + from)) +
             "&to=" + QByteArray::number(qint64(kAt + to));
    };
    // One of the events before those thousand lies in the second half of what is before them.
    p.gateway.answers[between(1, 51)] = {200, R"({"events":[]})"};
    p.gateway.answers[between(51, 101)] = {200, listOf({eventAt(kAt + 80, 2), eventAt(kAt + 60, 1)})};
    p.machine.toNextEvent();
    QTRY_COMPARE(toMs(p.machine.moment()), kAt + 60);
    // Nothing before them: the first of them.
    p.machine.goTo(fromMs(kAt));
    p.gateway.answers[between(51, 101)] = {200, R"({"events":[]})"};
    p.machine.toNextEvent();
    QTRY_COMPARE(toMs(p.machine.moment()), kAt + 101);
  }

  void eventsStayWhileTheNextOnesAreOnTheirWay() {
    Portal p;
    EventModel events(p.store);
    p.gateway.answers["GET /api/v2/events"] = {200, listOf({eventAt(kAt - 10, 2), eventAt(kAt - 9000, 1)})};
    p.store.setMoment(fromMs(kAt));
    events.attach(p.client);
    QTRY_COMPARE(events.rowCount(), 2);
    p.store.setMoment(fromMs(kAt - 5000));
    emit p.store.momentSettled();
    QCOMPARE(events.rowCount(), 1);  // the other is yet to come
    p.gateway.answers["GET /api/v2/events"] = {200, listOf({eventAt(kAt - 7000, 3)})};
    emit p.store.momentSettled();
    QCOMPARE(events.rowCount(), 1);
    QTRY_COMPARE(events.at(0)->number, EventNumber{3});
    QCOMPARE(events.rowCount(), 1);
    p.store.setMoment(std::nullopt);
    emit p.store.momentSettled();
    QCOMPARE(events.rowCount(), 0);
  }

  void theOverviewKeepsTheNewestEvents() {
    Portal p;
    QByteArrayList most;
    for (std::size_t n = 0; n < TimeMachineOverview::kMaxEvents; ++n)
      most.append(eventAt(kAt - qint64(n), int(n) + 10));
    p.gateway.answers["GET /api/v2/events"] = {200, listOf(most)};
    TimeMachineOverview overview(p.client);
    overview.setView({fromMs(kAt - 600'000), fromMs(kAt + 1)}, 100);
    QTRY_COMPARE(overview.events().size(), TimeMachineOverview::kMaxEvents);
    api::Event event;
    event.time = fromMs(kAt + 900);
    emit p.client.eventReceived(event);
    QCOMPARE(overview.events().size(), TimeMachineOverview::kMaxEvents);
    QVERIFY(overview.events().front().time == event.time);
    event.time = fromMs(kAt + 60'000);
    emit p.client.eventReceived(event);
    QVERIFY(overview.events().front().time == fromMs(kAt + 900));
    // Another gateway has another past.
    p.client.disconnectFromGateway();
    QVERIFY(overview.events().empty());
  }
};

QTEST_GUILESS_MAIN(TestPastStates)
#include "tst_past_states.moc"
