#pragma once

#include "ui/models/projection.h"
#include "ui/models/street_map.h"
#include "ui/models/near_street.h"

#include <memory>
#include <optional>

namespace carport::ui {

/// Finds the named street that a place is at, in one street map. One thread at a time.
class StreetFinder {
 public:
  explicit StreetFinder(std::unique_ptr<StreetMap> map) : m_map(std::move(map)) {}

  /// The nearest street with a name within `reachMetres`. Where a footpath runs beside a street it is the street that a
  /// car is at, unless it is far nearer to the path.
  std::optional<NearStreet> nearest(GeoPoint place, double reachMetres);

 private:
  std::unique_ptr<StreetMap> m_map;
};

}  // namespace carport::ui
