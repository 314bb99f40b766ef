#include "gateway/server/http/handlers/viewed_cars.h"

#include "gateway/server/control/view_filter.h"

#include <algorithm>

namespace carport::handlers {

Asked<std::vector<PrincipalNumber>> viewedCars(Call& call) {
  std::vector<PrincipalNumber> cars;
  const auto [first, last] = call.target.parameters.equal_range("car");
  for (auto it = first; it != last; ++it) {
    const auto car = call.car(it->second, api::Action::view);
    if (!car) return refuse(car.error());
    cars.push_back(car->number);
  }
  if (first == last) {
    ViewFilter filter(call.registry(), call.control.parts.clock, call.who());
    for (const api::Principal& principal : call.registry().all(api::PrincipalType::device)) {
      if (filter.mayView(principal.number)) cars.push_back(principal.number);
    }
  }
  std::sort(cars.begin(), cars.end());
  cars.erase(std::unique(cars.begin(), cars.end()), cars.end());
  return cars;
}

}  // namespace carport::handlers
