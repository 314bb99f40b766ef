#pragma once

#include "gateway/api/car.h"
#include "ui/models/car_store.h"
#include "ui/widgets/map/map_car.h"

#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

/// Cars for tests of the map, spread over Europe as people are: crowded in cities, the same for the same seed.
namespace carport::ui::test {

inline api::Car makeCar(std::uint32_t number, double latitude, double longitude, api::Activity activity,
                        float speed = 50, float heading = 45) {
  api::Car car;
  car.principal.number = PrincipalNumber{number};
  car.principal.id = "car-" + std::to_string(number);
  car.principal.name = "Car " + std::to_string(10000 + number).substr(1);
  api::CarPosition position;
  position.car = car.principal.number;
  position.time = std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  position.latitude = latitude;
  position.longitude = longitude;
  position.speed = activity == api::Activity::driving ? speed : 0;
  position.heading = heading;
  position.activity = activity;
  position.connected = true;
  car.position = position;
  return car;
}

inline std::vector<api::Car> makeFleet(std::size_t count, std::uint32_t seed = 7) {
  struct City {
    double latitude, longitude, weight;
  };
  static constexpr City kCities[] = {{50.85, 4.35, 5},  {52.52, 13.40, 4}, {48.86, 2.35, 4},  {51.51, -0.12, 3},
                                     {40.42, -3.70, 2}, {41.90, 12.50, 2}, {52.23, 21.01, 2}, {48.21, 16.37, 2},
                                     {59.33, 18.07, 1}, {45.46, 9.19, 2},  {47.37, 8.54, 1},  {50.08, 14.43, 1}};
  std::mt19937 random(seed);
  std::vector<double> weights;
  for (const City& city : kCities) weights.push_back(city.weight);
  std::discrete_distribution<std::size_t> pick(weights.begin(), weights.end());
  std::discrete_distribution<int> doing({1, 52, 8, 30, 7, 2});
  std::normal_distribution<double> spread(0, 1);
  std::uniform_real_distribution<float> part(0, 1);
  std::vector<api::Car> cars;
  for (std::uint32_t n = 1; n <= count; ++n) {
    const City& city = kCities[pick(random)];
    const double radius = part(random) < 0.75F ? 0.08 : 0.9;
    cars.push_back(makeCar(n, city.latitude + spread(random) * radius, city.longitude + spread(random) * radius * 1.5,
                           api::Activity(doing(random)), 20 + part(random) * 90, part(random) * 360));
  }
  return cars;
}

inline MapCars snapshotOf(const std::vector<api::Car>& cars) {
  auto all = std::make_shared<std::vector<MapCar>>();
  for (const api::Car& car : cars) {
    MapCar one;
    one.position = *car.position;
    one.world = toWorld({one.position.latitude, one.position.longitude});
    one.glide.fix(one.world, one.position.speed, one.position.heading, CarStore::steadyMs(), false);
    one.label = QString::fromStdString(car.principal.name);
    all->push_back(one);
  }
  return all;
}

}  // namespace carport::ui::test
