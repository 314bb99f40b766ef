#include "tests/unit/server/nitrogen_people.h"

#include <set>

using namespace carport;
using namespace carport::test;

/// Groups of Nitrogen's API, and what it says of principals.
class TestNitrogenGroups : public QObject, private WithNitrogenPeople {
  Q_OBJECT

  NitrogenPerson m_root, m_anna, m_bob;

  HttpAnswer makeGroup(const NitrogenPerson& who, const Json& members = Json::array()) {
    return post("/principals", who, {{"type", "group"}, {"name", "North"}, {"members", members}});
  }
  Json shown(const std::string& id, const NitrogenPerson& who) {
    return get("/principals/" + id, who).json["principal"];
  }

 private slots:
  void init() {
    QVERIFY(begin());
    m_root = administrator();
    m_anna = user("anna", m_root);
    m_bob = user("bob", m_root);
  }
  void cleanup() { m_gateway.reset(); }

  void aGroupIsMadeAndChanged() {
    const auto van = deviceOf(m_anna), bus = deviceOf(m_anna);
    const auto made = makeGroup(m_anna, {van.id});
    QCOMPARE(made.status, 200U);
    QCOMPARE(made.json["principal"]["type"], Json("group"));
    QCOMPARE(made.json["principal"]["members"], Json({van.id}));
    QVERIFY(!made.json.contains("accessToken"));
    const std::string id = made.json["principal"]["id"];
    QCOMPARE(put("/principals/" + id, m_anna, {{"members", {bus.id}}, {"name", "South"}}).status, 200U);
    QCOMPARE(shown(id, m_anna)["members"], Json({bus.id}));
    QCOMPARE(shown(id, m_anna)["name"], Json("South"));
    QCOMPARE(put("/principals/" + id, m_anna, {{"name", "East"}}).status, 200U);
    QCOMPARE(shown(id, m_anna)["members"], Json({bus.id}));
    QCOMPARE(put("/principals/" + id, m_anna, {{"members", Json::array()}}).status, 200U);
    QCOMPARE(shown(id, m_anna)["members"], Json::array());
    QCOMPARE(v1(Verb::delete_, "/principals/" + id, m_anna.token).status, 200U);
    QCOMPARE(get("/principals/" + id, m_anna).status, 404U);
  }

  void whoMayNot() {
    const auto van = deviceOf(m_anna);
    QCOMPARE(v1(Verb::post, "/principals", {}, {{"type", "group"}, {"name", "x"}}).status, 403U);
    QCOMPARE(makeGroup(van).status, 403U);
    QCOMPARE(makeGroup(m_bob, {van.id}).status, 403U);
    QCOMPARE(makeGroup(m_bob, {"0123456789abcdef01234567"}).status, 400U);
    QCOMPARE(makeGroup(m_bob, Json("all")).status, 400U);
    const std::string id = makeGroup(m_anna).json["principal"]["id"];
    QCOMPARE(makeGroup(m_anna, {id}).status, 400U);
    QCOMPARE(put("/principals/" + id, m_bob, {{"members", Json::array()}}).status, 403U);
    QCOMPARE(post("/principals/accesstoken", m_anna, {{"principal_id", id}}).status, 400U);
  }

  // Whoever administers a group and comes to be in it would administer himself: the gateway.
  void nobodyComesToAdministerHimself() {
    const std::string id = makeGroup(m_root).json["principal"]["id"];
    QCOMPARE(post("/permissions", m_root,
                  {{"issued_to", m_anna.id}, {"principal_for", id}, {"action", "admin"}, {"authorized", true}})
                 .status,
             200U);
    QCOMPARE(put("/principals/" + id, m_anna, {{"members", {m_anna.id}}}).status, 403U);
    QCOMPARE(m_gateway->call(Verb::get, "/principals", m_anna.token).status, 403U);
    QCOMPARE(put("/principals/" + id, m_anna, {{"members", {deviceOf(m_anna).id}}}).status, 200U);
  }

  void aMessageToAGroupReachesEachMember() {
    const auto van = deviceOf(m_anna), bus = deviceOf(m_anna);
    const std::string id = makeGroup(m_anna, {van.id, bus.id}).json["principal"]["id"];
    const auto sent = post("/messages", m_anna, {{"type", "_note"}, {"to", id}, {"body", {{"n", 1}}}});
    QCOMPARE(sent.status, 200U);
    std::set<std::string> receivers;
    for (const Json& message : sent.json["messages"]) receivers.insert(message["to"]);
    QCOMPARE(receivers, (std::set{van.id, bus.id}));
    QCOMPARE(typesSeenBy(van), std::string("_note "));
    QCOMPARE(typesSeenBy(bus), std::string("_note "));
    QCOMPARE(post("/messages", m_bob, {{"type", "_note"}, {"to", id}}).status, 403U);
    const std::string empty = makeGroup(m_anna).json["principal"]["id"];
    QCOMPARE(post("/messages", m_anna, {{"type", "_note"}, {"to", empty}}).json["messages"][0]["to"], Json(empty));
  }

