#include "tests/unit/server/live_client.h"

#include <QtTest>

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <string>
#include <utility>

using namespace carport;
using namespace carport::test;

namespace {

nlohmann::json box(double south, double west, double north, double east) {
  nlohmann::json ring = nlohmann::json::array();
  for (const auto& [x, y] : {std::pair(west, south), {east, south}, {east, north}, {west, north}, {west, south}}) {
    ring.push_back(nlohmann::json::array({x, y}));
  }
  return {{"type", "Polygon"}, {"coordinates", nlohmann::json::array({ring})}};
}

nlohmann::json wish(const std::string& name, const nlohmann::json& geometry = box(43, 7, 44, 8)) {
  return {{"name", name}, {"geometry", geometry}};
}

/// As large as a fence may be.
nlohmann::json largest() {
  nlohmann::json ring = nlohmann::json::array();
  for (int i = 0; i < 1000; ++i) {
    const double angle = 2 * 3.14159265358979 * i / 1000;
    ring.push_back(nlohmann::json::array({10 + std::cos(angle), 40 + std::sin(angle)}));
  }
  ring.push_back(ring.front());
  return {{"type", "Polygon"}, {"coordinates", nlohmann::json::array({ring})}};
}

}  // namespace

/// Fences over the API: who may see and change them, that nobody's change is lost or seen elsewhere, and how everybody
/// hears of it.
class TestHttpFences : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
    m_gateway->addTwoOrganisations();
    m_gateway->addUser("nora", {});
    for (const char* id : {"root", "vera", "nora", "car-1", "acme.anna", "acme.vera", "beta.bert"}) {
      m_tokens[id] = m_gateway->tokenFor(id);
    }
    QTRY_VERIFY(m_gateway->knowsToken(m_tokens["beta.bert"]));
  }
  void cleanup() { m_gateway.reset(); }

  void fencesComeChangeAndGo() {
    auto body = wish("Harbour");
    body["colour"] = 3;
    body["note"] = "no parking";
    const auto made = call("root", Verb::post, "/fences", body);
    QCOMPARE(made.status, 201U);
    QCOMPARE(made.json["number"].get<int>(), 1);
    QCOMPARE(made.json["colour"].get<int>(), 3);
    QVERIFY(!made.json.contains("organisation"));
    QCOMPARE(made.json["geometry"], nlohmann::json(box(43, 7, 44, 8)));
    const auto one = call("vera", Verb::get, "/fences/1");
    QCOMPARE(one.json, made.json);
    QCOMPARE(one.header("ETag"), "\"" + made.json["revision"].get<std::string>() + "\"");
    const auto circle = nlohmann::json{{"type", "Circle"}, {"coordinates", {7.4, 43.7}}, {"radius", 250}};
    const auto replaced = call("root", Verb::put, "/fences/1", wish("Depot", circle));
    QCOMPARE(replaced.status, 200U);
    QCOMPARE(replaced.json["note"].get<std::string>(), std::string());  // what the body leaves out is taken away
    QCOMPARE(replaced.json["colour"].get<int>(), 0);
    QCOMPARE(replaced.json["createdAt"], made.json["createdAt"]);
    QVERIFY(replaced.json["revision"] != made.json["revision"]);
    QCOMPARE(call("root", Verb::put, "/fences/1", wish("Depot", circle)).json, replaced.json);
    QCOMPARE(call("root", Verb::delete_, "/fences/1").status, 204U);
    for (const auto verb : {Verb::get, Verb::delete_}) QCOMPARE(call("root", verb, "/fences/1").status, 404U);
    QCOMPARE(call("root", Verb::put, "/fences/1", wish("Depot")).status, 404U);
    QCOMPARE(call("root", Verb::get, "/fences/harbour").status, 404U);
    QCOMPARE(call("root", Verb::post, "/fences", wish("Next")).json["number"].get<int>(), 2);
  }

  void everyChangeIsInTheAuditLog() {
    QCOMPARE(call("acme.anna", Verb::post, "/fences", wish("Harbour", largest())).status, 201U);
    auto body = wish("Harbour", box(1, 1, 2, 2));
    QCOMPARE(call("acme.anna", Verb::put, "/fences/1", body).status, 200U);
    QCOMPARE(call("acme.anna", Verb::put, "/fences/1", body).status, 200U);  // changes nothing
    QCOMPARE(call("acme.anna", Verb::delete_, "/fences/1").status, 204U);
    const auto entries = call("acme.anna", Verb::get, "/audit?about=fence%201").json["entries"];
    QCOMPARE(entries.size(), std::size_t{3});
    QCOMPARE(entries[2]["action"].get<std::string>(), std::string("fence.add"));
    QCOMPARE(entries[2]["after"]["geometry"]["coordinates"][0].size(), std::size_t{1001});
    QCOMPARE(entries[1]["action"].get<std::string>(), std::string("fence.change"));
    QCOMPARE(entries[1]["before"]["geometry"]["coordinates"][0].size(), std::size_t{1001});
    QCOMPARE(entries[1]["after"], nlohmann::json({{"geometry", box(1, 1, 2, 2)}}));
    QCOMPARE(entries[0]["action"].get<std::string>(), std::string("fence.remove"));
    QCOMPARE(entries[0]["who"].get<std::string>(), std::string("acme.anna"));
    QCOMPARE(entries[0]["before"]["name"].get<std::string>(), std::string("Harbour"));
    QVERIFY(call("beta.bert", Verb::get, "/audit?about=fence%201").json["entries"].empty());
  }

  void whoMay() {
    QCOMPARE(call("root", Verb::post, "/fences", wish("Harbour")).status, 201U);
    for (const char* who : {"nora", "car-1"}) {
      for (const char* path : {"/fences", "/fences/1", "/fences/2"}) QCOMPARE(call(who, Verb::get, path).status, 403U);
    }
    QVERIFY(call("nora", Verb::get, "/fences").json["detail"].get<std::string>().find("may not view fences") !=
            std::string::npos);
    QCOMPARE(call("vera", Verb::get, "/fences").json["fences"].size(), std::size_t{1});
    for (const char* who : {"nora", "vera", "car-1"}) {
      QCOMPARE(call(who, Verb::post, "/fences", wish("Mine")).status, 403U);
      for (const char* path : {"/fences/1", "/fences/2"}) {
        QCOMPARE(call(who, Verb::put, path, wish("Mine")).status, 403U);
        QCOMPARE(call(who, Verb::delete_, path).status, 403U);
      }
    }
    QCOMPARE(call("nobody", Verb::get, "/fences").status, 401U);
    QCOMPARE(call("vera", Verb::get, "/fences/1").json["name"].get<std::string>(), std::string("Harbour"));
  }

  void organisationsSeeTheirOwnAlone() {
    QCOMPARE(call("root", Verb::post, "/fences", wish("House")).status, 201U);
    for (const char* name : {"One", "Two"}) QCOMPARE(call("acme.anna", Verb::post, "/fences", wish(name)).status, 201U);
    const auto other = call("beta.bert", Verb::post, "/fences", wish("Bert's"));
    QCOMPARE(other.json["number"].get<int>(), 1);  // counted by itself
    QCOMPARE(other.json["organisation"].get<std::string>(), std::string("beta"));
    QCOMPARE(namesOf("acme.vera"), QStringList({"One", "Two"}));
    QCOMPARE(namesOf("beta.bert"), QStringList({"Bert's"}));
    QCOMPARE(namesOf("root"), QStringList({"House"}));
    QCOMPARE(namesOf("vera"), QStringList({"House"}));
    // What is another's is answered as what is nobody's.
    for (const char* who : {"beta.bert", "root"}) {
      const auto answer = [&](Verb verb, const std::string& number, const nlohmann::json& body = {}) {
        const auto told = call(who, verb, "/fences/" + number, body);
        const QString fence = QString::fromStdString("fence " + number),
                      path = QString::fromStdString("fences/" + number);
        return std::pair(told.status, QString::fromStdString(told.body).remove(fence).remove(path));
      };
      QCOMPARE(answer(Verb::get, "2"), answer(Verb::get, "9"));
      QCOMPARE(answer(Verb::put, "2", wish("Mine")), answer(Verb::put, "9", wish("Mine")));
      QCOMPARE(answer(Verb::delete_, "2"), answer(Verb::delete_, "9"));
      QCOMPARE(answer(Verb::delete_, "2").first, 404U);
    }
    QCOMPARE(namesOf("acme.anna"), QStringList({"One", "Two"}));
  }

  void whoeverWasQuickerIsNotOverwritten() {
    const auto made = call("root", Verb::post, "/fences", wish("Harbour"));
    const HttpFields old{{"If-Match", "\"" + made.json["revision"].get<std::string>() + "\""}};
    QCOMPARE(call("root", Verb::put, "/fences/1", wish("Theirs")).status, 200U);
    const auto stale = m_gateway->ask(Verb::put, "/api/v2/fences/1", m_tokens["root"], wish("Mine").dump(), old);
    QCOMPARE(stale.status, 412U);
    QVERIFY(stale.header("Content-Type").starts_with("application/problem+json"));
    QCOMPARE(m_gateway->ask(Verb::delete_, "/api/v2/fences/1", m_tokens["root"], {}, old).status, 412U);
    const auto now = call("root", Verb::get, "/fences/1");
    QCOMPARE(now.json["name"].get<std::string>(), std::string("Theirs"));
    const HttpFields fresh{{"If-Match", now.header("ETag")}};
    QCOMPARE(m_gateway->ask(Verb::put, "/api/v2/fences/1", m_tokens["root"], wish("Mine").dump(), fresh).status, 200U);
    const HttpFields known{{"If-None-Match", now.header("ETag")}};
    QCOMPARE(m_gateway->ask(Verb::get, "/api/v2/fences/1", m_tokens["root"], {}, known).status, 200U);
    // Another process changes it while the gateway has not looked yet.
    auto beside = m_gateway->store->load()->fences.at(0).fence;
    beside.name = "Beside";
    QVERIFY(m_gateway->store->updateFence(beside).has_value());
    const auto late = call("root", Verb::put, "/fences/1", wish("Late"));
    QVERIFY(late.status == 409 || late.status == 200);  // 200 where the gateway has looked meanwhile
    QTRY_COMPARE(call("root", Verb::get, "/fences/1").json["name"].get<std::string>(),
                 std::string(late.status == 409 ? "Beside" : "Late"));
  }

  void theSameRequestIsCarriedOutOnce() {
    const HttpFields key{{"Idempotency-Key", "\"fence-1\""}};
    const auto post = [&](const nlohmann::json& body) {
      return m_gateway->ask(Verb::post, "/api/v2/fences", m_tokens["root"], body.dump(), key);
    };
    const auto first = post(wish("Harbour"));
    QCOMPARE(first.status, 201U);
    const auto again = post(wish("Harbour"));
    QCOMPARE(again.json, first.json);
    QCOMPARE(again.header("Idempotent-Replayed"), std::string("true"));
    QCOMPARE(post(wish("Another")).status, 422U);
    QCOMPARE(namesOf("root"), QStringList({"Harbour"}));
  }

  void whatCannotBeIsRefusedInWords() {
    const auto bowTie = nlohmann::json::parse(R"({"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]})");
    const auto refused = call("root", Verb::post, "/fences", wish("Bow tie", bowTie));
    QCOMPARE(refused.status, 400U);
    QVERIFY(refused.json["detail"].get<std::string>().starts_with("The outline crosses itself near 0.50000, 0.50000"));
    QCOMPARE(refused.json["errors"][0]["pointer"].get<std::string>(), std::string("/geometry"));
    for (const char* field : {"number", "organisation", "createdAt", "changedAt", "revision"}) {
      auto body = wish("Harbour");
      body[field] = "acme";
      QCOMPARE(call("root", Verb::post, "/fences", body).status, 400U);
    }
    QCOMPARE(call("root", Verb::post, "/fences", wish("")).json["detail"].get<std::string>(),
             std::string("Give the fence a name"));
    QCOMPARE(call("root", Verb::get, "/fences?colour=3").status, 400U);
    QVERIFY(namesOf("root").isEmpty());
  }

  void pagesEndEarlyWhereFencesAreLarge() {
    for (int i = 1; i <= 25; ++i) {
      QCOMPARE(call("root", Verb::post, "/fences", wish(fmt::format("Large {}", i), largest())).status, 201U);
    }
    const auto first = call("root", Verb::get, "/fences");
    QCOMPARE(first.json["fences"].size(), std::size_t{20});
    const std::string next = first.json["next"].get<std::string>().substr(std::string("/api/v2").size());
    const auto rest = call("root", Verb::get, next);
    QCOMPARE(rest.json["fences"].size(), std::size_t{5});
    QCOMPARE(rest.json["fences"][0]["number"].get<int>(), 21);
    QVERIFY(!rest.json.contains("next"));
    QCOMPARE(call("root", Verb::get, "/fences?limit=3").json["fences"].size(), std::size_t{3});
    QCOMPARE(call("root", Verb::get, "/fences?q=LARGE%2025").json["fences"].size(), std::size_t{1});
    QCOMPARE(call("root", Verb::get, "/fences?limit=1001").status, 400U);
  }

  void everyPortalOfTheOrganisationHearsOfIt() {
    LiveClient house(*m_gateway, m_tokens["vera"]), acme(*m_gateway, m_tokens["acme.vera"]),
        blind(*m_gateway, m_tokens["nora"]);
    for (LiveClient* client : {&house, &acme, &blind}) {
      QCOMPARE(client->status(), 101U);
      client->say(R"({"watch":{"status":true}})");
      QVERIFY(client->nextOfType("status").has_value());
    }
    QCOMPARE(call("acme.anna", Verb::post, "/fences", wish("Harbour")).status, 201U);
    QVERIFY(acme.nextOfType("fences").has_value());
    QCOMPARE(call("acme.anna", Verb::put, "/fences/1", wish("Depot")).status, 200U);
    QVERIFY(acme.nextOfType("fences").has_value());
    QCOMPARE(call("acme.anna", Verb::delete_, "/fences/1").status, 204U);
    QVERIFY(acme.nextOfType("fences").has_value());
    // Nobody else did: what they hear next but their status is of their own.
    QVERIFY(isNotTold(house) && isNotTold(blind));
    // A change beside the gateway is told, too; and who may see fences from now on is told so.
    api::Fence fence;
    fence.name = "Beside";
    fence.shape = api::FenceCircle{{43.7, 7.4}, 250};
    QVERIFY(m_gateway->store->addFence(fence).has_value());
    QVERIFY(house.nextOfType("fences").has_value());
    const auto rule = R"({"who":"principal:nora","about":"type:device","action":"view","allow":true,"priority":9})";
    QCOMPARE(call("root", Verb::post, "/permissions", nlohmann::json::parse(rule)).status, 201U);
    QVERIFY(blind.nextOfType("fences").has_value());
    QCOMPARE(namesOf("nora"), QStringList({"Beside"}));
  }

 private:
  HttpAnswer call(const std::string& who, Verb method, const std::string& path, const nlohmann::json& body = {}) {
    return m_gateway->call(method, path, m_tokens[who], body.is_null() ? std::string() : body.dump());
  }
  QStringList namesOf(const std::string& who) {
    QStringList names;
    const auto answer = call(who, Verb::get, "/fences");
    for (const auto& fence : answer.json["fences"]) {
      names << QString::fromStdString(fence["name"].get<std::string>());
    }
    return names;
  }
  /// Reads on until the second status: what was told before it would have come.
  static bool isNotTold(LiveClient& client) {
    for (int statuses = 0; statuses < 2;) {
      const auto message = client.next();
      if (!message || message->second) return false;
      const auto type = nlohmann::json::parse(message->first).at("type");
      if (type == "fences") return false;
      if (type == "status") ++statuses;
    }
    return true;
  }

  std::unique_ptr<ControlFixture> m_gateway;
  std::map<std::string, std::string> m_tokens;
};

QTEST_GUILESS_MAIN(TestHttpFences)
#include "tst_http_fences.moc"
