#pragma once

#include "ui/models/colour_scale.h"

#include <QString>

#include <optional>

namespace carport::ui {

/// By what the cars on the map are coloured. A plain value.
struct MapColouring {
  QString metric;                    ///< empty: by state
  std::optional<ColourScale> fixed;  ///< none: the range follows the values

  bool byState() const { return metric.isEmpty(); }
  bool operator==(const MapColouring&) const = default;
};

}  // namespace carport::ui
