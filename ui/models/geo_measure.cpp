#include "ui/models/geo_measure.h"

#include "ui/models/dead_reckoning.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

namespace carport::ui {
namespace {

constexpr double kMeasureRadius = 6'371'008.8;  // mean radius of WGS 84, metres
constexpr double kMeasureDegree = std::numbers::pi / 180;
constexpr double kPieceMetres = 50'000;
constexpr int kMaxPieces = 200;

/// `degrees` by whole turns into -180 to 180.
double halfTurn(double degrees) {
  return degrees - 360 * std::round(degrees / 360);
}

}  // namespace

bool GeoMeasure::add(GeoPoint point) {
  if (m_closed || m_points.size() >= kMaxPoints) return false;
  m_points.push_back(point);
  return true;
}

bool GeoMeasure::takeBack() {
  if (m_closed) {
    m_closed = false;
    return true;
  }
  if (m_points.empty()) return false;
  m_points.pop_back();
  return true;
}

bool GeoMeasure::close() {
  if (m_closed || m_points.size() < 3) return false;
  m_closed = true;
  return true;
}

void GeoMeasure::clear() {
  m_points.clear();
  m_closed = false;
}

std::vector<double> GeoMeasure::legs() const {
  std::vector<double> lengths;
  for (std::size_t n = 1; n < m_points.size(); ++n) lengths.push_back(distanceMetres(m_points[n - 1], m_points[n]));
  if (m_closed) lengths.push_back(distanceMetres(m_points.back(), m_points.front()));
  return lengths;
}

double GeoMeasure::length() const {
  const std::vector<double> all = legs();
  return std::accumulate(all.begin(), all.end(), 0.0);
}

double GeoMeasure::area() const {
  return m_closed ? areaSquareMetres(m_points) : 0;
}

double areaSquareMetres(std::span<const GeoPoint> ring) {
  if (ring.size() < 3) return 0;
  // The sum of the spherical excess between each edge and the equator.
  double excess = 0;
  GeoPoint before = ring.back();
  for (const GeoPoint& point : ring) {
    const double low = std::tan(before.latitude * kMeasureDegree / 2);
    const double high = std::tan(point.latitude * kMeasureDegree / 2);
    const double half = std::tan(halfTurn(point.longitude - before.longitude) * kMeasureDegree / 2);
    excess += 2 * std::atan2(half * (low + high), 1 + low * high);
    before = point;
  }
  return std::abs(excess) * kMeasureRadius * kMeasureRadius;
}

std::vector<GeoPoint> greatCircle(GeoPoint from, GeoPoint to) {
  const double metres = distanceMetres(from, to);
  const int pieces = std::clamp(int(std::ceil(metres / kPieceMetres)), 1, kMaxPieces);
  const double angle = metres / kMeasureRadius;
  std::vector<GeoPoint> points{from};
  // Opposite points have no one shortest way; straight on is as good as any.
  if (std::sin(angle) > 1e-12) {
    const auto vector = [](GeoPoint p) {
      const double latitude = p.latitude * kMeasureDegree;
      const double longitude = p.longitude * kMeasureDegree;
      return std::array{std::cos(latitude) * std::cos(longitude), std::cos(latitude) * std::sin(longitude),
                        std::sin(latitude)};
    };
    const auto a = vector(from);
    const auto b = vector(to);
    for (int n = 1; n < pieces; ++n) {
      const double part = double(n) / pieces;
      const double u = std::sin((1 - part) * angle) / std::sin(angle);
      const double v = std::sin(part * angle) / std::sin(angle);
      const double x = u * a[0] + v * b[0];
      const double y = u * a[1] + v * b[1];
      const double z = u * a[2] + v * b[2];
      points.push_back({std::atan2(z, std::hypot(x, y)) / kMeasureDegree, std::atan2(y, x) / kMeasureDegree});
    }
  }
  points.push_back(to);
  return points;
}

}  // namespace carport::ui
