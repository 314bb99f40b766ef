#include "gateway/server/nitrogen/permission_rights.h"
#include "tests/unit/server/nitrogen_people.h"

using namespace carport;
using namespace carport::test;

/// Permissions of Nitrogen's API: on single messages, changed, about oneself, how many.
class TestNitrogenPermissions : public QObject, private WithNitrogenPeople {
  Q_OBJECT

  NitrogenPerson m_root, m_anna, m_bob, m_van;

  /// Anna lets Bob do something about her van.
  Json grant(const std::string& action, const Json& filter = {}) const {
    Json json{{"issued_to", m_bob.id}, {"principal_for", m_van.id}, {"action", action}, {"authorized", true}};
    if (!filter.is_null()) json["filter"] = filter;
    return json;
  }
  unsigned sends(const NitrogenPerson& who, const Json& message) { return post("/messages", who, message).status; }

 private slots:
  void init() {
    QVERIFY(begin());
    m_root = administrator();
    m_anna = user("anna", m_root);
    m_bob = user("bob", m_root);
    m_van = deviceOf(m_anna);
  }
  void cleanup() { m_gateway.reset(); }

  void aFilterLetsSomeMessagesThrough() {
    for (const char* type : {"_open", "_closed"}) QCOMPARE(sends(m_van, {{"type", type}, {"body", {{"n", 1}}}}), 200U);
    QCOMPARE(typesSeenBy(m_bob), std::string());
    const auto made = post("/permissions", m_anna, grant("subscribe", R"({"type":"_open"})"));
    QCOMPARE(made.status, 200U);
    QCOMPARE(made.json["permission"]["filter"], Json(R"({"type":"_open"})"));
    QCOMPARE(typesSeenBy(m_bob), std::string("_open "));
    // One that forbids stands before it; an object is as good as its text.
    auto forbidden = grant("subscribe", {{"body.n", {{"$gt", 1}}}});
    forbidden["authorized"] = false;
    forbidden["priority"] = 20'000;
    QCOMPARE(post("/permissions", m_anna, forbidden).status, 200U);
    QCOMPARE(sends(m_van, {{"type", "_open"}, {"body", {{"n", 2}}}}), 200U);
    QCOMPARE(typesSeenBy(m_bob), std::string("_open "));
    QCOMPARE(typesSeenBy(m_anna), std::string("_open _closed _open "));
  }

  void aFilterLetsSomeMessagesBeSent() {
    const auto note = [&](const char* type) { return Json{{"type", type}, {"to", m_van.id}}; };
    QCOMPARE(sends(m_bob, note("_hello")), 403U);
    QCOMPARE(post("/permissions", m_anna, grant("send", R"({"type":{"$in":["_hello","_bye"]}})")).status, 200U);
    QCOMPARE(sends(m_bob, note("_hello")), 200U);
    QCOMPARE(sends(m_bob, note("_bye")), 200U);
    QCOMPARE(sends(m_bob, note("_other")), 403U);
    QCOMPARE(sends(m_bob, {{"type", "_other"}, {"tags", {"command:" + m_van.id}}}), 403U);
  }

  void aFilterOfNitrogenSaysNothingOfOtherDoors() {
    QCOMPARE(post("/permissions", m_anna, grant("send", R"({"type":"lock"})")).status, 200U);
    const std::string path =
        "/cars/" + get("/principals/" + m_van.id, m_anna).json["principal"]["carport_id"].get<std::string>();
    QCOMPARE(m_gateway->call(Verb::post, path + "/commands", m_bob.token, R"({"name":"lock","arguments":{}})").status,
             403U);
    QCOMPARE(m_gateway->call(Verb::post, path + "/commands", m_anna.token, R"({"name":"lock","arguments":{}})").status,
             201U);
  }

  void filtersThatAreNone() {
    const auto status = [&](const Json& permission) { return post("/permissions", m_anna, permission).status; };
    for (const Json& filter : {Json("no JSON"), Json("[]"), Json(7), Json(R"({"$where":"1"})")}) {
      QCOMPARE(status(grant("subscribe", filter)), 400U);
    }
    QCOMPARE(status(grant("subscribe", Json{{"type", std::string(1000, 'x')}})), 400U);
    QCOMPARE(status(grant("view", R"({"type":"_open"})")), 400U);  // nobody is a message
    for (const Json& filter : {Json("{}"), Json(""), Json::object()}) {
      const auto made = post("/permissions", m_anna, grant("view", filter));
      QCOMPARE(made.status, 200U);
      QVERIFY(!made.json["permission"].contains("filter"));
    }
  }

