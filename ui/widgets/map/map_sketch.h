#pragma once

#include "ui/models/geo_measure.h"
#include "ui/models/projection.h"

#include <QCoreApplication>
#include <QString>

#include <optional>
#include <vector>

class QPainter;

namespace carport::ui {

struct Theme;

/// What a click on the map does.
enum class MapTool {
  none,    ///< chooses cars
  area,    ///< sets a corner of an area that chooses the cars inside
  measure  ///< sets a point of a line that is measured
};

/// What a tool has drawn on the map so far, point by point. A plain value. GUI thread.
class MapSketch {
  Q_DECLARE_TR_FUNCTIONS(MapSketch)

 public:
  MapTool tool() const { return m_tool; }
  /// Takes up a tool, with nothing drawn.
  void start(MapTool tool);

  /// A further point; after the end it begins a new line. False where there are too many.
  bool add(GeoPoint point);
  bool takeBack();
  /// No further points.
  bool end();
  /// No further points, and the last goes back to the first.
  bool close();
  void clear();

  bool isEmpty() const { return m_line.points().empty(); }
  /// Whether points are still being set.
  bool isOpen() const { return !m_ended && !isEmpty(); }
  bool canClose() const { return !m_line.isClosed() && m_line.points().size() >= 3; }
  const GeoMeasure& line() const { return m_line; }
  /// What is measured, or what to do next: for the bar below the map.
  QString words() const;

  /// Whether a place is inside the area. Its edges are straight on the map.
  bool contains(WorldPoint place) const;
  /// Whether `pixel` is on the first point.
  bool isAtStart(QPointF pixel, const MapViewport& viewport) const;

  /// `pointer`: where the next point would be.
  void draw(QPainter& painter, const MapViewport& viewport, const Theme& theme, std::optional<QPointF> pointer) const;

 private:
  std::vector<WorldPoint> wayOf(std::size_t from, std::size_t to) const;
  std::vector<WorldPoint> corners() const;
  void drawLabels(QPainter& painter, const MapViewport& viewport, const Theme& theme) const;

  MapTool m_tool = MapTool::none;
  GeoMeasure m_line;
  bool m_ended = false;
};

/// "1,240 m²", "3.4 ha", "12.4 km²".
QString areaText(double squareMetres);

}  // namespace carport::ui
