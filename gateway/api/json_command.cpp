#include "gateway/api/embedded_json.h"
#include "gateway/api/json_fields.h"

namespace carport::api {

namespace {

constexpr std::size_t kCommandIdBytes = 64;

/// JSON where the text holds an object or a list, otherwise the text itself: `result` may be either.
nlohmann::json embedded(const std::string& text) {
  const auto json = parseEmbedded(text);
  return json.is_object() || json.is_array() ? json : nlohmann::json(text);
}

}  // namespace

nlohmann::json toJson(const Command& value) {
  const nlohmann::json arguments = embedded(value.arguments);
  nlohmann::json json{{"id", value.id},
                      {"car", value.car.value},
                      {"issuedBy", value.issuedBy.value},
                      {"name", value.name},
                      {"arguments", arguments.is_object() ? arguments : nlohmann::json::object()},
                      {"state", nameOf(value.state)},
                      {"createdAt", toMs(value.createdAt)},
                      {"changedAt", toMs(value.changedAt)},
                      {"expiresAt", toMs(value.expiresAt)}};
  if (!value.result.empty()) json["result"] = embedded(value.result);
  return json;
}

template <>
Result<Command> fromJson<Command>(const nlohmann::json& json) {
  Command value;
  FieldReader fields(json);
  fields.text("id", value.id, Need::required, kCommandIdBytes)
      .id("car", value.car)
      .id("issuedBy", value.issuedBy)
      .text("name", value.name, Need::required, kMaxCommandNameBytes)
      .objectText("arguments", value.arguments, Need::optional, kMaxCommandArgumentsBytes)
      .word("state", value.state)
      .time("createdAt", value.createdAt)
      .time("changedAt", value.changedAt)
      .time("expiresAt", value.expiresAt);
  if (const nlohmann::json* result = fields.take("result", Need::optional)) {
    value.result = result->is_string() ? result->get<std::string>() : toText(*result);
  }
  return fields.finish(std::move(value));
}

}  // namespace carport::api
