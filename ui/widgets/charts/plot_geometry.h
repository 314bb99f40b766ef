#pragma once

#include "ui/models/plot_notes.h"
#include "ui/models/time_navigator.h"
#include "ui/widgets/charts/chart_series.h"

#include <QRectF>
#include <QSizeF>
#include <QString>

#include <cstddef>
#include <optional>
#include <vector>

namespace carport::ui {

/// Everything that one plot shows, whether on the screen or in a file.
struct PlotScene {
  std::vector<ChartSeries> series;
  TimeRange range;
  QSizeF size;
  /// Room for this many scales at the left and at the right, so that plots one above the other are aligned.
  int leftScales = 1;
  int rightScales = 0;
  int maxScales = 4;         ///< further units are read with the crosshair
  bool hasTimeScale = true;  ///< only the lowest of several plots has one
  std::optional<TimePoint> moment{};
  std::optional<TimeRange> markedRange{};
  std::vector<PlotNote> notes{};
};

/// An axis of values, for all lines with one unit.
struct PlotScale {
  QString unit;
  ValueScale values;
  std::vector<std::size_t> lines;  ///< indices of the series
};

/// Where the things of a plot are. A value.
struct PlotGeometry {
  /// Most axes with figures: the first at the left, the second at the right, and so on by turns.
  static constexpr int kMaxScales = 4;
  static constexpr int kFlagHeight = 16;
  /// Room for figures, which grows with the text: of an axis, above the lines (units, and the flags of notes), and of
  /// the time below them.
  static int scaleWidth();
  static int topHeight();
  static int timeHeight();

  QRectF area;  ///< with the lines
  TimeRange range;
  std::vector<PlotScale> scales;
  int shownScales = 0;
  std::vector<std::size_t> scaleOf;  ///< of each series

  static PlotGeometry of(const PlotScene& scene);

  double xOf(TimePoint time) const;
  double yOf(const PlotScale& scale, double value) const;
  TimePoint timeAt(double x) const;
  /// Where a note's flag is: within the strip above the lines.
  QRectF flagOf(const PlotNote& note) const;
  /// Whether there is something of the note to be seen.
  bool shows(const PlotNote& note) const { return note.from <= range.to && note.to >= range.from; }
};

}  // namespace carport::ui
