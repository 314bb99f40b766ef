#pragma once

#include "ui/widgets/charts/plot_geometry.h"

#include <QImage>
#include <QString>

#include <vector>

namespace carport::ui {

struct Theme;

/// Plots one above the other as they are put on paper.
struct PlotSheet {
  QString title;
  QString subtitle;
  std::vector<PlotScene> plots;  ///< their sizes are those on the screen
};

/// The sheet as a picture, `scale` times as many pixels as on the screen; always in `theme`.
QImage plotImage(const PlotSheet& sheet, const Theme& theme, double scale);
/// The sheet as SVG: lines and text stay such.
QByteArray plotSvg(const PlotSheet& sheet, const Theme& theme);

}  // namespace carport::ui
