#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <algorithm>

using namespace carport;
using namespace carport::test;

/// Many cars at once, tried before they are stored, and one car as a whole.
class TestHttpImport : public QObject, protected WithAdministrator {
  Q_OBJECT

 private:
  HttpAnswer import(const std::string& csv, const std::string& query = {}) {
    return m_gateway->call(Verb::post, "/cars/import" + query, m_token, csv, "text/csv");
  }
  HttpAnswer put(const std::string& id, const std::string& body, const HttpFields& fields = {}) {
    return m_gateway->ask(Verb::put, "/api/v2/cars/" + id, m_token, body, fields);
  }
  void addGroup(const std::string& id) {
    const auto body = nlohmann::json{{"type", "group"}, {"id", id}}.dump();
    QCOMPARE(m_gateway->call(Verb::post, "/principals", m_token, body).status, 201U);
  }

 private slots:
  void init() { QVERIFY(begin()); }
  void cleanup() { m_gateway.reset(); }

  void aDryRunSaysWhatWouldChangeAndChangesNothing() {
    addGroup("north");
    const std::string csv =
        "id,name,secret,groups,attributes\n"
        "car-1,One,,north,depot=Ghent\n"
        "van-1,Van,a secret of sixteen,,\n"
        "car-2,,,,\n"
        "root,,,,\n"
        "van-2,,short,,\n";
    const auto plan = import(csv, "?dryRun=true");
    QCOMPARE(plan.status, 200U);
    QCOMPARE(plan.json["dryRun"].get<bool>(), true);
    QCOMPARE(plan.json["created"].get<int>(), 1);
    QCOMPARE(plan.json["updated"].get<int>(), 1);
    QCOMPARE(plan.json["unchanged"].get<int>(), 1);
    QCOMPARE(plan.json["refused"].get<int>(), 2);
    const auto& first = plan.json["changes"][0];
    QCOMPARE(first["line"].get<int>(), 2);
    QCOMPARE(first["action"].get<std::string>(), std::string("update"));
    QCOMPARE(first["fields"]["groups"]["after"].get<std::string>(), std::string("north"));
    QCOMPARE(first["fields"]["attributes"]["before"].get<std::string>(), std::string());
    QVERIFY(!first["fields"].contains("secret"));
    QCOMPARE(plan.json["changes"][1]["fields"]["secret"].dump(), std::string("{}"));
    QCOMPARE(plan.json["mistakes"][0]["line"].get<int>(), 5);
    QCOMPARE(plan.json["mistakes"][1]["line"].get<int>(), 6);
    QVERIFY2(plan.body.find("a secret of") == std::string::npos, plan.body.c_str());
    QVERIFY(!m_gateway->registry.find("van-1"));
    QVERIFY(m_gateway->registry.find("car-1")->name.empty());
    // All or nothing.
    const auto refused = import(csv);
    QCOMPARE(refused.status, 400U);
    QCOMPARE(refused.json["errors"].size(), std::size_t(2));
    QVERIFY(!m_gateway->registry.find("van-1"));
    QCOMPARE(import("id\n", "?dryRun=maybe").status, 400U);
  }

  void groupsAndAttributesAreStored() {
    addGroup("north");
    addGroup("south");
    const auto done = import("id,groups,attributes\ncar-1,south;north,depot=Ghent;colour=blue\nvan-1,north,\n");
    QCOMPARE(done.status, 200U);
    QCOMPARE(done.json["created"].get<int>(), 1);
    QCOMPARE(done.json["updated"].get<int>(), 1);
    auto car = *m_gateway->registry.find("car-1");
    std::sort(car.groups.begin(), car.groups.end());
    QVERIFY(car.groups == (std::vector<std::string>{"north", "south"}));
    QCOMPARE(*car.attributes.find("colour"), std::string("blue"));
    const auto json = R"({"cars":[{"id":"car-1","groups":[],"attributes":{"depot":"Lyon"}}]})";
    QCOMPARE(m_gateway->call(Verb::post, "/cars/import", m_token, json).status, 200U);
    car = *m_gateway->registry.find("car-1");
    QVERIFY(car.groups.empty() && car.attributes.size() == 1);
    const auto again = m_gateway->call(Verb::post, "/cars/import", m_token, json);
    QCOMPARE(again.json["unchanged"].get<int>(), 1);
    QCOMPARE(again.json["added"].get<int>(), 1);
  }

  void aCarIsPutInThePlaceOfWhatItWas() {
    addGroup("north");
    const auto made = put("van-1", R"({"name":"Van","groups":["north"],"attributes":{"depot":"Ghent"}})");
    QCOMPARE(made.status, 201U);
    const auto secret = made.json["secret"].get<std::string>();
    QCOMPARE(secret.size(), std::size_t(32));
    const auto replaced = put("van-1", R"({"blocked":true})");
    QCOMPARE(replaced.status, 200U);
    QVERIFY(!replaced.json.contains("secret"));
    const auto car = *m_gateway->registry.record("van-1");
    QVERIFY(car.principal.name.empty() && car.principal.groups.empty() && car.principal.attributes.empty());
    QVERIFY(car.principal.blocked);
    QVERIFY(verifyDeviceSecret(secret, *car.secret, m_gateway->folder->secretKey()));
    QCOMPARE(put("van-1", R"({"secret":"another secret of it"})").status, 200U);
    QVERIFY(!verifyDeviceSecret(secret, *m_gateway->registry.record("van-1")->secret, m_gateway->folder->secretKey()));
    QCOMPARE(put("root", "{}").status, 409U);
    QCOMPARE(put("bad%20id", "{}").status, 400U);
    QCOMPARE(put("van-1", R"({"nmae":"x"})").status, 400U);
  }

  void aCarIsPutOnlyWhereItIsAsExpected() {
    QCOMPARE(put("van-1", "{}", {{"If-Match", "\"x\""}}).status, 412U);
    const auto made = put("van-1", "{}", {{"If-None-Match", "*"}});
    QCOMPARE(made.status, 201U);
    QCOMPARE(put("van-1", "{}", {{"If-None-Match", "*"}}).status, 412U);
    const auto tag = put("van-1", R"({"name":"a"})").header(http::field::etag);
    QVERIFY(!tag.empty());
    QCOMPARE(put("van-1", R"({"name":"b"})", {{"If-Match", tag}}).status, 200U);
    QCOMPARE(put("van-1", R"({"name":"c"})", {{"If-Match", tag}}).status, 412U);
    QCOMPARE(m_gateway->registry.find("van-1")->name, std::string("b"));
  }
};

QTEST_GUILESS_MAIN(TestHttpImport)
#include "tst_http_import.moc"
