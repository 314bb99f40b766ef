#include "gateway/api/json_fields.h"
#include "gateway/api/metric_names.h"

namespace carport::api {

namespace {

/// Most alarms of one car that are read.
constexpr std::size_t kMaxActiveAlarms = 1000;

nlohmann::json toJson(const AttributeValue& value) {
  return std::visit([](const auto& held) { return nlohmann::json(held); }, value);
}

nlohmann::json toJson(const Refusal& value) {
  return {{"time", toMs(value.time)}, {"field", value.field}, {"reason", value.reason}};
}

/// Calls `read(entry, out[name])` for every entry of the object `name`.
template <class T, class Read>
void readMap(FieldReader& fields, std::string_view name, std::map<std::string, T>& out, Read read) {
  const nlohmann::json* object = fields.take(name, Need::optional);
  if (object == nullptr) return;
  if (!object->is_object() || object->size() > MetricNames::kMaxNames) {
    fields.wrong(name, "an object of names and values");
    return;
  }
  for (const auto& [key, entry] : object->items()) {
    FieldReader inside(entry);
    read(inside, out[key]);
    if (const Result<void> done = inside.finish(); !done) {
      fields.wrong(name, fmt::format("readable; in '{}': {}", key, done.error().message()));
      return;
    }
  }
}

void readAttribute(FieldReader& fields, LatestAttribute& out) {
  fields.time("time", out.time);
  const nlohmann::json* value = fields.take("value", Need::required);
  if (value == nullptr) return;
  if (value->is_boolean()) {
    out.value = value->get<bool>();
  } else if (value->is_string()) {
    out.value = value->get<std::string>();
  } else {
    fields.wrong("value", "text, true or false");
  }
}

}  // namespace

template <>
Result<Refusal> fromJson<Refusal>(const nlohmann::json& json) {
  Refusal value;
  FieldReader fields(json);
  fields.time("time", value.time).text("field", value.field, Need::optional).text("reason", value.reason);
  return fields.finish(std::move(value));
}

nlohmann::json toJson(const CarState& value) {
  nlohmann::json json{{"position", toJson(value.position)},  {"arrival", toMs(value.arrival)},
                      {"metrics", nlohmann::json::object()}, {"attributes", nlohmann::json::object()},
                      {"activeAlarms", value.activeAlarms},  {"refusals", nlohmann::json::array()}};
  json["position"]["car"] = value.position.car.value;
  for (const auto& [name, latest] : value.metrics) {
    json["metrics"][name] = {{"value", latest.value}, {"time", toMs(latest.time)}};
  }
  for (const auto& [name, latest] : value.attributes) {
    json["attributes"][name] = {{"value", toJson(latest.value)}, {"time", toMs(latest.time)}};
  }
  for (const Refusal& refusal : value.refusals) json["refusals"].push_back(toJson(refusal));
  return json;
}

template <>
Result<CarState> fromJson<CarState>(const nlohmann::json& json) {
  CarState value;
  FieldReader fields(json);
  fields.value("position", value.position)
      .time("arrival", value.arrival)
      .texts("activeAlarms", value.activeAlarms, kMaxActiveAlarms, Need::optional)
      .values("refusals", value.refusals, CarState::kMaxRefusals, Need::optional);
  readMap(fields, "metrics", value.metrics,
          [](FieldReader& inside, LatestMetric& out) { inside.number("value", out.value).time("time", out.time); });
  readMap(fields, "attributes", value.attributes, readAttribute);
  return fields.finish(std::move(value));
}

}  // namespace carport::api
