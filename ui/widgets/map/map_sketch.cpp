#include "ui/widgets/map/map_sketch.h"

#include "ui/models/car_set.h"
#include "ui/models/dead_reckoning.h"
#include "ui/models/phrases.h"
#include "ui/widgets/map/label_image.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QLineF>
#include <QLocale>
#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr double kSketchLinePx = 2;
constexpr double kSketchHaloPx = 5;
constexpr double kSketchPointPx = 4;  // radius
constexpr double kStartReachPx = 10;
constexpr float kSketchWash = 0.14F;
constexpr double kLabelledFromPx = 48;  // a shorter leg has no room for its length
constexpr double kHectare = 1e4;
constexpr double kSquareKilometre = 1e6;

/// Pixels of a way whose longitudes go on beyond the edges of the world: on the copy of the world nearest to the
/// middle.
QPolygonF sketchPixels(const std::vector<WorldPoint>& way, const MapViewport& viewport) {
  QPolygonF line;
  if (way.empty()) return line;
  const double shift = nearestCopy(way.front().x(), viewport.centre().x()) - way.front().x();
  const QSizeF size = viewport.size();
  for (const WorldPoint& point : way) {
    const QPointF off = (point + QPointF(shift, 0) - viewport.centre()) * viewport.worldPx();
    line << off + QPointF(size.width() / 2, size.height() / 2);
  }
  return line;
}

void appendUnwrapped(std::vector<WorldPoint>& way, WorldPoint point) {
  if (!way.empty()) point.setX(nearestCopy(point.x(), way.back().x()));
  way.push_back(point);
}

void drawSketchLabel(QPainter& painter, const QString& text, QPointF centre, const Theme& theme, TextWeight weight) {
  const LabelStyle style{textFont(TextSize::small, weight), theme.text, theme.map.halo};
  const QSizeF room = labelSize(text, style);
  const double ratio = painter.device()->devicePixelRatioF();
  const QPointF at = centre - QPointF(room.width() / 2, room.height() / 2);
  painter.drawImage(QPointF(std::round(at.x()), std::round(at.y())), labelImage(text, style, ratio));
}

}  // namespace

QString areaText(double squareMetres) {
  const auto figure = [](double value) { return QLocale().toString(value, 'f', value < 10 ? 2 : value < 100 ? 1 : 0); };
  if (squareMetres < kHectare) return MapSketch::tr("%1 m²").arg(QLocale().toString(squareMetres, 'f', 0));
  if (squareMetres < kSquareKilometre) return MapSketch::tr("%1 ha").arg(figure(squareMetres / kHectare));
  return MapSketch::tr("%1 km²").arg(figure(squareMetres / kSquareKilometre));
}

void MapSketch::start(MapTool tool) {
  m_tool = tool;
  clear();
}

void MapSketch::clear() {
  m_line.clear();
  m_ended = false;
}

bool MapSketch::add(GeoPoint point) {
  if (m_ended) clear();
  return m_line.add(point);
}

bool MapSketch::takeBack() {
  m_ended = false;
  return m_line.takeBack();
}

bool MapSketch::end() {
  if (m_line.points().size() < 2 || m_ended) return false;
  m_ended = true;
  return true;
}

bool MapSketch::close() {
  if (!m_line.close()) return false;
  m_ended = true;
  return true;
}

QString MapSketch::words() const {
  const std::size_t count = m_line.points().size();
  if (m_tool == MapTool::area) {
    if (count == 0) return tr("Click the corners of an area");
    return canClose() ? tr("Enter chooses the cars inside") : tr("Click the next corner");
  }
  if (count == 0) return tr("Click where to measure from");
  if (count == 1) return tr("Click the next point");
  if (m_line.isClosed()) {
    return tr("%1, %2 around").arg(areaText(m_line.area()), phrases::distance(m_line.length()));
  }
  if (count == 2) return phrases::distance(m_line.length());
  return tr("%1 in %2 legs").arg(phrases::distance(m_line.length())).arg(count - 1);
}

std::vector<WorldPoint> MapSketch::corners() const {
  std::vector<WorldPoint> all;
  for (const GeoPoint& point : m_line.points()) appendUnwrapped(all, toWorld(point));
  return all;
}

bool MapSketch::contains(WorldPoint place) const {
  const std::vector<WorldPoint> all = corners();
  if (all.empty()) return false;
  const auto [low, high] =
      std::minmax_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.x() < b.x(); });
  return insidePolygon(all, {nearestCopy(place.x(), (low->x() + high->x()) / 2), place.y()});
}

