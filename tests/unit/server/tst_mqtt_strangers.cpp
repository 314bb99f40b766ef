#include "gateway/server/mqtt/sign_in_guard.h"
#include "tests/support/test_gateway.h"

using namespace carport;
using namespace carport::test;
using mqtt::ConnectCode;

/// Clients that say nothing about themselves, and those that guess.
class TestMqttStrangers : public QObject {
  Q_OBJECT

 private slots:
  void anonymousClientsAreOnePrincipal() {
    TestGateway gateway;
    gateway.addUser("guest", api::kViewerRole);
    gateway.addCar("car-1");
    gateway.config.anonymous = "guest";
    QVERIFY(gateway.start());
    QVERIFY(gateway.logged("ANYONE who reaches an MQTT port is let in without a password, as “guest”"));
    auto stranger = connectedWithoutCredentials(gateway);
    QVERIFY(stranger != nullptr);
    QVERIFY(stranger->isAnswered());
    stranger->publish("cars/car-1/telemetry", R"({"speed":1})");  // what a viewer may not
    QVERIFY(stranger->isClosedByServer());
    // Half of the credentials is not none.
    const auto half = gateway.client();
    mqtt::Connect connect;
    connect.clientId = "half";
    connect.userName = "guest";
    half->send(connect);
    QVERIFY(half->next(mqtt::PacketType::connack)->connectCode == ConnectCode::notAuthorised);
  }

  void anonymousClientsGoWithTheirPrincipal() {
    TestGateway gateway;
    gateway.addUser("guest", api::kViewerRole);
    gateway.config.anonymous = "guest";
    QVERIFY(gateway.start());
    const auto stranger = connectedWithoutCredentials(gateway);
    QVERIFY(stranger != nullptr);
    auto record = gateway.recordOf("guest");
    record.passwordHash = hashPassword("another horse").value();
    QVERIFY(gateway.store->updatePrincipal(record).has_value());
    QVERIFY(stranger->isAnswered());
    record.principal.blocked = true;
    QVERIFY(gateway.store->updatePrincipal(record).has_value());
    QVERIFY(stranger->isClosedByServer());
    QVERIFY(connectedWithoutCredentials(gateway) == nullptr);
  }

  void anonymousAsNobodyIsRefusedAtTheStart() {
    TestGateway gateway;
    gateway.config.anonymous = "guest";
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression("cannot become “guest”: nobody has this id"));
    QVERIFY(!gateway.start());
  }

  void withoutPermissionNobodyIsAnonymous() {
    TestGateway gateway;
    gateway.addUser("guest", api::kViewerRole);
    QVERIFY(gateway.start());
    QVERIFY(connectedWithoutCredentials(gateway) == nullptr);
  }

  void guessersAreSlowedDownAndNeighboursAreNot() {
    TestGateway gateway;
    gateway.addCar("car-1");
    gateway.addCar("car-2");
    QVERIFY(gateway.start());
    // A machine that is busy elsewhere may let the time pass in which one has to wait: then once more.
    bool slowedDown = false;
    for (int round = 0; round < 5 && !slowedDown; ++round) {
      guess(gateway, "car-1");
      const auto answer = gateway.client()->signIn({"car-1", TestGateway::kSecret, "c", true, 0, {}});
      slowedDown = answer && answer->connectCode == ConnectCode::serverUnavailable;  // not even looked at
    }
    QVERIFY(slowedDown);
    QVERIFY(gateway.logged("it got it wrong too often"));
    QVERIFY(gateway.car("car-2") != nullptr);
    std::unique_ptr<MqttTestClient> again;
    QTRY_VERIFY_WITH_TIMEOUT(again || (again = gateway.car("car-1")), 15'000);
  }

  void theGuardKnowsWhoIsWho() {
    QCOMPARE(SignInGuard::sourceOf("10.0.0.1:1234"), std::string("10.0.0.1"));
    QCOMPARE(SignInGuard::sourceOf("[2001:db8:1:2:3:4:5:6]:1234"), std::string("2001:db8:1:2::/64"));
    QCOMPARE(SignInGuard::sourceOf("[2001:db8:1:2::9]:1"), SignInGuard::sourceOf("[2001:db8:1:2:3:4:5:6]:1234"));
    QCOMPARE(SignInGuard::sourceOf("[::ffff:10.0.0.1]:5"), std::string("10.0.0.1"));
    SignInGuard guard;
    SteadyPoint now{std::chrono::hours(1)};
    for (int i = 0; i < SignInGuard::kLimits.freeTriesPerId; ++i) {
      QVERIFY(!guard.look("car-1", "10.0.0.1:1", now).idMustWait);
      guard.failed("car-1", "10.0.0.1:1", now);
    }
    QVERIFY(guard.look("car-1", "10.0.0.1:2", now).idMustWait);
    QVERIFY(!guard.look("car-1", "10.0.0.2:2", now).idMustWait);  // nobody locks it out from elsewhere
    QVERIFY(!guard.look("car-2", "10.0.0.1:2", now).idMustWait);
    for (int i = 0; i < SignInGuard::kLimits.freeTriesPerAddress; ++i) {
      guard.failed("car-" + std::to_string(i), "10.0.0.1:1", now);
    }
    QVERIFY(guard.look("anna", "10.0.0.1:2", now).addressMustWait);
    QVERIFY(!guard.look("anna", "10.0.0.2:2", now).addressMustWait);
    guard.succeeded("car-1", "10.0.0.1:2");
    QVERIFY(!guard.look("car-1", "10.0.0.1:2", now).idMustWait);
    QVERIFY(guard.look("anna", "10.0.0.1:2", now).addressMustWait);
    now += SignInGuard::kLimits.longestWait;
    QVERIFY(!guard.look("anna", "10.0.0.1:2", now).addressMustWait);
  }

 private:
  /// As often as is free, side by side, because each answer takes its time.
  static void guess(const TestGateway& gateway, const char* id) {
    std::vector<std::unique_ptr<MqttTestClient>> guessers;
    for (int i = 0; i < SignInGuard::kLimits.freeTriesPerId; ++i) {
      guessers.push_back(gateway.client());
      mqtt::Connect connect;
      connect.clientId = "guesser";
      connect.userName = id;
      connect.password = "not-the-secret-of-it";
      guessers.back()->send(connect);
    }
    for (const auto& guesser : guessers) {
      QVERIFY(guesser->next(mqtt::PacketType::connack)->connectCode == ConnectCode::badUserNameOrPassword);
    }
  }
  static std::unique_ptr<MqttTestClient> connectedWithoutCredentials(const TestGateway& gateway) {
    auto client = gateway.client();
    mqtt::Connect connect;
    connect.clientId = "stranger";
    client->send(connect);
    const auto answer = client->next(mqtt::PacketType::connack);
    return answer && answer->connectCode == ConnectCode::accepted ? std::move(client) : nullptr;
  }
};

QTEST_GUILESS_MAIN(TestMqttStrangers)
#include "tst_mqtt_strangers.moc"
