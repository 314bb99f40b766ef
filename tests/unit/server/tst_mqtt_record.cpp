#include "gateway/server/mqtt/connection_journal.h"
#include "gateway/server/mqtt/raw_ring.h"
#include "tests/support/plain_http.h"
#include "tests/support/test_gateway.h"

#include <algorithm>

using namespace carport;
using namespace carport::test;
using api::AttemptKind;
using api::ConnectionEnding;
using api::Doorway;

/// What the gateway remembers of how everybody was connected, and of the messages as they came.
class TestMqttRecord : public QObject {
  Q_OBJECT

 private slots:
  void cleanup() { m_gateway.reset(); }

  void aConnectionIsRecordedFromBeginningToEnd() {
    QVERIFY(begin());
    auto car = m_gateway->v5Car("car-1", "box-17");
    QVERIFY(car);
    QTRY_COMPARE(recordsOf("car-1").size(), 1U);
    auto open = recordsOf("car-1").front();
    QVERIFY(!open.closedAt);
    QCOMPARE(open.level, std::uint8_t{5});
    QVERIFY(open.doorway == Doorway::mqtt);
    QCOMPARE(open.address, std::string("127.0.0.1"));
    QCOMPARE(open.clientId, std::string("box-17"));
    QVERIFY(car->publishesAcknowledged("cars/car-1/telemetry", R"({"speed":40})"));
    QVERIFY(car->publishesAcknowledged("cars/car-1/telemetry", R"({"speed":41})"));
    QVERIFY(car->leaves());
    QTRY_VERIFY(recordsOf("car-1").front().closedAt);
    const auto closed = recordsOf("car-1").front();
    QCOMPARE(recordsOf("car-1").size(), 1U);
    QVERIFY(closed.ending == ConnectionEnding::goodbye && closed.reason.empty());
    QVERIFY(*closed.closedAt >= closed.openedAt && closed.openedAt == open.openedAt);
    QCOMPARE(closed.messagesIn, std::uint64_t{2});
    QVERIFY(closed.bytesIn > 60 && closed.bytesOut > 8);
  }

  void messagesToAClientAreCounted() {
    QVERIFY(begin({{"anna", api::kAdministratorRole}}));
    auto listener = m_gateway->user("anna");
    QVERIFY(listener->subscribe("cars/#").has_value());
    auto car = m_gateway->car("car-1");
    QVERIFY(car->publishesAcknowledged("cars/car-1/telemetry", R"({"speed":40})"));
    QVERIFY(listener->nextMessage());
    QVERIFY(listener->leaves());
    QTRY_VERIFY(lastOf("anna") && lastOf("anna")->closedAt);
    QCOMPARE(lastOf("anna")->messagesOut, std::uint64_t{1});
    QCOMPARE(lastOf("anna")->messagesIn, std::uint64_t{0});
  }

