#pragma once

#include "gateway/api/json_codec.h"
#include "gateway/domain/registry.h"

#include <nlohmann/json.hpp>

namespace carport {

/// An event or command as JSON with `carId` beside the car's number, where the car is still known.
template <class T>
nlohmann::json described(const T& value, const Registry& registry) {
  nlohmann::json json = api::toJson(value);
  if (const auto car = registry.find(value.car)) json["carId"] = car->id;
  return json;
}

}  // namespace carport