  void whatAPrincipalShows() {
    const std::string key = keyOf(m_anna);
    const auto van =
        keyed("device", key, {{"tags", {"north"}}, {"sensors", {{{"id", 1}, {"executes", "cameraCommand"}}}}});
    const auto own = shown(van.id, van);
    QCOMPARE(own["tags"], Json({"north"}));
    QCOMPARE(own["sensors"][0]["executes"], Json("cameraCommand"));
    QCOMPARE(own["last_ip"], Json("127.0.0.1"));
    QCOMPARE(own["updated_at"], own["created_at"]);
    // Which key it was, not the key.
    QCOMPARE(own["api_key"].get<std::string>().size(), std::size_t{24});
    QVERIFY(own["api_key"] != Json(key));
    QVERIFY(shown(m_anna.id, m_anna)["api_key"].is_string());
    const auto cars = get(R"(/principals?q=%7B%22type%22:%22device%22%7D)", m_root).json["principals"];
    QVERIFY(cars.size() > 1);
    for (const Json& car : cars) QVERIFY(car["tags"].is_array() && car["sensors"].is_array());
    const std::string before = shown(m_anna.id, m_anna)["last_connection"];
    QTest::qWait(5);
    personIn(v1(Verb::post, "/principals/user/auth", {}, {{"email", "anna@example.org"}, {"password", "pass-word"}}));
    QVERIFY(shown(m_anna.id, m_anna)["last_connection"].get<std::string>() > before);
  }

  void aPublicKeyStandsInForASecret() {
    const Json body{{"type", "device"}, {"name", "x"}, {"api_key", keyOf(m_anna)}};
    QCOMPARE(v1(Verb::post, "/principals", {}, body).status, 400U);
    auto keyedBody = body;
    keyedBody["public_key"] = "-----BEGIN PUBLIC KEY-----";
    const auto device = personIn(v1(Verb::post, "/principals", {}, keyedBody));
    QCOMPARE(get("/principals/" + device.id, device).status, 200U);
  }

  void aClaimedDeviceHasNoCodeAnyMore() {
    const auto app = keyed("app", keyOf(m_anna));
    const auto device = keyed("device", keyOf(app));
    const std::string code = shown(device.id, device)["claim_code"];
    QCOMPARE(post("/messages", m_bob, {{"type", "claim"}, {"to", "service"}, {"body", {{"claim_code", code}}}}).status,
             200U);
    QVERIFY(!shown(device.id, m_bob).contains("claim_code"));
    QVERIFY(!shown(device.id, device).contains("claim_code"));
    m_gateway->restartControl();
    QVERIFY(!shown(device.id, m_bob).contains("claim_code"));
    QCOMPARE(shown(device.id, m_bob)["id"], Json(device.id));
  }

  // By custom it is for the service to say from which address somebody came.
  void onlyTheGatewaysAdministratorSendsAddresses() {
    const Json message{{"type", "ip"}, {"body", {{"ip_address", "10.0.0.1"}}}};
    QCOMPARE(post("/messages", deviceOf(m_anna), message).status, 403U);
    QCOMPARE(post("/messages", m_anna, message).status, 403U);
    QCOMPARE(post("/messages", m_root, message).status, 200U);
  }

  void healthTellsFiguresToAdministratorsAlone() {
    for (const auto& token : {std::string(), m_anna.token}) {
      const auto health = v1(Verb::get, "/ops/health", token).json;
      for (const char* name : {"memory", "pid", "subscriptions"})
        QVERIFY(health.contains(name) && health[name].is_null());
      QCOMPARE(health["status"], Json("ok"));
    }
    const auto health = v1(Verb::get, "/ops/health", m_root.token).json;
    QCOMPARE(health["subscriptions"], Json(0));
    QVERIFY(health["memory"]["rss"].get<std::int64_t>() > 0);
    QVERIFY(health["pid"].get<std::int64_t>() > 0);
  }
};

QTEST_GUILESS_MAIN(TestNitrogenGroups)
#include "tst_nitrogen_groups.moc"
