#include "tests/unit/server/seeded_fleet.h"

#include <set>

using namespace carport;
using namespace carport::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::Qos;
using mqtt::ReasonCode;

/// Shared subscriptions (MQTT 5.0 §4.8.2): each message to one member of the group, across I/O threads, of which there
/// are two here.
class TestMqttShared : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<TestGateway>();
    seedFleet(*m_gateway);
  }
  void cleanup() { m_gateway.reset(); }

  void givesEachMessageToOneMember_data() {
    QTest::addColumn<int>("members");
    QTest::addColumn<int>("qos");
    for (const int members : {1, 2, 3, 5}) {
      for (const int qos : {0, 1, 2}) QTest::addRow("%d members, QoS %d", members, qos) << members << qos;
    }
  }
  void givesEachMessageToOneMember() {
    QFETCH(int, members);
    QFETCH(int, qos);
    QVERIFY(m_gateway->start());
    const auto workers = group(members, Qos(qos));
    const auto sender = m_gateway->v5("anna", "sender");
    constexpr int kMessages = 60;
    for (int i = 0; i < kMessages; ++i) sender->publish("work/item", std::to_string(i), Qos(qos));
    QVERIFY(sender->isAnswered());
    std::set<std::string> seen;
    std::size_t total = 0;
    std::vector<std::size_t> shares(workers.size());
    QVERIFY(QTest::qWaitFor([&] {
      for (std::size_t i = 0; i < workers.size(); ++i) {
        if (!workers[i]->isAnswered()) return false;
        while (workers[i]->waiting(PacketType::publish) > 0) {
          seen.insert(workers[i]->nextMessage()->payload);
          ++shares[i];
          ++total;
        }
      }
      return total >= kMessages;
    }));
    QCOMPARE(total, std::size_t{kMessages});
    QCOMPARE(seen.size(), std::size_t{kMessages});
    for (const auto share : shares) QCOMPARE(share, std::size_t{kMessages} / workers.size());
  }

  void servesGroupsAndOthersBesideEachOther() {
    QVERIFY(m_gateway->start());
    const auto one = m_gateway->v5("anna", "one");
    QVERIFY(one->subscribe("$share/a/work/#").has_value());
    const auto two = m_gateway->v5("anna", "two");
    QVERIFY(two->subscribe("$share/b/work/#").has_value());
    const auto all = m_gateway->user("anna");  // 3.1.1
    QVERIFY(all->subscribe("work/#").has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    QCOMPARE(*sender->reasonFor("work/item", "x"), ReasonCode::success);
    for (auto* client : {one.get(), two.get(), all.get()}) QVERIFY(client->nextMessage().has_value());
  }

  void servesClientsOfBothVersions() {
    QVERIFY(m_gateway->start());
    const auto old = m_gateway->user("anna");
    QCOMPARE(int(*old->subscribe("$share/workers/work/#")), 1);
    const auto young = m_gateway->v5("anna", "young");
    QVERIFY(young->subscribe("$share/workers/work/#").has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    for (int i = 0; i < 2; ++i) QVERIFY(sender->reasonFor("work/item", "x").has_value());
    QVERIFY(old->nextMessage().has_value());
    QVERIFY(young->nextMessage().has_value());
  }

  void passesOverWhoIsAway() {
    QVERIFY(m_gateway->start());
    const auto away = m_gateway->v5("anna", "away", expiry(600));
    QVERIFY(away->subscribe("$share/workers/work/#").has_value());
    QVERIFY(away->leaves());
    const auto here = m_gateway->v5("anna", "here");
    QVERIFY(here->subscribe("$share/workers/work/#").has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    for (int i = 0; i < 10; ++i) QVERIFY(sender->reasonFor("work/item", "x").has_value());
    for (int i = 0; i < 10; ++i) QVERIFY(here->nextMessage().has_value());
  }

  void keepsMessagesForWhoIsAwayWhereNobodyElseIsThere() {
    QVERIFY(m_gateway->start());
    auto away = m_gateway->v5("anna", "away", expiry(600));
    QVERIFY(away->subscribe("$share/workers/work/#").has_value());
    QVERIFY(away->leaves());
    const auto sender = m_gateway->v5("anna", "sender");
    QCOMPARE(*sender->reasonFor("work/item", "kept"), ReasonCode::success);
    away = m_gateway->v5("anna", "away", expiry(600), false);
    QCOMPARE(away->nextMessage()->payload, std::string("kept"));
  }

  void passesOverWhoIsBusy() {
    QVERIFY(m_gateway->start());
    const auto slow =
        m_gateway->v5("anna", "slow", propertiesOf([](auto& with) { with.number(PropertyId::receiveMaximum, 1); }));
    QVERIFY(slow->subscribe("$share/workers/work/#").has_value());
    const auto fast = m_gateway->v5("anna", "fast");
    QVERIFY(fast->subscribe("$share/workers/work/#").has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    for (int i = 0; i < 20; ++i) {
      QVERIFY(sender->reasonFor("work/item", "x").has_value());
    }
    QVERIFY(slow->nextMessage().has_value());  // and it does not acknowledge
    for (int i = 0; i < 19; ++i) {
      const auto message = fast->nextMessage();
      QVERIFY(message.has_value());
      fast->acknowledge(*message);
    }
    QVERIFY(slow->isAnswered());
    QCOMPARE(slow->waiting(PacketType::publish), std::size_t{0});
  }

  void asksTheRulesForEachMember() {
    QVERIFY(m_gateway->start());
    const auto olga = m_gateway->v5("olga", "olga");
    QVERIFY(olga->subscribe("$share/workers/cars/+/telemetry").has_value());
    const auto anna = m_gateway->v5("anna", "anna");
    QVERIFY(anna->subscribe("$share/workers/cars/+/telemetry").has_value());
    const auto hidden = m_gateway->car("car-2");
    for (int i = 0; i < 6; ++i) QVERIFY(hidden->publishesAcknowledged("cars/car-2/telemetry", R"({"speed":2})"));
    for (int i = 0; i < 6; ++i) QVERIFY(anna->nextMessage().has_value());
    QVERIFY(olga->isAnswered());
    QCOMPARE(olga->waiting(PacketType::publish), std::size_t{0});
  }

  void refusesWhatTheRulesDoNotAllow() {
    QVERIFY(m_gateway->start());
    const auto car = m_gateway->v5Car("car-1", "car-1");
    QCOMPARE(*car->subscribe("$share/spies/cars/car-2/telemetry"), ReasonCode::notAuthorised);
    QCOMPARE(int(*car->subscribe("$share/own/cars/car-1/#")), 1);
  }

  void endsWithUnsubscribe() {
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("anna", "anna");
    QVERIFY(anna->subscribe("$share/workers/work/#").has_value());
    const std::array filters{std::string_view("$share/workers/work/#")};
    anna->send(mqtt::Unsubscribe{77, filters});
    const auto answer = anna->next(PacketType::unsuback);
    QVERIFY(answer && answer->codes == std::vector{ReasonCode::success});
    const auto sender = m_gateway->v5("anna", "sender");
    QCOMPARE(*sender->reasonFor("work/item", "x"), ReasonCode::noMatchingSubscribers);
  }

  /// What a member that ends has not acknowledged goes to another one.
  void givesOnWhatAMemberLeaves() {
    QVERIFY(m_gateway->start());
    const auto first = m_gateway->v5("anna", "first");
    QVERIFY(first->subscribe("$share/workers/work/#").has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    QVERIFY(sender->reasonFor("work/item", "left").has_value());
    QVERIFY(first->nextMessage().has_value());  // and it does not acknowledge
    const auto second = m_gateway->v5("anna", "second");
    QVERIFY(second->subscribe("$share/workers/work/#").has_value());
    QVERIFY(first->leaves());
    const auto message = second->nextMessage();
    QVERIFY(message && message->payload == "left");
  }

  void sendsNoRetainedMessages() {
    QVERIFY(m_gateway->start());
    const auto sender = m_gateway->v5("anna", "sender");
    QVERIFY(sender->reasonFor("work/item", "old", true).has_value());
    const auto anna = m_gateway->v5("anna", "anna");
    QVERIFY(anna->subscribe("$share/workers/work/#").has_value());
    QVERIFY(anna->isAnswered());
    QCOMPARE(anna->waiting(PacketType::publish), std::size_t{0});
  }

  void namesItsIdentifier() {
    QVERIFY(m_gateway->start());
    const auto anna = m_gateway->v5("anna", "anna");
    QVERIFY(anna->subscribe({"$share/workers/work/#", Qos::atLeastOnce}, 7).has_value());
    const auto sender = m_gateway->v5("anna", "sender");
    QVERIFY(sender->reasonFor("work/item", "x").has_value());
    QCOMPARE(anna->nextMessage()->subscriptionIds(), std::vector<std::uint32_t>{7});
  }

 private:
  static std::string expiry(std::uint32_t seconds) {
    return propertiesOf([&](auto& with) { with.number(PropertyId::sessionExpiryInterval, seconds); });
  }
  std::vector<std::unique_ptr<MqttTestClient>> group(int members, Qos qos) const {
    std::vector<std::unique_ptr<MqttTestClient>> workers;
    for (int i = 0; i < members; ++i) {
      workers.push_back(m_gateway->v5("anna", "worker-" + std::to_string(i)));
      (void)workers.back()->subscribe("$share/workers/work/#", qos);
    }
    return workers;
  }

  std::unique_ptr<TestGateway> m_gateway;
};

QTEST_GUILESS_MAIN(TestMqttShared)
#include "tst_mqtt_shared.moc"