  void everyEndHasItsReason() {
    QVERIFY(begin());
    auto first = m_gateway->car("car-1");
    auto second = m_gateway->car("car-1");  // the same client id
    QTRY_VERIFY(hasEnding("car-1", ConnectionEnding::takenOver));
    QVERIFY(second->publishesAcknowledged("cars/car-1/telemetry", R"({"speed":1})"));
    second.reset();  // without a word
    QTRY_VERIFY(hasEnding("car-1", ConnectionEnding::lost));
    auto quiet = m_gateway->client();
    QVERIFY(quiet->signsIn({"car-1", TestGateway::kSecret, "quiet", true, 1, {}}));
    QTRY_VERIFY_WITH_TIMEOUT(hasEnding("car-1", ConnectionEnding::keepAlive), 10'000);
    auto wrong = m_gateway->car("car-1");
    wrong->sendBytes(std::string("\x00\x00\x00", 3));
    QTRY_VERIFY(hasEnding("car-1", ConnectionEnding::protocol));
    auto forbidden = m_gateway->car("car-1");
    forbidden->publish("cars/car-2/telemetry", R"({"speed":1})");
    QTRY_VERIFY(hasEnding("car-1", ConnectionEnding::notAllowed));
    auto blocked = m_gateway->car("car-1");
    auto record = m_gateway->recordOf("car-1");
    record.principal.blocked = true;
    QVERIFY(m_gateway->store->updatePrincipal(record).has_value());
    QTRY_VERIFY(hasEnding("car-1", ConnectionEnding::blocked));
    QCOMPARE(recordsOf("car-1").size(), 6U);
    QVERIFY(!endingOf("car-1", ConnectionEnding::protocol).reason.empty());
  }

  void aStoppedGatewaySaysSo() {
    QVERIFY(begin());
    const auto car = m_gateway->car("car-1");
    QTRY_COMPARE(recordsOf("car-1").size(), 1U);
    m_gateway->stop();
    QVERIFY(m_gateway->start());
    QVERIFY(hasEnding("car-1", ConnectionEnding::stopped));
  }

  void whatWasLeftOpenHasEndedAtTheNextStart() {
    QVERIFY(begin());
    const auto now = m_gateway->clock.now();
    auto news = std::make_shared<ConnectionNews>();
    news->at = now;
    news->connections.push_back(connection("car-1", toMs(now) * 1000 + 3'600'000'000, now));
    QVERIFY(write(news));
    QVERIFY(!lastOf("car-1")->closedAt);
    m_gateway->stop();
    QVERIFY(m_gateway->start());
    QTRY_VERIFY(lastOf("car-1")->closedAt);
    QVERIFY(lastOf("car-1")->ending == ConnectionEnding::died && *lastOf("car-1")->closedAt >= now);
    // Numbers go on above those that were given.
    const auto car = m_gateway->car("car-1");
    QTRY_COMPARE(recordsOf("car-1").size(), 2U);
    QVERIFY(!recordsOf("car-1").front().closedAt);
  }

  void whatTheStorageHasNoRoomForIsWrittenLater() {
    QVERIFY(begin());
    m_gateway->tap->refuseConnections(true);
    auto car = m_gateway->car("car-1", true, "first");
    QTest::qWait(1'500);  // longer than a single record waits
    QVERIFY(recordsOf("car-1").empty());
    QVERIFY(car->leaves());
    QVERIFY(m_gateway->car("car-1", true, "second")->leaves());
    m_gateway->tap->refuseConnections(false);
    QTRY_COMPARE(recordsOf("car-1").size(), 2U);
    QTRY_VERIFY(recordsOf("car-1")[0].closedAt && recordsOf("car-1")[1].closedAt);
    QCOMPARE(recordsOf("car-1")[0].clientId, std::string("second"));
    QCOMPARE(m_gateway->gateway->counters().forgottenConnections, std::uint64_t{0});
  }

  void refusedAttemptsAreCounted() {
    QVERIFY(begin());
    for (int i = 0; i < 3; ++i)
      QVERIFY(!m_gateway->client()->signsIn({"car-1", "wrong-secret-of-20-chars", "x", true, 0, {}}));
    QVERIFY(!m_gateway->client()->signsIn({"nobody", "wrong-secret-of-20-chars", "x", true, 0, {}}));
    auto record = m_gateway->recordOf("car-2");
    record.principal.blocked = true;
    QVERIFY(m_gateway->store->updatePrincipal(record).has_value());
    QTRY_VERIFY(m_gateway->gateway->registry().find("car-2")->blocked);
    QVERIFY(!m_gateway->client()->signsIn({"car-2", TestGateway::kSecret, "x", true, 0, {}}));
    m_gateway->stop();  // counts are written once a minute, and at the end
    QVERIFY(m_gateway->start());
    const auto wrong = attemptsOf("car-1");
    QCOMPARE(wrong.size(), 1U);
    QVERIFY(wrong[0].kind == AttemptKind::wrongSecret && wrong[0].count == 3);
    QCOMPARE(wrong[0].lastAddress, std::string("127.0.0.1"));
    QVERIFY(attemptsOf("car-2").size() == 1 && attemptsOf("car-2")[0].kind == AttemptKind::blocked);
    QVERIFY(recordsOf("car-1").empty() && recordsOf("car-2").empty());
  }

  void theApiTellsWhoMaySee() {
    QVERIFY(begin({{"anna", api::kAdministratorRole}, {"vera", api::kViewerRole}}));
    const auto anna = m_gateway->addToken("anna"), vera = m_gateway->addToken("vera");
    QTRY_COMPARE(get("/cars/car-1", vera).status, 200U);
    const auto car = m_gateway->car("car-1");
    QVERIFY(m_gateway->car("car-1", true, "second")->leaves());
    QTRY_COMPARE(recordsOf("car-1").size(), 2U);
    const auto all = get("/cars/car-1/connections", anna);
    QCOMPARE(all.status, 200U);
    QCOMPARE(all.json["connections"].size(), 2U);
    QCOMPARE(all.json["connections"][0]["clientId"].get<std::string>(), std::string("second"));
    QCOMPARE(all.json["connections"][1]["address"].get<std::string>(), std::string("127.0.0.1"));
    QVERIFY(!all.json["connections"][1].contains("closedAt") && all.json["attempts"].empty());
    const auto seen = get("/cars/car-1/connections", vera);
    QCOMPARE(seen.json["connections"].size(), 2U);
    QVERIFY(!seen.json["connections"][0].contains("address"));
    QCOMPARE(get("/principals/anna/connections", vera).status, 403U);
    QCOMPARE(get("/principals/anna/connections", anna).json["connections"].size(), 0U);
    QCOMPARE(get("/cars/car-9/connections", anna).status, 404U);
    const auto page = get("/cars/car-1/connections?limit=1", anna);
    QCOMPARE(page.json["connections"].size(), 1U);
    const auto next = page.json["next"].get<std::string>();
    const auto rest = plainHttp(m_gateway->gateway->httpAddress(), "GET", next, bearer(anna));
    QCOMPARE(rest.json["connections"][0]["clientId"].get<std::string>(), std::string("car-1"));
    QVERIFY(!rest.json.contains("next"));
    QCOMPARE(get("/cars/car-1/connections?to=1000", anna).json["connections"].size(), 0U);
  }

  void onlyTheNewestAreKept() {
    QVERIFY(begin());
    auto news = std::make_shared<ConnectionNews>();
    news->at = m_gateway->clock.now();
    const auto old = news->at - std::chrono::duration_cast<Milliseconds>(KeptConnections::kMaxAge) - Milliseconds(1);
    const auto most = static_cast<std::int64_t>(KeptConnections::kMaxOfPrincipal);
    for (std::int64_t i = 0; i < most + 40; ++i) {
      auto one = connection("car-1", toMs(news->at) * 1000 + i, news->at);
      one.closedAt = news->at;
      news->connections.push_back(std::move(one));
    }
    auto tooOld = connection("car-2", toMs(old) * 1000, old);
    tooOld.closedAt = old;
    news->connections.push_back(tooOld);
    news->connections.push_back(connection("car-2", toMs(old) * 1000 + 1, old));  // open still
    auto stranger = connection("car-2", toMs(news->at) * 1000 + 999'000, news->at);
    stranger.principal = PrincipalNumber{9'999'999};
    news->connections.push_back(stranger);
    QVERIFY(write(news));
    const auto kept = recordsOf("car-1", 1000);
    QCOMPARE(kept.size(), KeptConnections::kMaxOfPrincipal);
    QCOMPARE(kept.front().number - kept.back().number, most - 1);
    QCOMPARE(recordsOf("car-2").size(), 1U);
    auto reader = m_gateway->folder->openReader().value();
    QVERIFY(reader->connections({stranger.principal}).value().empty());
    QVERIFY(m_gateway->store->removePrincipal(m_gateway->recordOf("car-1").principal.number).has_value());
    QVERIFY(reader->connections({kept.front().principal}).value().empty());
  }

  void theRingKeepsMessagesByteForByte() {
    RawRing ring;
    ring.keep(arrival(1, "before there is room"));
    ring.reserve(256 * 1024);
    std::string properties;
    mqtt::PropertyWriter(properties).text(mqtt::PropertyId::contentType, "text/plain").userProperty("who", "me");
    mqtt::PropertyWriter(properties).number(mqtt::PropertyId::messageExpiryInterval, 60);
    RawArrival one = arrival(7, std::string_view("a\0b", 3));
    one.properties = properties;
    one.reason = "\"speed\": too fast";
    one.values = 3;
    one.samples = 2;
    one.qos = 2;
    one.retain = true;
    ring.keep(one);
    ring.keep(arrival(7, "\xff\xfe"));
    ring.keep(arrival(7 + RawRing::kChains, "of another car in the same chain"));
    const auto part = ring.read({}, PrincipalNumber{7}, 0, 20);
    QCOMPARE(part.messages.size(), 2U);
    const auto& first = part.messages[0];
    QCOMPARE(first.payload, std::string("a\0b", 3));
    QVERIFY(first.isText && first.bytes == 3 && first.topic == "cars/7/telemetry");
    QVERIFY(first.values == 3 && first.samples == 2 && first.qos == 2 && first.retain);
    QCOMPARE(first.reason, std::string("\"speed\": too fast"));
    const std::vector<std::pair<std::string, std::string>> told{
        {"content type", "text/plain"}, {"who", "me"}, {"message expiry", "60"}};
    QVERIFY(first.properties == told);
    QVERIFY(!part.messages[1].isText && part.messages[1].payload == "\xff\xfe");
    for (const auto& message : part.messages) {
      const auto read = api::fromJson<api::RawMessage>(nlohmann::json::parse(api::toText(api::toJson(message))));
      QVERIFY(read.has_value() && *read == message);
    }
    QVERIFY(ring.read({}, PrincipalNumber{7}, part.next, 20).messages.empty());
    ring.keep(arrival(7, "new"));
    QCOMPARE(ring.read({}, PrincipalNumber{7}, part.next, 20).messages.size(), 1U);
    QCOMPARE(ring.read({}, PrincipalNumber{8}, 0, 20).messages.size(), 0U);
  }

  /// What a message costs that is kept; run with -tickcounter or as it is.
  void keepingAMessage_data() {
    QTest::addColumn<std::size_t>("organisations");
    QTest::newRow("one organisation") << std::size_t{1};
    QTest::newRow("twenty in turn") << std::size_t{20};
  }
  void keepingAMessage() {
    QFETCH(const std::size_t, organisations);
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < organisations; ++i) ids.push_back("organisation-" + std::to_string(i));
    RawRing ring;
    ring.reserve(RawRing::kMaxBytes);
    const std::string payload(200, 'x');
    std::uint32_t car = 0;
    QBENCHMARK {
      car = car * 1'664'525 + 1'013'904'223;
      ring.keep(arrival(car % 18'000, payload, ids[car % organisations]));
    }
    QVERIFY(!ring.read(ids[car % organisations], PrincipalNumber{car % 18'000}, 0, 1).messages.empty());
  }

  void theRingForgetsTheOldest() {
    RawRing ring;
    ring.reserve(128 * 1024);
    const std::string payload(1000, 'x');
    const auto begin = ring.read({}, PrincipalNumber{1}, 0, 20).next;
    for (int i = 0; i < 30; ++i) ring.keep(arrival(1, payload));
    auto part = ring.read({}, PrincipalNumber{1}, begin, 20);
    QCOMPARE(part.messages.size(), 20U);
    QVERIFY((part.leftOut == CountsByTopic{{"cars/7/telemetry", 10}}));
    QVERIFY(ring.read({}, PrincipalNumber{1}, 0, 20).leftOut.empty());
    for (int i = 0; i < 1000; ++i) ring.keep(arrival(2, std::to_string(i) + payload));
    QVERIFY(ring.read({}, PrincipalNumber{1}, 0, 20).messages.empty());
    part = ring.read({}, PrincipalNumber{2}, 0, 1000);
    QVERIFY2(part.messages.size() > 80 && part.messages.size() < 130,
             qPrintable(QString::number(part.messages.size())));
    QCOMPARE(part.messages.back().payload, "999" + payload);
    const std::string large = "€" + std::string(api::RawMessage::kMaxPayloadBytes, 'y');
    ring.keep(arrival(3, large));
    const auto cut = ring.read({}, PrincipalNumber{3}, 0, 1).messages.front();
    QVERIFY(cut.isText && cut.bytes == large.size() &&
            cut.payload == large.substr(0, api::RawMessage::kMaxPayloadBytes));
    const std::string split = std::string(api::RawMessage::kMaxPayloadBytes - 1, 'z') + "€";
    ring.keep(arrival(3, split));
    const auto whole = ring.read({}, PrincipalNumber{3}, 0, 1).messages.front();
    QVERIFY(whole.isText && whole.payload == split.substr(0, api::RawMessage::kMaxPayloadBytes - 1));
  }

  void whatOneOrganisationSendsShortensNoOthersMessages() {
    constexpr std::size_t kBlocks = 8;
    const std::string payload(1000, 'x');
    RawRing ring;
    ring.reserve(kBlocks * RawRing::kBlockBytes);
    const auto send = [&](std::uint32_t car, const std::string& organisation, int count) {
      for (int i = 0; i < count; ++i) ring.keep(arrival(car, payload, organisation));
    };
    const auto keptOf = [&](std::uint32_t car, const std::string& organisation) {
      return ring.read(organisation, PrincipalNumber{car}, 0, 1000).messages.size();
    };
    send(1, "quiet", 50);
    send(2, "busy", 10'000);
    QCOMPARE(keptOf(1, "quiet"), 50U);
    QVERIFY(keptOf(2, "busy") > 120);  // all that the quiet one has not
    send(1, "quiet", 60);              // as much as is its equal part, four blocks
    send(2, "busy", 10'000);
    QCOMPARE(keptOf(1, "quiet"), 110U);
    QCOMPARE(keptOf(1, "busy"), 0U);
    // More of them than blocks: the newest are kept, and nobody else's are read.
    for (int i = 0; i < 20; ++i) send(3, "other-" + std::to_string(i), 1);
    QCOMPARE(keptOf(3, "other-19"), 1U);
    QCOMPARE(keptOf(3, "other-0"), 0U);
    // Who watches goes on where all of it has gone meanwhile.
    const auto next = ring.read("other-0", PrincipalNumber{3}, 0, 20).next;
    send(3, "other-0", 2);
    QCOMPARE(ring.read("other-0", PrincipalNumber{3}, next, 20).messages.size(), 2U);
  }

 private:
  /// With two cars and these users; true once it serves.
  bool begin(const std::vector<std::pair<std::string, std::string_view>>& users = {}) {
    m_gateway = std::make_unique<TestGateway>();
    m_gateway->addCar("car-1");
    m_gateway->addCar("car-2");
    for (const auto& [id, role] : users) m_gateway->addUser(id, role);
    return m_gateway->start();
  }
  static RawArrival arrival(std::uint32_t car, std::string_view payload, std::string_view organisation = {}) {
    static const std::string kTopic = "cars/7/telemetry";
    RawArrival raw;
    raw.car = PrincipalNumber{car};
    raw.organisation = organisation;
    raw.at = fromMs(1'700'000'000'000);
    raw.topic = kTopic;
    raw.payload = payload;
    return raw;
  }
  static std::string bearer(const std::string& token) { return "Authorization: Bearer " + token + "\r\n"; }
  PlainAnswer get(const std::string& path, const std::string& token) const {
    return plainHttp(m_gateway->gateway->httpAddress(), "GET", "/api/v2" + path, bearer(token));
  }
  api::Connection connection(const std::string& id, std::int64_t number, TimePoint at) const {
    api::Connection one;
    one.number = number;
    one.principal = m_gateway->recordOf(id).principal.number;
    one.clientId = id;
    one.address = "192.0.2.1";
    one.openedAt = at;
    return one;
  }
  bool write(std::shared_ptr<const ConnectionNews> news) const {
    std::promise<bool> written;
    const bool isTaken = m_gateway->durable->appendConnections(
        std::move(news), [&](const Result<void>& result) { written.set_value(result.has_value()); });
    return isTaken && written.get_future().get();
  }
  std::vector<api::Connection> recordsOf(const std::string& id, std::size_t limit = 100) const {
    ConnectionQuery query{m_gateway->recordOf(id).principal.number};
    query.limit = limit;
    return m_gateway->folder->openReader().value()->connections(query).value();
  }
  std::optional<api::Connection> lastOf(const std::string& id) const {
    const auto all = recordsOf(id);
    return all.empty() ? std::nullopt : std::optional(all.front());
  }
  std::vector<api::AttemptCount> attemptsOf(const std::string& id) const {
    const auto number = m_gateway->recordOf(id).principal.number;
    return m_gateway->folder->openReader().value()->attempts(number).value();
  }
  api::Connection endingOf(const std::string& id, ConnectionEnding ending) const {
    for (const auto& one : recordsOf(id)) {
      if (one.closedAt && one.ending == ending) return one;
    }
    return {};
  }
  bool hasEnding(const std::string& id, ConnectionEnding ending) const {
    return endingOf(id, ending).closedAt.has_value();
  }

  std::unique_ptr<TestGateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttRecord)
#include "tst_mqtt_record.moc"
