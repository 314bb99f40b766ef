#include "gateway/domain/filter_match.h"

#include "gateway/api/document_filter.h"
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

FilterMatch meetsPayload(const api::MessageFilter& filter, const nlohmann::json* payload) {
  if (payload == nullptr) return FilterMatch::unknown;
  if (!payload->is_array() || payload->empty()) return meetsAll(*payload, filter);
  const auto first = meetsAll(payload->front(), filter);
  const bool agree = std::all_of(payload->begin() + 1, payload->end(),
                                 [&](const nlohmann::json& object) { return meetsAll(object, filter) == first; });
  return agree ? first : FilterMatch::unknown;
}

}  // namespace

FilteredMessage::FilteredMessage(std::string_view topic, std::optional<std::string_view> payload,
                                 const nlohmann::json* document)
    : m_topic(topic), m_payload(payload), m_document(document) {}
FilteredMessage::~FilteredMessage() = default;

const nlohmann::json* FilteredMessage::payload() const {
  if (m_isRead || !m_payload) return m_json.get();
  m_isRead = true;
  if (m_payload->size() > kMaxFilteredPayloadBytes) return nullptr;
  // Of a name that comes twice other readers take the first value, and a filter must not look at another one.
  auto json = api::parseJson(*m_payload, api::RepeatedNames::refused);
  if (json) m_json = std::make_unique<const nlohmann::json>(*std::move(json));
  return m_json.get();
}

FilterMatch meets(const api::MessageFilter& filter, const FilteredMessage& message) {
  if (filter.document) {
    return message.document() == nullptr ? FilterMatch::unknown
                                         : matchOf(filter.document->matches(*message.document()));
  }
  const std::string_view topic = message.topic();
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
  return std::min(all, meetsPayload(filter, message.payload()));
}

}  // namespace carport
