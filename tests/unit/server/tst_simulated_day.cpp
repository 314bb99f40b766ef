#include "gateway/storage/verify.h"
#include "tests/unit/server/day_of_people.h"

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ReasonCode;

/// A day and more of simulated time: the whole gateway, its doors and its store, and everything in it that ends by
/// itself. What must be so when is said here as docs/api.md, docs/mqtt.md and docs/configuration.md say it.
class TestSimulatedDay : public QObject, private DayOfPeople {
  Q_OBJECT

  bool isThere(const std::string& clientId, const std::string& properties = {}) {
    const auto client = m_gateway->client(mqtt::ProtocolLevel::v5);
    const auto answer = client->signIn({"root", m_root, clientId, false, 0, {}, properties});
    return answer && answer->sessionPresent;
  }
  bool leaves(const std::string& clientId, std::chrono::seconds expiry, const std::string& filter = {}) {
    const auto client = connects("root", m_root, clientId, kept(expiry));
    return client && (filter.empty() || client->subscribe(filter)) && client->leaves();
  }
  void planSessions() {
    m_plan.at(kDay, "sessions are left behind", [this] {
      const bool ofCars =
          m_gateway->car("car-4", false, "one")->leaves() && m_gateway->car("car-4", false, "two")->leaves();
      return ofCars && leaves("three hours", 3h) && leaves("as long", 3h) && leaves("a day", 24h) &&
             leaves("over night", 48h);
    });
    m_plan.at(kDay + 3h - 1ms, "a session is kept to its last moment", [this] { return isThere("three hours"); });
    m_plan.at(kDay + 3h, "a session that is over is gone", [this] { return !isThere("as long"); });
    m_plan.at(kDay + 24h - 1ms, "MQTT 3.1.1 keeps a session for a day", [this] { return carIsThere("one"); });
    m_plan.at(kDay + 24h, "and no longer", [this] { return !carIsThere("two"); });
    m_plan.at(kDay + 24h, "a session of a day", [this] { return !isThere("a day"); });
    m_plan.at(kDay + 24h, "nothing is kept longer", [this] { return !isThere("over night"); });
  }
  bool carIsThere(const std::string& clientId) {
    const auto client = m_gateway->client();
    const auto answer = client->signIn({"car-4", TestGateway::kSecret, clientId, false, 0, {}});
    return answer && answer->sessionPresent;
  }

  /// What a client that was away finds; the rest of its life of the first.
  std::optional<std::uint32_t> restOf(const std::string& clientId, const std::string& payload) {
    const auto client = connects("root", m_root, clientId, kept(24h), false);
    const auto message = client ? client->nextMessage() : std::nullopt;
    if (!message || message->payload != payload) return std::nullopt;
    return message->number(PropertyId::messageExpiryInterval).value_or(0);
  }
  void planMessages() {
    static constexpr TimePoint sent = kDay + 10min, end = sent + 2h;
    m_plan.at(sent, "messages with an end", [this] {
      const auto sender = root("sender");
      return leaves("reader 1", 24h, "fleet/queue") && leaves("reader 2", 24h, "fleet/queue") &&
             publishes(*sender, "fleet/queue", "brief", lasting(2h)) && publishes(*sender, "fleet/queue", "endless") &&
             publishes(*sender, "fleet/retained", "brief", lasting(2h), true);
    });
    m_plan.add({"a retained message", sent, end, [this] { return findsRetained(); }});
    m_plan.at(end - 30min, "it says how long it lasts", [this] {
      const auto client = root("retained");
      if (!client->subscribe("fleet/retained")) return false;
      return client->nextMessage()->number(PropertyId::messageExpiryInterval) == 1800U;
    });
    m_plan.at(end - 1s, "a waiting message has a second left", [this] { return restOf("reader 1", "brief") == 1U; });
    m_plan.at(end, "a waiting message that is over", [this] { return restOf("reader 2", "endless") == 0U; });
  }
  bool findsRetained() {
    const auto client = root("retained");
    return client && client->subscribe("fleet/retained") && client->isAnswered() &&
           client->waiting(PacketType::publish) == 1;
  }

