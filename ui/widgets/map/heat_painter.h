#pragma once

#include "gateway/api/heat.h"
#include "ui/models/heat_area.h"
#include "ui/widgets/style/theme.h"

#include <QImage>

#include <vector>

namespace carport::ui {

/// A heat map's cells spread a little into their neighbours, so that they read as places and not as a chessboard. The
/// sum stays. Pure.
std::vector<float> smoothedHeat(const api::FleetHeat& heat);

/// Paints them over what a view shows, with soft transitions; where nobody was it is clear. Pure; for the worker.
QImage paintHeat(const api::FleetHeat& heat, const MapViewport& viewport, const HeatScale& scale, const Theme& theme,
                 double ratio);

/// The colour of a place along the scale, as it is over the map: more solid where there is more.
QColor heatColour(const Theme& theme, double part);

}  // namespace carport::ui
