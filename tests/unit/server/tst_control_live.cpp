#include "gateway/api/live_frame.h"
#include "tests/unit/server/live_client.h"

#include <QtTest>

#include <span>

using namespace carport;
using namespace carport::test;

/// `/api/v2/live`, as a client sees it.
class TestControlLive : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<ControlFixture> m_gateway;
  std::string m_viewer;
  std::string m_car;

  static std::vector<api::CarPosition> positionsOf(const std::pair<std::string, bool>& message) {
    if (!message.second) return {};
    return api::decodeLiveFrame(std::as_bytes(std::span(message.first))).value_or(std::vector<api::CarPosition>());
  }
  static api::RawMessage message(const std::string& topic, const std::string& text) {
    api::RawMessage one;
    one.topic = topic;
    one.payload = text;
    one.bytes = text.size();
    one.isText = true;
    return one;
  }
  void knowAllPositions() {
    for (const char* car : {"car-1", "car-2", "car-3"}) m_gateway->sample(car, 48.0, 11.0, 50.0);
    QTRY_VERIFY(m_gateway->call(Verb::get, "/cars/car-3", m_viewer).json.contains("state"));
  }

 private slots:
  void init() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
    m_viewer = m_gateway->tokenFor("vera");
    m_car = m_gateway->tokenFor("car-1");
    QTRY_VERIFY(m_gateway->knowsToken(m_car));
  }
  void cleanup() { m_gateway.reset(); }

  void nobodyIsRefused() { QCOMPARE(LiveClient(*m_gateway, "cp_nonsense").status(), 401U); }

  void lookingOnAsSomebodyElseTakesNoneOfTheirConnections() {
    const auto root = m_gateway->usableToken("root");
    const auto limit = R"({"whom":"principal:vera","measure":"connections","most":1,"reaction":"reject"})";
    QCOMPARE(m_gateway->call(Verb::post, "/limits", root, limit).status, 201U);
    LiveClient looksOn(*m_gateway, root, "vera");
    QCOMPARE(looksOn.status(), 101U);
    LiveClient own(*m_gateway, m_viewer);
    QCOMPARE(own.status(), 101U);
    QCOMPARE(LiveClient(*m_gateway, m_viewer).status(), 429U);
    QCOMPARE(LiveClient(*m_gateway, root, "vera").status(), 101U);
  }

  void sendsAllPositionsOnceThenWhatChanges() {
    knowAllPositions();
    LiveClient client(*m_gateway, m_viewer);
    client.say(R"({"watch":{"positions":true,"intervalMs":50}})");
    QCOMPARE(positionsOf(*client.next()).size(), std::size_t(3));
    m_gateway->sample("car-2", 49.0, 12.0, 60.0);
    const auto isNews = [](const api::CarPosition& position) { return position.latitude == 49.0; };
    auto changed = positionsOf(*client.next());
    // What was reported before the watch may still be on its way.
    while (std::none_of(changed.begin(), changed.end(), isNews)) changed = positionsOf(*client.next());
    const auto news = *std::find_if(changed.begin(), changed.end(), isNews);
    QCOMPARE(news.car, m_gateway->numberOf("car-2"));
    QCOMPARE(news.speed, 60.0F);
    m_gateway->sample("car-3", 50.0, 12.0, 60.0);
    changed = positionsOf(*client.next());
    QCOMPARE(changed.size(), std::size_t(1));
    QCOMPARE(changed[0].car, m_gateway->numberOf("car-3"));
  }

  void sendsOnlyWhatWasAskedForAndMayBeViewed() {
    knowAllPositions();
    LiveClient one(*m_gateway, m_viewer);
    one.say(R"({"watch":{"positions":true,"cars":[)" + std::to_string(m_gateway->numberOf("car-3").value) + "]}}");
    const auto wanted = positionsOf(*one.next());
    QCOMPARE(wanted.size(), std::size_t(1));
    QCOMPARE(wanted[0].car, m_gateway->numberOf("car-3"));
    LiveClient car(*m_gateway, m_car);
    car.say(R"({"watch":{"positions":true}})");
    const auto own = positionsOf(*car.next());
    QCOMPARE(own.size(), std::size_t(1));
    QCOMPARE(own[0].car, m_gateway->numberOf("car-1"));
  }

  void tellsOfEventsCommandsStatesAndStatus() {
    LiveClient client(*m_gateway, m_viewer);
    const auto number = std::to_string(m_gateway->numberOf("car-1").value);
    client.say(R"({"watch":{"events":true,"commands":true,"status":true,"states":[)" + number + "]}}");
    QVERIFY(client.nextOfType("status").has_value());  // the watch has been read
    api::Event event;
    event.number = EventNumber{1};
    event.car = m_gateway->numberOf("car-1");
    event.name = "battery low";
    event.severity = api::Severity::alarm;
    m_gateway->control->eventsCommitted({event});
    const auto told = client.nextOfType("event");
    QVERIFY(told.has_value());
    QCOMPARE((*told)["event"]["carId"].get<std::string>(), std::string("car-1"));
    const auto state = client.nextOfType("state");
    QVERIFY(state.has_value());
    QCOMPARE((*state)["state"]["activeAlarms"].size(), std::size_t(1));
    const auto root = m_gateway->tokenFor("root");
    QTRY_VERIFY(m_gateway->knowsToken(root));
    m_gateway->call(Verb::post, "/cars/car-1/commands", root, R"({"name":"lock"})");
    QCOMPARE((*client.nextOfType("command"))["command"]["name"].get<std::string>(), std::string("lock"));
  }

  void tellsOfMessagesAsTheyCame() {
    const auto car = m_gateway->numberOf("car-1");
    for (int i = 0; i < 25; ++i) m_gateway->mqtt.received(car, message("cars/car-1/telemetry", std::to_string(i)));
    LiveClient client(*m_gateway, m_viewer);
    client.say(R"({"watch":{"messages":[)" + std::to_string(car.value) + "]}}");
    const auto first = client.nextOfType("messages");
    QCOMPARE((*first)["car"].get<std::uint32_t>(), car.value);
    QCOMPARE((*first)["messages"].size(), std::size_t(20));
    QCOMPARE((*first)["messages"][19]["text"].get<std::string>(), std::string("24"));
    QVERIFY(!first->contains("leftOut"));
    for (int i = 0; i < 30; ++i) m_gateway->mqtt.received(car, message("cars/car-1/telemetry", std::to_string(i)));
    m_gateway->mqtt.received(m_gateway->numberOf("car-2"), message("cars/car-2/telemetry", "of another"));
    std::size_t told = 0, leftOut = 0;
    while (told + leftOut < 30) {
      const auto next = client.nextOfType("messages");
      QVERIFY(next.has_value());
      told += (*next)["messages"].size();
      leftOut += next->value("leftOut", std::size_t(0));
      QVERIFY((*next)["messages"].size() <= 20);
    }
    QCOMPARE(told + leftOut, std::size_t(30));
  }

  void tellsOfNoMessageThatTheCallerWouldNotGet() {
    const auto root = m_gateway->usableToken("root");
    const auto rule = R"({"priority":10,"who":"role:viewer","about":"*","action":"subscribe","allow":false,)"
                      R"("note":"","filter":"payload.secret = true"})";
    QCOMPARE(m_gateway->call(Verb::post, "/permissions", root, rule).status, 201U);
    const auto car = m_gateway->numberOf("car-1");
    m_gateway->mqtt.received(car, message("cars/car-1/telemetry", R"({"secret":true})"));
    m_gateway->mqtt.received(car, message("plans/next-model", "of no car"));
    m_gateway->mqtt.received(car, message("cars/car-1/telemetry", R"({"secret":false})"));
    const auto watch = R"({"watch":{"messages":[)" + std::to_string(car.value) + "]}}";
    LiveClient viewer(*m_gateway, m_viewer);
    viewer.say(watch);
    const auto seen = viewer.nextOfType("messages");
    QCOMPARE((*seen)["messages"].size(), std::size_t(1));
    QCOMPARE((*seen)["messages"][0]["text"].get<std::string>(), std::string(R"({"secret":false})"));
    LiveClient administrator(*m_gateway, root);
    administrator.say(watch);
    QCOMPARE((*administrator.nextOfType("messages"))["messages"].size(), std::size_t(3));
    // Nor are they counted: of 30 with secrets in them nobody learns that they were left out.
    for (int i = 0; i < 30; ++i) m_gateway->mqtt.received(car, message("cars/car-1/telemetry", R"({"secret":true})"));
    m_gateway->mqtt.received(car, message("cars/car-1/telemetry", R"({"secret":false})"));
    const auto later = viewer.nextOfType("messages");
    QCOMPARE((*later)["messages"].size(), std::size_t(1));
    QVERIFY(!later->contains("leftOut"));
    // Another car may not even see that there is one.
    LiveClient other(*m_gateway, m_gateway->usableToken("car-2"));
    other.say(R"({"watch":{"status":true,"messages":[)" + std::to_string(car.value) + "]}}");
    for (int i = 0; i < 2; ++i)
      QCOMPARE(nlohmann::json::parse(other.next()->first)["type"].get<std::string>(), std::string("status"));
  }

  void saysWhatIsWrongWithAWatch() {
    LiveClient client(*m_gateway, m_viewer);
    for (const char* bad : {"nonsense", "{}", R"({"watch":{"position":true}})", R"({"watch":{"cars":["a"]}})",
                            R"({"watch":{"messages":[1,2,3,4,5]}})"}) {
      client.say(bad);
      QVERIFY(!(*client.nextOfType("error"))["message"].get<std::string>().empty());
    }
  }

  void aChangeBySomebodyElseIsSeenAndEndsWhatItForbids() {
    knowAllPositions();
    LiveClient client(*m_gateway, m_viewer);
    client.say(R"({"watch":{"positions":true}})");
    QVERIFY(client.next().has_value());
    const int changes = m_gateway->mqtt.registryChanges();
    m_gateway->addCar("car-4");  // by a second store, as another process has it
    QVERIFY(client.nextOfType("cars").has_value());
    QVERIFY(m_gateway->numberOf("car-4"));
    QTRY_VERIFY(m_gateway->mqtt.registryChanges() > changes);
    auto vera = *m_gateway->registry.record("vera");
    vera.principal.blocked = true;
    QVERIFY(m_gateway->store->updatePrincipal(vera).has_value());
    while (client.next()) {
    }
    QVERIFY(client.closeReason().find("sign in") != std::string::npos);
    QCOMPARE(m_gateway->call(Verb::get, "/cars", m_viewer).status, 401U);
  }

  void theEndOfTheGatewayIsTold() {
    LiveClient client(*m_gateway, m_viewer);
    client.say(R"({"watch":{"status":true}})");
    QVERIFY(client.nextOfType("status").has_value());
    std::thread stopping([this] { m_gateway->control->stop(); });
    while (client.next()) {
    }
    stopping.join();
    QVERIFY(client.closeReason().find("stopping") != std::string::npos);
  }

  void liveStatesAreRestored() {
    auto batch = std::make_shared<SampleBatch>();
    batch->beginRow(m_gateway->numberOf("car-1"), m_gateway->clock.now(), m_gateway->clock.now());
    batch->addMetric(MetricNames::kSpeedId, 33.0);
    std::promise<bool> stored;
    QVERIFY(
        m_gateway->writer->appendSamples(batch, [&](const Result<void>& done) { stored.set_value(done.has_value()); }));
    QVERIFY(stored.get_future().get());
    m_gateway->restartControl();
    QVERIFY(m_gateway->started.has_value());
    const auto car = m_gateway->call(Verb::get, "/cars/car-1", m_viewer).json;
    QCOMPARE(car["state"]["metrics"]["speed"]["value"].get<double>(), 33.0);
  }
};

QTEST_GUILESS_MAIN(TestControlLive)
#include "tst_control_live.moc"
