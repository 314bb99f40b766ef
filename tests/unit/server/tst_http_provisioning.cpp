#include "gateway/domain/qr_picture.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

using namespace carport;
using namespace carport::test;

/// Devices that register themselves, cars that are claimed, and secrets that are replaced with an overlap.
class TestHttpProvisioning : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<ControlFixture> m_gateway;
  std::string m_root;
  std::string m_vera;

  HttpAnswer call(Verb method, const std::string& path, const std::string& token, const nlohmann::json& body = {}) {
    return m_gateway->call(method, path, token, body.is_null() ? std::string() : body.dump());
  }
  HttpAnswer newKey(nlohmann::json wanted) { return call(Verb::post, "/provisioning/keys", m_root, wanted); }
  HttpAnswer registers(const HttpAnswer& key, nlohmann::json device) {
    device["key"] = key.json.at("key");
    return call(Verb::post, "/provisioning/devices", {}, device);
  }

 private slots:
  void initTestCase() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
    m_root = m_gateway->tokenFor("root");
    m_vera = m_gateway->tokenFor("vera");
    QTRY_VERIFY(m_gateway->knowsToken(m_vera));
  }
  void cleanupTestCase() { m_gateway.reset(); }

  void aDeviceRegistersItselfWithinTheQuota() {
    const auto key = newKey({{"label", "Line 3"}, {"quota", 2}, {"idPrefix", "van-"}});
    QCOMPARE(key.status, 201U);
    const auto first = registers(key, {{"id", "van-1"}, {"name", "Van one"}});
    QCOMPARE(first.status, 201U);
    QVERIFY(first.json["secret"].get<std::string>().size() >= 16);
    QVERIFY(m_gateway->registry.find("van-1").has_value());
    const nlohmann::json own{{"id", "van-2"}, {"secret", "its-own-secret-of-it"}};
    QCOMPARE(registers(key, own).status, 201U);
    const auto again = registers(key, own);
    QCOMPARE(again.status, 201U);
    QVERIFY(!again.json.contains("secret"));
    QCOMPARE(registers(key, {{"id", "van-2"}, {"secret", "another-secret-of-it"}}).status, 409U);
    QCOMPARE(registers(key, {{"id", "van-3"}}).status, 409U);
    QCOMPARE(registers(key, {{"id", "truck-1"}}).status, 400U);
    const auto list = call(Verb::get, "/provisioning/keys", m_root);
    QCOMPARE(list.json["keys"][0]["used"].get<int>(), 2);
    QVERIFY(!list.body.empty() && list.body.find("cpk_") == std::string::npos);
  }

  void aKeyThatIsNoneLetsNobodyIn() {
    QCOMPARE(call(Verb::post, "/provisioning/devices", {}, {{"key", "cpk_nonsense"}, {"id", "x"}}).status, 401U);
    const auto key = newKey({{"quota", 5}});
    const auto number = std::to_string(key.json["number"].get<int>());
    QCOMPARE(call(Verb::delete_, "/provisioning/keys/" + number, m_vera).status, 403U);
    QCOMPARE(call(Verb::delete_, "/provisioning/keys/" + number, m_root).status, 204U);
    QCOMPARE(registers(key, {{"id", "x"}}).status, 401U);
    QVERIFY(!m_gateway->registry.find("x"));
    QCOMPARE(newKey({{"quota", 0}}).status, 400U);
    QCOMPARE(newKey({{"quota", 1}, {"group", "nowhere"}}).status, 400U);
    QCOMPARE(newKey({{"quota", 1}, {"expiresAt", 5}}).status, 400U);
    QCOMPARE(newKey({{"quota", 1}, {"used", 5}}).status, 400U);
    QCOMPARE(call(Verb::get, "/provisioning/keys", m_vera).status, 403U);
  }

  void aCodeGivesTheCarsSecretOnce() {
    const auto code = call(Verb::post, "/cars/car-1/claim-code", m_root);
    QCOMPARE(code.status, 201U);
    QVERIFY(code.json["qrSvg"].get<std::string>().starts_with("<svg"));
    const auto before = m_gateway->registry.record("car-1")->secret;
    QVERIFY(call(Verb::get, "/claim-codes", m_root).body.find(code.json["code"].get<std::string>()) ==
            std::string::npos);
    QCOMPARE(call(Verb::get, "/claim-codes", m_root).json["codes"].size(), std::size_t{1});
    const auto claimed = call(Verb::post, "/provisioning/claim", {}, {{"code", code.json["code"]}});
    QCOMPARE(claimed.status, 200U);
    QCOMPARE(claimed.json["id"].get<std::string>(), std::string("car-1"));
    const auto after = m_gateway->registry.record("car-1")->secret;
    QVERIFY(after != before);
    QVERIFY(verifyDeviceSecret(claimed.json["secret"].get<std::string>(), *after, m_gateway->folder->secretKey()));
    QCOMPARE(call(Verb::post, "/provisioning/claim", {}, {{"code", code.json["code"]}}).status, 404U);
    QCOMPARE(call(Verb::post, "/provisioning/claim", {}, {{"code", "not a code"}}).status, 400U);
  }

  void aCodeIsAPictureWhereThatIsAskedFor() {
    http::request<http::string_body> request{Verb::post, "/api/v2/cars/car-2/claim-code", 11};
    request.set(http::field::host, "localhost");
    request.set(http::field::authorization, "Bearer " + m_root);
    request.set(http::field::accept, "image/png");
    request.prepare_payload();
    const auto label = m_gateway->send(request);
    QCOMPARE(label.status, 201U);
    QCOMPARE(label.header(http::field::content_type), std::string("image/png"));
    const auto code = label.header("Carport-Claim-Code");
    QCOMPARE(readClaimCode(code), code);
    QVERIFY(label.body == QrPicture::of(code)->png());
    request.set("Idempotency-Key", "a-key");
    QCOMPARE(m_gateway->send(request).status, 400U);
    // It was refused before the code was replaced.
    QCOMPARE(call(Verb::post, "/provisioning/claim", {}, {{"code", code}}).status, 200U);
  }

  void aCodeGivesTheCarToAPerson() {
    QCOMPARE(call(Verb::post, "/cars/car-2/commands", m_vera, {{"name", "lock"}}).status, 403U);
    const auto code = call(Verb::post, "/cars/car-2/claim-code", m_root, {{"gives", "car"}});
    QCOMPARE(code.status, 201U);
    // One that gives the car does not give its secret to whoever asks without signing in.
    QCOMPARE(call(Verb::post, "/provisioning/claim", {}, {{"code", code.json["code"]}}).status, 404U);
    const auto claimed = call(Verb::post, "/claims", m_vera, {{"code", code.json["code"]}});
    QCOMPARE(claimed.status, 200U);
    QCOMPARE(claimed.json["id"].get<std::string>(), std::string("car-2"));
    QCOMPARE(call(Verb::post, "/cars/car-2/commands", m_vera, {{"name", "lock"}}).status, 201U);
    QCOMPARE(call(Verb::post, "/cars/car-1/commands", m_vera, {{"name", "lock"}}).status, 403U);
    QCOMPARE(call(Verb::post, "/claims", m_vera, {{"code", code.json["code"]}}).status, 404U);
  }

  void codesAreMadeAndWithdrawnByWhoAdministersTheCar() {
    QCOMPARE(call(Verb::post, "/cars/car-3/claim-code", m_vera).status, 403U);
    QCOMPARE(call(Verb::post, "/cars/car-9/claim-code", m_root).status, 404U);
    QCOMPARE(call(Verb::post, "/cars/car-3/claim-code", m_root, {{"expiresAt", 5}}).status, 400U);
    const auto code = call(Verb::post, "/cars/car-3/claim-code", m_root);
    QCOMPARE(call(Verb::delete_, "/cars/car-3/claim-code", m_vera).status, 403U);
    QCOMPARE(call(Verb::delete_, "/cars/car-3/claim-code", m_root).status, 204U);
    QCOMPARE(call(Verb::delete_, "/cars/car-3/claim-code", m_root).status, 404U);
    QCOMPARE(call(Verb::post, "/provisioning/claim", {}, {{"code", code.json["code"]}}).status, 404U);
  }

  void aCarKeepsItsOldSecretForAWhile() {
    constexpr std::int64_t kOverlapMs = 3'600'000;
    const auto before = toMs(m_gateway->clock.now());
    const auto renewed = call(Verb::post, "/cars/car-3/secret", m_root, {{"overlapSeconds", 3600}});
    QCOMPARE(renewed.status, 200U);
    const auto until = renewed.json["oldSecretUntil"].get<std::int64_t>() - kOverlapMs;
    QVERIFY(until >= before && until <= toMs(m_gateway->clock.now()));
    const auto record = m_gateway->registry.record("car-3");
    QVERIFY(record->retiring &&
            verifyDeviceSecret("a secret of sixteen", record->retiring->secret, m_gateway->folder->secretKey()));
    QCOMPARE(call(Verb::post, "/cars/car-3/secret", m_root, {{"overlapSeconds", 999'999'999}}).status, 400U);
    const auto atOnce = call(Verb::post, "/cars/car-3/secret", m_root);
    QVERIFY(atOnce.status == 200 && !atOnce.json.contains("oldSecretUntil"));
    QVERIFY(!m_gateway->registry.record("car-3")->retiring);
  }

  void whoGuessesCodesHasToWait() {
    unsigned status = 404;
    for (int i = 0; i < 200 && status == 404; ++i) {
      status = call(Verb::post, "/provisioning/claim", {}, {{"code", "ACDE-2345"}}).status;
    }
    QCOMPARE(status, 429U);
  }
};

QTEST_GUILESS_MAIN(TestHttpProvisioning)
#include "tst_http_provisioning.moc"
