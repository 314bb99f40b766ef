#include "gateway/domain/json_web_token.h"
#include "gateway/domain/nitrogen_ids.h"
#include "gateway/server/nitrogen/nitrogen_token.h"
#include "tests/support/test_gateway.h"

using namespace carport;
using namespace carport::test;
using mqtt::ConnectCode;

/// Who is let in over MQTT, and what the others are told.
class TestMqttSignIn : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    m_gateway.addCar("car-1");
    m_gateway.addCar("car-blocked");
    m_gateway.addUser("anna", api::kAdministratorRole);
    m_gateway.addUser("ben", api::kViewerRole);
    auto blocked = m_gateway.recordOf("car-blocked");
    blocked.principal.blocked = true;
    QVERIFY(m_gateway.store->updatePrincipal(blocked).has_value());
    m_token = m_gateway.addToken("anna");
    m_gateway.addUser("nina", api::kViewerRole);
    auto once = m_gateway.recordOf("nina");
    once.mustChangePassword = true;
    QVERIFY(m_gateway.store->updatePrincipal(once).has_value());
    m_sessionToken = m_gateway.addToken("nina", {}, "session");
    m_ownToken = m_gateway.addToken("nina");
    m_expiredToken = m_gateway.addToken("anna", fromMs(1000));
    // Well above ConnectDesk::kFailureDelay and the work on a password: refusals come by their own reasons.
    m_gateway.config.mqttLimits.connectTimeout = std::chrono::seconds(3);
    QVERIFY(m_gateway.start());
  }

  void letsInWhoProvesIt_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("password");
    QTest::addColumn<int>("code");
    const int wrong = int(ConnectCode::badUserNameOrPassword);
    QTest::newRow("car with its secret") << "car-1" << TestGateway::kSecret << 0;
    QTest::newRow("car with a wrong secret") << "car-1"
                                             << "a-secret-of-20-charz" << wrong;
    QTest::newRow("car without a secret") << "car-1"
                                          << "" << wrong;
    QTest::newRow("unknown id") << "car-99" << TestGateway::kSecret << wrong;
    QTest::newRow("empty id") << "" << TestGateway::kSecret << wrong;
    QTest::newRow("blocked car") << "car-blocked" << TestGateway::kSecret << int(ConnectCode::notAuthorised);
    QTest::newRow("person with a password") << "anna" << TestGateway::kPassword << 0;
    QTest::newRow("person with a wrong password") << "anna"
                                                  << "wrong horse" << wrong;
    QTest::newRow("person with a token") << "anna" << QString::fromStdString(m_token) << 0;
    QTest::newRow("person with an expired token") << "anna" << QString::fromStdString(m_expiredToken) << wrong;
    QTest::newRow("one-time password") << "nina" << TestGateway::kPassword << int(ConnectCode::notAuthorised);
    QTest::newRow("token of a session with it")
        << "nina" << QString::fromStdString(m_sessionToken) << int(ConnectCode::notAuthorised);
    QTest::newRow("token of its own") << "nina" << QString::fromStdString(m_ownToken) << 0;
    QTest::newRow("somebody else's token") << "ben" << QString::fromStdString(m_token) << wrong;
  }
  void letsInWhoProvesIt() {
    QFETCH(QString, id);
    QFETCH(QString, password);
    QFETCH(int, code);
    const auto client = m_gateway.client();
    const auto answer = client->signIn({id.toStdString(), password.toStdString(), "any client id", true, 0, {}});
    QVERIFY(answer.has_value());
    QCOMPARE(int(answer->connectCode), code);
    QVERIFY(!answer->sessionPresent);
    if (code != 0) QVERIFY(client->isClosedByServer());
    if (code == 0) QVERIFY(client->isAnswered());
  }

  void refusesWhoSaysNothing() {
    const auto client = m_gateway.client();
    mqtt::Connect connect;
    connect.clientId = "nobody";
    client->send(connect);
    const auto answer = client->next(mqtt::PacketType::connack);
    QVERIFY(answer.has_value());
    QVERIFY(answer->connectCode == ConnectCode::notAuthorised);
    QVERIFY(client->isClosedByServer());
  }

  void logsFailuresWithoutTheSecret() {
    const auto client = m_gateway.client();
    QVERIFY(!client->signsIn({"car-1", "my-very-secret-thing", "c", true, 0, {}}));
    QTRY_VERIFY(m_gateway.logged("car-1"));
    QVERIFY(!m_gateway.logged("my-very-secret-thing"));
    QVERIFY(!m_gateway.logged(TestGateway::kSecret));
  }

  void letsInAtOnceWhoHasJustBeenAdded() {
    m_gateway.addCar("car-new");
    QVERIFY(m_gateway.car("car-new") != nullptr);
    auto record = m_gateway.recordOf("car-new");
    record.secret = hashDeviceSecret("its-second-secret-20", m_gateway.folder->secretKey()).value();
    QVERIFY(m_gateway.store->updatePrincipal(record).has_value());
    QVERIFY(m_gateway.client()->signsIn({"car-new", "its-second-secret-20", "c", true, 0, {}}));
    const auto token = m_gateway.addToken("ben");
    QVERIFY(m_gateway.client()->signsIn({"ben", token, "c", true, 0, {}}));
    m_gateway.addUser("new-user", api::kViewerRole);
    QVERIFY(m_gateway.user("new-user") != nullptr);
  }

  void logsEachReasonOfAPeer() {
    QVERIFY(m_gateway.car("car-blocked") == nullptr);
    QTRY_VERIFY(m_gateway.logged("it is blocked"));
    QVERIFY(!m_gateway.client()->signsIn({"ben", m_token, "c", true, 0, {}}));
    QTRY_VERIFY(m_gateway.logged("the token belongs to somebody else"));
  }

  void saysThatAOneTimePasswordMustBeChanged() {
    const auto client = m_gateway.client();
    QVERIFY(!client->signsIn({"nina", TestGateway::kPassword, "c", true, 0, {}}));
    QTRY_VERIFY(m_gateway.logged("its one-time password must be changed first"));
  }

  void closesWhoseNextPasswordIsAOneTimePassword() {
    m_gateway.addUser("nora", api::kViewerRole);
    std::unique_ptr<MqttTestClient> nora;
    QTRY_VERIFY(nora || (nora = m_gateway.user("nora")));
    auto record = m_gateway.recordOf("nora");
    record.mustChangePassword = true;
    QVERIFY(m_gateway.store->updatePrincipal(record).has_value());
    QVERIFY(nora->isClosedByServer());
  }

  void closesWhoDoesNotSignIn() {
    const auto client = m_gateway.client();
    QVERIFY(client->isClosedByServer());
    QTRY_VERIFY(m_gateway.logged("No CONNECT packet"));
  }

  void closesWhoIsBlockedLater() {
    m_gateway.addCar("car-2");
    std::unique_ptr<MqttTestClient> car;
    QTRY_VERIFY(car || (car = m_gateway.car("car-2")));  // the gateway sees what others write to the registry
    auto record = m_gateway.recordOf("car-2");
    record.principal.blocked = true;
    QVERIFY(m_gateway.store->updatePrincipal(record).has_value());
    QVERIFY(car->isClosedByServer());
    QVERIFY(m_gateway.car("car-2") == nullptr);
  }

  void closesWhoseSecretIsChanged() {
    m_gateway.addCar("car-3");
    std::unique_ptr<MqttTestClient> car;
    QTRY_VERIFY(car || (car = m_gateway.car("car-3", false)));
    auto record = m_gateway.recordOf("car-3");
    record.principal.name = "renamed";
    QVERIFY(m_gateway.store->updatePrincipal(record).has_value());
    QTRY_VERIFY(m_gateway.gateway->registry().find("car-3")->name == "renamed");
    QVERIFY(car->isAnswered());  // other changes leave it alone
    const std::string fresh = "another-secret-of-it";
    record.secret = hashDeviceSecret(fresh, m_gateway.folder->secretKey()).value();
    QVERIFY(m_gateway.store->updatePrincipal(record).has_value());
    QVERIFY(car->isClosedByServer());
    QTRY_VERIFY(m_gateway.logged("its secret has been changed"));
    QVERIFY(m_gateway.car("car-3") == nullptr);
    const auto again = m_gateway.client();
    const auto answer = again->signIn({"car-3", fresh, "car-3", false, 0, {}});
    QVERIFY(answer && answer->connectCode == ConnectCode::accepted);
    QVERIFY(answer->sessionPresent);  // the session is the car's, whatever its secret
  }

  void closesWhosePasswordIsChanged() {
    m_gateway.addUser("carl", api::kViewerRole);
    std::unique_ptr<MqttTestClient> carl;
    QTRY_VERIFY(carl || (carl = m_gateway.user("carl")));
    auto record = m_gateway.recordOf("carl");
    record.passwordHash = hashPassword("another horse").value();
    QVERIFY(m_gateway.store->updatePrincipal(record).has_value());
    QVERIFY(carl->isClosedByServer());
  }

  void closesWhoseTokenIsTakenBack() {
    const auto token = m_gateway.addToken("ben");
    std::unique_ptr<MqttTestClient> client;
    QTRY_VERIFY((client = m_gateway.client())->signsIn({"ben", token, "ben", true, 0, {}}));
    const auto snapshot = m_gateway.store->load().value();
    for (const auto& kept : snapshot.tokens) {
      if (kept.hash == hashToken(token)) QVERIFY(m_gateway.store->removeToken(kept.info.number).has_value());
    }
    QVERIFY(client->isClosedByServer());
  }

  void closesWhoseNitrogenTokenIsOlderThanItsPassword() {
    m_gateway.addUser("nell", api::kViewerRole);
    auto record = m_gateway.recordOf("nell");
    const auto& key = m_gateway.folder->secretKey();
    JsonWebToken token;
    token.issuer = NitrogenIds(key).idOf(record.principal.number);
    token.id = "1";
    token.credential = credentialMark(record);
    token.issuedAt = m_gateway.clock.now();
    token.expiresAt = token.issuedAt + std::chrono::hours(1);
    const std::string text = JsonWebTokens(key).sign(token);
    TokenRecord stored;
    stored.info.owner = record.principal.number;
    stored.info.createdAt = token.issuedAt;
    stored.info.expiresAt = token.expiresAt;
    stored.hash = hashToken(text);
    QVERIFY(m_gateway.store->addToken(stored).has_value());
    std::unique_ptr<MqttTestClient> client;
    QTRY_VERIFY((client = m_gateway.client())->signsIn({token.issuer, text, "nell", true, 0, {}}));
    record.principal.name = "renamed";
    QVERIFY(m_gateway.store->updatePrincipal(record).has_value());
    QTRY_VERIFY(m_gateway.gateway->registry().find("nell")->name == "renamed");
    QVERIFY(client->isAnswered());  // other changes leave it alone
    record.passwordHash = hashPassword("another horse").value();
    QVERIFY(m_gateway.store->updatePrincipal(record).has_value());
    QVERIFY(client->isClosedByServer());
    QTRY_VERIFY(m_gateway.logged("its password or secret has been changed"));
  }

 private:
  TestGateway m_gateway;
  std::string m_token;
  std::string m_sessionToken;
  std::string m_ownToken;
  std::string m_expiredToken;
};

QTEST_GUILESS_MAIN(TestMqttSignIn)
#include "tst_mqtt_sign_in.moc"
