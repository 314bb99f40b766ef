#include "gateway/api/json_fields.h"
#include "gateway/api/message_filter.h"

namespace carport::api {

namespace {

/// Most rules that a decision names.
constexpr std::size_t kMaxPassedOver = 10'000;

void readSelector(FieldReader& fields, std::string_view name, Selector& out) {
  std::string text;
  fields.text(name, text, Need::required, kMaxSelectorBytes);
  Result<Selector> selector = Selector::parse(text);
  if (!selector) {
    fields.wrong(name, fmt::format("a selector. {}", selector.error().message()));
    return;
  }
  out = std::move(*selector);
}

/// What belongs to a message or a command means nothing beside another action.
void checkConditions(FieldReader& fields, const Rule& rule) {
  if (!rule.command.empty() && rule.action != Action::command) {
    fields.wrong("command", "absent unless 'action' is command");
  }
  if (rule.filter.empty()) return;
  const bool carriesMessages =
      rule.action == Action::send || rule.action == Action::subscribe || rule.action == Action::command;
  if (!carriesMessages) fields.wrong("filter", "absent unless 'action' is send, subscribe or command");
  const auto filter = MessageFilter::parse(rule.filter);
  if (!filter) fields.wrong("filter", fmt::format("a condition on messages. {}", filter.error().message()));
}

/// The fields of a rule, into a rule that has its number where one may be told.
void readRule(FieldReader& fields, Rule& value) {
  fields.id("number", value.number, Need::optional)
      .text("organisation", value.organisation, Need::optional, kMaxOrganisationIdBytes)
      .integer("priority", value.priority, Need::optional);
  readSelector(fields, "who", value.who);
  readSelector(fields, "about", value.about);
  if (fields.has("action")) {
    Action action{};
    fields.word("action", action);
    value.action = action;
  }
  fields.text("command", value.command, Need::optional, kMaxCommandNameBytes)
      .text("filter", value.filter, Need::optional, kMaxRuleFilterBytes)
      .boolean("allow", value.allow)
      .time("validFrom", value.validFrom)
      .time("expiresAt", value.expiresAt)
      .text("note", value.note, Need::optional, kMaxRuleNoteBytes)
      .boolean("builtIn", value.builtIn, Need::optional)
      .text("revision", value.revision, Need::optional, kMaxRevisionBytes);
  if (!value.organisation.empty() && !isValidOrganisationId(value.organisation)) {
    fields.wrong("organisation", "the id of an organisation");
  }
  if (value.validFrom && value.expiresAt && *value.validFrom >= *value.expiresAt) {
    fields.wrong("validFrom", "before 'expiresAt'");
  }
  checkConditions(fields, value);
}

}  // namespace

nlohmann::json toJson(const Rule& value) {
  nlohmann::json json{{"number", value.number.value},    {"priority", value.priority}, {"who", value.who.toString()},
                      {"about", value.about.toString()}, {"allow", value.allow},       {"note", value.note},
                      {"builtIn", value.builtIn}};
  if (!value.organisation.empty()) json["organisation"] = value.organisation;
  if (value.action) json["action"] = nameOf(*value.action);
  if (!value.command.empty()) json["command"] = value.command;
  if (!value.filter.empty()) json["filter"] = value.filter;
  if (value.validFrom) json["validFrom"] = toMs(*value.validFrom);
  if (value.expiresAt) json["expiresAt"] = toMs(*value.expiresAt);
  return json;
}

/// `number` may be absent: a new rule has none yet.
template <>
Result<Rule> fromJson<Rule>(const nlohmann::json& json) {
  Rule value;
  FieldReader fields(json);
  readRule(fields, value);
  return fields.finish(std::move(value));
}

/// A rule's fields and the reason beside them.
nlohmann::json toJson(const PassedOver& value) {
  nlohmann::json json = toJson(value.rule);
  json["reason"] = value.reason;
  return json;
}

template <>
Result<PassedOver> fromJson<PassedOver>(const nlohmann::json& json) {
  PassedOver value;
  FieldReader fields(json);
  readRule(fields, value.rule);
  fields.text("reason", value.reason, Need::optional);
  return fields.finish(std::move(value));
}

nlohmann::json toJson(const Decision& value) {
  nlohmann::json json{
      {"allowed", value.allowed}, {"passedOver", nlohmann::json::array()}, {"explanation", value.explanation}};
  if (value.depends) json["depends"] = true;
  if (value.rule) json["rule"] = toJson(*value.rule);
  for (const PassedOver& passed : value.passedOver) json["passedOver"].push_back(toJson(passed));
  return json;
}

template <>
Result<Decision> fromJson<Decision>(const nlohmann::json& json) {
  Decision value;
  FieldReader fields(json);
  fields.boolean("allowed", value.allowed).boolean("depends", value.depends, Need::optional);
  if (fields.has("rule")) fields.value("rule", value.rule.emplace());
  fields.values("passedOver", value.passedOver, kMaxPassedOver, Need::optional)
      .text("explanation", value.explanation, Need::optional);
  return fields.finish(std::move(value));
}

}  // namespace carport::api
