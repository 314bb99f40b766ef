#include "ui/widgets/map/trail.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr double kLinePx = 3.5;
constexpr double kEdgePx = 6;
constexpr double kFinestPx = 2;  // points nearer to each other are not told apart
constexpr int kSpeedSteps = 12;  // colours of the line: pieces of one colour are drawn in one go

struct Piece {
  QPolygonF line;
  QColor colour;
};

int stepOf(float kmh) {
  if (std::isnan(kmh)) return -1;
  return int(std::lround(kTrailScale.part(double(kmh)) * kSpeedSteps));
}

QColor colourOf(int step, const Theme& theme) {
  return step < 0 ? theme.state.silent : theme.rampColour(double(step) / kSpeedSteps);
}

bool inSight(const QPointF& a, const QPointF& b, const QRectF& area) {
  const QRectF box = QRectF(a, b).normalized().adjusted(-1, -1, 1, 1);
  return area.intersects(box);
}

}  // namespace

void Trail::set(std::vector<TrailPoint> points) {
  std::stable_sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
  if (points.size() > kMaxPoints) points.erase(points.begin(), points.end() - std::ptrdiff_t(kMaxPoints));
  m_points = std::move(points);
}

void Trail::append(const TrailPoint& point) {
  if (!m_points.empty() && point.time <= m_points.back().time) return;
  // An eighth at a time, so that a full trail is not moved by every point.
  if (m_points.size() >= kMaxPoints) m_points.erase(m_points.begin(), m_points.begin() + kMaxPoints / 8);
  m_points.push_back(point);
}

void Trail::draw(QPainter& painter, const MapViewport& viewport, const Theme& theme, const QPointF* head) const {
  if (m_points.empty()) return;
  const QRectF area = QRectF(QPointF(), viewport.size()).adjusted(-kEdgePx, -kEdgePx, kEdgePx, kEdgePx);
  std::vector<Piece> pieces;
  int step = -2;
  QPointF from = viewport.toScreen(m_points.front().world);
  const auto lineTo = [&](QPointF to, int toStep) {
    if (inSight(from, to, area)) {
      const bool goesOn = !pieces.empty() && step == toStep && pieces.back().line.last() == from;
      if (!goesOn) pieces.push_back({QPolygonF{from}, colourOf(toStep, theme)});
      pieces.back().line.append(to);
      step = toStep;
    }
    from = to;
  };
  for (std::size_t n = 1; n < m_points.size(); ++n) {
    const TrailPoint& point = m_points[n];
    const QPointF to = viewport.toScreen(point.world);
    if (point.time - m_points[n - 1].time > kGapTime) {
      from = to;
      continue;
    }
    if ((to - from).manhattanLength() < kFinestPx && n + 1 < m_points.size()) continue;
    lineTo(to, stepOf(point.speedKmh));
  }
  if (head != nullptr) lineTo(*head, stepOf(m_points.back().speedKmh));
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(theme.map.halo, kEdgePx, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  for (const Piece& piece : pieces) painter.drawPolyline(piece.line);
  for (const Piece& piece : pieces) {
    painter.setPen(QPen(piece.colour, kLinePx, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPolyline(piece.line);
  }
}

}  // namespace carport::ui
