#include "tests/unit/server/live_client.h"

#include <QtTest>

#include <fmt/format.h>

#include <cstring>
#include <map>

using namespace carport;
using namespace carport::test;

/// The house and two organisations behind one API: nobody sees, guesses or counts what is another's; their rules, what
/// a rule would change, and seeing as somebody else.
class TestHttpIsolation : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
    m_gateway->addTwoOrganisations();
    for (const char* id : {"acme.van", "acme.truck", "beta.van"}) m_gateway->addCar(id);
    for (const char* id : {"root", "vera", "acme.anna", "acme.vera", "beta.bert"}) {
      m_tokens[id] = m_gateway->tokenFor(id);
    }
    QTRY_VERIFY(m_gateway->knowsToken(m_tokens["beta.bert"]));
  }
  void cleanup() { m_gateway.reset(); }

  void listsHoldTheirOwnAlone() {
    QCOMPARE(carsOf("acme.anna"), QStringList({"acme.truck", "acme.van"}));
    QCOMPARE(carsOf("acme.vera"), QStringList({"acme.truck", "acme.van"}));
    QCOMPARE(carsOf("beta.bert"), QStringList({"beta.van"}));
    QCOMPARE(carsOf("root"), QStringList({"car-1", "car-2", "car-3"}));
  }

  void whatIsAnothersIsNotThere_data() {
    QTest::addColumn<int>("verb");
    QTest::addColumn<QString>("path");  // with ID for the car
    QTest::addColumn<QString>("body");
    const auto row = [](Verb verb, const char* path, const char* body = "") {
      QTest::addRow("%d %s", int(verb), path) << int(verb) << path << body;
    };
    row(Verb::get, "/cars/ID");
    row(Verb::patch, "/cars/ID", R"({"name":"Mine"})");
    row(Verb::delete_, "/cars/ID");
    row(Verb::post, "/cars/ID/secret", "{}");
    row(Verb::get, "/cars/ID/history?metric=speed");
    row(Verb::get, "/history?metric=speed&car=ID");
    row(Verb::get, "/fleet/moments?car=ID");
    row(Verb::get, "/cars/ID/moment");
    row(Verb::get, "/cars/ID/events");
    row(Verb::get, "/cars/ID/metrics");
    row(Verb::get, "/cars/ID/commands");
    row(Verb::post, "/cars/ID/commands", R"({"name":"unlock"})");
    row(Verb::get, "/permissions/decision?who=ID&action=view&about=acme.van");
    row(Verb::get, "/permissions/decision?action=view&about=ID");
  }
  void whatIsAnothersIsNotThere() {
    QFETCH(int, verb);
    QFETCH(QString, path);
    QFETCH(QString, body);
    const auto answer = [&](const char* caller, const char* id) {
      const auto asked = m_gateway->call(Verb(verb), QString(path).replace("ID", id).toStdString(), m_tokens[caller],
                                         body.toStdString());
      return std::pair(asked.status, QString::fromStdString(asked.body).replace(id, "ID"));
    };
    const auto missing = answer("acme.anna", "beta.vax");
    QCOMPARE(missing.first, 404U);
    QCOMPARE(answer("acme.anna", "beta.van"), missing);
    // The house learns what an answer may tell only where its rules name the organisation.
    for (const char* caller : {"root", "vera"}) QCOMPARE(answer(caller, "beta.van"), answer(caller, "beta.vax"));
  }

  void theHouseCannotGuessWhoIsThere_data() {
    QTest::addColumn<int>("verb");
    QTest::addColumn<QString>("path");  // with ID for whom it names
    QTest::addColumn<QString>("body");
    const auto row = [](Verb verb, const char* path, const char* body = "") {
      QTest::addRow("%d %s %s", int(verb), path, body) << int(verb) << path << body;
    };
    row(Verb::put, "/cars/ID", R"({"name":"Mine"})");
    row(Verb::put, "/cars/ID", "{");
    row(Verb::post, "/cars", R"({"id":"ID"})");
    row(Verb::post, "/cars/import?dryRun=true", R"({"cars":[{"id":"ID"}]})");
    row(Verb::post, "/cars/ID/commands", "{");
    row(Verb::post, "/cars/ID/telemetry", R"({"speed":1})");
    row(Verb::post, "/cars/ID/claim-code", "{");
    row(Verb::get, "/principals/ID");
    row(Verb::patch, "/principals/ID", R"({"name":"Mine"})");
    row(Verb::delete_, "/principals/ID");
    row(Verb::delete_, "/principals/ID/second-factor");
    row(Verb::post, "/principals", R"({"type":"user","id":"ID","password":"a long password"})");
    row(Verb::get, "/sessions?owner=ID");
    row(Verb::delete_, "/sessions?owner=ID");
    row(Verb::get, "/tokens?owner=ID");
    row(Verb::post, "/tokens", R"({"owner":"ID"})");
    row(Verb::get, "/permissions/decision?action=view&about=ID");
    row(Verb::get, "/permissions/decision?who=ID&action=view&about=car-1");
    row(Verb::get, "/permissions/decision?who=vera&action=command&about=ID");
    row(Verb::get, "/permissions/decision?action=send&topic=cars/ID/telemetry");
    row(Verb::get, "/permissions/decision?action=subscribe&topic=cars/ID/telemetry");
  }
  void theHouseCannotGuessWhoIsThere() {
    QFETCH(int, verb);
    QFETCH(QString, path);
    QFETCH(QString, body);
    for (const char* caller : {"root", "vera"}) {
      const auto answer = [&](const char* id) {
        const auto asked = m_gateway->call(Verb(verb), QString(path).replace("ID", id).toStdString(), m_tokens[caller],
                                           QString(body).replace("ID", id).toStdString());
        return std::pair(asked.status, QString::fromStdString(asked.body).replace(id, "ID"));
      };
      const auto missing = answer("beta.none");
      QCOMPARE(answer("beta.van"), missing);
      QCOMPARE(answer("beta.bert"), missing);
    }
    QVERIFY(m_gateway->registry.record("beta.van").has_value());
    QCOMPARE(m_gateway->registry.record("beta.van")->principal.name, std::string());
  }

  void theHouseKnowsWhatItsRulesNameAlone() {
    const auto decision = [&](const char* who, const char* query) {
      return m_gateway->call(Verb::get, std::string("/permissions/decision?") + query, m_tokens[who]);
    };
    QCOMPARE(decision("root", "who=vera&action=view&about=beta.van").status, 404U);
    const char* rule = R"({"who":"principal:vera","about":"principal:beta.van","action":"view","allow":true})";
    QCOMPARE(m_gateway->call(Verb::post, "/permissions", m_tokens["root"], rule).status, 201U);
    for (const char* who : {"root", "vera"}) {
      const auto told = decision(who, "who=vera&action=view&about=beta.van");
      QCOMPARE(told.status, 200U);
      QVERIFY(told.json["allowed"].get<bool>());
    }
    // Whoever asks and knows of it himself is not told that it is not there.
    const char* anotherRule = R"({"who":"principal:root","about":"principal:acme.van","action":"view","allow":true})";
    QCOMPARE(m_gateway->call(Verb::post, "/permissions", m_tokens["root"], anotherRule).status, 201U);
    const char* topic = "who=vera&action=subscribe&topic=cars/acme.van/telemetry";
    const auto explained = decision("root", topic);
    QVERIFY(!explained.json["allowed"].get<bool>());
    QVERIFY(explained.json["explanation"].get<std::string>().find("no car") == std::string::npos);
    QVERIFY(decision("vera", topic + std::strlen("who=vera&")).json["explanation"].get<std::string>().find("no car") !=
            std::string::npos);
    // Known, so that what is not allowed there is explained as well.
    QVERIFY(!decision("vera", "action=command&about=beta.van").json["allowed"].get<bool>());
    QCOMPARE(decision("root", "action=view&about=beta.van").status, 404U);
    QCOMPARE(decision("vera", "action=view&about=beta.bert").status, 404U);
  }

  void whatIsTheGatewaysIsTheHouses() {
    for (const char* path : {"/log", "/retention", "/gateway/drain"}) {
      QCOMPARE(m_gateway->call(Verb::get, path, m_tokens["acme.anna"]).status, 403U);
      QCOMPARE(m_gateway->call(Verb::get, path, m_tokens["root"]).status, 200U);
    }
  }

  void figuresAreTheirOwn() {
    m_gateway->sample("beta.van", 48, 11, 50);
    const auto own = m_gateway->call(Verb::get, "/gateway", m_tokens["acme.anna"]).json;
    QCOMPARE(own["cars"].get<int>(), 2);
    for (const char* figure : {"connections", "messagesReceived", "samplesStored", "shedMessages", "refusedMessages",
                               "storedBytes", "freeBytes", "queuedBatches"}) {
      QVERIFY2(own[figure].get<std::int64_t>() == 0, figure);
    }
    QVERIFY(own.value("dataFolder", "").empty());
    const auto whole = m_gateway->call(Verb::get, "/gateway", m_tokens["root"]).json;
    QVERIFY(!whole["dataFolder"].get<std::string>().empty());
  }

  void liveNewsIsTheirOwn_data() {
    QTest::addColumn<QString>("caller");
    QTest::addColumn<QString>("seeAs");
    QTest::newRow("administrator") << "acme.anna"
                                   << "";
    QTest::newRow("viewer") << "acme.vera"
                            << "";
    QTest::newRow("administrator as the viewer") << "acme.anna"
                                                 << "acme.vera";
  }
  void liveNewsIsTheirOwn() {
    QFETCH(QString, caller);
    QFETCH(QString, seeAs);
    LiveClient client(*m_gateway, m_tokens[caller.toStdString()], seeAs.toStdString());
    QCOMPARE(client.status(), 101U);
    const auto own = numberAs("acme.anna", "acme.van"), other = numberAs("beta.bert", "beta.van");
    client.say(fmt::format(R"({{"watch":{{"status":true,"states":[{},{}]}}}})", own, other));
    m_gateway->sample("beta.van", 48, 11, 50);
    m_gateway->sample("acme.van", 48, 11, 50);
    const auto state = client.nextOfType("state");
    QVERIFY(state.has_value());
    QCOMPARE((*state)["car"].get<std::uint32_t>(), own);
    const auto status = client.nextOfType("status");
    QVERIFY(status.has_value());
    QCOMPARE((*status)["status"]["cars"].get<int>(), 2);
    QVERIFY((*status)["status"].value("dataFolder", "").empty());
    QCOMPARE(LiveClient(*m_gateway, m_tokens["acme.vera"], "acme.anna").status(), 403U);
    QCOMPARE(LiveClient(*m_gateway, m_tokens["acme.anna"], "beta.bert").status(), 404U);
  }

  void everyOneHasItsOwnRules() {
    const auto own = rulesOf("acme.anna");
    QCOMPARE(own.size(), defaultRules().size());
    for (const auto& rule : own) QCOMPARE(rule["organisation"].get<std::string>(), std::string("acme"));
    const auto ofHouse = rulesOf("root");
    for (const auto& rule : ofHouse) QVERIFY(!rule.contains("organisation"));
    const auto others = rulesOf("beta.bert");
    // Each counts its own, from 1; the gateway's own number of another's rule means nothing to anybody but the house.
    QCOMPARE(own[0]["number"], others[0]["number"]);
    const auto path = "/permissions/" + std::to_string(ruleOf("beta").number.value);
    const std::string body = R"({"who":"*","about":"*","allow":true})";
    const std::string anna = m_tokens["acme.anna"], root = m_tokens["root"];
    QCOMPARE(m_gateway->call(Verb::get, path, anna).status, 404U);
    QCOMPARE(m_gateway->call(Verb::put, path, anna, body).status, 404U);
    QCOMPARE(m_gateway->call(Verb::delete_, path, anna).status, 404U);
    QCOMPARE(m_gateway->call(Verb::delete_, path, root).status, 404U);
    QCOMPARE(m_gateway->call(Verb::get, "/permissions?organisation=beta", anna).status, 404U);
    QCOMPARE(m_gateway->call(Verb::get, "/permissions?organisation=beta", root).status, 404U);
    const auto made = m_gateway->call(Verb::post, "/permissions", anna, body);
    QCOMPARE(made.status, 201U);
    QCOMPARE(made.json["organisation"].get<std::string>(), std::string("acme"));
    QCOMPARE(rulesOf("acme.anna").size(), defaultRules().size() + 1);
    QCOMPARE(rulesOf("beta.bert"), others);
  }

  void rulesSpeakOfTheirOwn_data() {
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* body, const char* sentence) { QTest::newRow(body) << body << sentence; };
    row(R"({"who":"*","about":"principal:beta.van","allow":true})", "there is no principal 'beta.van'");
    row(R"({"who":"principal:root","about":"*","allow":true})", "there is no principal 'root'");
    row(R"({"who":"*","about":"organisation:beta","allow":true})", "speak of itself alone");
    row(R"({"who":"role:beta.chief","about":"*","allow":true})", "there is no role 'beta.chief'");
    row(R"({"who":"*","about":"*","allow":true,"organisation":"beta"})", "There is no organisation 'beta'");
    row(R"({"who":"*","about":"*","allow":true,"organisation":"nothing"})", "There is no organisation 'nothing'");
  }
  void rulesSpeakOfTheirOwn() {
    QFETCH(QString, body);
    QFETCH(QString, sentence);
    for (const bool isSimulation : {false, true}) {
      const std::string path = isSimulation ? "/permissions/simulate" : "/permissions";
      const QString wanted = isSimulation ? R"({"rule":)" + body + "}" : body;
      const auto refused = m_gateway->call(Verb::post, path, m_tokens["acme.anna"], wanted.toStdString());
      QVERIFY(refused.status == 400 || refused.status == 404);
      QVERIFY2(QString::fromStdString(refused.body).contains(sentence), refused.body.c_str());
    }
  }

  void theHouseReachesThemByNamingRules() {
    const std::string root = m_tokens["root"];
    QCOMPARE(m_gateway->call(Verb::get, "/cars/acme.van", root).status, 404U);
    const auto named = R"({"who":"principal:root","about":"organisation:acme","allow":true,"priority":1})";
    QCOMPARE(m_gateway->call(Verb::post, "/permissions", root, named).status, 201U);
    QCOMPARE(m_gateway->call(Verb::get, "/cars/acme.van", root).status, 200U);
    QCOMPARE(m_gateway->call(Verb::get, "/cars/beta.van", root).status, 404U);
    QCOMPARE(carsOf("root").size(), 5);
    const auto rules = m_gateway->call(Verb::get, "/permissions?organisation=acme", root);
    QCOMPARE(rules.json["rules"].size(), defaultRules().size());
    const auto path = "/permissions/" + std::to_string(rules.json["rules"][1]["number"].get<int>());
    QCOMPARE(m_gateway->call(Verb::delete_, path, root).status, 204U);
    QCOMPARE(rulesOf("acme.anna").size(), defaultRules().size() - 1);
    const auto who = R"({"who":"organisation:acme","about":"*","allow":true})";
    QCOMPARE(m_gateway->call(Verb::post, "/permissions", root, who).status, 400U);
    const auto unknown = R"({"who":"principal:root","about":"organisation:nothing","allow":true})";
    QCOMPARE(m_gateway->call(Verb::post, "/permissions", root, unknown).status, 400U);
  }

  void anOrganisationsAdministratorsAreNotTheGateways() {
    // The house's last administrator counts; those of organisations do not stand in for it.
    const std::string root = m_tokens["root"];
    QCOMPARE(m_gateway->call(Verb::patch, "/principals/root", root, R"({"password":"a long password"})").status, 200U);
    const auto path = "/permissions/" + std::to_string(rulesOf("root")[0]["number"].get<int>());
    QCOMPARE(m_gateway->call(Verb::delete_, path, root).status, 409U);
  }

  void decisionsSayWhyEachRuleWasPassedOver() {
    const auto decision =
        m_gateway->call(Verb::get, "/permissions/decision?who=vera&action=command&about=car-1", m_tokens["root"]).json;
    QVERIFY(!decision["allowed"].get<bool>());
    QCOMPARE(decision["passedOver"].size(), defaultRules().size());
    for (const auto& passed : decision["passedOver"]) QVERIFY(!passed["reason"].get<std::string>().empty());
    QCOMPARE(decision["passedOver"][0]["reason"].get<std::string>(), std::string("vera has not the role admin"));
  }

  void aCommandMayBeAskedAboutAlone() {
    const std::string root = m_tokens["root"];
    const auto rule =
        R"({"who":"principal:vera","about":"type:device","action":"command","command":"honk","allow":true})";
    QCOMPARE(m_gateway->call(Verb::post, "/permissions", root, rule).status, 201U);
    const auto decision = [&](const char* more) {
      const std::string path = "/permissions/decision?who=vera&action=command&about=car-1";
      return m_gateway->call(Verb::get, path + more, root).json;
    };
    QVERIFY(decision("&command=honk")["allowed"].get<bool>());
    QVERIFY(!decision("&command=unlock")["allowed"].get<bool>());
    QVERIFY(!decision("")["allowed"].get<bool>());
    QVERIFY(decision("")["depends"].get<bool>());
    const auto send = [&](const char* name) {
      const auto body = std::string(R"({"name":")") + name + "\"}";
      return m_gateway->call(Verb::post, "/cars/car-1/commands", m_tokens["vera"], body).status;
    };
    QCOMPARE(send("honk"), 201U);
    QCOMPARE(send("unlock"), 403U);
  }

  void seesAsSomebodyElse() {
    const std::string root = m_tokens["root"], anna = m_tokens["acme.anna"];
    const auto rule = R"({"who":"principal:vera","about":"principal:car-2","allow":false,"priority":-5})";
    QCOMPARE(m_gateway->call(Verb::post, "/permissions", root, rule).status, 201U);
    const auto seen = as("vera", root, Verb::get, "/cars");
    QCOMPARE(seen.status, 200U);
    QCOMPARE(seen.json["cars"].size(), std::size_t{2});
    QCOMPARE(seen.header("Carport-Seen-As"), std::string("vera"));
    QCOMPARE(as("vera", root, Verb::get, "/session").json["principal"]["id"].get<std::string>(), std::string("vera"));
    QCOMPARE(as("vera", root, Verb::get, "/log").status, 403U);
    QCOMPARE(as("vera", root, Verb::get, "/log").header("Carport-Seen-As"), std::string("vera"));
    QVERIFY(m_gateway->call(Verb::get, "/cars", root).header("Carport-Seen-As").empty());
    // To read, not to act.
    QCOMPARE(as("vera", root, Verb::post, "/tokens", "{}").status, 400U);
    QCOMPARE(as("vera", root, Verb::delete_, "/session").status, 400U);
    QCOMPARE(as("root", m_tokens["vera"], Verb::get, "/cars").status, 403U);
    QCOMPARE(as("nobody", root, Verb::get, "/cars").status, 404U);
    QCOMPARE(as("acme.anna", root, Verb::get, "/cars").status, 404U);
    QCOMPARE(as("root", anna, Verb::get, "/cars").status, 404U);
    QCOMPARE(as("acme.vera", anna, Verb::get, "/cars").json["cars"].size(), std::size_t{2});
    QCOMPARE(m_gateway->call(Verb::patch, "/principals/vera", root, R"({"blocked":true})").status, 200U);
    QCOMPARE(as("vera", root, Verb::get, "/cars").status, 409U);
  }

  void tellsWhatARuleWouldChange() {
    const std::string anna = m_tokens["acme.anna"];
    const auto before = rulesOf("acme.anna");
    const auto simulate = [&](const std::string& caller, const std::string& body) {
      return m_gateway->call(Verb::post, "/permissions/simulate", caller, body);
    };
    const auto deny = simulate(
        anna,
        R"({"rule":{"who":"role:viewer","about":"principal:acme.van","action":"view","allow":false,"priority":1}})");
    QCOMPARE(deny.status, 200U);
    QCOMPARE(deny.json["turned"].get<int>(), 1);
    QVERIFY(deny.json["complete"].get<bool>());
    QCOMPARE(deny.json["decisions"][0],
             nlohmann::json::parse(
                 R"({"who":"acme.vera","action":"view","about":"acme.van","before":"allowed","after":"denied"})"));
    QCOMPARE(deny.json["principals"][0], nlohmann::json::parse(R"({"who":"acme.vera","gained":0,"lost":1})"));
    QCOMPARE(rulesOf("acme.anna"), before);
    const auto number = std::to_string(before[0]["number"].get<int>());
    const auto without = simulate(anna, R"({"remove":)" + number + "}");
    QCOMPARE(without.status, 200U);
    QVERIFY(without.json["turned"].get<int>() > 0);
    QCOMPARE(without.json["principals"].size(), std::size_t{1});
    QCOMPARE(simulate(anna, "{}").status, 400U);
    QCOMPARE(simulate(m_tokens["acme.vera"], R"({"remove":1})").status, 403U);
    const auto others = std::to_string(ruleOf("beta").number.value);
    QCOMPARE(simulate(anna, R"({"remove":)" + others + "}").status, 404U);
    QCOMPARE(simulate(anna, R"({"remove":999})").status, 404U);
  }

 private:
  /// A rule of an organisation, as the house knows it.
  api::Rule ruleOf(const std::string& organisation) const {
    const auto snapshot = m_gateway->store->load();
    for (const api::Rule& rule : snapshot->rules) {
      if (rule.organisation == organisation) return rule;
    }
    return {};
  }
  /// A car's number as somebody is told it.
  std::uint32_t numberAs(const char* caller, const char* car) {
    const auto told = m_gateway->call(Verb::get, std::string("/cars/") + car, m_tokens[caller]);
    return told.json.value("number", 0U);
  }
  HttpAnswer as(const char* whom, const std::string& token, Verb verb, const std::string& path,
                const std::string& body = {}) {
    return m_gateway->ask(verb, "/api/v2" + path, token, body, {{"Carport-See-As", whom}});
  }
  QStringList carsOf(const char* caller) {
    QStringList ids;
    const auto answer = m_gateway->call(Verb::get, "/cars", m_tokens[caller]);
    for (const auto& car : answer.json["cars"]) {
      ids << QString::fromStdString(car["id"].get<std::string>());
    }
    ids.sort();
    return ids;
  }
  nlohmann::json rulesOf(const char* caller) {
    return m_gateway->call(Verb::get, "/permissions", m_tokens[caller]).json["rules"];
  }

  std::unique_ptr<ControlFixture> m_gateway;
  std::map<std::string, std::string> m_tokens;
};

QTEST_GUILESS_MAIN(TestHttpIsolation)
#include "tst_http_isolation.moc"
