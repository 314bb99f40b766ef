#include "tests/support/test_gateway.h"

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::Qos;
using mqtt::ReasonCode;

/// Two organisations and the house on one broker, on two I/O threads: nobody sees, meets or slows another; and rules
/// about single commands and messages.
class TestMqttOrganisations : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    for (const char* id : {"acme", "beta"}) {
      api::Organisation organisation;
      organisation.id = id;
      QVERIFY(m_gateway->store->addOrganisation(organisation).has_value());
    }
    for (const char* id : {"car-1", "acme.van", "acme.truck", "beta.van"}) m_gateway->addCar(id);
    for (const char* id : {"root", "acme.anna", "beta.bert"}) m_gateway->addUser(id, api::kAdministratorRole);
    m_gateway->addUser("acme.olga", api::kOperatorRole);
  }
  void cleanup() { m_gateway.reset(); }

  void whatOneSendsNoOtherGets() {
    QVERIFY(m_gateway->start());
    const auto root = m_gateway->user("root"), anna = m_gateway->user("acme.anna"), bert = m_gateway->user("beta.bert");
    for (auto* client : {root.get(), anna.get(), bert.get()}) {
      QCOMPARE(int(*client->subscribe("#")), 1);
      QCOMPARE(int(*client->subscribe("cars/+/telemetry")), 1);
      QCOMPARE(int(*client->subscribe("organisations/+/door")), 1);
    }
    const auto van = m_gateway->car("acme.van"), other = m_gateway->car("beta.van"), house = m_gateway->car("car-1");
    QVERIFY(van->publishesAcknowledged("cars/acme.van/telemetry", R"({"speed":1})"));
    QVERIFY(other->publishesAcknowledged("cars/beta.van/telemetry", R"({"speed":2})"));
    QVERIFY(house->publishesAcknowledged("cars/car-1/telemetry", R"({"speed":3})"));
    QVERIFY(anna->publishesAcknowledged("organisations/acme/door", "open"));
    QVERIFY(root->publishesAcknowledged("plant/door", "shut"));
    QCOMPARE(topicsOf(*anna, 2), QStringList({"cars/acme.van/telemetry", "organisations/acme/door"}));
    QCOMPARE(topicsOf(*bert, 1), QStringList({"cars/beta.van/telemetry"}));
    QCOMPARE(topicsOf(*root, 2), QStringList({"cars/car-1/telemetry", "plant/door"}));
  }

  void nobodyPublishesBeyondItsOwn_data() {
    QTest::addColumn<QString>("topic");
    for (const char* topic :
         {"cars/beta.van/telemetry", "cars/car-1/command", "cars/nothing/telemetry", "plant/door",
          "organisations/beta/door", "organisations/nothing/door", "organisations", "cars/acme.van"}) {
      QTest::newRow(topic) << topic;
    }
  }
  void nobodyPublishesBeyondItsOwn() {
    QFETCH(QString, topic);
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("acme.anna", "a");
    // The answer is the same whether there is such a car or organisation or not.
    QCOMPARE(*anna->reasonFor(topic.toStdString(), "x"), ReasonCode::notAuthorised);
    QVERIFY(anna->isAnswered());
  }

  void nobodySubscribesBeyondItsOwn() {
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("acme.anna", "a");
    for (const char* filter : {"cars/beta.van/telemetry", "cars/beta.van/#", "cars/nothing/#", "plant/#", "plant/door",
                               "organisations/beta/#", "organisations/beta/door", "$share/g/organisations/beta/#"}) {
      QVERIFY2(*anna->subscribe(filter) == ReasonCode::notAuthorised, filter);
    }
    for (const char* filter : {"#", "cars/#", "cars/acme.van/#", "organisations/acme/#", "$share/g/cars/+/event"}) {
      QVERIFY2(*anna->subscribe(filter) == ReasonCode::grantedQos1, filter);
    }
  }

  void nobodyTellsWhetherOthersListen() {
    QVERIFY(m_gateway->start());
    const auto bert = m_gateway->v5("beta.bert", "b");
    QVERIFY(bert->subscribe("#").has_value());
    const auto anna = m_gateway->v5("acme.anna", "a");
    QCOMPARE(*anna->reasonFor("organisations/acme/door", "x"), ReasonCode::noMatchingSubscribers);
    QVERIFY(anna->subscribe("organisations/acme/#").has_value());
    QCOMPARE(*anna->reasonFor("organisations/acme/door", "x"), ReasonCode::success);
    QVERIFY(bert->isAnswered());
    QCOMPARE(bert->waiting(PacketType::publish), std::size_t{0});
  }

  void groupsOfTheSameNameAreTwo() {
    QVERIFY(m_gateway->start());
    const auto bert = m_gateway->user("beta.bert"), anna = m_gateway->user("acme.anna");
    for (auto* client : {bert.get(), anna.get()}) QCOMPARE(int(*client->subscribe("$share/workers/#")), 1);
    const auto van = m_gateway->car("acme.van"), other = m_gateway->car("beta.van");
    for (int i = 0; i < 3; ++i) {
      QVERIFY(van->publishesAcknowledged("cars/acme.van/telemetry", R"({"speed":1})"));
      QVERIFY(other->publishesAcknowledged("cars/beta.van/telemetry", R"({"speed":2})"));
    }
    for (int i = 0; i < 3; ++i) {
      QCOMPARE(anna->nextMessage()->topic, std::string("cars/acme.van/telemetry"));
      QCOMPARE(bert->nextMessage()->topic, std::string("cars/beta.van/telemetry"));
    }
    QVERIFY(!m_gateway->logged("No member of the shared subscription"));
  }

  void clientIdsAndRetainedMessagesAreTheirOwn() {
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("acme.anna", "the same client id");
    const auto bert = m_gateway->v5("beta.bert", "the same client id");
    QVERIFY(anna && bert);
    QVERIFY(anna->isAnswered() && bert->isAnswered());
    QVERIFY(anna->publishesAcknowledged("organisations/acme/door", "open", true));
    QVERIFY(bert->publishesAcknowledged("organisations/beta/door", "shut", true));
    QVERIFY(anna->subscribe("organisations/#").has_value());
    QVERIFY(bert->subscribe("#").has_value());
    QCOMPARE(topicsOf(*anna, 1), QStringList({"organisations/acme/door"}));
    QCOMPARE(topicsOf(*bert, 1), QStringList({"organisations/beta/door"}));
  }

  void whatOneDoesTheOtherCannotTell() {
    const auto alone = traceOfBert(false);
    cleanup();
    init();
    QCOMPARE(traceOfBert(true), alone);
    QCOMPARE(alone.size(), 22);
  }

  void theHouseHearsWhereItsRulesNameThem() {
    addRule("", "principal:root", "organisation:acme", api::Action::subscribe, [](api::Rule&) {});
    QVERIFY(m_gateway->start());
    const auto root = m_gateway->user("root");
    QVERIFY(root->subscribe("#").has_value());
    const auto van = m_gateway->car("acme.van"), other = m_gateway->car("beta.van");
    QVERIFY(other->publishesAcknowledged("cars/beta.van/telemetry", R"({"speed":2})"));
    QVERIFY(van->publishesAcknowledged("cars/acme.van/telemetry", R"({"speed":1})"));
    QCOMPARE(topicsOf(*root, 1), QStringList({"cars/acme.van/telemetry"}));
  }

  void aRuleChangedReachesOpenSessions() {
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("acme.anna", "a");
    QCOMPARE(*anna->reasonFor("organisations/acme/door", "x"), ReasonCode::noMatchingSubscribers);
    addRule("acme", "principal:acme.anna", "topic:organisations/acme/#", api::Action::send,
            [](api::Rule& rule) { rule.allow = false; });
    QTRY_COMPARE(*anna->reasonFor("organisations/acme/door", "x"), ReasonCode::notAuthorised);
  }

  void oneCommandAlone() {
    addRule("acme", "principal:acme.olga", "principal:acme.truck", api::Action::command, [](api::Rule& rule) {
      rule.command = "unlock";
      rule.allow = false;
    });
    addRule("acme", "principal:acme.olga", "principal:acme.van", api::Action::command, [](api::Rule& rule) {
      rule.filter = "payload.arguments.level > 3";
      rule.allow = false;
    });
    QVERIFY(m_gateway->start());
    const auto olga = m_gateway->v5("acme.olga", "o");
    const auto answer = [&](const char* car, const char* payload) {
      return *olga->reasonFor(std::string("cars/") + car + "/command", payload);
    };
    QCOMPARE(answer("acme.truck", R"({"name":"unlock"})"), ReasonCode::notAuthorised);
    QCOMPARE(answer("acme.truck", R"({"name":"lock"})"), ReasonCode::success);
    QCOMPARE(answer("acme.van", R"({"name":"unlock"})"), ReasonCode::success);
    QCOMPARE(answer("acme.van", R"({"name":"heat","arguments":{"level":4}})"), ReasonCode::notAuthorised);
    QCOMPARE(answer("acme.van", R"({"name":"heat","arguments":{"level":3}})"), ReasonCode::success);
  }

  void filtersLookAtEveryMessage() {
    addRule("acme", "principal:acme.van", "self", api::Action::send, [](api::Rule& rule) {
      rule.filter = "payload.speed > 200";
      rule.allow = false;
    });
    addRule("acme", "principal:acme.anna", "type:device", api::Action::subscribe, [](api::Rule& rule) {
      rule.filter = R"(topic != "cars/+/event" and payload.soc >= 20)";
      rule.allow = false;
    });
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->user("acme.anna");
    QCOMPARE(int(*anna->subscribe("cars/acme.van/#")), 1);
    const auto van = m_gateway->v5Car("acme.van", "v");
    const auto answer = [&](const char* payload) { return *van->reasonFor("cars/acme.van/telemetry", payload); };
    QCOMPARE(answer(R"({"speed":201,"soc":1})"), ReasonCode::notAuthorised);
    QCOMPARE(answer(R"({"speed":20,"soc":30})"), ReasonCode::success);
    QCOMPARE(answer(R"({"speed":21,"soc":19})"), ReasonCode::success);
    QVERIFY(van->reasonFor("cars/acme.van/event", R"({"name":"door","soc":99})").has_value());
    QCOMPARE(anna->nextMessage()->payload, std::string(R"({"speed":21,"soc":19})"));
    QCOMPARE(anna->nextMessage()->topic, std::string("cars/acme.van/event"));
    QVERIFY(anna->isAnswered());
    QCOMPARE(anna->waiting(PacketType::publish), std::size_t{0});
  }

 private:
  template <class Finish>
  void addRule(const char* organisation, const char* who, const char* about, api::Action action, Finish finish) {
    api::Rule rule;
    rule.organisation = organisation;
    rule.priority = 10;
    rule.who = api::Selector::parse(who).value();
    rule.about = api::Selector::parse(about).value();
    rule.action = action;
    rule.allow = true;
    finish(rule);
    QVERIFY(m_gateway->store->addRule(rule).has_value());
  }

  /// Everything that the other organisation may do about the same names.
  struct Neighbour {
    std::unique_ptr<MqttTestClient> anna;
    std::unique_ptr<MqttTestClient> van;

    void disturb() {
      for (const char* filter : {"#", "$share/workers/#", "organisations/beta/#", "cars/beta.van/#"}) {
        static_cast<void>(anna->subscribe(filter));
      }
      for (const char* topic : {"organisations/acme/door", "organisations/beta/door", "cars/beta.van/command"}) {
        static_cast<void>(anna->reasonFor(topic, R"({"name":"honk"})"));
      }
      static_cast<void>(anna->publishesAcknowledged("organisations/acme/door", "kept", true));
      static_cast<void>(van->publishesAcknowledged("cars/acme.van/telemetry", R"({"speed":7,"a new name":1})"));
    }
  };

  /// What one of the other organisation is answered and sent, step by step.
  QStringList traceOfBert(bool hasNeighbour) {
    QStringList trace;
    if (!m_gateway->start()) return trace;
    Neighbour neighbour;
    if (hasNeighbour) neighbour = {m_gateway->v5("acme.anna", "a client id"), m_gateway->car("acme.van")};
    const auto note = [&](const QString& what) {
      trace << what;
      if (hasNeighbour) neighbour.disturb();
    };
    const auto noteReason = [&](const std::string& what, std::optional<ReasonCode> reason) {
      note(QString("%1: %2").arg(QString::fromStdString(what)).arg(reason ? int(*reason) : -1));
    };
    const auto bert = m_gateway->v5("beta.bert", "a client id");
    const auto van = m_gateway->v5Car("beta.van", "v");
    note(bert && van ? "let in" : "not let in");
    for (const bool listens : {false, true}) {
      for (const char* filter :
           {"organisations/beta/#", "cars/+/telemetry", "$share/workers/#", "organisations/acme/#"}) {
        if (listens) noteReason(filter, bert->subscribe(filter));
      }
      for (const char* topic : {"organisations/beta/door", "organisations/acme/door", "organisations/nothing/door",
                                "cars/acme.van/command", "cars/nothing/command"}) {
        noteReason(topic, bert->reasonFor(topic, R"({"name":"honk"})"));
      }
      noteReason("telemetry", van->reasonFor("cars/beta.van/telemetry", R"({"speed":1})"));
    }
    while (bert->isAnswered() && bert->waiting(PacketType::publish) > 0) {
      const auto message = bert->nextMessage();
      note(QString::fromStdString(message->topic + " " + message->payload));
    }
    note(van->isAnswered() && bert->isAnswered() ? "still there" : "gone");
    return trace;
  }

  /// The topics of the messages that the client has got, of which there are `count` and no more.
  static QStringList topicsOf(MqttTestClient& client, int count) {
    QStringList topics;
    for (int i = 0; i < count; ++i) {
      const auto message = client.nextMessage();
      if (!message) return topics;
      topics << QString::fromStdString(message->topic);
    }
    if (!client.isAnswered() || client.waiting(PacketType::publish) > 0) topics << "more";
    topics.sort();
    return topics;
  }

  std::unique_ptr<TestGateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttOrganisations)
#include "tst_mqtt_organisations.moc"
