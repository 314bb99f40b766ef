#pragma once

#include <QJsonArray>

#include <cstddef>
#include <string>
#include <vector>

namespace carport::ui {

/// Which metrics of the page's own car are plotted, plots from top to bottom. Lines of other cars belong to the moment
/// and are not kept. A value.
struct PlotLayout {
  /// Longest name of a metric that is read.
  static constexpr qsizetype kMaxMetric = 200;

  struct Line {
    std::string metric;
    std::size_t colour = 0;
    bool isHidden = false;
    bool operator==(const Line&) const = default;
  };
  std::vector<std::vector<Line>> plots;  ///< empty: nothing was chosen

  bool isEmpty() const { return plots.empty(); }
  QJsonArray toJson() const;
  /// What cannot be read, or is beyond PlotBoard's limits, is left out.
  static PlotLayout fromJson(const QJsonArray& json);

  bool operator==(const PlotLayout&) const = default;
};

}  // namespace carport::ui
