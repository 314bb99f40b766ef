#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <QString>

#include <optional>
#include <span>

namespace carport::ui {

/// A place on the ground, WGS 84 degrees.
struct GeoPoint {
  double latitude = 0;
  double longitude = 0;

  bool operator==(const GeoPoint&) const = default;
};

/// A place on the web mercator square: x from 0 (180° west) to 1 (180° east), y from 0 (85.05° north) to 1 (85.05°
/// south). x outside 0 to 1 is the same place once more around the globe.
using WorldPoint = QPointF;

/// Web mercator's northern edge; what lies beyond is drawn there.
inline constexpr double kMaxLatitude = 85.05112877980659;
/// Width of the world in pixels at zoom 0; it doubles with every zoom level.
inline constexpr double kWorldPx = 256.0;
inline constexpr double kMinZoom = 0.0;
inline constexpr double kMaxZoom = 20.0;
/// Length of the equator, metres.
inline constexpr double kEquatorMetres = 40'075'016.686;

/// Web mercator (EPSG:3857) on the unit square. Latitudes beyond kMaxLatitude are clamped.
WorldPoint toWorld(GeoPoint point);
/// The reverse; the longitude comes back within -180 to 180.
GeoPoint toGeo(WorldPoint point);
/// Ground length of the world's width at the latitude of `place`, metres: there, whatever is short is as much too large
/// on the map to the north as to the east.
double worldWidthMetres(WorldPoint place);
/// `x` moved by whole worlds so that it is the copy nearest to `nearX`.
double nearestCopy(double x, double nearX);

/// "52.5200° N, 13.4050° E", with as many digits as `zoom` can show.
QString coordinateText(GeoPoint point, double zoom = kMaxZoom);
/// "lat, lon" as people type or paste it: "52.52, 13.405", "52.52 13.405", "52.52 N 13.405 E", "S 33,86; E 151,2".
std::optional<GeoPoint> parseCoordinates(const QString& text);

/// What a map shows: which place is in the middle, how near, and how large the window is. A plain value in
/// device-independent pixels.
class MapViewport {
 public:
  MapViewport() = default;
  MapViewport(WorldPoint centre, double zoom, QSizeF size);

  WorldPoint centre() const { return m_centre; }
  double zoom() const { return m_zoom; }
  QSizeF size() const { return m_size; }
  /// Pixels of one world width.
  double worldPx() const { return m_worldPx; }

  /// Where `point` is on the screen: the copy of the world nearest to the centre.
  QPointF toScreen(WorldPoint point) const;
  /// The place under a pixel; x may lie outside 0 to 1.
  WorldPoint fromScreen(QPointF pixel) const;
  /// What is seen, in world coordinates; x may lie outside 0 to 1.
  QRectF worldRect() const;
  /// Ground length of one pixel at the centre.
  double metresPerPixel() const;

  /// Moved by `pixels`: what was at (0, 0) is then at `pixels`.
  [[nodiscard]] MapViewport panned(QPointF pixels) const;
  /// Zoomed so that the place under `anchor` stays there.
  [[nodiscard]] MapViewport zoomedAt(QPointF anchor, double zoom) const;
  [[nodiscard]] MapViewport centredOn(WorldPoint centre) const { return {centre, m_zoom, m_size}; }
  [[nodiscard]] MapViewport resized(QSizeF size) const { return {m_centre, m_zoom, size}; }
  /// Shows all `points` with `marginPx` around them, no nearer than `maxZoom`. Takes the shorter way around the globe.
  /// Without points: the whole world.
  [[nodiscard]] MapViewport fitted(std::span<const WorldPoint> points, double marginPx, double maxZoom) const;

  bool operator==(const MapViewport&) const = default;

 private:
  WorldPoint m_centre{0.5, 0.42};
  double m_zoom = 2;
  QSizeF m_size{1, 1};
  double m_worldPx = kWorldPx * 4;
};

/// The zoom at which the world is just as high as `size`, or as wide where that is more: nothing beyond the map is
/// seen.
double minimumZoom(QSizeF size);

/// A round length for a scale bar: 1, 2 or 5 times a power of ten metres, at most `maxPx` long.
struct ScaleBar {
  double metres = 0;
  double lengthPx = 0;
};
ScaleBar scaleBar(double metresPerPixel, double maxPx);

}  // namespace carport::ui
