#include "gateway/domain/filter_match.h"

#include "gateway/api/json_codec.h"
#include "gateway/domain/topic_filter.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <variant>

namespace carport {

namespace {

using Operator = api::MessageFilter::Operator;
using Condition = api::MessageFilter::Condition;

constexpr FilterMatch matchOf(bool yes) {
  return yes ? FilterMatch::yes : FilterMatch::no;
}

/// Null where the object has no such field.
const nlohmann::json* fieldOf(const nlohmann::json& object, const Condition& condition) {
  const nlohmann::json* field = &object;
  for (const std::string& name : condition.path) {
    if (!field->is_object()) return nullptr;
    const auto found = field->find(name);
    if (found == field->end()) return nullptr;
    field = &*found;
  }
  return field;
}

bool isEqual(const nlohmann::json* field, const Condition& condition) {
  if (std::holds_alternative<std::nullptr_t>(condition.value)) return field == nullptr || field->is_null();
  if (field == nullptr) return false;
  if (const auto* truth = std::get_if<bool>(&condition.value))
    return field->is_boolean() && field->get<bool>() == *truth;
  if (const auto* number = std::get_if<double>(&condition.value))
    return field->is_number() && field->get<double>() == *number;
  return field->is_string() && field->get_ref<const std::string&>() == std::get<std::string>(condition.value);
}

FilterMatch meetsOrder(const nlohmann::json& field, Operator op, double limit) {
  if (!field.is_number()) return FilterMatch::unknown;
  const auto value = field.get<double>();
  switch (op) {
    case Operator::less:
      return matchOf(value < limit);
    case Operator::lessOrEqual:
      return matchOf(value <= limit);
    case Operator::greater:
      return matchOf(value > limit);
    default:
      return matchOf(value >= limit);
  }
}

FilterMatch meetsCondition(const nlohmann::json& object, const Condition& condition) {
  const nlohmann::json* field = fieldOf(object, condition);
  if (condition.op == Operator::equal) return matchOf(isEqual(field, condition));
  if (condition.op == Operator::notEqual) return matchOf(!isEqual(field, condition));
  if (field == nullptr) return FilterMatch::no;
  return meetsOrder(*field, condition.op, std::get<double>(condition.value));
}

/// All conditions about the payload, of one object.
FilterMatch meetsAll(const nlohmann::json& object, const api::MessageFilter& filter) {
  if (!object.is_object()) return FilterMatch::unknown;
  auto all = FilterMatch::yes;
  for (const Condition& condition : filter.conditions) {
    if (!condition.path.empty()) all = std::min(all, meetsCondition(object, condition));
  }
  return all;
}

FilterMatch meetsPayload(const api::MessageFilter& filter, std::string_view payload) {
  if (payload.size() > kMaxFilteredPayloadBytes) return FilterMatch::unknown;
  const auto json = api::parseJson(payload);
  if (!json) return FilterMatch::unknown;
  if (!json->is_array() || json->empty()) return meetsAll(*json, filter);
  const auto first = meetsAll(json->front(), filter);
  const bool agree = std::all_of(json->begin() + 1, json->end(),
                                 [&](const nlohmann::json& object) { return meetsAll(object, filter) == first; });
  return agree ? first : FilterMatch::unknown;
}

}  // namespace

FilterMatch meets(const api::MessageFilter& filter, std::string_view topic, std::optional<std::string_view> payload) {
  auto all = FilterMatch::yes;
  bool asksPayload = false;
  for (const Condition& condition : filter.conditions) {
    asksPayload = asksPayload || !condition.path.empty();
    if (!condition.path.empty()) continue;
    if (topic.empty()) {
      all = std::min(all, FilterMatch::unknown);
    } else {
      const bool fits = topicMatchesFilter(topic, std::get<std::string>(condition.value));
      all = std::min(all, matchOf(fits == (condition.op == Operator::equal)));
    }
  }
  if (all == FilterMatch::no || !asksPayload) return all;
  return std::min(all, payload ? meetsPayload(filter, *payload) : FilterMatch::unknown);
}

}  // namespace carport