  /// Once those that tests have left are gone.
  std::uint64_t openConnections() const {
    std::uint64_t open = 0;
    static_cast<void>(QTest::qWaitFor([&] {
      const auto before = std::exchange(open, m_gateway->gateway->counters().connections);
      return open == before;
    }));
    return open;
  }
  bool vanishes(const std::string& name, std::chrono::seconds delay, std::chrono::seconds expiry) {
    const auto properties = seconds(PropertyId::willDelayInterval, delay);
    mqtt::Will will;
    will.topic = m_texts["will " + name] = "fleet/" + name;
    will.payload = "gone";
    will.qos = mqtt::Qos::atLeastOnce;
    will.properties = {properties};
    const auto client = m_gateway->client(mqtt::ProtocolLevel::v5);
    if (!client->signsIn({"root", m_root, name, true, 0, will, kept(expiry)})) return false;
    const auto open = openConnections();
    client->vanish();
    return QTest::qWaitFor([&] { return m_gateway->gateway->counters().connections < open; });
  }
  /// No will has come about this one; once one has, it stays so.
  bool isSilent(const std::string& name, const std::string& watcher) {
    auto& client = *m_clients[watcher];
    static_cast<void>(client.isAnswered());
    while (client.waiting(PacketType::publish) > 0) m_texts["heard " + client.nextMessage()->topic] = "yes";
    return m_texts["heard fleet/" + name].empty();
  }
  void planWills() {
    static constexpr TimePoint lost = kDay + 20min, late = kRestart - 10min;
    m_plan.at(lost, "connections are lost", [this] {
      m_clients["wills"] = root("wills");
      return m_clients["wills"]->subscribe("fleet/+").has_value() && vanishes("delayed", 30min, 2h) &&
             vanishes("ended", 2h, 10min);
    });
    m_plan.add({"a will waits for its delay", kNoonBefore, lost + 30min,
                [this] { return m_clients["wills"] == nullptr || isSilent("delayed", "wills"); }, true, kMqttBeat});
    m_plan.add({"a will waits for the end of its session", kNoonBefore, lost + 10min,
                [this] { return m_clients["wills"] == nullptr || isSilent("ended", "wills"); }, true, kMqttBeat});
    m_plan.at(late, "a connection is lost before the restart", [this] { return vanishes("late", 30min, 2h); });
    m_plan.at(kRestart, "its watcher comes back", [this] {
      m_clients["after"] = root("after");
      return m_clients["after"]->subscribe("fleet/+").has_value();
    });
    m_plan.add({"a will waits over a restart", kNoonBefore, late + 30min,
                [this] { return m_clients["after"] == nullptr || isSilent("late", "after"); }, true, kMqttBeat});
  }

  std::string order(const json& command, const std::string& fields = {}) {
    return call("POST", "/cars/car-2/commands", m_root, command, fields).json.value("id", "");
  }
  bool isQueued(const std::string& name) {
    return call("GET", "/commands/" + m_texts[name], m_root).json.value("state", "") == "queued";
  }
  void planCommands() {
    static constexpr TimePoint given = kDay + 30min;
    m_plan.at(given, "commands are given", [this] {
      m_texts["usual"] = order({{"name", "honk"}});
      m_texts["long"] = order({{"name", "lock"}, {"expiresAt", toMs(given + 20h)}});
      return !m_texts["usual"].empty() && !m_texts["long"].empty();
    });
    m_plan.add({"a command lasts for ten minutes", given, given + 10min, [this] { return isQueued("usual"); }, false,
                kControlBeat});
    m_plan.add({"a command lasts over a restart", given, given + 20h, [this] { return isQueued("long"); }, false,
                kControlBeat});
    const std::string key = "Idempotency-Key: \"a-key-of-the-day\"\r\n";
    const json once{{"name", "flash"}, {"expiresAt", toMs(kDay + 36h)}};
    m_plan.at(kNoonBefore, "a command is given once",
              [=, this] { return !(m_texts["once"] = order(once, key)).empty(); });
    m_plan.add({"an idempotency key", kNoonBefore, kNoonBefore + 24h + 1ms,
                [=, this] { return order(once, key) == m_texts["once"]; }});
  }

