#pragma once

#include "tests/support/plain_http.h"
#include "tests/support/test_gateway.h"
#include "tests/unit/server/day_plan.h"

#include <map>
#include <memory>
#include <string>

namespace carport::test {

using namespace std::chrono_literals;
using nlohmann::json;

/// Midnight (UTC), at which a file of telemetry begins, and a step of one-time codes.
inline constexpr TimePoint kDay = fromMs(1'780'272'000'000);
inline constexpr TimePoint kNoonBefore = kDay - 12h;
/// The gateway is ended and started again; what is open then is lost.
inline constexpr TimePoint kRestart = kDay + 13h;
inline constexpr auto kMqttBeat = 300ms;
inline constexpr auto kControlBeat = 500ms;
inline constexpr auto kSlowBeat = 1200ms;

/// A gateway whose clock is a plan's, and what tests ask it for.
class DayGateway {
 protected:
  ManualClock m_clock{kNoonBefore};
  DayPlan m_plan{m_clock};
  std::unique_ptr<TestGateway> m_gateway;
  std::string m_root, m_olga;  // tokens that last
  std::map<std::string, std::unique_ptr<MqttTestClient>> m_clients;
  std::map<std::string, std::string> m_texts;  // what one moment gave to later ones
  boost::asio::io_context m_io;
  std::unique_ptr<boost::asio::ip::tcp::socket> m_live;

  PlainAnswer call(const char* method, const std::string& path, const std::string& token = {}, const json& body = {},
                   const std::string& fields = {}) {
    std::string header = fields;
    if (!token.empty()) header += "Authorization: Bearer " + token + "\r\n";
    if (!body.is_null()) header += "Content-Type: application/json\r\n";
    const std::string root = path.starts_with("/v1") ? "/api" : "/api/v2";
    return plainHttp(m_gateway->gateway->httpAddress(), method, root + path, header,
                     body.is_null() ? std::string() : body.dump());
  }
  unsigned statusOf(const std::string& path, const std::string& token) { return call("GET", path, token).status; }
  unsigned signIn(const std::string& id, const std::string& password, const std::string& code = {}) {
    json body{{"id", id}, {"password", password}};
    if (!code.empty()) body["code"] = code;
    return call("POST", "/session", {}, body).status;
  }
  /// A client of MQTT 5.0; null where it was refused.
  std::unique_ptr<MqttTestClient> connects(const std::string& id, const std::string& password,
                                           const std::string& clientId, const std::string& properties = {},
                                           bool clean = true) {
    auto made = m_gateway->client(mqtt::ProtocolLevel::v5);
    return made->signsIn({id, password, clientId, clean, 0, {}, properties}) ? std::move(made) : nullptr;
  }
  std::unique_ptr<MqttTestClient> root(const std::string& clientId) { return connects("root", m_root, clientId); }
  bool isConnected(const std::string& name) { return m_clients[name] && m_clients[name]->isAnswered(); }
  static std::string seconds(mqtt::PropertyId property, std::chrono::seconds time) {
    return propertiesOf([&](auto& with) { with.number(property, static_cast<std::uint32_t>(time.count())); });
  }
  static std::string kept(std::chrono::seconds time) { return seconds(mqtt::PropertyId::sessionExpiryInterval, time); }
  static std::string lasting(std::chrono::seconds time) {
    return seconds(mqtt::PropertyId::messageExpiryInterval, time);
  }
  bool publishes(MqttTestClient& client, const std::string& topic, const std::string& text,
                 const std::string& properties = {}, bool retain = false) {
    const auto reason = client.reasonFor(topic, text, retain, properties);
    return reason && !mqtt::isFailure(*reason);  // that nobody has subscribed is none
  }
};

}  // namespace carport::test
