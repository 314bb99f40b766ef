#include "tests/support/plain_http.h"
#include "tests/support/test_gateway.h"

using namespace carport;
using namespace carport::test;
using api::LimitMeasure;
using api::LimitPer;
using api::LimitReaction;
using mqtt::ConnectCode;
using mqtt::PacketType;
using mqtt::Qos;
using mqtt::ReasonCode;

/// Limits on what is done over MQTT, by a clock that stands still unless the test moves it: what has to wait does so
/// for as long as it would have to, by the machine's timers.
class TestMqttUsageLimits : public QObject {
  Q_OBJECT

  ManualClock m_clock;
  std::unique_ptr<TestGateway> m_gateway;
  static constexpr const char* kSample = R"({"speed":50})";

  static std::string topicOf(const std::string& car) { return "cars/" + car + "/telemetry"; }
  api::Limit limit(const std::string& whom, LimitMeasure measure, std::int64_t most,
                   LimitReaction reaction = LimitReaction::reject, LimitPer per = LimitPer::principal) {
    api::Limit wanted;
    wanted.whom = api::LimitTarget::parse(whom).value();
    wanted.measure = measure;
    wanted.most = most;
    wanted.reaction = reaction;
    wanted.per = per;
    return m_gateway->store->addLimit(wanted).value();
  }
  void start() { QVERIFY(m_gateway->start()); }
  LimitBook& book() const { return m_gateway->gateway->registry().limitBook(); }
  api::LimitFigures figures(std::int64_t number = 1) const {
    return book().figures("", number, m_clock.steadyNow()).value_or(api::LimitFigures{});
  }
  api::LimitUse useOf(const std::string& key) const {
    for (const auto& use : figures().busiest) {
      if (use.key == key) return use;
    }
    return {};
  }
  std::uint64_t limitedMessages() const {
    return m_gateway->gateway->counters().transports[0].messages[static_cast<std::size_t>(MessageResult::limited)];
  }
  /// What CONNACK says to a car.
  std::optional<ReceivedPacket> signIn(const std::string& car, const std::string& clientId,
                                       mqtt::ProtocolLevel level = mqtt::ProtocolLevel::v5,
                                       const char* secret = TestGateway::kSecret) {
    m_last.push_back(m_gateway->client(level));
    return m_last.back()->signIn({car, secret, clientId, true, 0, {}});
  }
  ReasonCode reasonOf(const std::string& car, const std::string& clientId) {
    const auto answer = signIn(car, clientId);
    return answer ? answer->reason : ReasonCode::unspecifiedError;
  }
  std::vector<std::unique_ptr<MqttTestClient>> m_last;

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>(&m_clock);
    for (const char* car : {"car-1", "car-2"}) m_gateway->addCar(car);
    m_gateway->addUser("anna", api::kAdministratorRole);
  }
  void cleanup() {
    m_last.clear();
    m_gateway.reset();
  }

  void aWildCarIsSlowedItsNeighbourIsNot() {
    limit("*", LimitMeasure::messagesPerSecond, 4, LimitReaction::slow);
    start();
    const auto wild = m_gateway->car("car-1"), neighbour = m_gateway->car("car-2");
    QVERIFY(wild && neighbour);
    std::vector<mqtt::PacketId> sent;
    for (int i = 0; i < 6; ++i) sent.push_back(wild->publish(topicOf("car-1"), kSample));
    for (int i = 0; i < 4; ++i) QCOMPARE(wild->next(PacketType::puback)->packetId, sent[std::size_t(i)]);
    QTRY_VERIFY(useOf("car-1").slowed > 0);
    for (int i = 0; i < 4; ++i) QVERIFY(neighbour->publishesAcknowledged(topicOf("car-2"), kSample));
    QCOMPARE(useOf("car-2").slowed, 0U);
    QCOMPARE(useOf("car-2").taken, 4U);
    // Late, but in order, and each once.
    for (int i = 4; i < 6; ++i) QCOMPARE(wild->next(PacketType::puback)->packetId, sent[std::size_t(i)]);
    QCOMPARE(useOf("car-1").slowed, 2U);
    QCOMPARE(m_gateway->storedSamples("car-1"), 6U);
    QVERIFY(wild->isAnswered());
  }

  void slowHoldsQos0And2AsWell() {
    limit("principal:car-1", LimitMeasure::messagesPerSecond, 10, LimitReaction::slow);
    start();
    const auto car = m_gateway->v5Car("car-1", "one");
    for (int i = 0; i < 12; ++i) car->publish(topicOf("car-1"), kSample, Qos::atMostOnce);
    QVERIFY(car->publishesExactlyOnce(topicOf("car-1"), kSample));
    QTRY_COMPARE(m_gateway->storedSamples("car-1"), 13U);
    QCOMPARE(figures().sum.slowed, 3U);
    QCOMPARE(limitedMessages(), 0U);
  }

  void whatIsRefusedIsSaid() {
    limit("*", LimitMeasure::messagesPerSecond, 2);
    start();
    const auto car = m_gateway->v5Car("car-1", "one");
    for (int i = 0; i < 2; ++i) QVERIFY(car->reasonFor(topicOf("car-1"), kSample) == ReasonCode::success);
    QVERIFY(car->reasonFor(topicOf("car-1"), kSample) == ReasonCode::quotaExceeded);
    const auto id = car->publish(topicOf("car-1"), kSample, Qos::exactlyOnce);
    const auto record = car->next(PacketType::pubrec);
    QVERIFY(record && record->packetId == id && record->reason == ReasonCode::quotaExceeded);
    car->publish(topicOf("car-1"), kSample, Qos::atMostOnce);
    QVERIFY(car->isAnswered());
    QCOMPARE(limitedMessages(), 3U);
    QCOMPARE(useOf("car-1").refused, 3U);
    m_clock.advance(std::chrono::seconds(1));
    QVERIFY(car->publishesExactlyOnce(topicOf("car-1"), kSample));  // the packet id was free again
    QVERIFY(car->reasonFor(topicOf("car-1"), kSample) == ReasonCode::success);
    QCOMPARE(m_gateway->storedSamples("car-1"), 4U);
    QVERIFY(m_gateway->logged("car-1 sends more than limit 1 allows"));
  }

  void whoCannotBeToldWaitsAndLosesNothing() {
    limit("*", LimitMeasure::messagesPerSecond, 5);
    start();
    const auto car = m_gateway->car("car-1");
    for (int i = 0; i < 7; ++i) car->publish(topicOf("car-1"), kSample);
    for (int i = 0; i < 7; ++i) QVERIFY(car->next(PacketType::puback).has_value());
    QCOMPARE(m_gateway->storedSamples("car-1"), 7U);
    for (int i = 0; i < 3; ++i) car->publish(topicOf("car-1"), kSample, Qos::atMostOnce);
    QVERIFY(car->isAnswered());
    QCOMPARE(limitedMessages(), 3U);  // nobody waits for these
  }

  void whoWouldWaitTooLongIsClosedUnacknowledged() {
    limit("*", LimitMeasure::bytesPerDay, 50);
    m_gateway->config.mqttLimits.longestLimitWait = Milliseconds(100);
    start();
    const auto old = m_gateway->car("car-1");
    QVERIFY(old->publishesAcknowledged(topicOf("car-1"), std::string(200, ' ') + kSample));
    old->publish(topicOf("car-1"), kSample);
    QVERIFY(old->isClosedByServer());
    QCOMPARE(m_gateway->storedSamples("car-1"), 1U);
    const auto car = m_gateway->v5Car("car-1", "one");
    QVERIFY(car->reasonFor(topicOf("car-1"), kSample) == ReasonCode::quotaExceeded);
    m_clock.advance(std::chrono::hours(24 * 6));
    QVERIFY(car->reasonFor(topicOf("car-1"), kSample) == ReasonCode::success);
  }

  void refusedBeforeTheRulesAreAsked() {
    limit("*", LimitMeasure::messagesPerSecond, 1);
    start();
    const auto car = m_gateway->v5Car("car-1", "one");
    QVERIFY(car->reasonFor(topicOf("car-2"), kSample) == ReasonCode::notAuthorised);
    QVERIFY(car->reasonFor(topicOf("car-2"), kSample) == ReasonCode::quotaExceeded);
  }

  void connectionsOfOne() {
    limit("*", LimitMeasure::connections, 1);
    start();
    auto first = m_gateway->v5Car("car-1", "one");
    QVERIFY(first);
    QVERIFY(reasonOf("car-1", "two") == ReasonCode::quotaExceeded);
    QVERIFY(m_last.back()->isClosedByServer());
    const auto old = signIn("car-1", "three", mqtt::ProtocolLevel::v311);
    QVERIFY(old && old->connectCode == ConnectCode::serverUnavailable);
    QVERIFY(first->isAnswered());
    QVERIFY(reasonOf("car-2", "one") == ReasonCode::success);  // another car
    // A car that comes back before its old connection is noticed to be gone takes that one's place.
    QVERIFY(reasonOf("car-1", "one") == ReasonCode::success);
    QVERIFY(first->isClosedByServer());
    QCOMPARE(figures().used, 1);
    QVERIFY(m_last.back()->leaves());
    QTRY_COMPARE(useOf("car-1").used, 0);
    QVERIFY(reasonOf("car-1", "two") == ReasonCode::success);
    QCOMPARE(m_gateway->gateway->counters().refusals[static_cast<std::size_t>(ConnectionRefusal::limited)], 2U);
  }

  void connectionsOfAnAddressWhoever() {
    limit("*", LimitMeasure::connections, 2, LimitReaction::reject, LimitPer::address);
    start();
    QVERIFY(reasonOf("car-1", "a") == ReasonCode::success);
    QVERIFY(reasonOf("car-2", "a") == ReasonCode::success);
    QVERIFY(reasonOf("car-2", "b") == ReasonCode::quotaExceeded);
    QCOMPARE(figures().busiest.front().key, std::string("127.0.0.1"));
  }

  void signInsOfAnAddressAreCountedWhateverTheyProve() {
    limit("address:127.0.0.0/8", LimitMeasure::signInsPerMinute, 3, LimitReaction::reject, LimitPer::address);
    start();
    QVERIFY(reasonOf("car-1", "a") == ReasonCode::success);
    QVERIFY(signIn("car-1", "b", mqtt::ProtocolLevel::v5, "a wrong secret ....")->reason ==
            ReasonCode::badUserNameOrPassword);
    QVERIFY(signIn("nobody", "b")->reason == ReasonCode::badUserNameOrPassword);
    QVERIFY(reasonOf("car-2", "a") == ReasonCode::connectionRateExceeded);
    m_clock.advance(std::chrono::seconds(20));
    QVERIFY(reasonOf("car-2", "a") == ReasonCode::success);
  }

  /// Nobody locks a car out by trying wrong secrets for it.
  void signInsOfACarAreCountedOnlyWhenProven() {
    limit("principal:car-1", LimitMeasure::signInsPerMinute, 2);
    start();
    for (int i = 0; i < 4; ++i)
      QVERIFY(!m_gateway->client()->signsIn({"car-1", "a wrong secret .....", "x", true, 0, {}}));
    for (int i = 0; i < 2; ++i) QVERIFY(reasonOf("car-1", "a") == ReasonCode::success);
    QVERIFY(reasonOf("car-1", "a") == ReasonCode::connectionRateExceeded);
    QVERIFY(reasonOf("car-2", "a") == ReasonCode::success);
  }

  void aSignInThatIsSlowedComesLater() {
    limit("*", LimitMeasure::signInsPerMinute, 300, LimitReaction::slow, LimitPer::address);
    auto tight = m_gateway->store->load()->limits.front();
    tight.burst = 1;
    QVERIFY(m_gateway->store->updateLimit(tight).has_value());
    start();
    QVERIFY(reasonOf("car-1", "a") == ReasonCode::success);
    QVERIFY(reasonOf("car-2", "a") == ReasonCode::success);  // a fifth of a second later
    QCOMPARE(figures().sum.slowed, 1U);
  }

  void anOrganisationIsHeldToItTogether() {
    api::Organisation acme, zeta;
    acme.id = "acme";
    zeta.id = "zeta";
    QVERIFY(m_gateway->store->addOrganisation(acme) && m_gateway->store->addOrganisation(zeta));
    for (const char* car : {"acme.car-1", "acme.car-2", "zeta.car"}) m_gateway->addCar(car);
    limit("*", LimitMeasure::messagesPerSecond, 3, LimitReaction::reject, LimitPer::organisation);
    start();
    const auto one = m_gateway->v5Car("acme.car-1", "a"), two = m_gateway->v5Car("acme.car-2", "a"),
               other = m_gateway->v5Car("zeta.car", "a"), house = m_gateway->v5Car("car-1", "a");
    for (int i = 0; i < 2; ++i) QVERIFY(one->reasonFor(topicOf("acme.car-1"), kSample) == ReasonCode::success);
    QVERIFY(two->reasonFor(topicOf("acme.car-2"), kSample) == ReasonCode::success);
    QVERIFY(two->reasonFor(topicOf("acme.car-2"), kSample) == ReasonCode::quotaExceeded);
    for (int i = 0; i < 3; ++i) QVERIFY(other->reasonFor(topicOf("zeta.car"), kSample) == ReasonCode::success);
    for (int i = 0; i < 5; ++i) QVERIFY(house->reasonFor(topicOf("car-1"), kSample) == ReasonCode::success);
    QCOMPARE(figures().budgets, 2U);
  }

  void changesReachOpenConnections() {
    start();
    const auto car = m_gateway->v5Car("car-1", "one"), other = m_gateway->v5Car("car-2", "one");
    for (int i = 0; i < 5; ++i) QVERIFY(car->reasonFor(topicOf("car-1"), kSample) == ReasonCode::success);
    const auto made = limit("principal:car-1", LimitMeasure::messagesPerSecond, 1);
    limit("*", LimitMeasure::connections, 5, LimitReaction::reject, LimitPer::all);
    QTRY_COMPARE(figures().budgets, 1U);
    QTRY_COMPARE(figures(2).used, 2);  // those that were open before
    QVERIFY(car->reasonFor(topicOf("car-1"), kSample) == ReasonCode::success);
    QVERIFY(car->reasonFor(topicOf("car-1"), kSample) == ReasonCode::quotaExceeded);
    QVERIFY(m_gateway->store->removeLimit("", made.number).has_value());
    QTRY_VERIFY(car->reasonFor(topicOf("car-1"), kSample) == ReasonCode::success);
    QVERIFY(car->reasonFor(topicOf("car-1"), kSample) == ReasonCode::success);
  }

  /// Whoever waits does so no longer once the limit is gone.
  void aLimitThatGoesLetsGo() {
    const auto made = limit("*", LimitMeasure::bytesPerDay, 20, LimitReaction::slow);
    m_gateway->config.mqttLimits.longestLimitWait = std::chrono::hours(1000);
    start();
    const auto car = m_gateway->car("car-1");
    for (int i = 0; i < 3; ++i) car->publish(topicOf("car-1"), kSample);
    QVERIFY(car->next(PacketType::puback).has_value());
    QTRY_COMPARE(figures().sum.slowed, 1U);
    QVERIFY(m_gateway->store->removeLimit("", made.number).has_value());
    for (int i = 0; i < 2; ++i) QVERIFY(car->next(PacketType::puback).has_value());
    QCOMPARE(m_gateway->storedSamples("car-1"), 3U);
  }

  void commandsOfWhoGivesThem() {
    limit("principal:anna", LimitMeasure::commandsPerHour, 2);
    start();
    const auto anna = m_gateway->v5("anna", "one");
    const auto car = m_gateway->v5Car("car-1", "one");
    const auto give = [&] { return anna->reasonFor("cars/car-1/command", R"({"name":"lock"})"); };
    for (int i = 0; i < 2; ++i) QVERIFY(give() == ReasonCode::success);
    QVERIFY(give() == ReasonCode::quotaExceeded);
    QVERIFY(anna->reasonFor("fleet/news", "hello") == ReasonCode::noMatchingSubscribers);
    m_clock.advance(std::chrono::minutes(30));
    QVERIFY(give() == ReasonCode::success);
  }

  /// One budget, whatever door a car takes; over HTTP what would have to wait is refused.
  void theDeviceDoorTakesFromTheSameBudget() {
    limit("*", LimitMeasure::messagesPerSecond, 2, LimitReaction::slow);
    start();
    const auto post = [&] {
      return plainHttp(m_gateway->gateway->httpAddress(), "POST", "/api/v2/cars/car-1/telemetry",
                       "Content-Type: application/json\r\n"
                       "Authorization: Basic Y2FyLTE6YS1zZWNyZXQtb2YtMjAtY2hhcnM=\r\n",
                       kSample);
    };
    const auto car = m_gateway->v5Car("car-1", "one");
    QVERIFY(car->reasonFor(topicOf("car-1"), kSample) == ReasonCode::success);
    QCOMPARE(post().status, 200U);
    const auto over = post();
    QCOMPARE(over.status, 429U);
    QCOMPARE(over.field("retry-after"), std::string("1"));
    QCOMPARE(over.field("ratelimit-policy"), std::string("\"limit-1\";q=2;w=1"));
    m_clock.advance(std::chrono::seconds(1));
    QCOMPARE(post().status, 200U);
    QCOMPARE(m_gateway->storedSamples("car-1"), 3U);
  }

  void countOnlyCounts() {
    limit("*", LimitMeasure::messagesPerSecond, 1, LimitReaction::count);
    start();
    const auto car = m_gateway->v5Car("car-1", "one");
    for (int i = 0; i < 4; ++i) QVERIFY(car->reasonFor(topicOf("car-1"), kSample) == ReasonCode::success);
    QCOMPARE(figures().sum.over, 3U);
    QCOMPARE(figures().sum.refused, 0U);
  }
};

QTEST_GUILESS_MAIN(TestMqttUsageLimits)
#include "tst_mqtt_usage_limits.moc"
