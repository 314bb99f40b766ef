#pragma once

#include "ui/models/projection.h"

#include <span>
#include <vector>

namespace carport::ui {

/// A line on the ground that somebody measures, point by point, and what it measures: great circles on a sphere of the
/// earth's mean radius (within 0.5 % of the ellipsoid). A plain value; pure.
class GeoMeasure {
 public:
  /// Most points of a line.
  static constexpr std::size_t kMaxPoints = 200;

  /// False where there are kMaxPoints already, or the line is closed.
  bool add(GeoPoint point);
  /// Opens a closed line, or takes the last point back; false where there was nothing to take back.
  bool takeBack();
  /// The last point goes back to the first; needs three.
  bool close();
  void clear();

  const std::vector<GeoPoint>& points() const { return m_points; }
  bool isClosed() const { return m_closed; }
  /// Length of each leg in metres, with the closing one where it is closed.
  std::vector<double> legs() const;
  /// Metres along the whole line.
  double length() const;
  /// Square metres inside; 0 while it is open.
  double area() const;

 private:
  std::vector<GeoPoint> m_points;
  bool m_closed = false;
};

/// Square metres inside a ring of great circles; it must not go around a pole.
double areaSquareMetres(std::span<const GeoPoint> ring);

/// Points along the great circle from one to the other, both ends among them, one for every 50 km or so: what is drawn
/// on a map that does not keep great circles straight.
std::vector<GeoPoint> greatCircle(GeoPoint from, GeoPoint to);

}  // namespace carport::ui
