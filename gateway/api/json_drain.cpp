#include "gateway/api/drain_state.h"
#include "gateway/api/json_fields.h"
#include "gateway/base/endpoint.h"

#include <array>

namespace carport::api {

namespace {

constexpr std::array<std::string_view, 3> kPhases{"serving", "draining", "drained"};
/// Longest HOST:PORT; a name has at most 253 bytes.
constexpr std::size_t kMaxServerBytes = 262;

}  // namespace

nlohmann::json toJson(const DrainState& value) {
  nlohmann::json json{{"phase", kPhases[static_cast<std::size_t>(value.phase)]}, {"connections", value.connections}};
  if (value.since) json["since"] = toMs(*value.since);
  if (value.until) json["until"] = toMs(*value.until);
  if (value.thenEnd) json["thenEnd"] = true;
  if (!value.server.empty()) json["server"] = value.server;
  return json;
}

template <>
Result<DrainState> fromJson<DrainState>(const nlohmann::json& json) {
  DrainState value;
  std::string phase;
  FieldReader fields(json);
  fields.text("phase", phase)
      .integer("connections", value.connections)
      .time("since", value.since)
      .time("until", value.until)
      .boolean("thenEnd", value.thenEnd, Need::optional)
      .text("server", value.server, Need::optional, kMaxServerBytes);
  const auto known = std::find(kPhases.begin(), kPhases.end(), phase);
  if (known == kPhases.end()) {
    fields.wrong("phase", "serving, draining or drained");
  } else {
    value.phase = static_cast<DrainPhase>(known - kPhases.begin());
  }
  return fields.finish(std::move(value));
}

template <>
Result<DrainWish> fromJson<DrainWish>(const nlohmann::json& json) {
  DrainWish value;
  FieldReader fields(json);
  fields.integer("seconds", value.seconds, Need::optional)
      .boolean("thenEnd", value.thenEnd, Need::optional)
      .text("server", value.server, Need::optional, kMaxServerBytes)
      .noOthers({"seconds", "thenEnd", "server"});
  if (value.seconds < 0 || value.seconds > DrainWish::kMostSeconds) {
    fields.wrong("seconds", fmt::format("a whole number from 0 to {}", DrainWish::kMostSeconds));
  }
  if (!value.server.empty() && !Endpoint::parse(value.server)) fields.wrong("server", "HOST:PORT");
  return fields.finish(std::move(value));
}

}  // namespace carport::api
