#pragma once

#include <QString>

namespace carport::ui {

/// The street that a place is at.
struct NearStreet {
  QString name;       ///< "Avenue d'Ostende"; a motorway without a name by its number, "A 8"
  double metres = 0;  ///< from the place to the street's middle line
};

}  // namespace carport::ui
