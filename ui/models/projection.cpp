#include "ui/models/projection.h"

#include <QRegularExpression>
#include <QString>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace carport::ui {
namespace {

constexpr double kDegrees = 180.0 / std::numbers::pi;

/// Where the largest empty stretch of a circle of circumference 1 ends: the western edge of the points' shortest cover.
double westOfShortestCover(std::vector<double>& xs) {
  for (double& x : xs) x -= std::floor(x);
  std::sort(xs.begin(), xs.end());
  double west = xs.front();
  double widestGap = xs.front() + 1 - xs.back();
  for (std::size_t n = 1; n < xs.size(); ++n) {
    if (xs[n] - xs[n - 1] > widestGap) {
      widestGap = xs[n] - xs[n - 1];
      west = xs[n];
    }
  }
  return west;
}

}  // namespace

WorldPoint toWorld(GeoPoint point) {
  const double latitude = std::clamp(point.latitude, -kMaxLatitude, kMaxLatitude) / kDegrees;
  // asinh(tan φ) = atanh(sin φ), written as a logarithm, which takes a third of the time: the map does this for every
  // fix of every car.
  const double sine = std::sin(latitude);
  const double y = 0.5 - std::log((1 + sine) / (1 - sine)) / (4 * std::numbers::pi);
  return {point.longitude / 360.0 + 0.5, std::clamp(y, 0.0, 1.0)};
}

GeoPoint toGeo(WorldPoint point) {
  const double x = point.x() - std::floor(point.x());
  return {std::atan(std::sinh(std::numbers::pi * (1 - 2 * point.y()))) * kDegrees, x * 360.0 - 180.0};
}

double worldWidthMetres(WorldPoint place) {
  // cos φ = 1 / cosh y of web mercator.
  return kEquatorMetres / std::cosh(std::numbers::pi * (1 - 2 * place.y()));
}

double nearestCopy(double x, double nearX) {
  return x + std::round(nearX - x);
}

QString coordinateText(GeoPoint point, double zoom) {
  const int digits = std::clamp(static_cast<int>(std::ceil((zoom - 3) * 0.30103)), 0, 6);
  return QStringLiteral("%1° %2, %3° %4")
      .arg(std::abs(point.latitude), 0, 'f', digits)
      .arg(point.latitude < 0 ? QChar(u'S') : QChar(u'N'))
      .arg(std::abs(point.longitude), 0, 'f', digits)
      .arg(point.longitude < 0 ? QChar(u'W') : QChar(u'E'));
}

std::optional<GeoPoint> parseCoordinates(const QString& text) {
  static const QRegularExpression pattern(
      QStringLiteral(
          R"(^\s*([NS])?\s*([+-]?\d{1,2}(?:[.,]\d+)?)\s*°?\s*([NS])?\s*[,;\s]\s*([EW])?\s*([+-]?\d{1,3}(?:[.,]\d+)?)\s*°?\s*([EW])?\s*$)"),
      QRegularExpression::CaseInsensitiveOption);
  const auto match = pattern.match(text);
  if (!match.hasMatch()) return std::nullopt;
  const auto number = [&match](int group) { return match.captured(group).replace(u',', u'.').toDouble(); };
  const auto side = [&match](int before, int after, QChar negative) {
    const QString letters = match.captured(before) + match.captured(after);
    return letters.compare(QString(negative), Qt::CaseInsensitive) == 0 ? -1.0 : 1.0;
  };
  const GeoPoint point{number(2) * side(1, 3, u'S'), number(5) * side(4, 6, u'W')};
  if (std::abs(point.latitude) > 90 || std::abs(point.longitude) > 180) return std::nullopt;
  return point;
}

MapViewport::MapViewport(WorldPoint centre, double zoom, QSizeF size)
    : m_centre(centre.x() - std::floor(centre.x()), std::clamp(centre.y(), 0.0, 1.0)),
      m_zoom(std::clamp(zoom, kMinZoom, kMaxZoom)),
      m_size(std::max(1.0, size.width()), std::max(1.0, size.height())),
      m_worldPx(kWorldPx * std::exp2(m_zoom)) {
  // Nothing beyond the northern and southern edge, where the map is high enough for that.
  const double half = m_size.height() / 2 / m_worldPx;
  m_centre.setY(half >= 0.5 ? 0.5 : std::clamp(m_centre.y(), half, 1 - half));
}

QPointF MapViewport::toScreen(WorldPoint point) const {
  const double x = nearestCopy(point.x(), m_centre.x());
  return {(x - m_centre.x()) * m_worldPx + m_size.width() / 2,
          (point.y() - m_centre.y()) * m_worldPx + m_size.height() / 2};
}

WorldPoint MapViewport::fromScreen(QPointF pixel) const {
  return {m_centre.x() + (pixel.x() - m_size.width() / 2) / m_worldPx,
          m_centre.y() + (pixel.y() - m_size.height() / 2) / m_worldPx};
}

QRectF MapViewport::worldRect() const {
  return {fromScreen({0, 0}), QSizeF(m_size.width() / m_worldPx, m_size.height() / m_worldPx)};
}

double MapViewport::metresPerPixel() const {
  return worldWidthMetres(m_centre) / m_worldPx;
}

MapViewport MapViewport::panned(QPointF pixels) const {
  return {m_centre - pixels / m_worldPx, m_zoom, m_size};
}

MapViewport MapViewport::zoomedAt(QPointF anchor, double zoom) const {
  const double clamped = std::clamp(zoom, kMinZoom, kMaxZoom);
  const QPointF fromCentre = anchor - QPointF(m_size.width() / 2, m_size.height() / 2);
  const WorldPoint under = m_centre + fromCentre / m_worldPx;
  return {under - fromCentre / (kWorldPx * std::exp2(clamped)), clamped, m_size};
}

MapViewport MapViewport::fitted(std::span<const WorldPoint> points, double marginPx, double maxZoom) const {
  if (points.empty()) return {{0.5, 0.42}, minimumZoom(m_size), m_size};
  std::vector<double> xs;
  xs.reserve(points.size());
  double top = 1;
  double bottom = 0;
  for (const WorldPoint& point : points) {
    xs.push_back(point.x());
    top = std::min(top, point.y());
    bottom = std::max(bottom, point.y());
  }
  const double west = westOfShortestCover(xs);
  double east = west;
  for (const double x : xs) east = std::max(east, x < west ? x + 1 : x);
  const double width = std::max(1.0, m_size.width() - 2 * marginPx);
  const double height = std::max(1.0, m_size.height() - 2 * marginPx);
  const double worldPx = std::min(width / std::max(east - west, 1e-9), height / std::max(bottom - top, 1e-9));
  const double zoom = std::clamp(std::log2(worldPx / kWorldPx), minimumZoom(m_size), std::max(maxZoom, kMinZoom));
  return {{(west + east) / 2, (top + bottom) / 2}, zoom, m_size};
}

double minimumZoom(QSizeF size) {
  return std::max(kMinZoom, std::log2(std::max(size.height(), size.width()) / kWorldPx));
}

ScaleBar scaleBar(double metresPerPixel, double maxPx) {
  const double most = metresPerPixel * maxPx;
  if (!(most > 0) || !std::isfinite(most)) return {};
  const double power = std::pow(10.0, std::floor(std::log10(most)));
  const double step = most / power >= 5 ? 5 : most / power >= 2 ? 2 : 1;
  return {step * power, step * power / metresPerPixel};
}

}  // namespace carport::ui
