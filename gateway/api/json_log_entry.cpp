#include "gateway/api/json_fields.h"

namespace carport::api {

nlohmann::json toJson(const LogEntry& value) {
  return {
      {"time", toMs(value.time)}, {"level", nameOf(value.level)}, {"component", value.component}, {"text", value.text}};
}

template <>
Result<LogEntry> fromJson<LogEntry>(const nlohmann::json& json) {
  LogEntry value;
  FieldReader fields(json);
  fields.time("time", value.time)
      .word("level", value.level)
      .text("component", value.component)
      .text("text", value.text);
  return fields.finish(std::move(value));
}

}  // namespace carport::api
