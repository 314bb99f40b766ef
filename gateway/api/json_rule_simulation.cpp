#include "gateway/api/json_fields.h"
#include "gateway/api/rule_simulation.h"

namespace carport::api {

nlohmann::json toJson(const TurnedDecision& value) {
  return {{"who", value.who},
          {"action", nameOf(value.action)},
          {"about", value.about},
          {"before", nameOf(value.before)},
          {"after", nameOf(value.after)}};
}

template <>
Result<TurnedDecision> fromJson<TurnedDecision>(const nlohmann::json& json) {
  TurnedDecision value;
  FieldReader fields(json);
  fields.text("who", value.who)
      .word("action", value.action)
      .text("about", value.about)
      .word("before", value.before)
      .word("after", value.after);
  return fields.finish(std::move(value));
}

nlohmann::json toJson(const TurnedFor& value) {
  return {{"who", value.who}, {"gained", value.gained}, {"lost", value.lost}};
}

template <>
Result<TurnedFor> fromJson<TurnedFor>(const nlohmann::json& json) {
  TurnedFor value;
  FieldReader fields(json);
  fields.text("who", value.who).integer("gained", value.gained).integer("lost", value.lost);
  return fields.finish(std::move(value));
}

nlohmann::json toJson(const RuleSimulation& value) {
  nlohmann::json json{{"examined", value.examined},           {"turned", value.turned},
                      {"complete", value.complete},           {"principals", nlohmann::json::array()},
                      {"decisions", nlohmann::json::array()}, {"topics", value.topics}};
  for (const TurnedFor& principal : value.principals) json["principals"].push_back(toJson(principal));
  for (const TurnedDecision& decision : value.decisions) json["decisions"].push_back(toJson(decision));
  return json;
}

template <>
Result<RuleSimulation> fromJson<RuleSimulation>(const nlohmann::json& json) {
  RuleSimulation value;
  FieldReader fields(json);
  fields.integer("examined", value.examined)
      .integer("turned", value.turned)
      .boolean("complete", value.complete)
      .values("principals", value.principals, RuleSimulation::kMaxPrincipals)
      .values("decisions", value.decisions, RuleSimulation::kMaxDecisions)
      .texts("topics", value.topics, 2);
  return fields.finish(std::move(value));
}

}  // namespace carport::api
