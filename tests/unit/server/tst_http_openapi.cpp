#include "gateway/api/openapi.h"
#include "gateway/server/http/idempotency.h"
#include "gateway/server/http/router.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <set>

using namespace carport;
using namespace carport::test;

/// The OpenAPI document says what the router and the handlers' table say. That real answers are as it says is looked at
/// by tests/integration/tst_openapi.cpp.
class TestHttpOpenApi : public QObject {
  Q_OBJECT

 private:
  using Names = std::set<std::string>;
  const nlohmann::json m_document = nlohmann::json::parse(api::openApiJson());

  const nlohmann::json& resolved(const nlohmann::json& value) const {
    if (!value.contains("$ref")) return value;
    return m_document.at(nlohmann::json::json_pointer(value["$ref"].get<std::string>().substr(1)));
  }
  const nlohmann::json& callOf(const Route& route) const {
    static const nlohmann::json kNone = nlohmann::json::object();
    const std::string verb = QString::fromStdString(http::to_string(route.method)).toLower().toStdString();
    const auto path = m_document["paths"].find(std::string(route.pattern));
    return path != m_document["paths"].end() && path->contains(verb) ? (*path)[verb] : kNone;
  }
  Names parametersOf(const Route& route, const std::string& place) const {
    Names names;
    for (const auto& parameter : callOf(route).value("parameters", nlohmann::json::array())) {
      const auto& one = resolved(parameter);
      if (one["in"] == place) names.insert(one["name"].get<std::string>());
    }
    return names;
  }
  static Names wordsOf(std::string_view text) {
    Names names;
    for (const QString& name : QString::fromStdString(std::string(text)).split(' ', Qt::SkipEmptyParts)) {
      names.insert(name.toStdString());
    }
    return names;
  }
  static std::string nameOf(const Route& route) {
    return std::string(http::to_string(route.method)) + " " + std::string(route.pattern);
  }
  /// Everything below a value that is a reference.
  static void collectReferences(const nlohmann::json& value, Names& out) {
    if (value.is_object() && value.contains("$ref") && value["$ref"].is_string()) out.insert(value["$ref"]);
    if (value.is_structured()) {
      for (const auto& inner : value) collectReferences(inner, out);
    }
  }

 private slots:
  void theDocumentAndTheRouterHaveTheSameCalls() {
    Names documented;
    for (const auto& [path, calls] : m_document["paths"].items()) {
      if (calls.contains("servers")) continue;  // beside the API: /healthz and the like
      for (const auto& [method, call] : calls.items()) {
        documented.insert(QString::fromStdString(method).toUpper().toStdString() + " " + path);
      }
    }
    Names routed;
    for (const Route& route : allRoutes()) routed.insert(nameOf(route));
    Names missing, extra;
    std::set_difference(routed.begin(), routed.end(), documented.begin(), documented.end(),
                        std::inserter(missing, missing.end()));
    std::set_difference(documented.begin(), documented.end(), routed.begin(), routed.end(),
                        std::inserter(extra, extra.end()));
    for (const auto& name : missing) qWarning("not documented: %s", name.c_str());
    for (const auto& name : extra) qWarning("not there: %s", name.c_str());
    QVERIFY(missing.empty() && extra.empty());
  }

  void parametersAreThoseOfTheCall() {
    for (const Route& route : allRoutes()) {
      const std::string name = nameOf(route);
      QVERIFY2(parametersOf(route, "query") == wordsOf(route.parameters), name.c_str());
      Names variables;
      for (const QString& part : QString::fromStdString(std::string(route.pattern)).split('/')) {
        if (part.startsWith('{')) variables.insert(part.mid(1, part.size() - 2).toStdString());
      }
      QVERIFY2(parametersOf(route, "path") == variables, name.c_str());
      if (!route.parameters.empty()) QVERIFY2(callOf(route)["responses"].contains("400"), name.c_str());
      QVERIFY2(parametersOf(route, "header").contains("Idempotency-Key") == takesIdempotencyKey(route), name.c_str());
      QVERIFY2(callOf(route).value("responses", nlohmann::json()).contains("422") == takesIdempotencyKey(route),
               name.c_str());
    }
  }

  void bodiesAreThoseOfTheCall() {
    for (const Route& route : allRoutes()) {
      const std::string name = nameOf(route);
      const auto& call = callOf(route);
      QVERIFY2(call.contains("requestBody") == (route.body != BodyKind::none), name.c_str());
      if (route.body == BodyKind::none) continue;
      for (const char* status : {"400", "413", "415"}) QVERIFY2(call["responses"].contains(status), name.c_str());
      Names types, wanted{"application/json"};
      if (route.body == BodyKind::jsonOrCsv) wanted.insert("text/csv");
      if (route.body == BodyKind::jsonOrCbor) wanted.insert("application/cbor");
      for (const auto& [type, content] : call["requestBody"]["content"].items()) types.insert(type);
      QVERIFY2(types == wanted, name.c_str());
    }
  }

  void everyCallSaysWhoMayAndHowItFails() {
    Names operations;
    for (const Route& route : allRoutes()) {
      const std::string name = nameOf(route);
      const auto& call = callOf(route);
      QVERIFY2(operations.insert(call.value("operationId", "")).second, name.c_str());
      QVERIFY2(!call.value("summary", "").empty() && call.contains("tags"), name.c_str());
      const bool forAnyone = route.admission == Admission::anyone;
      QVERIFY2((call.contains("security") && call["security"].empty()) == forAnyone, name.c_str());
      const auto& responses = call["responses"];
      if (!forAnyone) QVERIFY2(responses.contains("401"), name.c_str());
      if (route.admission == Admission::signedIn) QVERIFY2(responses.contains("403"), name.c_str());
      if (route.pattern.find('{') != std::string_view::npos) QVERIFY2(responses.contains("404"), name.c_str());
      for (const auto& [status, response] : responses.items()) {
        const auto& one = resolved(response);
        QVERIFY2(!one.value("description", "").empty(), name.c_str());
        if (status < "400" || route.pattern == "/health") continue;
        QVERIFY2(one["content"].size() == 1 && one["content"].contains("application/problem+json"),
                 (name + " " + status).c_str());
      }
    }
  }

  void everyReferenceLeadsSomewhereAndNothingIsLeftOver() {
    Names references;
    collectReferences(m_document, references);
    for (const std::string& reference : references) {
      QVERIFY2(m_document.contains(nlohmann::json::json_pointer(reference.substr(1))), reference.c_str());
    }
    for (const auto& [kind, components] : m_document["components"].items()) {
      if (kind == "securitySchemes") continue;
      for (const auto& [name, component] : components.items()) {
        const std::string reference = "#/components/" + kind + "/" + name;
        QVERIFY2(references.contains(reference), reference.c_str());
      }
    }
  }

  void theGatewayServesIt() {
    ControlFixture gateway;
    QCOMPARE(gateway.call(Verb::get, "/openapi.json").json, m_document);
  }
};

QTEST_GUILESS_MAIN(TestHttpOpenApi)
#include "tst_http_openapi.moc"
