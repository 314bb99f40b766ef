#include "gateway/api/json_fields.h"
#include "gateway/api/organisation.h"
#include "gateway/api/principal.h"

namespace carport::api {

nlohmann::json toJson(const ProvisioningKey& value) {
  nlohmann::json json{{"number", value.number},      {"label", value.label},       {"quota", value.quota},
                      {"used", value.used},          {"idPrefix", value.idPrefix}, {"createdAt", toMs(value.createdAt)},
                      {"createdBy", value.createdBy}};
  if (!value.organisation.empty()) json["organisation"] = value.organisation;
  if (!value.group.empty()) json["group"] = value.group;
  if (value.expiresAt) json["expiresAt"] = toMs(*value.expiresAt);
  return json;
}

template <>
Result<ProvisioningKey> fromJson<ProvisioningKey>(const nlohmann::json& json) {
  ProvisioningKey value;
  FieldReader fields(json);
  fields.integer("number", value.number, Need::optional)
      .text("label", value.label, Need::optional, kMaxKeyLabelBytes)
      .text("organisation", value.organisation, Need::optional, kMaxOrganisationIdBytes)
      .text("idPrefix", value.idPrefix, Need::optional, kMaxPrincipalIdBytes)
      .text("group", value.group, Need::optional, kMaxPrincipalIdBytes)
      .integer("quota", value.quota)
      .integer("used", value.used, Need::optional)
      .time("createdAt", value.createdAt, Need::optional)
      .text("createdBy", value.createdBy, Need::optional, kMaxPrincipalIdBytes)
      .time("expiresAt", value.expiresAt);
  if (value.quota == 0 || value.quota > kMaxProvisioningQuota) {
    fields.wrong("quota", fmt::format("a whole number from 1 to {}", kMaxProvisioningQuota));
  }
  if (!value.idPrefix.empty() && !isValidPrincipalId(value.idPrefix)) {
    fields.wrong("idPrefix", "what an id may begin with: A-Z a-z 0-9 . _ - @, not beginning with a dot");
  }
  return fields.finish(std::move(value));
}

nlohmann::json toJson(const ClaimCode& value) {
  return {{"car", value.car},
          {"gives", nameOf(value.gives)},
          {"createdAt", toMs(value.createdAt)},
          {"createdBy", value.createdBy},
          {"expiresAt", toMs(value.expiresAt)}};
}

template <>
Result<ClaimCode> fromJson<ClaimCode>(const nlohmann::json& json) {
  ClaimCode value;
  FieldReader fields(json);
  fields.text("car", value.car, Need::required, kMaxPrincipalIdBytes)
      .word("gives", value.gives)
      .time("createdAt", value.createdAt, Need::optional)
      .text("createdBy", value.createdBy, Need::optional, kMaxPrincipalIdBytes)
      .time("expiresAt", value.expiresAt);
  return fields.finish(std::move(value));
}

}  // namespace carport::api
