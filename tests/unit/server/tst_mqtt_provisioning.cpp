#include "tests/support/plain_http.h"
#include "tests/support/test_gateway.h"

using namespace carport;
using namespace carport::test;
using mqtt::ConnectCode;

/// Cars that register themselves when they connect, and cars whose secret is replaced.
class TestMqttProvisioning : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    QVERIFY(m_gateway.store->addOrganisation({"acme", {}, {}, {}}).has_value());
    m_key = addKey({}, 2);
    m_acmeKey = addKey("acme", 10);
    m_gateway.addCar("car-1");
    m_gateway.config.mqttLimits.connectTimeout = std::chrono::seconds(10);
    QVERIFY(m_gateway.start());
  }

  void aCarRegistersItselfAtItsFirstConnect() {
    const std::string password = m_key + ".a-secret-of-its-own";
    QVERIFY(connects("van-1", password));
    QVERIFY(m_gateway.recordOf("van-1").principal.type == api::PrincipalType::device);
    QVERIFY(connects("van-1", password));  // from then on it is its secret
    QVERIFY(!connects("van-1", m_key + ".another-secret-of-it"));
    QVERIFY(!connects("van-1", "a-secret-of-its-own"));
    QCOMPARE(used(), 1U);
  }

  void aKeyIsGoodForItsQuotaOnly() {
    QVERIFY(connects("van-2", m_key + ".a-secret-of-its-own"));
    QVERIFY(!connects("van-3", m_key + ".a-secret-of-its-own"));
    QVERIFY(m_gateway.recordOf("van-3").principal.id.empty());
    QVERIFY(!connects("van-4", "cpk_nonsense.a-secret-of-its-own"));
    QVERIFY(!connects("van-5", m_acmeKey + ".short"));
    QVERIFY(!connects("a/b", m_acmeKey + ".a-secret-of-its-own"));
  }

  void aKeyMakesCarsOfItsOrganisation() {
    QVERIFY(!connects("van-6", m_acmeKey + ".a-secret-of-its-own"));
    QVERIFY(connects("acme.van-6", m_acmeKey + ".a-secret-of-its-own"));
    QCOMPARE(m_gateway.recordOf("acme.van-6").principal.organisation(), std::string_view("acme"));
  }

  void whoCannotBeRegisteredJustNowIsToldSo() {
    const auto busy = [this] {
      return m_gateway.gateway->counters().refusals[static_cast<std::size_t>(ConnectionRefusal::busy)];
    };
    const std::string password = m_acmeKey + ".a-secret-of-its-own";
    m_gateway.tap->refuseRegistry(true);
    const auto modern = m_gateway.client(mqtt::ProtocolLevel::v5);
    const auto told = modern->signIn({"acme.van-7", password, "van-7", true, 0, {}});
    QVERIFY(told && told->reason == mqtt::ReasonCode::serverBusy);
    const auto older = m_gateway.client();
    const auto toldOlder = older->signIn({"acme.van-7", password, "van-7", true, 0, {}});
    QVERIFY(toldOlder && toldOlder->connectCode == ConnectCode::serverUnavailable);
    QCOMPARE(busy(), 2U);
    QVERIFY(m_gateway.logged("too many devices are being registered"));
    const auto answer = plainHttp(m_gateway.gateway->httpAddress(), "POST", "/api/v2/provisioning/devices",
                                  "Content-Type: application/json\r\n",
                                  nlohmann::json{{"key", m_acmeKey}, {"id", "acme.van-7"}}.dump());
    QCOMPARE(answer.status, 503U);
    QVERIFY(!answer.field("retry-after").empty());
    m_gateway.tap->refuseRegistry(false);
    QVERIFY(connects("acme.van-7", password));
    QCOMPARE(busy(), 2U);
  }

  void anOldSecretIsGoodUntilTheOverlapEnds() {
    const auto early = m_gateway.car("car-1");
    QVERIFY(early != nullptr);
    auto record = m_gateway.recordOf("car-1");
    const std::string fresh = "another-secret-of-it";
    const auto hashed = hashDeviceSecret(fresh, m_gateway.folder->secretKey()).value();
    replaceSecret(record, hashed, m_gateway.clock.now(), std::chrono::hours(1));
    QVERIFY(m_gateway.store->updatePrincipal(record).has_value());
    std::unique_ptr<MqttTestClient> late;
    QTRY_VERIFY((late = m_gateway.client())->signsIn({"car-1", fresh, "car-1-new", true, 0, {}}));
    QVERIFY(early->isAnswered());
    const auto old = m_gateway.car("car-1", true, "car-1-old");
    QVERIFY(old != nullptr);
    record = m_gateway.recordOf("car-1");
    RetiringSecret retiring = *record.retiring;
    retiring.until = m_gateway.clock.now() + std::chrono::seconds(1);
    record.retiring = std::move(retiring);
    QVERIFY(m_gateway.store->updatePrincipal(record).has_value());
    // Both that signed in with the old secret, before and after it was replaced, are closed when its time is over.
    QVERIFY(early->isClosedByServer());
    QVERIFY(old->isClosedByServer());
    QVERIFY(late->isAnswered());
    QVERIFY(m_gateway.car("car-1", true, "car-1-old") == nullptr);
  }

  void whoIsBlockedIsOutAtOnce() {
    m_gateway.addCar("car-2");
    std::unique_ptr<MqttTestClient> car;
    QTRY_VERIFY(car || (car = m_gateway.car("car-2")));
    auto record = m_gateway.recordOf("car-2");
    record.principal.blocked = true;
    QVERIFY(m_gateway.store->updatePrincipal(record).has_value());
    QVERIFY(car->isClosedByServer());
    QVERIFY(m_gateway.car("car-2") == nullptr);
    record.principal.blocked = false;
    QVERIFY(m_gateway.store->updatePrincipal(record).has_value());
    QTRY_VERIFY((car = m_gateway.car("car-2")) != nullptr);
  }

 private:
  std::string addKey(const std::string& organisation, std::uint32_t quota) {
    api::ProvisioningKey key;
    key.organisation = organisation;
    key.idPrefix = organisation.empty() ? std::string() : organisation + '.';
    key.quota = quota;
    const std::string text = makeProvisioningKey();
    return m_gateway.store->provisioning().addProvisioningKey(key, hashToken(text)) ? text : std::string();
  }
  bool connects(const std::string& id, const std::string& password) const {
    return m_gateway.client()->signsIn({id, password, id, true, 0, {}});
  }
  std::uint32_t used() { return m_gateway.store->provisioning().provisioningKeys()->front().used; }

  TestGateway m_gateway;
  std::string m_key;
  std::string m_acmeKey;
};

QTEST_GUILESS_MAIN(TestMqttProvisioning)
#include "tst_mqtt_provisioning.moc"
