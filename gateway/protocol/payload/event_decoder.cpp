#include "gateway/protocol/payload/event_decoder.h"

#include "gateway/api/embedded_json.h"
#include "gateway/api/enum_names.h"
#include "gateway/protocol/payload/clock_check.h"
#include "gateway/protocol/payload/payload_errc.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace carport::payload {

namespace {

using Json = nlohmann::json;

tl::unexpected<Error> badField(std::string_view field, std::string_view what) {
  return fail(PayloadErrc::badField, fmt::format("The event's \"{}\" {}", field, what));
}

/// The text of an optional member; empty where it is missing.
Result<std::string> textOf(const Json& object, const char* field, std::size_t maxBytes) {
  const auto found = object.find(field);
  if (found == object.end()) return std::string();
  if (!found->is_string()) return badField(field, "is not text");
  const auto& text = found->get_ref<const std::string&>();
  if (text.size() > maxBytes) return badField(field, fmt::format("is longer than {} bytes", maxBytes));
  return text;
}

Result<void> readName(const Json& object, api::Event& event) {
  auto name = textOf(object, "name", kMaxEventNameBytes);
  if (!name) return failFrom(name);
  if (name->empty()) return badField("name", "is missing or empty");
  if (std::any_of(name->begin(), name->end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
    return badField("name", "contains a control character");
  }
  event.name = std::move(*name);
  return {};
}

Result<void> readSeverity(const Json& object, api::Event& event) {
  if (!object.contains("severity")) return {};
  const auto text = textOf(object, "severity", kMaxEventNameBytes);
  const auto severity = text ? api::valueOf<api::Severity>(*text) : std::nullopt;
  if (!severity) return badField("severity", "is not one of info, warning and alarm");
  event.severity = *severity;
  return {};
}

Result<void> readActiveAndTime(const Json& object, api::Event& event) {
  if (const auto active = object.find("active"); active != object.end()) {
    if (!active->is_boolean()) return badField("active", "is neither true nor false");
    event.active = active->get<bool>();
  }
  if (const auto ts = object.find("ts"); ts != object.end()) {
    if (!ts->is_number()) return badField("ts", "is not a number");
    event.time = checkTime(ts->get<double>(), event.arrival).time;
  }
  return {};
}

}  // namespace

Result<api::Event> decodeEvent(PrincipalNumber car, std::string_view payload, TimePoint arrival) {
  if (payload.size() > api::kMaxEventBytes) {
    return fail(PayloadErrc::tooLarge,
                fmt::format("The event has {} bytes; at most {} are accepted", payload.size(), api::kMaxEventBytes));
  }
  const Json object = api::parseEmbedded(payload);
  if (object.is_discarded()) {
    return fail(PayloadErrc::badJson,
                fmt::format("The event is not valid JSON, or nested more than {} levels deep", api::kMaxEmbeddedDepth));
  }
  if (!object.is_object()) return fail(PayloadErrc::wrongShape, "The event is not a JSON object");

  api::Event event;
  event.car = car;
  event.time = arrival;
  event.arrival = arrival;
  if (auto read = readName(object, event); !read) return failFrom(read);
  if (auto read = readSeverity(object, event); !read) return failFrom(read);
  if (auto read = readActiveAndTime(object, event); !read) return failFrom(read);
  auto message = textOf(object, "message", kMaxEventMessageBytes);
  if (!message) return failFrom(message);
  event.message = std::move(*message);
  event.data.assign(payload);
  return event;
}

}  // namespace carport::payload
