#pragma once

#include "gateway/api/history.h"

#include <QString>

#include <cstddef>
#include <optional>
#include <vector>

namespace carport::ui {

/// One line of a plot: a metric over time. Series with the same unit share an axis.
struct ChartSeries {
  QString name;
  QString unit;
  std::vector<api::HistoryPoint> points;  ///< in ascending time; at most two a pixel
  std::optional<std::size_t> colour{};    ///< index into the theme's; none: by its place
  bool isHidden = false;                  ///< stands in the legend only
  /// It is of an earlier period, laid over this one for comparison: thin and dashed, on the scale of the line of this
  /// index in its plot. None: a line of the period itself.
  std::optional<std::size_t> earlierOf{};
};

}  // namespace carport::ui
