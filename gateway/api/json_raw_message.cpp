#include "gateway/api/json_fields.h"
#include "gateway/api/raw_message.h"

#include <array>
#include <charconv>
#include <utility>

namespace carport::api {

namespace {

using R = std::pair<MessageOutcome, std::string_view>;
constexpr std::array kMessageOutcomes{R{MessageOutcome::taken, "taken"}, R{MessageOutcome::dropped, "dropped"},
                                      R{MessageOutcome::denied, "denied"}, R{MessageOutcome::unusable, "unusable"},
                                      R{MessageOutcome::limited, "limited"}};

/// Longest topic of MQTT (5.0 §4.7.3).
constexpr std::size_t kMaxTopicBytes = 65'535;

std::string hexOf(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::optional<std::string> bytesOfHex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    unsigned value = 0;
    const auto [end, failed] = std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
    if (failed != std::errc() || end != hex.data() + i + 2) return std::nullopt;
    bytes += static_cast<char>(value);
  }
  return bytes;
}

void readPayload(FieldReader& fields, RawMessage& value) {
  value.isText = fields.has("text");
  if (value.isText) {
    fields.text("text", value.payload, Need::required, RawMessage::kMaxPayloadBytes);
    return;
  }
  std::string hex;
  fields.text("hex", hex, Need::required, 2 * RawMessage::kMaxPayloadBytes);
  if (auto bytes = bytesOfHex(hex)) {
    value.payload = std::move(*bytes);
  } else {
    fields.wrong("hex", "pairs of hexadecimal digits");
  }
}

void readProperties(FieldReader& fields, RawMessage& value) {
  const nlohmann::json* list = fields.take("properties", Need::optional);
  if (list == nullptr) return;
  const bool isList = list->is_array() && list->size() <= RawMessage::kMaxProperties;
  for (std::size_t i = 0; isList && i < list->size(); ++i) {
    const nlohmann::json& pair = (*list)[i];
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) break;
    value.properties.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
  }
  if (!isList || value.properties.size() != list->size()) fields.wrong("properties", "a list of pairs of texts");
}

}  // namespace

std::string_view nameOf(MessageOutcome value) {
  for (const auto& [candidate, name] : kMessageOutcomes) {
    if (candidate == value) return name;
  }
  return "unknown";
}

template <>
std::optional<MessageOutcome> valueOf<MessageOutcome>(std::string_view name) {
  for (const auto& [value, word] : kMessageOutcomes) {
    if (word == name) return value;
  }
  return std::nullopt;
}

nlohmann::json toJson(const RawMessage& value) {
  nlohmann::json json{{"time", toMs(value.arrival)},
                      {"topic", value.topic},
                      {"bytes", value.bytes},
                      {"qos", value.qos},
                      {"doorway", nameOf(value.doorway)},
                      {"outcome", nameOf(value.outcome)}};
  if (value.isText) {
    json["text"] = value.payload;
  } else {
    json["hex"] = hexOf(value.payload);
  }
  if (value.retain) json["retain"] = true;
  if (value.duplicate) json["duplicate"] = true;
  if (value.byAnother) json["byAnother"] = true;
  for (const auto& [name, text] : value.properties) json["properties"].push_back({name, text});
  if (value.samples > 0) json["samples"] = value.samples;
  if (value.values > 0) json["values"] = value.values;
  if (!value.reason.empty()) json["reason"] = value.reason;
  return json;
}

template <>
Result<RawMessage> fromJson<RawMessage>(const nlohmann::json& json) {
  RawMessage value;
  FieldReader fields(json);
  fields.time("time", value.arrival)
      .text("topic", value.topic, Need::required, kMaxTopicBytes)
      .integer("bytes", value.bytes)
      .integer("qos", value.qos)
      .word("doorway", value.doorway)
      .word("outcome", value.outcome)
      .boolean("retain", value.retain, Need::optional)
      .boolean("duplicate", value.duplicate, Need::optional)
      .boolean("byAnother", value.byAnother, Need::optional)
      .integer("samples", value.samples, Need::optional)
      .integer("values", value.values, Need::optional)
      .text("reason", value.reason, Need::optional, RawMessage::kMaxReasonBytes);
  readPayload(fields, value);
  readProperties(fields, value);
  return fields.finish(std::move(value));
}

nlohmann::json toJson(const RawMessages& value) {
  nlohmann::json messages = nlohmann::json::array();
  for (const RawMessage& message : value.messages) messages.push_back(toJson(message));
  nlohmann::json json{{"car", value.car.value}, {"messages", std::move(messages)}};
  if (value.leftOut > 0) json["leftOut"] = value.leftOut;
  return json;
}

template <>
Result<RawMessages> fromJson<RawMessages>(const nlohmann::json& json) {
  RawMessages value;
  FieldReader fields(json);
  fields.id("car", value.car)
      .values("messages", value.messages, RawMessages::kMaxAtOnce)
      .integer("leftOut", value.leftOut, Need::optional);
  return fields.finish(std::move(value));
}

}  // namespace carport::api
