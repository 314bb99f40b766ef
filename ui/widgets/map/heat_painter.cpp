#include "ui/widgets/map/heat_painter.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace carport::ui {

namespace {

constexpr int kHeatColours = 256;
constexpr double kLeastOpaque = 0.30, kMostOpaque = 0.85;
/// Below this part of the scale's low end a colour fades away.
constexpr double kFadeFrom = 0.25;

using HeatRow = std::vector<float>;

/// One pass of 1 2 1 along each row or column; at the edges what would leave stays.
void blur(std::vector<float>& cells, std::size_t columns, std::size_t rows, bool along) {
  const std::size_t count = along ? columns : rows, lines = along ? rows : columns;
  const std::size_t step = along ? 1 : columns, next = along ? columns : 1;
  HeatRow line(count);
  for (std::size_t n = 0; n < lines; ++n) {
    float* first = cells.data() + n * next;
    for (std::size_t i = 0; i < count; ++i) line[i] = first[i * step];
    for (std::size_t i = 0; i < count; ++i) {
      const float before = line[i == 0 ? 0 : i - 1], after = line[i + 1 == count ? i : i + 1];
      first[i * step] = (before + 2 * line[i] + after) / 4;
    }
  }
}

/// What is painted for each value, and where values lie in it: by their logarithm.
struct HeatColours {
  HeatColours(const HeatScale& scale, const Theme& theme)
      : fadeFrom(scale.low * kFadeFrom), logOfFade(std::log(fadeFrom)), scaled(0) {
    const double span = std::log(scale.high) - logOfFade;
    scaled = (kHeatColours - 1) / span;
    for (int n = 0; n < kHeatColours; ++n) {
      const double seconds = std::exp(logOfFade + n / scaled);
      QColor colour = heatColour(theme, scale.part(seconds));
      if (seconds < scale.low) {
        const double fade = std::log(seconds / fadeFrom) / -std::log(kFadeFrom);
        colour.setAlphaF(colour.alphaF() * float(fade));
      }
      colours[std::size_t(n)] = qPremultiply(colour.rgba());
    }
  }
  QRgb of(float seconds) const {
    if (!(double(seconds) > fadeFrom)) return 0;
    const double place = (double(std::log(seconds)) - logOfFade) * scaled;
    return colours[std::size_t(std::clamp(int(place), 0, kHeatColours - 1))];
  }

  double fadeFrom;
  double logOfFade;
  double scaled;
  std::array<QRgb, kHeatColours> colours{};
};

/// For each pixel of a direction the cell before its middle and how far it is to the next; -1: outside.
struct HeatPlaces {
  std::vector<int> cell;
  std::vector<float> share;

  HeatPlaces(int pixels, double first, double perPixel, int cells) : cell(std::size_t(pixels)), share(cell.size()) {
    for (int n = 0; n < pixels; ++n) {
      const double place = first + (n + 0.5) * perPixel - 0.5;
      const double floor = std::floor(place);
      const bool isOutside = place < -0.5 || place > cells - 0.5;
      cell[std::size_t(n)] = isOutside ? -1 : int(std::clamp(floor, 0.0, double(cells - 1)));
      share[std::size_t(n)] = floor < 0 ? 0 : float(place - floor);
    }
  }
};

}  // namespace

QColor heatColour(const Theme& theme, double part) {
  QColor colour = theme.rampColour(part);
  colour.setAlphaF(float(kLeastOpaque + (kMostOpaque - kLeastOpaque) * part));
  return colour;
}

std::vector<float> smoothedHeat(const api::FleetHeat& heat) {
  std::vector<float> cells = heat.seconds;
  // Twice: once would leave little squares.
  for (int pass = 0; pass < 2; ++pass) {
    blur(cells, heat.grid.columns, heat.grid.rows, true);
    blur(cells, heat.grid.columns, heat.grid.rows, false);
  }
  return cells;
}

QImage paintHeat(const api::FleetHeat& heat, const MapViewport& viewport, const HeatScale& scale, const Theme& theme,
                 double ratio) {
  QImage image((viewport.size() * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
  image.fill(Qt::transparent);
  image.setDevicePixelRatio(ratio);
  const int columns = int(heat.grid.columns), rows = int(heat.grid.rows);
  const QRectF area = worldRectOf(heat.grid), seen = viewport.worldRect();
  const double cell = area.width() / columns;
  const std::vector<float> cells = smoothedHeat(heat);
  const HeatColours colours(scale, theme);
  // The copy of the area that lies nearest; a view of more than one world shows it where its middle is.
  const double left = nearestCopy(area.center().x(), seen.center().x()) - area.width() / 2;
  const double perPixel = seen.width() / image.width() / cell;
  const HeatPlaces across(image.width(), (seen.left() - left) / cell, perPixel, columns);
  const HeatPlaces down(image.height(), (seen.top() - area.top()) / cell, seen.height() / image.height() / cell, rows);
  for (int y = 0; y < image.height(); ++y) {
    const int row = down.cell[std::size_t(y)];
    if (row < 0) continue;
    const float* upper = cells.data() + std::ptrdiff_t(row) * columns;
    const float* lower = row + 1 < rows ? upper + columns : upper;
    const float below = down.share[std::size_t(y)];
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < image.width(); ++x) {
      const int column = across.cell[std::size_t(x)];
      if (column < 0) continue;
      const int after = std::min(column + 1, columns - 1);
      const float right = across.share[std::size_t(x)];
      const float up = upper[column] + (upper[after] - upper[column]) * right;
      const float low = lower[column] + (lower[after] - lower[column]) * right;
      line[x] = colours.of(up + (low - up) * below);
    }
  }
  return image;
}

}  // namespace carport::ui
