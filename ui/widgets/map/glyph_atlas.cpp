#include "ui/widgets/map/glyph_atlas.h"

#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/state_glyph.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace carport::ui {
namespace {

constexpr int kRows = 6;                             // one for each activity
constexpr int kColumns = GlyphAtlas::kHeadings + 1;  // the last one has no heading
constexpr double kRoom = 1.45;                       // of a cell, in diameters: rings and edges go beyond

constexpr bool turns(api::Activity activity) {
  return activity == api::Activity::driving || activity == api::Activity::alarm;
}

}  // namespace

double GlyphAtlas::diameter(Size size) {
  return size == Size::small ? 10.0 : double(size::kGlyph);
}

int GlyphAtlas::cellPx(Size size) const {
  return int(std::ceil(diameter(size) * kRoom * m_ratio / 2)) * 2 + 1;
}

QRect GlyphAtlas::cellAt(Size size, int row, int column) const {
  const int px = cellPx(size);
  const int top = size == Size::small ? 0 : kRows * cellPx(Size::small);
  return {column * px, top + row * px, px, px};
}

GlyphAtlas::GlyphAtlas(const Theme& theme, qreal devicePixelRatio)
    : m_ratio(devicePixelRatio),
      m_image(kColumns * cellPx(Size::usual), kRows * (cellPx(Size::small) + cellPx(Size::usual)),
              QImage::Format_ARGB32_Premultiplied) {
  m_image.fill(Qt::transparent);
  QPainter painter(&m_image);
  paintSize(painter, theme, Size::small);
  paintSize(painter, theme, Size::usual);
}

void GlyphAtlas::paintSize(QPainter& painter, const Theme& theme, Size size) const {
  for (int row = 0; row < kRows; ++row) {
    const auto activity = api::Activity(row);
    for (int column = turns(activity) ? 0 : kHeadings; column < kColumns; ++column) {
      const double heading =
          column == kHeadings ? std::numeric_limits<double>::quiet_NaN() : column * 360.0 / kHeadings;
      const QPointF centre = QRectF(cellAt(size, row, column)).center();
      paintStateGlyph(painter, theme, activity, heading, centre, diameter(size) * m_ratio);
    }
  }
}

QRect GlyphAtlas::cell(Size size, api::Activity activity, float heading) const {
  const int row = std::min(int(activity), kRows - 1);
  if (!turns(activity) || std::isnan(heading)) return cellAt(size, row, kHeadings);
  const int column = int(std::lround(double(heading) * kHeadings / 360.0)) % kHeadings;
  return cellAt(size, row, column < 0 ? column + kHeadings : column);
}

}  // namespace carport::ui
