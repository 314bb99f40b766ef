#include "ui/widgets/map/glyph_atlas.h"

#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/state_glyph.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace carport::ui {
namespace {

constexpr int kStateRows = 6;                          // one for each activity
constexpr int kRampRows = GlyphAtlas::kRampSteps + 1;  // the last one: no figure known
constexpr int kColumns = GlyphAtlas::kHeadings + 1;    // the last one has no heading
constexpr double kRoom = 1.45;                         // of a cell, in diameters: edges go beyond
constexpr double kRingRoom = 2.1;                      // of a ring's cell
constexpr double kChosenRadius = 0.84;                 // in diameters
constexpr double kChosenPen = 0.16;
constexpr double kAlarmRadius = 0.60;
constexpr double kAlarmPen = 0.12;
constexpr int kRings = 4;
constexpr float kMovingKmh = 1;

int chosenRingOf(GlyphAtlas::Size size) {
  return size == GlyphAtlas::Size::small ? 0 : 1;
}
int alarmRingOf(GlyphAtlas::Size size) {
  return size == GlyphAtlas::Size::small ? 2 : 3;
}

int columnOf(float heading) {
  if (std::isnan(heading)) return GlyphAtlas::kHeadings;
  const int column = int(std::lround(double(heading) * GlyphAtlas::kHeadings / 360.0)) % GlyphAtlas::kHeadings;
  return column < 0 ? column + GlyphAtlas::kHeadings : column;
}

/// What of a cell is not all transparent; the cell's middle is the car's place.
GlyphAtlas::Sign trimmed(const QImage& image, const QRect& cell) {
  QRect inked;
  for (int y = cell.top(); y <= cell.bottom(); ++y) {
    const auto* line = reinterpret_cast<const QRgb*>(image.constScanLine(y));
    for (int x = cell.left(); x <= cell.right(); ++x) {
      if (qAlpha(line[x]) != 0) inked |= QRect(x, y, 1, 1);
    }
  }
  return {inked, inked.topLeft() - cell.topLeft() - QPoint(cell.width() / 2, cell.height() / 2)};
}

}  // namespace

double GlyphAtlas::diameter(Size size) {
  return size == Size::small ? 10.0 : double(size::kGlyph);
}

int GlyphAtlas::cellPx(Size size) const {
  return int(std::ceil(diameter(size) * kRoom * m_ratio / 2)) * 2 + 1;
}

int GlyphAtlas::rows() const {
  return m_colours == Colours::state ? kStateRows : kRampRows;
}

bool GlyphAtlas::turns(int row) const {
  if (m_colours == Colours::value) return row < kRampSteps;
  return row == int(api::Activity::driving) || row == int(api::Activity::alarm);
}

QRect GlyphAtlas::cellAt(Size size, int row, int column) const {
  const int px = cellPx(size);
  const int top = size == Size::small ? 0 : rows() * cellPx(Size::small);
  return {column * px, top + row * px, px, px};
}

QRect GlyphAtlas::ringAt(int number) const {
  const int px = int(std::ceil(diameter(Size::usual) * kRingRoom * m_ratio / 2)) * 2 + 1;
  return {number * px, rows() * (cellPx(Size::small) + cellPx(Size::usual)), px, px};
}

const GlyphAtlas::Sign& GlyphAtlas::chosenRing(Size size) const {
  return m_rings[std::size_t(chosenRingOf(size))];
}

const GlyphAtlas::Sign& GlyphAtlas::alarmRing(Size size) const {
  return m_rings[std::size_t(alarmRingOf(size))];
}

GlyphAtlas::GlyphAtlas(const Theme& theme, qreal devicePixelRatio, Colours colours)
    : m_ratio(devicePixelRatio), m_colours(colours) {
  m_image = QImage(kColumns * cellPx(Size::usual), ringAt(0).bottom() + 1, QImage::Format_ARGB32_Premultiplied);
  m_image.fill(Qt::transparent);
  QPainter painter(&m_image);
  paintSize(painter, theme, Size::small);
  paintSize(painter, theme, Size::usual);
  paintRings(painter, theme);
  painter.end();
  trim();
}

void GlyphAtlas::trim() {
  for (const Size size : {Size::small, Size::usual}) {
    for (int row = 0; row < rows(); ++row) {
      for (int column = 0; column < kColumns; ++column) m_signs.push_back(trimmed(m_image, cellAt(size, row, column)));
    }
  }
  for (int ring = 0; ring < kRings; ++ring) m_rings.push_back(trimmed(m_image, ringAt(ring)));
}

const GlyphAtlas::Sign& GlyphAtlas::signAt(Size size, int row, int column) const {
  const int first = size == Size::small ? 0 : rows() * kColumns;
  return m_signs[std::size_t(first + row * kColumns + column)];
}

void GlyphAtlas::paintSize(QPainter& painter, const Theme& theme, Size size) const {
  for (int row = 0; row < rows(); ++row) {
    for (int column = turns(row) ? 0 : kHeadings; column < kColumns; ++column) {
      paintSign(painter, theme, size, row, column);
    }
  }
}

void GlyphAtlas::paintSign(QPainter& painter, const Theme& theme, Size size, int row, int column) const {
  const double heading = column == kHeadings ? std::numeric_limits<double>::quiet_NaN() : column * 360.0 / kHeadings;
  const QPointF centre = QRectF(cellAt(size, row, column)).center();
  if (m_colours == Colours::state) {
    paintStateGlyph(painter, theme, api::Activity(row), heading, centre, diameter(size) * m_ratio);
    return;
  }
  const QColor fill = row < kRampSteps ? theme.rampColour(double(row) / (kRampSteps - 1)) : QColor();
  paintValueGlyph(painter, theme, fill, heading, centre, diameter(size) * m_ratio);
}

void GlyphAtlas::paintRings(QPainter& painter, const Theme& theme) const {
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(Qt::NoBrush);
  const auto ring = [&](int number, Size size, const QColor& colour, double radius, double width) {
    const double px = diameter(size) * m_ratio;
    const QPointF centre = QRectF(ringAt(number)).center();
    painter.setPen(QPen(theme.map.halo, width * px + 2 * m_ratio));
    painter.drawEllipse(centre, radius * px, radius * px);
    painter.setPen(QPen(colour, width * px));
    painter.drawEllipse(centre, radius * px, radius * px);
  };
  for (const Size size : {Size::small, Size::usual}) {
    ring(chosenRingOf(size), size, theme.accent, kChosenRadius, kChosenPen);
    ring(alarmRingOf(size), size, theme.state.alarm, kAlarmRadius, kAlarmPen);
  }
}

const GlyphAtlas::Sign& GlyphAtlas::sign(Size size, api::Activity activity, float heading) const {
  const int row = std::min(int(activity), kStateRows - 1);
  return signAt(size, row, turns(row) ? columnOf(heading) : kHeadings);
}

const GlyphAtlas::Sign& GlyphAtlas::valueSign(Size size, double part, const api::CarPosition& position) const {
  if (std::isnan(part)) return signAt(size, kRampSteps, kHeadings);
  const int row = std::clamp(int(std::lround(part * (kRampSteps - 1))), 0, kRampSteps - 1);
  const bool moves = position.speed >= kMovingKmh && position.activity != api::Activity::silent;
  return signAt(size, row, moves ? columnOf(position.heading) : kHeadings);
}

}  // namespace carport::ui
