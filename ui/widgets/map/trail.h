#pragma once

#include "ui/models/colour_scale.h"
#include "ui/widgets/map/map_car.h"
#include "ui/widgets/style/theme.h"

class QPainter;

namespace carport::ui {

/// Where the selected car has been: a line coloured by its speed. A plain value. GUI thread.
class Trail {
 public:
  /// Most points that are kept; the oldest go first.
  static constexpr std::size_t kMaxPoints = 20'000;
  /// A pause longer than this leaves a gap in the line.
  static constexpr Milliseconds kGapTime = std::chrono::minutes(10);

  void set(std::vector<TrailPoint> points);
  /// One point more, if it is newer than the last.
  void append(const TrailPoint& point);
  void clear() { m_points.clear(); }
  const std::vector<TrailPoint>& points() const { return m_points; }

  /// `head`: where the car is drawn now; the line ends there.
  void draw(QPainter& painter, const MapViewport& viewport, const Theme& theme, const QPointF* head) const;

 private:
  std::vector<TrailPoint> m_points;
};

/// The speeds along which a trail is coloured, km/h.
inline constexpr ColourScale kTrailScale{0, 120};

}  // namespace carport::ui