  void rulesThatSayMoreAreNotShown() {
    const std::string about =
        "principal:" + get("/principals/" + m_van.id, m_anna).json["principal"]["carport_id"].get<std::string>();
    const auto rule = [&](const Json& more) {
      Json json{
          {"priority", 20'000}, {"who", "principal:bob@example.org"}, {"about", about}, {"allow", true}, {"note", ""}};
      json.update(more);
      const auto made = m_gateway->call(Verb::post, "/permissions", m_token, json.dump());
      QCOMPARE(made.status, 201U);
    };
    rule({{"action", "command"}, {"command", "lock"}});
    rule({{"action", "subscribe"}, {"filter", "payload.soc < 20"}});
    QTRY_COMPARE(get("/permissions", m_bob).json["permissions"].size(), std::size_t{1});
    const auto shown = get("/permissions", m_bob).json["permissions"][0];
    QCOMPARE(shown["filter"], Json(R"({"type":"lock"})"));
    QCOMPARE(shown["action"], Json("send"));
  }

  void permissionsAreChanged() {
    const std::string id = post("/permissions", m_anna, grant("view")).json["permission"]["id"];
    QCOMPARE(get("/principals/" + m_van.id, m_bob).status, 200U);
    auto changed = grant("view");
    changed["authorized"] = false;
    changed["priority"] = 30'000;
    QCOMPARE(put("/permissions/" + id, m_bob, changed).status, 403U);
    const auto answer = put("/permissions/" + id, m_anna, changed);
    QCOMPARE(answer.status, 200U);
    QCOMPARE(answer.json["permission"]["id"], Json(id));
    QCOMPARE(answer.json["permission"]["priority"], Json(30'000));
    QCOMPARE(get("/principals/" + m_van.id, m_bob).status, 403U);
    QCOMPARE(get("/permissions", m_bob).json["permissions"].size(), std::size_t{1});

    QCOMPARE(put("/permissions/" + m_van.id, m_anna, changed).status, 404U);  // that is a principal's
    auto stolen = changed;
    stolen["principal_for"] = m_bob.id;
    QCOMPARE(put("/permissions/" + id, m_anna, stolen).status, 403U);
    auto everybody = changed;
    everybody.erase("principal_for");
    QCOMPARE(put("/permissions/" + id, m_anna, everybody).status, 403U);
    QCOMPARE(put("/permissions/" + id, m_anna, {{"authorized", "yes"}}).status, 400U);
    for (const Json& priority : {Json(UINT64_MAX), Json(std::int64_t{INT32_MAX} + 1), Json(INT64_MIN), Json(1.5)}) {
      auto beyond = changed;
      beyond["priority"] = priority;
      QCOMPARE(put("/permissions/" + id, m_anna, beyond).status, 400U);
    }
    QCOMPARE(v1(Verb::put, "/permissions/" + id, {}, changed).status, 401U);
  }

  void aboutOneselfIsNotAboutTheGateway() {
    Json own{{"issued_to", m_bob.id}, {"principal_for", m_bob.id}, {"authorized", true}, {"priority", 100'000'000}};
    const auto made = post("/permissions", m_bob, own);
    QCOMPARE(made.status, 200U);
    QCOMPARE(made.json["permission"]["issued_to"], Json(m_bob.id));
    QCOMPARE(made.json["permission"]["principal_for"], Json(m_bob.id));
    QCOMPARE(m_gateway->call(Verb::get, "/principals", m_bob.token).status, 403U);
    QCOMPARE(put("/principals/" + m_bob.id, m_bob, {{"name", "Robert"}}).status, 200U);
    QCOMPARE(get("/permissions", m_bob).json["permissions"].size(), std::size_t{1});
    const std::string path = "/permissions/" + made.json["permission"]["id"].get<std::string>();
    own["action"] = "admin";
    QCOMPARE(put(path, m_bob, own).status, 403U);
    QCOMPARE(v1(Verb::delete_, path, m_anna.token).status, 404U);
    QCOMPARE(v1(Verb::delete_, path, m_bob.token).status, 200U);
    QCOMPARE(get("/permissions", m_bob).json["permissions"].size(), std::size_t{0});
  }

  void thereAreOnlySoMany() {
    const auto there = get("/permissions", m_anna).json["permissions"].size();  // that she owns the van
    for (auto i = there; i < nitrogen::PermissionRights::kMaxAboutOne; ++i) {
      QCOMPARE(post("/permissions", m_anna, grant("view")).status, 200U);
    }
    QCOMPARE(post("/permissions", m_anna, grant("view")).status, 429U);
    QCOMPARE(post("/permissions", m_root, grant("view")).status, 200U);
    const auto list = get("/permissions?options=%7B%22limit%22:3,%22skip%22:1%7D", m_anna).json["permissions"];
    QCOMPARE(list.size(), std::size_t{3});
  }
};

QTEST_GUILESS_MAIN(TestNitrogenPermissions)
#include "tst_nitrogen_permissions.moc"