bool MapSketch::isAtStart(QPointF pixel, const MapViewport& viewport) const {
  if (isEmpty()) return false;
  const QPointF apart = viewport.toScreen(toWorld(m_line.points().front())) - pixel;
  return std::hypot(apart.x(), apart.y()) <= kStartReachPx;
}

std::vector<WorldPoint> MapSketch::wayOf(std::size_t from, std::size_t to) const {
  std::vector<WorldPoint> way;
  const auto& points = m_line.points();
  if (m_tool == MapTool::area) {
    appendUnwrapped(way, toWorld(points[from]));
    appendUnwrapped(way, toWorld(points[to]));
    return way;
  }
  for (const GeoPoint& point : greatCircle(points[from], points[to])) appendUnwrapped(way, toWorld(point));
  return way;
}

void MapSketch::draw(QPainter& painter, const MapViewport& viewport, const Theme& theme,
                     std::optional<QPointF> pointer) const {
  if (isEmpty()) return;
  const std::size_t count = m_line.points().size();
  std::vector<WorldPoint> way{toWorld(m_line.points().front())};
  const auto go = [&](std::size_t from, std::size_t to) {
    for (const WorldPoint& point : wayOf(from, to)) appendUnwrapped(way, point);
  };
  for (std::size_t n = 1; n < count; ++n) go(n - 1, n);
  if (m_line.isClosed()) go(count - 1, 0);
  const QPolygonF line = sketchPixels(way, viewport);
  painter.setRenderHint(QPainter::Antialiasing);
  if (m_line.isClosed() || (m_tool == MapTool::area && count >= 2)) {
    QColor wash = theme.accent;
    wash.setAlphaF(kSketchWash);
    QPolygonF inside = line;
    if (pointer && isOpen()) inside << *pointer;
    painter.setPen(Qt::NoPen);
    painter.setBrush(wash);
    painter.drawPolygon(inside, Qt::OddEvenFill);
  }
  painter.setBrush(Qt::NoBrush);
  const auto stroke = [&](const QColor& colour, double width, Qt::PenStyle pen) {
    painter.setPen(QPen(colour, width, pen, Qt::RoundCap, Qt::RoundJoin));
  };
  if (pointer && isOpen()) {
    stroke(theme.map.halo, kSketchHaloPx, Qt::SolidLine);
    painter.drawLine(line.last(), *pointer);
    stroke(theme.accent, kSketchLinePx, Qt::DashLine);
    painter.drawLine(line.last(), *pointer);
    if (m_tool == MapTool::area && count >= 2) painter.drawLine(*pointer, line.first());
  }
  stroke(theme.map.halo, kSketchHaloPx, Qt::SolidLine);
  painter.drawPolyline(line);
  stroke(theme.accent, kSketchLinePx, Qt::SolidLine);
  painter.drawPolyline(line);
  painter.setPen(QPen(theme.accent, kSketchLinePx));
  painter.setBrush(theme.map.halo);
  for (const QPointF& pixel : sketchPixels(corners(), viewport))
    painter.drawEllipse(pixel, kSketchPointPx, kSketchPointPx);
  if (m_tool == MapTool::measure) drawLabels(painter, viewport, theme);
  if (pointer && isOpen() && m_tool == MapTool::measure) {
    const double leg = distanceMetres(m_line.points().back(), toGeo(viewport.fromScreen(*pointer)));
    drawSketchLabel(painter, phrases::distance(m_line.length() + leg), *pointer + QPointF(0, 20), theme,
                    TextWeight::strong);
  }
}

void MapSketch::drawLabels(QPainter& painter, const MapViewport& viewport, const Theme& theme) const {
  const std::vector<double> legs = m_line.legs();
  const std::size_t count = m_line.points().size();
  for (std::size_t n = 0; n < legs.size(); ++n) {
    const QPolygonF leg = sketchPixels(wayOf(n, (n + 1) % count), viewport);
    if (QLineF(leg.first(), leg.last()).length() < kLabelledFromPx) continue;
    const QPointF middle = leg.size() > 2 ? leg[leg.size() / 2] : (leg.first() + leg.last()) / 2;
    drawSketchLabel(painter, phrases::distance(legs[n]), middle, theme, TextWeight::regular);
  }
  if (m_line.isClosed()) {
    const QPolygonF all = sketchPixels(corners(), viewport);
    drawSketchLabel(painter, areaText(m_line.area()), all.boundingRect().center(), theme, TextWeight::strong);
  } else if (m_ended) {
    const QPolygonF all = sketchPixels(corners(), viewport);
    drawSketchLabel(painter, phrases::distance(m_line.length()), all.last() + QPointF(0, 20), theme,
                    TextWeight::strong);
  }
}

}  // namespace carport::ui
