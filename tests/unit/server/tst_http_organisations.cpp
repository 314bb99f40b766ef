#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <algorithm>

using namespace carport;
using namespace carport::test;

/// Organisations, their people, cars and own roles over the API.
class TestHttpOrganisations : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<ControlFixture> m_gateway;
  std::string m_root;
  std::string m_acme;    // the administrator of acme
  std::string m_zenith;  // the administrator of zenith

  HttpAnswer call(Verb method, const std::string& path, const std::string& token, const nlohmann::json& body = {}) {
    return m_gateway->call(method, path, token, body.is_null() ? std::string() : body.dump());
  }
  /// Signs an organisation's first administrator in.
  std::string signIn(const std::string& id, const std::string& password) {
    auto answer = call(Verb::post, "/session", {}, {{"id", id}, {"password", password}});
    return answer.status == 200 ? answer.json["token"].get<std::string>() : std::string();
  }
  static bool lists(const HttpAnswer& answer, const char* field, const std::string& id) {
    const auto& items = answer.json.at(field);
    return std::any_of(items.begin(), items.end(), [&](const auto& item) { return item.at("id") == id; });
  }

 private slots:
  void initTestCase() {
    m_gateway = std::make_unique<ControlFixture>();
    QVERIFY(m_gateway->started.has_value());
    m_root = m_gateway->tokenFor("root");
    QTRY_VERIFY(m_gateway->knowsToken(m_root));
    for (const char* id : {"acme", "zenith"}) {
      const auto made = call(Verb::post, "/organisations", m_root,
                             {{"id", id}, {"name", "A name"}, {"administrator", {{"password", "correct horse"}}}});
      QCOMPARE(made.status, 201U);
      QCOMPARE(made.json["administrator"]["id"].get<std::string>(), std::string(id) + ".admin");
      QVERIFY(!made.json["administrator"].contains("password"));
    }
    m_acme = signIn("acme.admin", "correct horse");
    m_zenith = signIn("zenith.admin", "correct horse");
    QVERIFY(!m_acme.empty() && !m_zenith.empty());
    QCOMPARE(call(Verb::post, "/cars", m_zenith, {{"id", "zenith.van"}}).status, 201U);
  }
  void cleanupTestCase() { m_gateway.reset(); }

  void theFirstAdministratorHasToChangeAMadePassword() {
    const auto made = call(Verb::post, "/organisations", m_root,
                           {{"id", "third"}, {"administrator", {{"id", "third.ann"}, {"name", "Ann"}}}});
    QCOMPARE(made.status, 201U);
    const auto session =
        call(Verb::post, "/session", {}, {{"id", "third.ann"}, {"password", made.json["administrator"]["password"]}});
    QCOMPARE(session.status, 200U);
    QVERIFY(session.json["mustChangePassword"].get<bool>());
    QCOMPARE(session.json["principal"]["organisation"].get<std::string>(), std::string("third"));
  }

  void itsAdministratorAdministersItAlone() {
    QCOMPARE(call(Verb::post, "/cars", m_acme, {{"id", "acme.van-1"}, {"attributes", {{"depot", "Ghent"}}}}).status,
             201U);
    const auto car = call(Verb::get, "/cars/acme.van-1", m_acme);
    QCOMPARE(car.status, 200U);
    QCOMPARE(car.json["organisation"].get<std::string>(), std::string("acme"));
    QCOMPARE(car.json["attributes"]["depot"].get<std::string>(), std::string("Ghent"));
    QCOMPARE(call(Verb::post, "/principals", m_acme, {{"type", "application"}, {"id", "acme.planner"}}).status, 201U);
    for (const char* list : {"/cars", "/principals"}) {
      const auto answer = call(Verb::get, list, m_acme);
      QCOMPARE(answer.status, 200U);
      for (const auto& item : answer.json.begin().value())
        QCOMPARE(item.value("organisation", ""), std::string("acme"));
    }
    QVERIFY(lists(call(Verb::get, "/cars", m_acme), "cars", "acme.van-1"));
    QVERIFY(!lists(call(Verb::get, "/cars", m_root), "cars", "acme.van-1"));
  }

  void whatIsOutsideLooksAsIfItWereNotThere() {
    const auto there = call(Verb::get, "/cars/zenith.van", m_acme);
    const auto nowhere = call(Verb::get, "/cars/zenith.nix", m_acme);
    QCOMPARE(there.status, 404U);
    QCOMPARE(nowhere.status, 404U);
    const auto made = call(Verb::post, "/cars", m_acme, {{"id", "zenith.van"}});
    const auto other = call(Verb::post, "/cars", m_acme, {{"id", "zenith.nix"}});
    QCOMPARE(made.status, 400U);
    QCOMPARE(made.json["detail"], other.json["detail"]);
    for (const char* path : {"/organisations/zenith", "/organisations/nix"}) {
      QCOMPARE(call(Verb::patch, path, m_acme, {{"name", "Mine"}}).status, 404U);
      QCOMPARE(call(Verb::delete_, path, m_acme).status, 404U);
    }
    QCOMPARE(call(Verb::patch, "/organisations/acme", m_acme, {{"name", "Mine"}}).status, 403U);
    QCOMPARE(call(Verb::post, "/organisations", m_acme, {{"id", "mine"}}).status, 403U);
    QCOMPARE(call(Verb::get, "/organisations", m_acme).json["organisations"].size(), std::size_t{1});
    const auto imported = m_gateway->call(Verb::post, "/cars/import", m_acme, "id\nzenith.van\n", "text/csv");
    QCOMPARE(imported.status, 400U);
  }

  void theHouseReachesInOnlyByARule() {
    QCOMPARE(call(Verb::post, "/cars", m_root, {{"id", "third.van"}}).status, 403U);
    QVERIFY(!lists(call(Verb::get, "/principals?q=third.", m_root), "principals", "third.ann"));
    const auto rule =
        call(Verb::post, "/permissions", m_root,
             {{"who", "principal:root"}, {"about", "organisation:third"}, {"allow", true}, {"priority", 10}});
    QCOMPARE(rule.status, 201U);
    QCOMPARE(call(Verb::post, "/cars", m_root, {{"id", "third.van"}}).status, 201U);
    QVERIFY(lists(call(Verb::get, "/cars", m_root), "cars", "third.van"));
    QVERIFY(lists(call(Verb::get, "/principals?q=third.", m_root), "principals", "third.ann"));
    QVERIFY(!lists(call(Verb::get, "/principals", m_root), "principals", "acme.van-1"));
  }

  void ownRolesAreTheOrganisations() {
    QCOMPARE(call(Verb::post, "/roles", m_acme, {{"id", "mechanic"}}).status, 400U);
    QCOMPARE(call(Verb::post, "/roles", m_acme, {{"id", "acme.mechanic"}, {"name", "Mechanic"}}).status, 201U);
    QCOMPARE(call(Verb::post, "/roles", m_acme, {{"id", "acme.mechanic"}}).status, 409U);
    QVERIFY(lists(call(Verb::get, "/roles", m_acme), "roles", "acme.mechanic"));
    QVERIFY(lists(call(Verb::get, "/roles", m_zenith), "roles", "operator"));
    QVERIFY(!lists(call(Verb::get, "/roles", m_zenith), "roles", "acme.mechanic"));
    QCOMPARE(call(Verb::delete_, "/roles/acme.mechanic", m_zenith).status, 404U);
    QCOMPARE(call(Verb::patch, "/roles/acme.mechanic", m_root, {{"name", "x"}}).status, 403U);
    QCOMPARE(call(Verb::patch, "/roles/operator", m_acme, {{"name", "x"}}).status, 409U);
    const nlohmann::json mia{{"type", "user"}, {"id", "acme.mia"}, {"role", "acme.mechanic"}};
    QCOMPARE(call(Verb::post, "/principals", m_acme, mia).status, 201U);
    QCOMPARE(
        call(Verb::post, "/principals", m_zenith, {{"type", "user"}, {"id", "zenith.mia"}, {"role", "acme.mechanic"}})
            .status,
        400U);
    QCOMPARE(call(Verb::delete_, "/roles/acme.mechanic", m_acme).status, 409U);
    QCOMPARE(call(Verb::patch, "/principals/acme.mia", m_acme, {{"role", "viewer"}}).status, 200U);
    QCOMPARE(call(Verb::delete_, "/roles/acme.mechanic", m_acme).status, 204U);
  }

  void onlyAnEmptyOrganisationIsRemoved() {
    QCOMPARE(call(Verb::post, "/organisations", m_root, {{"id", "fourth"}}).status, 201U);
    QCOMPARE(call(Verb::post, "/organisations", m_root, {{"id", "fourth"}}).status, 409U);
    QCOMPARE(call(Verb::patch, "/organisations/fourth", m_root, {{"note", "A note"}}).json["note"].get<std::string>(),
             std::string("A note"));
    QCOMPARE(call(Verb::delete_, "/organisations/acme", m_root).status, 409U);
    QCOMPARE(call(Verb::delete_, "/organisations/fourth", m_root).status, 204U);
    QCOMPARE(call(Verb::delete_, "/organisations/fourth", m_root).status, 404U);
  }

  void attributesHaveLimits() {
    nlohmann::json many = nlohmann::json::object();
    for (std::size_t i = 0; i <= api::kMaxAttributes; ++i) many[std::to_string(i)] = "x";
    for (const nlohmann::json& wrong : {many, nlohmann::json{{"a=b", "c"}}, nlohmann::json{{"a", 5}},
                                        nlohmann::json{{"a", std::string(api::kMaxAttributeValueBytes + 1, 'x')}}}) {
      QCOMPARE(call(Verb::patch, "/cars/car-1", m_root, {{"attributes", wrong}}).status, 400U);
    }
    QCOMPARE(call(Verb::patch, "/cars/car-1", m_root, {{"attributes", {{"a", "1"}, {"b", "2"}}}}).status, 200U);
    const auto changed = call(Verb::patch, "/cars/car-1", m_root, {{"attributes", {{"b", "3"}}}});
    QCOMPARE(changed.json["attributes"].size(), std::size_t{1});
  }
};

QTEST_GUILESS_MAIN(TestHttpOrganisations)
#include "tst_http_organisations.moc"
