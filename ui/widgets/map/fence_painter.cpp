#include "ui/widgets/map/fence_painter.h"

#include "ui/models/declutter.h"
#include "ui/models/fence_geometry.h"
#include "ui/widgets/style/metrics.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr double kFencePx = 1.6;
constexpr double kFenceChosenPx = 2.6;
constexpr double kFenceHaloPx = 5;
constexpr float kFenceWash = 0.10F;
constexpr float kFenceHoverWash = 0.18F;
constexpr float kFenceChosenWash = 0.24F;
constexpr double kFinestPx = 0.7;
constexpr double kSmallestPx = 3;  // what is smaller on the map is one dot
constexpr double kNameRoom = 1.4;  // a name may be so much wider than its fence

bool isOnSeam(const WorldPoint& a, const WorldPoint& b) {
  return a.x() == b.x() && (a.x() == 0 || a.x() == 1);
}

QPointF pixelOf(const WorldPoint& point, double turn, const MapViewport& viewport) {
  const QSizeF size = viewport.size();
  return {(point.x() + turn - viewport.centre().x()) * viewport.worldPx() + size.width() / 2,
          (point.y() - viewport.centre().y()) * viewport.worldPx() + size.height() / 2};
}

}  // namespace

DrawnFence DrawnFence::of(const api::Fence& fence) {
  DrawnFence drawn;
  drawn.number = fence.number;
  drawn.name = shortName(QString::fromStdString(fence.name));
  drawn.colour = int(fence.colour);
  drawn.polygons = worldPolygons(fence.shape);
  double widest = -1;
  for (const auto& rings : drawn.polygons) {
    const QRectF box = QPolygonF(QList<QPointF>(rings.front().begin(), rings.front().end())).boundingRect();
    drawn.bounds = drawn.bounds.isNull() ? box : drawn.bounds.united(box);
    for (const Ring& ring : rings) drawn.corners += ring.size();
    // The name stands in the largest part.
    if (box.width() * box.height() <= widest) continue;
    widest = box.width() * box.height();
    drawn.label = labelPlace(rings);
  }
  return drawn;
}

FencePainter::FencePainter(const Theme& theme, double ratio)
    : m_theme(&theme),
      m_ratio(ratio),
      m_label{textFont(TextSize::small, TextWeight::strong), theme.text, theme.map.halo} {}

double FencePainter::turnOf(const QRectF& bounds, const MapViewport& viewport) {
  const double middle = bounds.center().x();
  return nearestCopy(middle, viewport.centre().x()) - middle;
}

bool FencePainter::isInSight(const DrawnFence& fence, const MapViewport& viewport) {
  const double turn = turnOf(fence.bounds, viewport);
  const QRectF seen = viewport.worldRect();
  const double margin = kFenceHaloPx / viewport.worldPx();
  return fence.bounds.translated(turn, 0).adjusted(-margin, -margin, margin, margin).intersects(seen);
}

QPolygonF FencePainter::pixelsOf(const DrawnFence::Ring& ring, double turn, const MapViewport& viewport) {
  QPolygonF line;
  line.reserve(qsizetype(ring.size()));
  for (std::size_t n = 0; n < ring.size(); ++n) {
    const QPointF pixel = pixelOf(ring[n], turn, viewport);
    const bool isLast = n + 1 == ring.size();
    if (!line.isEmpty() && !isLast && (pixel - line.last()).manhattanLength() < kFinestPx) continue;
    line << pixel;
  }
  return line;
}

void FencePainter::addBorder(QPainterPath& path, const DrawnFence::Ring& ring, double turn,
                             const MapViewport& viewport) {
  bool pen = false;
  QPointF last;
  for (std::size_t n = 0; n <= ring.size(); ++n) {
    const WorldPoint& corner = ring[n % ring.size()];
    const QPointF pixel = pixelOf(corner, turn, viewport);
    // Where the world is cut there is no border.
    if (n > 0 && isOnSeam(ring[n - 1], corner)) pen = false;
    if (!pen) {
      path.moveTo(pixel);
      pen = true;
    } else if ((pixel - last).manhattanLength() < kFinestPx && n < ring.size()) {
      continue;
    } else {
      path.lineTo(pixel);
    }
    last = pixel;
  }
}

