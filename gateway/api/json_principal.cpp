#include "gateway/api/json_fields.h"
#include "gateway/base/utf8_prefix.h"

namespace carport::api {

nlohmann::json toJson(const Attributes& value) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [name, text] : value) json[name] = text;
  return json;
}

template <>
Result<Attributes> fromJson<Attributes>(const nlohmann::json& json) {
  FieldReader fields(json);
  if (const auto isObject = fields.finish(); !isObject) return failFrom(isObject);
  if (json.size() > kMaxAttributes) {
    return fail(ApiErrc::badField, fmt::format("Nobody has more than {} attributes", kMaxAttributes));
  }
  std::vector<Attributes::Pair> pairs;
  for (const auto& [name, text] : json.items()) {
    if (!isValidAttributeName(name)) {
      return fail(ApiErrc::badField, fmt::format("'{}' cannot be an attribute's name: 1 to {} of A-Z a-z 0-9 . _ -",
                                                 utf8Prefix(name, kMaxAttributeNameBytes), kMaxAttributeNameBytes));
    }
    fields.text(name, pairs.emplace_back(name, std::string()).second, Need::required, kMaxAttributeValueBytes);
  }
  return fields.finish(Attributes(std::move(pairs)));
}

nlohmann::json toJson(const Principal& value) {
  nlohmann::json json{{"number", value.number.value},      {"id", value.id},           {"name", value.name},
                      {"type", nameOf(value.type)},        {"blocked", value.blocked}, {"groups", value.groups},
                      {"createdAt", toMs(value.createdAt)}};
  if (!value.role.empty()) json["role"] = value.role.str();
  if (!value.organisation().empty()) json["organisation"] = value.organisation();
  if (!value.attributes.empty()) json["attributes"] = toJson(value.attributes);
  return json;
}

template <>
Result<Principal> fromJson<Principal>(const nlohmann::json& json) {
  Principal value;
  std::string role;
  std::string organisation;
  FieldReader fields(json);
  fields.id("number", value.number)
      .text("id", value.id, Need::required, kMaxPrincipalIdBytes)
      .text("name", value.name, Need::optional, kMaxPrincipalNameBytes)
      .word("type", value.type)
      .text("role", role, Need::optional, kMaxRoleIdBytes)
      .text("organisation", organisation, Need::optional, kMaxOrganisationIdBytes)
      .boolean("blocked", value.blocked, Need::optional)
      .texts("groups", value.groups, kMaxPrincipalGroups, Need::optional)
      .value("attributes", value.attributes, Need::optional)
      .time("createdAt", value.createdAt, Need::optional);
  if (!isValidPrincipalId(value.id)) fields.wrong("id", "1 to 64 of A-Z a-z 0-9 . _ - @ that do not start with a dot");
  if (!role.empty() && !isValidRoleId(role)) fields.wrong("role", "the id of a role");
  if (!value.setOrganisation(organisation)) fields.wrong("organisation", "what the id begins with, before a dot");
  value.role = std::move(role);
  return fields.finish(std::move(value));
}

nlohmann::json toJson(const Organisation& value) {
  nlohmann::json json{{"id", value.id}, {"name", value.name}, {"createdAt", toMs(value.createdAt)}};
  if (!value.note.empty()) json["note"] = value.note;
  return json;
}

template <>
Result<Organisation> fromJson<Organisation>(const nlohmann::json& json) {
  Organisation value;
  FieldReader fields(json);
  fields.text("id", value.id, Need::required, kMaxOrganisationIdBytes)
      .text("name", value.name, Need::optional, kMaxTitleBytes)
      .text("note", value.note, Need::optional, kMaxNoteBytes)
      .time("createdAt", value.createdAt, Need::optional);
  if (!isValidOrganisationId(value.id)) fields.wrong("id", "1 to 24 of a-z 0-9 -, with a letter or digit at both ends");
  return fields.finish(std::move(value));
}

nlohmann::json toJson(const Role& value) {
  nlohmann::json json{{"id", value.id}, {"name", value.name}, {"builtIn", value.builtIn}};
  if (!value.note.empty()) json["note"] = value.note;
  if (!value.organisation.empty()) json["organisation"] = value.organisation;
  if (!value.builtIn) json["createdAt"] = toMs(value.createdAt);
  return json;
}

template <>
Result<Role> fromJson<Role>(const nlohmann::json& json) {
  Role value;
  FieldReader fields(json);
  fields.text("id", value.id, Need::required, kMaxRoleIdBytes)
      .text("name", value.name, Need::optional, kMaxTitleBytes)
      .text("note", value.note, Need::optional, kMaxNoteBytes)
      .text("organisation", value.organisation, Need::optional, kMaxOrganisationIdBytes)
      .boolean("builtIn", value.builtIn, Need::optional)
      .time("createdAt", value.createdAt, Need::optional);
  if (!isValidRoleId(value.id)) fields.wrong("id", "1 to 64 of A-Z a-z 0-9 . _ - that do not start with a dot");
  return fields.finish(std::move(value));
}

namespace {

/// `actions` and `cars`, where a token is for less than everything.
void putScope(const TokenScope& scope, nlohmann::json& json) {
  if (!scope.actions.empty()) json["actions"] = nlohmann::json::array();
  for (const Action action : scope.actions) json["actions"].push_back(nameOf(action));
  if (scope.cars) json["cars"] = scope.cars->toString();
}

}  // namespace

std::optional<TokenScope> readTokenScope(FieldReader& fields) {
  std::vector<std::string> words;
  std::string cars;
  fields.texts("actions", words, kMaxScopeActions, Need::optional)
      .text("cars", cars, Need::optional, kMaxSelectorBytes);
  TokenScope scope;
  for (const std::string& word : words) {
    const auto action = valueOf<Action>(word);
    if (!action) {
      fields.wrong("actions", "a list of view, subscribe, send, command, administer and impersonate");
      continue;
    }
    scope.actions.push_back(*action);
  }
  if (fields.has("actions") && words.empty()) fields.wrong("actions", "a list with something in it, or absent for all");
  if (!cars.empty()) {
    auto selector = Selector::parse(cars);
    const bool isOfCars = selector && selector->kind != Selector::Kind::self && selector->kind != Selector::Kind::topic;
    if (!isOfCars) {
      fields.wrong("cars", "a selector of cars, as principal:ID, group:ID or attribute:NAME=VALUE");
    } else {
      scope.cars = std::move(*selector);
    }
  }
  if (scope.actions.empty() && !scope.cars) return std::nullopt;
  return scope;
}

nlohmann::json toJson(const TokenInfo& value) {
  nlohmann::json json{{"number", value.number},
                      {"owner", value.owner.value},
                      {"label", value.label},
                      {"createdAt", toMs(value.createdAt)}};
  if (value.expiresAt) json["expiresAt"] = toMs(*value.expiresAt);
  if (value.scope) putScope(*value.scope, json);
  if (!value.address.empty()) json["address"] = value.address;
  if (!value.client.empty()) json["client"] = value.client;
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
      .time("expiresAt", value.expiresAt)
      .text("address", value.address, Need::optional, kMaxTokenLabelBytes)
      .text("client", value.client, Need::optional, kMaxTokenLabelBytes);
  value.scope = readTokenScope(fields);
  return fields.finish(std::move(value));
}

}  // namespace carport::api
