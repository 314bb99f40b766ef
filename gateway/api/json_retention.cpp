#include "gateway/api/json_fields.h"

namespace carport::api {

namespace {
void readDays(FieldReader& fields, std::string_view name, std::optional<std::uint32_t>& out) {
  if (!fields.has(name)) return;
  std::uint32_t days = 0;
  fields.integer(name, days);
  if (days < 1 || days > kMaxRetentionDays) {
    fields.wrong(name, fmt::format("a whole number from 1 to {}", kMaxRetentionDays));
    return;
  }
  out = days;
}
}  // namespace

nlohmann::json toJson(const RetentionPolicy& value) {
  nlohmann::json json{{"name", value.name}, {"changedAt", toMs(value.changedAt)}, {"changedBy", value.changedBy}};
  if (value.group) json["group"] = *value.group;
  if (value.rawDays) json["rawDays"] = *value.rawDays;
  if (value.minuteDays) json["minuteDays"] = *value.minuteDays;
  if (value.hourDays) json["hourDays"] = *value.hourDays;
  return json;
}

template <>
Result<RetentionPolicy> fromJson<RetentionPolicy>(const nlohmann::json& json) {
  RetentionPolicy value;
  FieldReader fields(json);
  fields.noOthers({"name", "group", "rawDays", "minuteDays", "hourDays", "changedAt", "changedBy"})
      .text("name", value.name, Need::required, kMaxRetentionNameBytes);
  if (fields.has("group")) fields.text("group", value.group.emplace(), Need::required, kMaxPrincipalIdBytes);
  readDays(fields, "rawDays", value.rawDays);
  readDays(fields, "minuteDays", value.minuteDays);
  readDays(fields, "hourDays", value.hourDays);
  fields.time("changedAt", value.changedAt, Need::optional)
      .text("changedBy", value.changedBy, Need::optional, kMaxPrincipalIdBytes);
  return fields.finish(std::move(value));
}

nlohmann::json toJson(const Retention& value) {
  nlohmann::json json{{"policies", nlohmann::json::array()}};
  for (const RetentionPolicy& policy : value.policies) json["policies"].push_back(toJson(policy));
  if (value.diskBudgetBytes) json["diskBudgetBytes"] = *value.diskBudgetBytes;
  return json;
}

template <>
Result<Retention> fromJson<Retention>(const nlohmann::json& json) {
  Retention value;
  FieldReader fields(json);
  fields.noOthers({"policies", "diskBudgetBytes"}).values("policies", value.policies, kMaxRetentionPolicies);
  if (fields.has("diskBudgetBytes")) fields.integer("diskBudgetBytes", value.diskBudgetBytes.emplace());
  if (value.diskBudgetBytes && *value.diskBudgetBytes < kLeastDiskBudgetBytes) {
    fields.wrong("diskBudgetBytes", fmt::format("at least {}", kLeastDiskBudgetBytes));
  }
  return fields.finish(std::move(value));
}

}  // namespace carport::api