void FencePainter::paintOne(QPainter& painter, const DrawnFence& fence, const MapViewport& viewport,
                            FenceEmphasis emphasis) const {
  const double turn = turnOf(fence.bounds, viewport);
  const QColor colour = m_theme->series[std::size_t(fence.colour) % m_theme->series.size()];
  const bool isChosen = emphasis == FenceEmphasis::chosen;
  QColor wash = colour;
  wash.setAlphaF(isChosen ? kFenceChosenWash : emphasis == FenceEmphasis::hovered ? kFenceHoverWash : kFenceWash);
  const double width = emphasis == FenceEmphasis::usual ? kFencePx : kFenceChosenPx;
  const double size = std::max(fence.bounds.width(), fence.bounds.height()) * viewport.worldPx();
  painter.setRenderHint(QPainter::Antialiasing);
  if (size < kSmallestPx) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawEllipse(pixelOf(fence.bounds.center(), turn, viewport), kSmallestPx, kSmallestPx);
    return;
  }
  QPainterPath border;
  for (const auto& rings : fence.polygons) {
    QPainterPath inside;
    inside.setFillRule(Qt::OddEvenFill);
    for (const DrawnFence::Ring& ring : rings) {
      inside.addPolygon(pixelsOf(ring, turn, viewport));
      inside.closeSubpath();
      addBorder(border, ring, turn, viewport);
    }
    painter.fillPath(inside, wash);
  }
  painter.setBrush(Qt::NoBrush);
  if (isChosen) {
    painter.setPen(QPen(m_theme->map.halo, kFenceHaloPx, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(border);
  }
  painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.drawPath(border);
}

QRectF FencePainter::nameBox(const DrawnFence& fence, const MapViewport& viewport) const {
  const QSizeF room = labelSize(fence.name, m_label);
  const QPointF middle = pixelOf(fence.label, turnOf(fence.bounds, viewport), viewport);
  return {middle - QPointF(room.width() / 2, room.height() / 2), room};
}

bool FencePainter::hasRoomForName(const DrawnFence& fence, const MapViewport& viewport) const {
  const QSizeF room = labelSize(fence.name, m_label);
  return fence.bounds.width() * viewport.worldPx() * kNameRoom >= room.width() &&
         fence.bounds.height() * viewport.worldPx() >= room.height();
}

void FencePainter::paintName(QPainter& painter, const DrawnFence& fence, const MapViewport& viewport) const {
  const QPointF at = nameBox(fence, viewport).topLeft();
  painter.drawImage(QPointF(std::round(at.x() * m_ratio), std::round(at.y() * m_ratio)) / m_ratio,
                    labelImage(fence.name, m_label, m_ratio));
}

std::vector<const DrawnFence*> FencePainter::named(const std::vector<DrawnFence>& fences, const MapViewport& viewport,
                                                   api::FenceNumber leftOut) const {
  std::vector<const DrawnFence*> written;
  Declutter declutter(viewport.size());
  for (const DrawnFence& fence : fences) {
    if (fence.number == leftOut || !isInSight(fence, viewport) || !hasRoomForName(fence, viewport)) continue;
    if (declutter.place(nameBox(fence, viewport))) written.push_back(&fence);
  }
  return written;
}

void FencePainter::paint(QPainter& painter, const std::vector<DrawnFence>& fences, const MapViewport& viewport,
                         api::FenceNumber leftOut) const {
  for (const DrawnFence& fence : fences) {
    if (fence.number != leftOut && isInSight(fence, viewport)) paintOne(painter, fence, viewport, FenceEmphasis::usual);
  }
  for (const DrawnFence* fence : named(fences, viewport, leftOut)) paintName(painter, *fence, viewport);
}

}  // namespace carport::ui
