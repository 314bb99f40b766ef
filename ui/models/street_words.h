#pragma once

#include "gateway/api/car_state.h"

#include <QString>

#include <optional>

namespace carport::ui {

/// The street that a place is at.
struct NearStreet {
  QString name;       ///< "Avenue d'Ostende"; a motorway without a name by its number, "A 8"
  double metres = 0;  ///< from the place to the street's middle line
};

/// What a car does and where, in words: "Driving, Avenue d'Ostende", "Parked 2 h 13 min at Rue Grimaldi". `doing` says
/// the first part ("Parked 2 h 13 min"); without a street it comes back as it is. Pure; any thread.
QString atStreet(const QString& doing, api::Activity activity, const std::optional<NearStreet>& street);

}  // namespace carport::ui
