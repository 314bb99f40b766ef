#pragma once

#include "gateway/api/json_codec.h"
#include "gateway/domain/outward_numbers.h"
#include "gateway/domain/registry.h"

#include <nlohmann/json.hpp>

#include <type_traits>

namespace carport {

/// An event or command as JSON with `carId` beside the car's number, and `issuedById` beside the number of who sent a
/// command, where they are still known; the numbers as `numbers` tells them.
template <class T>
nlohmann::json described(const T& value, const Registry& registry, const OutwardNumbers& numbers) {
  nlohmann::json json = api::toJson(numbers.told(value));
  if (const auto car = registry.find(value.car)) json["carId"] = car->id;
  if constexpr (std::is_same_v<T, api::Command>) {
    if (const auto sender = registry.find(value.issuedBy)) json["issuedById"] = sender->id;
  }
  return json;
}

}  // namespace carport
