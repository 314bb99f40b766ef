#include "gateway/api/json_fields.h"

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

}  // namespace

nlohmann::json toJson(const Rule& value) {
  nlohmann::json json{{"number", value.number.value},    {"priority", value.priority}, {"who", value.who.toString()},
                      {"about", value.about.toString()}, {"allow", value.allow},       {"note", value.note},
                      {"builtIn", value.builtIn}};
  if (value.action) json["action"] = nameOf(*value.action);
  if (value.expiresAt) json["expiresAt"] = toMs(*value.expiresAt);
  return json;
}

/// `number` may be absent: a new rule has none yet.
template <>
Result<Rule> fromJson<Rule>(const nlohmann::json& json) {
  Rule value;
  FieldReader fields(json);
  fields.id("number", value.number, Need::optional).integer("priority", value.priority, Need::optional);
  readSelector(fields, "who", value.who);
  readSelector(fields, "about", value.about);
  if (fields.has("action")) {
    Action action{};
    fields.word("action", action);
    value.action = action;
  }
  fields.boolean("allow", value.allow)
      .time("expiresAt", value.expiresAt)
      .text("note", value.note, Need::optional, kMaxRuleNoteBytes)
      .boolean("builtIn", value.builtIn, Need::optional);
  return fields.finish(std::move(value));
}

nlohmann::json toJson(const Decision& value) {
  nlohmann::json json{
      {"allowed", value.allowed}, {"passedOver", nlohmann::json::array()}, {"explanation", value.explanation}};
  if (value.rule) json["rule"] = toJson(*value.rule);
  for (const Rule& rule : value.passedOver) json["passedOver"].push_back(toJson(rule));
  return json;
}

template <>
Result<Decision> fromJson<Decision>(const nlohmann::json& json) {
  Decision value;
  FieldReader fields(json);
  fields.boolean("allowed", value.allowed);
  if (fields.has("rule")) fields.value("rule", value.rule.emplace());
  fields.values("passedOver", value.passedOver, kMaxPassedOver, Need::optional)
      .text("explanation", value.explanation, Need::optional);
  return fields.finish(std::move(value));
}

}  // namespace carport::api
