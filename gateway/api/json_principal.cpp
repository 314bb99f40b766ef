#include "gateway/api/json_fields.h"

namespace carport::api {

nlohmann::json toJson(const Principal& value) {
  nlohmann::json json{{"number", value.number.value},      {"id", value.id},           {"name", value.name},
                      {"type", nameOf(value.type)},        {"blocked", value.blocked}, {"groups", value.groups},
                      {"createdAt", toMs(value.createdAt)}};
  if (value.role != Role::none) json["role"] = nameOf(value.role);
  return json;
}

template <>
Result<Principal> fromJson<Principal>(const nlohmann::json& json) {
  Principal value;
  FieldReader fields(json);
  fields.id("number", value.number)
      .text("id", value.id, Need::required, kMaxPrincipalIdBytes)
      .text("name", value.name, Need::optional, kMaxPrincipalNameBytes)
      .word("type", value.type)
      .word("role", value.role, Need::optional)
      .boolean("blocked", value.blocked, Need::optional)
      .texts("groups", value.groups, kMaxPrincipalGroups, Need::optional)
      .time("createdAt", value.createdAt, Need::optional);
  if (!isValidPrincipalId(value.id)) fields.wrong("id", "1 to 64 of A-Z a-z 0-9 . _ - @ that do not start with a dot");
  return fields.finish(std::move(value));
}

nlohmann::json toJson(const TokenInfo& value) {
  nlohmann::json json{{"number", value.number},
                      {"owner", value.owner.value},
                      {"label", value.label},
                      {"createdAt", toMs(value.createdAt)}};
  if (value.expiresAt) json["expiresAt"] = toMs(*value.expiresAt);
  return json;
}

template <>
Result<TokenInfo> fromJson<TokenInfo>(const nlohmann::json& json) {
  TokenInfo value;
  FieldReader fields(json);
  fields.integer("number", value.number)
      .id("owner", value.owner)
      .text("label", value.label, Need::optional, kMaxTokenLabelBytes)
      .time("createdAt", value.createdAt)
      .time("expiresAt", value.expiresAt);
  return fields.finish(std::move(value));
}

}  // namespace carport::api
