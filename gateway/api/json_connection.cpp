#include "gateway/api/connection.h"
#include "gateway/api/json_fields.h"

#include <array>
#include <span>
#include <utility>

namespace carport::api {

namespace {

using D = std::pair<Doorway, std::string_view>;
constexpr std::array kDoorways{D{Doorway::mqtt, "mqtt"}, D{Doorway::mqtts, "mqtts"}, D{Doorway::ws, "ws"},
                               D{Doorway::wss, "wss"}, D{Doorway::http, "http"}};
using N = std::pair<ConnectionEnding, std::string_view>;
constexpr std::array kEndings{N{ConnectionEnding::goodbye, "goodbye"},
                              N{ConnectionEnding::takenOver, "takenOver"},
                              N{ConnectionEnding::keepAlive, "keepAlive"},
                              N{ConnectionEnding::lost, "lost"},
                              N{ConnectionEnding::protocol, "protocol"},
                              N{ConnectionEnding::blocked, "blocked"},
                              N{ConnectionEnding::signInOver, "signInOver"},
                              N{ConnectionEnding::notAllowed, "notAllowed"},
                              N{ConnectionEnding::limit, "limit"},
                              N{ConnectionEnding::tooSlow, "tooSlow"},
                              N{ConnectionEnding::drained, "drained"},
                              N{ConnectionEnding::stopped, "stopped"},
                              N{ConnectionEnding::died, "died"},
                              N{ConnectionEnding::trouble, "trouble"}};
using T = std::pair<AttemptKind, std::string_view>;
constexpr std::array kAttempts{
    T{AttemptKind::wrongSecret, "wrongSecret"}, T{AttemptKind::blocked, "blocked"}, T{AttemptKind::busy, "busy"},
    T{AttemptKind::throttled, "throttled"},     T{AttemptKind::limited, "limited"}, T{AttemptKind::http, "http"}};

template <class Names, class E>
std::string_view wordFor(const Names& names, E value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return "unknown";
}

template <class E, class Names>
std::optional<E> meantBy(const Names& names, std::string_view wanted) {
  for (const auto& [value, name] : names) {
    if (name == wanted) return value;
  }
  return std::nullopt;
}

std::string_view protocolOf(std::uint8_t level) {
  return level == 5 ? "5.0" : "3.1.1";
}

}  // namespace

std::string_view nameOf(Doorway value) {
  return wordFor(kDoorways, value);
}
std::string_view nameOf(ConnectionEnding value) {
  return wordFor(kEndings, value);
}
std::string_view nameOf(AttemptKind value) {
  return wordFor(kAttempts, value);
}
template <>
std::optional<Doorway> valueOf<Doorway>(std::string_view name) {
  return meantBy<Doorway>(kDoorways, name);
}
template <>
std::optional<ConnectionEnding> valueOf<ConnectionEnding>(std::string_view name) {
  return meantBy<ConnectionEnding>(kEndings, name);
}
template <>
std::optional<AttemptKind> valueOf<AttemptKind>(std::string_view name) {
  return meantBy<AttemptKind>(kAttempts, name);
}

nlohmann::json toJson(const Connection& value) {
  nlohmann::json json{{"doorway", nameOf(value.doorway)},
                      {"protocol", protocolOf(value.level)},
                      {"clientId", value.clientId},
                      {"openedAt", toMs(value.openedAt)}};
  if (!value.address.empty()) json["address"] = value.address;
  if (!value.closedAt) return json;
  json["closedAt"] = toMs(*value.closedAt);
  json["ending"] = nameOf(value.ending);
  if (!value.reason.empty()) json["reason"] = value.reason;
  json["messagesIn"] = value.messagesIn;
  json["messagesOut"] = value.messagesOut;
  json["bytesIn"] = value.bytesIn;
  json["bytesOut"] = value.bytesOut;
  return json;
}

template <>
Result<Connection> fromJson<Connection>(const nlohmann::json& json) {
  Connection value;
  std::string protocol;
  FieldReader fields(json);
  fields.word("doorway", value.doorway)
      .text("protocol", protocol, Need::required, 8)
      .text("clientId", value.clientId, Need::required, Connection::kMaxClientIdBytes)
      .time("openedAt", value.openedAt)
      .text("address", value.address, Need::optional, Connection::kMaxAddressBytes)
      .time("closedAt", value.closedAt)
      .word("ending", value.ending, Need::optional)
      .text("reason", value.reason, Need::optional, Connection::kMaxReasonBytes)
      .integer("messagesIn", value.messagesIn, Need::optional)
      .integer("messagesOut", value.messagesOut, Need::optional)
      .integer("bytesIn", value.bytesIn, Need::optional)
      .integer("bytesOut", value.bytesOut, Need::optional);
  value.level = protocol == protocolOf(5) ? 5 : 4;
  if (value.level != 5 && protocol != protocolOf(4)) fields.wrong("protocol", "3.1.1 or 5.0");
  return fields.finish(std::move(value));
}

nlohmann::json toJson(const AttemptCount& value) {
  nlohmann::json json{{"kind", nameOf(value.kind)},
                      {"count", value.count},
                      {"firstAt", toMs(value.firstAt)},
                      {"lastAt", toMs(value.lastAt)}};
  if (!value.lastAddress.empty()) json["lastAddress"] = value.lastAddress;
  return json;
}

template <>
Result<AttemptCount> fromJson<AttemptCount>(const nlohmann::json& json) {
  AttemptCount value;
  FieldReader fields(json);
  fields.word("kind", value.kind)
      .integer("count", value.count)
      .time("firstAt", value.firstAt)
      .time("lastAt", value.lastAt)
      .text("lastAddress", value.lastAddress, Need::optional, Connection::kMaxAddressBytes);
  return fields.finish(std::move(value));
}

}  // namespace carport::api
