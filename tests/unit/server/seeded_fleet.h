#pragma once

#include "tests/support/test_gateway.h"

#include <string>

namespace carport::test {

/// Of the car, the operator “olga” may see nothing from now on.
inline void hideFromOlga(TestGateway& gateway, const std::string& car) {
  api::Rule hidden;
  hidden.priority = 10;
  hidden.who = {api::Selector::Kind::principal, "olga"};
  hidden.about = {api::Selector::Kind::principal, car};
  QVERIFY(gateway.store->addRule(hidden).has_value());
}

/// Two cars, the administrator “anna”, and the operator “olga”, from whom the second car is hidden.
inline void seedFleet(TestGateway& gateway) {
  gateway.addCar("car-1");
  gateway.addCar("car-2");
  gateway.addUser("anna", api::kAdministratorRole);
  gateway.addUser("olga", api::kOperatorRole);
  hideFromOlga(gateway, "car-2");
}

}  // namespace carport::test
