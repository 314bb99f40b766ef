#pragma once

#include "tests/unit/server/day_gateway.h"

namespace carport::test {

/// What rules allow for a while, and what lets cars in for a while.
class DayOfAccess : public DayGateway {
 protected:
  bool addRule(json rule) {
    rule["note"] = "of a day";
    return call("POST", "/permissions", m_root, rule).status == 201;
  }
  void planRules() {
    m_plan.at(kDay, "rules for later are made", [this] {
      m_clients["olga"] = connects("olga", m_olga, "olga");
      m_clients["car-3"] = m_gateway->v5Car("car-3", "car-3");
      m_clients["watch"] = root("watch");
      return m_clients["olga"]->subscribe("cars/+/telemetry").has_value() &&
             m_clients["watch"]->subscribe("cars/car-3/telemetry").has_value() &&
             addRule({{"priority", 10},
                      {"who", "principal:olga"},
                      {"about", "principal:car-1"},
                      {"action", "view"},
                      {"allow", false},
                      {"validFrom", toMs(kDay + 2h)},
                      {"expiresAt", toMs(kDay + 5h)}}) &&
             addRule({{"priority", 11},
                      {"who", "principal:olga"},
                      {"about", "topic:fleet/news"},
                      {"action", "send"},
                      {"allow", true},
                      {"validFrom", toMs(kDay + 1h)},
                      {"expiresAt", toMs(kDay + 4h)}}) &&
             addRule({{"priority", 12},
                      {"who", "principal:olga"},
                      {"about", "principal:car-3"},
                      {"action", "subscribe"},
                      {"allow", false},
                      {"validFrom", toMs(kDay + 150min)},
                      {"expiresAt", toMs(kDay + 210min)}});
    });
    m_plan.add({"a rule hides a car", kDay + 2h, kDay + 5h, [this] { return statusOf("/cars/car-1", m_olga) == 403; }});
    m_plan.add({"it is left out of lists", kDay + 2h, kDay + 5h,
                [this] { return call("GET", "/cars?q=car-1", m_olga).json["cars"].empty(); }});
    m_plan.add({"the decision is explained", kDay + 2h, kDay + 5h, [this] {
                  const auto path = "/permissions/decision?who=olga&action=view&about=car-1";
                  return call("GET", path, m_root).json["allowed"] == false;
                }});
    m_plan.add({"a rule lets an open connection publish", kDay + 1h, kDay + 4h,
                [this] { return publishes(*m_clients["olga"], "fleet/news", "news"); }, true});
    m_plan.add({"a rule keeps messages from a subscriber", kDay + 150min, kDay + 210min,
                [this] { return !reachesOlga(); }, true});
  }
  /// Whether what car-3 sends comes to olga; the watcher, who gets everything, tells that it has been handed out.
  bool reachesOlga() {
    auto& olga = *m_clients["olga"];
    const bool isSent = publishes(*m_clients["car-3"], "cars/car-3/telemetry", R"({"soc":50})") &&
                        m_clients["watch"]->nextMessage() && olga.isAnswered();
    const bool reaches = olga.waiting(mqtt::PacketType::publish) > 0;
    while (olga.waiting(mqtt::PacketType::publish) > 0) static_cast<void>(olga.nextMessage());
    return isSent && reaches;
  }

  bool claims(const std::string& code) {
    return call("POST", "/provisioning/claim", {}, {{"code", code}}).status == 200;
  }
  bool registers(const std::string& id) {
    return call("POST", "/provisioning/devices", {}, {{"key", m_texts["key"]}, {"id", id}}).status == 201;
  }
  bool connectsAnew(const std::string& id) {
    return connects(id, m_texts["key"] + ".a-secret-of-its-own", id) != nullptr;
  }
  void planProvisioning() {
    static constexpr TimePoint end = kDay + 6h;
    m_plan.at(kDay, "a key and two codes are made", [this] {
      const json key{{"quota", 9}, {"idPrefix", "new-"}, {"expiresAt", toMs(end)}};
      m_texts["key"] = call("POST", "/provisioning/keys", m_root, key).json.value("key", "");
      for (const std::string car : {"van-1", "van-2"}) {
        const json code{{"expiresAt", toMs(end)}};
        m_texts[car] = call("POST", "/cars/" + car + "/claim-code", m_root, code).json.value("code", "");
      }
      return !m_texts["key"].empty() && !m_texts["van-2"].empty();
    });
    m_plan.add({"claim codes in the list", kDay, end, [this] {
                  const auto codes = call("GET", "/claim-codes", m_root).json["codes"];
                  return std::any_of(codes.begin(), codes.end(),
                                     [](const json& code) { return code["car"] == "van-2"; });
                }});
    m_plan.at(end - 1ms, "a code is good to its last moment", [this] { return claims(m_texts["van-1"]); });
    m_plan.at(end - 1ms, "and only once", [this] { return !claims(m_texts["van-1"]); });
    m_plan.at(end, "a code that is over gives nothing", [this] { return !claims(m_texts["van-2"]); });
    m_plan.at(end - 1ms, "a key lets in over HTTP", [this] { return registers("new-1"); });
    m_plan.at(end - 1ms, "a key lets in over MQTT", [this] { return connectsAnew("new-2"); });
    m_plan.at(end, "a key that is over lets nobody in over HTTP", [this] { return !registers("new-3"); });
    m_plan.at(end, "a key that is over lets nobody in over MQTT", [this] { return !connectsAnew("new-4"); });
    m_plan.at(end + 1h, "who came in with it stays in", [this] { return connectsAnew("new-2"); });
  }

  bool sendsByDoor(const std::string& car, const std::string& secret) {
    const QByteArray pair = QByteArray::fromStdString(car + ":" + secret).toBase64();
    return call("POST", "/cars/" + car + "/telemetry", {}, {{"soc", 50}},
                "Authorization: Basic " + pair.toStdString() + "\r\n")
               .status == 200;
  }
  void planSecrets() {
    static constexpr TimePoint begin = kDay + 10min, end = begin + 2h;
    m_plan.at(begin, "a car gets a new secret", [this] {
      m_clients["van-3"] = m_gateway->v5Car("van-3", "van-3");
      auto renewed = call("POST", "/cars/van-3/secret", m_root, {{"overlapSeconds", 7200}});
      m_texts["van-3"] = renewed.json.value("secret", "");
      return m_clients["van-3"] && renewed.json["oldSecretUntil"] == toMs(begin + 2h);
    });
    m_plan.add({"the old secret at the device's door", kNoonBefore, end,
                [this] { return sendsByDoor("van-3", TestGateway::kSecret); }, true});
    m_plan.add({"the old secret over MQTT", kNoonBefore, end,
                [this] { return connects("van-3", TestGateway::kSecret, "old") != nullptr; }, true});
    m_plan.add(
        {"the connection of the old secret", begin, end, [this] { return isConnected("van-3"); }, true, kMqttBeat});
    m_plan.at(end + 1min, "the new secret goes on", [this] { return sendsByDoor("van-3", m_texts["van-3"]); });
  }
};

}  // namespace carport::test
