#include "gateway/api/json_fields.h"

#include <cmath>

namespace carport::api {

nlohmann::json toJson(const CarPosition& value) {
  nlohmann::json json{{"time", toMs(value.time)}, {"activity", nameOf(value.activity)}, {"connected", value.connected}};
  if (value.hasFix()) {
    json["lat"] = value.latitude;
    json["lon"] = value.longitude;
  }
  if (std::isfinite(value.speed)) json["speed"] = value.speed;
  if (std::isfinite(value.heading)) json["heading"] = value.heading;
  return json;
}

template <>
Result<CarPosition> fromJson<CarPosition>(const nlohmann::json& json) {
  CarPosition value;
  FieldReader fields(json);
  fields.id("car", value.car, Need::optional)
      .time("time", value.time)
      .number("lat", value.latitude, Need::optional)
      .number("lon", value.longitude, Need::optional)
      .number("speed", value.speed, Need::optional)
      .number("heading", value.heading, Need::optional)
      .word("activity", value.activity)
      .boolean("connected", value.connected);
  return fields.finish(value);
}

nlohmann::json toJson(const Car& value) {
  nlohmann::json json = toJson(value.principal);
  if (value.position) json["position"] = toJson(*value.position);
  if (value.state) json["state"] = toJson(*value.state);
  return json;
}

template <>
Result<Car> fromJson<Car>(const nlohmann::json& json) {
  Car value;
  Result<Principal> principal = fromJson<Principal>(json);
  if (!principal) return failFrom(principal);
  value.principal = std::move(*principal);
  FieldReader fields(json);
  if (fields.has("position")) {
    fields.value("position", value.position.emplace());
    value.position->car = value.principal.number;
  }
  if (fields.has("state")) fields.value("state", value.state.emplace());
  return fields.finish(std::move(value));
}

}  // namespace carport::api
