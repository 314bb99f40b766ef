#include "gateway/api/embedded_json.h"
#include "gateway/api/json_fields.h"

namespace carport::api {

nlohmann::json toJson(const Event& value) {
  const auto data = parseEmbedded(value.data);
  return {{"number", value.number.value},
          {"car", value.car.value},
          {"time", toMs(value.time)},
          {"arrival", toMs(value.arrival)},
          {"name", value.name},
          {"severity", nameOf(value.severity)},
          {"active", value.active},
          {"message", value.message},
          {"data", data.is_object() ? data : nlohmann::json::object()}};
}

template <>
Result<Event> fromJson<Event>(const nlohmann::json& json) {
  Event value;
  FieldReader fields(json);
  fields.id("number", value.number)
      .id("car", value.car)
      .time("time", value.time)
      .time("arrival", value.arrival)
      .text("name", value.name, Need::required, kMaxEventBytes)
      .word("severity", value.severity)
      .boolean("active", value.active)
      .text("message", value.message, Need::optional, kMaxEventBytes)
      .objectText("data", value.data, Need::optional, 2 * kMaxEventBytes);
  return fields.finish(std::move(value));
}

}  // namespace carport::api
