#pragma once

#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <memory>
#include <string>

namespace carport::test {

/// Somebody of Nitrogen's API.
struct NitrogenPerson {
  std::string id;
  std::string token;
};

/// A gateway of its own, and people who come in by Nitrogen's API. A base beside QObject.
class WithNitrogenPeople : protected WithAdministrator {
 protected:
  using Json = nlohmann::json;

  HttpAnswer v1(Verb method, const std::string& path, const std::string& token = {}, const Json& body = {}) {
    http::request<http::string_body> request{method, "/api/v1" + path, 11};
    request.set(http::field::host, "localhost:1234");
    if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
    if (!body.is_null()) request.body() = body.dump();
    request.prepare_payload();
    return m_gateway->send(request);
  }
  HttpAnswer get(const std::string& path, const NitrogenPerson& who) { return v1(Verb::get, path, who.token); }
  HttpAnswer post(const std::string& path, const NitrogenPerson& who, const Json& body) {
    return v1(Verb::post, path, who.token, body);
  }
  HttpAnswer put(const std::string& path, const NitrogenPerson& who, const Json& body) {
    return v1(Verb::put, path, who.token, body);
  }

  static NitrogenPerson personIn(const HttpAnswer& answer) {
    if (answer.status != 200) qFatal("%u %s", answer.status, answer.body.c_str());
    return {answer.json["principal"]["id"], answer.json["accessToken"]["token"]};
  }
  /// The administrator of the gateway, with a token of this API.
  NitrogenPerson administrator() {
    auto record = m_gateway->registry.record("root");
    record->passwordHash = *hashPassword("root-password");
    if (!m_gateway->store->updatePrincipal(*record)) qFatal("the administrator gets no password");
    const auto hasIt = [&] { return !m_gateway->registry.record("root")->passwordHash.empty(); };
    if (!QTest::qWaitFor(hasIt)) qFatal("the administrator's password is not seen");
    return personIn(v1(Verb::post, "/principals/user/auth", {}, {{"email", "root"}, {"password", "root-password"}}));
  }
  NitrogenPerson user(const std::string& name, const NitrogenPerson& administrator) {
    return personIn(
        post("/principals", administrator,
             {{"type", "user"}, {"name", name}, {"email", name + "@example.org"}, {"password", "pass-word"}}));
  }
  /// An API key of the owner's.
  std::string keyOf(const NitrogenPerson& owner) {
    return post("/api_keys", owner, {{"name", "one more"}}).json["api_key"]["key"];
  }
  NitrogenPerson keyed(const std::string& type, const std::string& key, const Json& more = Json::object()) {
    Json body{{"type", type}, {"name", "A " + type}, {"api_key", key}, {"secret", std::string(40, 's')}};
    body.update(more);
    return personIn(v1(Verb::post, "/principals", {}, body));
  }
  NitrogenPerson deviceOf(const NitrogenPerson& owner) { return keyed("device", keyOf(owner)); }

  /// Types of the messages that `who` finds.
  std::string typesSeenBy(const NitrogenPerson& who) {
    std::string types;
    const auto answer = get(R"(/messages?options=%7B%22sort%22:%7B%22ts%22:1%7D%7D)", who);
    for (const Json& message : answer.json["messages"]) types += message["type"].get<std::string>() + ' ';
    return types;
  }
};

}  // namespace carport::test
