#include "gateway/api/audit.h"

#include "gateway/base/clock.h"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace carport::api {

namespace {

using D = std::pair<Door, std::string_view>;
constexpr std::array kDoors{D{Door::gateway, "gateway"}, D{Door::api, "api"}, D{Door::mqtt, "mqtt"},
                            D{Door::commandLine, "commandLine"}};
using NamedActOutcome = std::pair<ActOutcome, std::string_view>;
constexpr std::array kActOutcomes{NamedActOutcome{ActOutcome::done, "done"},
                                  NamedActOutcome{ActOutcome::refused, "refused"}};

template <class Names, class E>
std::string_view nameIn(const Names& names, E value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return "unknown";
}

template <class E, class Names>
std::optional<E> valueIn(const Names& names, std::string_view wanted) {
  for (const auto& [value, name] : names) {
    if (name == wanted) return value;
  }
  return std::nullopt;
}

/// The object that was stored; a text that is none (a damaged entry) is shown as it is.
nlohmann::json objectOf(const std::string& text) {
  auto parsed = nlohmann::json::parse(text, nullptr, false);
  return parsed.is_discarded() ? nlohmann::json(text) : parsed;
}

}  // namespace

std::string_view nameOf(Door value) {
  return nameIn(kDoors, value);
}
std::string_view nameOf(ActOutcome value) {
  return nameIn(kActOutcomes, value);
}
std::optional<Door> doorOf(std::string_view name) {
  return valueIn<Door>(kDoors, name);
}
std::optional<ActOutcome> actOutcomeOf(std::string_view name) {
  return valueIn<ActOutcome>(kActOutcomes, name);
}

nlohmann::json toJson(const AuditEntry& value) {
  nlohmann::json json{{"number", value.number},
                      {"time", toMs(value.time)},
                      {"outcome", nameOf(value.outcome)},
                      {"door", nameOf(value.door)},
                      {"action", value.action}};
  const auto put = [&](const char* name, const std::string& text) {
    if (!text.empty()) json[name] = text;
  };
  put("organisation", value.organisation);
  put("who", value.who);
  put("address", value.address);
  put("about", value.about);
  put("reason", value.reason);
  put("hash", value.hash);
  if (!value.before.empty()) json["before"] = objectOf(value.before);
  if (!value.after.empty()) json["after"] = objectOf(value.after);
  if (value.count != 1) json["count"] = value.count;
  return json;
}

}  // namespace carport::api
