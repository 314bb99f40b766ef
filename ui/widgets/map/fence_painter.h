#pragma once

#include "gateway/api/fence.h"
#include "ui/models/projection.h"
#include "ui/widgets/map/label_image.h"
#include "ui/widgets/style/theme.h"

#include <QPainterPath>
#include <QPolygonF>
#include <QString>

#include <memory>
#include <span>
#include <vector>

class QPainter;

namespace carport::ui {

/// A fence made ready for being drawn: world coordinates, each polygon's outer ring before its holes. A value.
struct DrawnFence {
  using Ring = std::vector<WorldPoint>;

  api::FenceNumber number;
  QString name;
  int colour = 0;
  std::vector<std::vector<Ring>> polygons;
  QRectF bounds;  ///< x may lie outside 0 to 1
  WorldPoint label;
  std::size_t corners = 0;

  static DrawnFence of(const api::Fence& fence);
};

/// Largest first, so that small ones lie over those around them.
using DrawnFences = std::shared_ptr<const std::vector<DrawnFence>>;

/// How strongly a fence is drawn.
enum class FenceEmphasis { usual, hovered, chosen };

/// Draws fences. Holds what may be copied to a worker. Any thread, one at a time.
class FencePainter {
 public:
  FencePainter(const Theme& theme, double ratio);
  bool operator==(const FencePainter&) const = default;

  /// All that are in sight but the one that is left out, and their names where there is room.
  void paint(QPainter& painter, const std::vector<DrawnFence>& fences, const MapViewport& viewport,
             api::FenceNumber leftOut) const;
  /// Those whose names paint() writes: the large ones before what is inside of them, none over another.
  std::vector<const DrawnFence*> named(const std::vector<DrawnFence>& fences, const MapViewport& viewport,
                                       api::FenceNumber leftOut) const;
  void paintOne(QPainter& painter, const DrawnFence& fence, const MapViewport& viewport, FenceEmphasis emphasis) const;
  void paintName(QPainter& painter, const DrawnFence& fence, const MapViewport& viewport) const;
  /// Whether the fence is large enough on the map for its name.
  bool hasRoomForName(const DrawnFence& fence, const MapViewport& viewport) const;
  /// Where paintName() writes.
  QRectF nameBox(const DrawnFence& fence, const MapViewport& viewport) const;

  /// One ring in pixels: what is finer than a pixel is left out. `turn`: what turnOf() says.
  static QPolygonF pixelsOf(const DrawnFence::Ring& ring, double turn, const MapViewport& viewport);
  /// The whole turns of the globe by which something is moved to be nearest to the middle of the map.
  static double turnOf(const QRectF& bounds, const MapViewport& viewport);
  static bool isInSight(const DrawnFence& fence, const MapViewport& viewport);

 private:
  static void addBorder(QPainterPath& path, const DrawnFence::Ring& ring, double turn, const MapViewport& viewport);

  const Theme* m_theme;
  double m_ratio;
  LabelStyle m_label;
};

}  // namespace carport::ui