  bool hasEvent(const std::string& name) {
    return !call("GET", "/cars/car-2/events?name=" + name + "&from=0", m_root).json["events"].empty();
  }
  void planStore() {
    m_plan.at(kNoonBefore, "an event, and how long such are kept", [this] {
      const json policy{{"name", "brief"}, {"rawDays", 1}, {"minuteDays", 1}, {"hourDays", 1}};
      return call("PUT", "/retention", m_root, {{"policies", json::array({policy})}}).status == 200 &&
             publishes(*m_gateway->v5Car("car-2", "car-2"), "cars/car-2/event", R"({"name":"old"})");
    });
    m_plan.at(kDay + 1h, "an event of the next day", [this] {
      return publishes(*m_gateway->v5Car("car-2", "car-2"), "cars/car-2/event", R"({"name":"new"})");
    });
    m_plan.add({"an event of the day before", kNoonBefore, kDay + 24h, [this] { return hasEvent("old"); }, false,
                2 * kSlowBeat, 1min});
    m_plan.add({"an event of the day", kDay + 1h, kDay + 48h, [this] { return hasEvent("new"); }});
    m_plan.at(kNoonBefore, "something for the audit log", [this] {
      return call("POST", "/cars", m_root, {{"id", "noon"}}).status == 201;
    });
    m_plan.add({"an entry of the audit log", kNoonBefore, kNoonBefore + 24h + 1ms,
                [this] { return !call("GET", "/audit?about=noon", m_root).json["entries"].empty(); }, false, kSlowBeat,
                1h + 1min});
  }

  std::string activityOf(const std::string& car) {
    return call("GET", "/cars/" + car, m_root).json["state"]["position"].value("activity", "");
  }
  void planActivities() {
    static constexpr TimePoint begin = kDay + 14h;
    const auto says = [this](const std::string& json) {
      return publishes(*m_gateway->v5Car("car-3", "car-3"), "cars/car-3/telemetry", json);
    };
    m_plan.at(begin, "a car drives", [=] { return says(R"({"speed":50})"); });
    m_plan.at(begin + 6min, "a car drives again", [=] { return says(R"({"speed":50})"); });
    m_plan.at(begin + 7min, "a car stops", [=] { return says(R"({"speed":0})"); });
    const auto add = [this](const std::string& activity, TimePoint from, TimePoint until) {
      m_plan.add({"a car is " + activity, from, until, [=, this] { return activityOf("car-3") == activity; }, true,
                  kSlowBeat});
    };
    add("driving", begin, begin + 5min + 1ms);
    add("silent", begin + 5min + 1ms, begin + 6min);
    add("idling", begin + 7min, begin + 9min);
    add("parked", begin + 9min, begin + 12min + 1ms);
  }

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>(&m_clock);
    m_gateway->config.ioThreads = 1;
    m_gateway->config.auditDays = 1;
    for (const char* id : {"car-1", "car-2", "car-3", "car-4", "van-1", "van-2", "van-3"}) m_gateway->addCar(id);
    for (const char* id : {"anna", "root"}) m_gateway->addUser(id, api::kAdministratorRole);
    for (const char* id : {"olga", "bea", "carl", "dora", "emil"}) m_gateway->addUser(id, api::kOperatorRole);
    m_root = m_gateway->addToken("root");
    m_olga = m_gateway->addToken("olga");
    QVERIFY(m_gateway->start());
  }

  void everythingEndsInItsTime() {
    m_plan.at(kRestart, "the gateway is started again", [this] {
      m_clients.clear();
      m_live.reset();
      m_gateway->stop();
      return m_gateway->start();
    });
    planTokens();
    planRules();
    planProvisioning();
    planSecrets();
    planSecondFactor();
    planLockOuts();
    planSessions();
    planMessages();
    planWills();
    planCommands();
    planStore();
    planActivities();
    planNitrogen();
    m_plan.run(kDay + 24h + 10min);
    QCOMPARE(m_plan.mistakes(), QStringList());
    QVERIFY(m_plan.asked() > 1000);
    m_clients.clear();
    m_gateway->stop();
    const auto report = verifyFolder(m_gateway->directory.path().toStdString());
    QVERIFY(report && report->sound());
  }
};

QTEST_GUILESS_MAIN(TestSimulatedDay)
#include "tst_simulated_day.moc"
