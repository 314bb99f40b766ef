#include "ui/widgets/map/street_painter.h"

#include "ui/models/street_geometry.h"
#include "ui/widgets/style/colour_math.h"

#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>

#include <algorithm>
#include <array>
#include <cmath>

namespace carport::ui {
namespace {

constexpr double kClipStreetsPx = 24;  // outlines are cut this far outside the picture
constexpr double kFinestStreetPx = 0.7;
constexpr double kCasingFromZoom = 12.5;
constexpr double kRailDashesFromZoom = 14;
constexpr double kPierMetres = 4;

/// Widths in pixels at zooms 8, 10, 12, 13, 14, 15, 16, 17, 18 and 19, by class from path to motorway.
constexpr std::array<double, 10> kStops{8, 10, 12, 13, 14, 15, 16, 17, 18, 19};
constexpr std::array<std::array<double, 10>, 9> kWidths{{
    {0, 0, 0, 0, 0, 0.8, 1.1, 1.6, 2.4, 3.2},           // path
    {0, 0, 0, 0, 0.7, 1.5, 2.8, 4.5, 8, 14},            // service
    {0, 0, 0, 0.6, 1.2, 2.3, 3.8, 6, 10, 17},           // pedestrian
    {0, 0, 0.5, 0.9, 1.8, 3.2, 5.2, 8.5, 15, 26},       // residential
    {0, 0, 1.0, 1.5, 2.6, 4.2, 6.4, 10, 17, 29},        // tertiary
    {0, 0.8, 1.3, 2.0, 3.2, 5.0, 7.4, 11.5, 19, 32},    // secondary
    {0.7, 1.1, 1.8, 2.6, 4.0, 6.0, 8.6, 13, 21, 35},    // primary
    {0.9, 1.3, 2.1, 3.0, 4.4, 6.4, 9.2, 14, 22, 36},    // trunk
    {1.1, 1.6, 2.5, 3.4, 4.9, 7.0, 9.8, 15, 23.5, 38},  // motorway
}};

enum class Pass { tunnels, ground, bridges };

bool isInPass(std::uint8_t flags, Pass pass) {
  if ((flags & kStreetTunnel) != 0) return pass == Pass::tunnels;
  return pass == ((flags & kStreetBridge) != 0 ? Pass::bridges : Pass::ground);
}

/// One picture's worth of drawing.
class StreetPainter {
 public:
  StreetPainter(QPainter& painter, const StreetScene& scene, const MapViewport& viewport, const Theme& theme)
      : m_painter(painter),
        m_scene(scene),
        m_theme(theme),
        m_colours(theme.streets),
        m_project(viewport),
        m_view(m_project.view(kClipStreetsPx)),
        m_zoom(viewport.zoom()),
        m_metresPerPixel(viewport.metresPerPixel()) {}

  void paint() {
    paintGround();
    for (const StreetKind kind : {StreetKind::green, StreetKind::wood, StreetKind::sand, StreetKind::water})
      paintAreas(m_scene.tiles, kind);
    paintLines(StreetKind::stream, {m_theme.map.water, std::clamp((m_zoom - 11) * 0.7, 0.6, 4.0)});
    for (const StreetKind kind : {StreetKind::plaza, StreetKind::pierArea}) paintAreas(m_scene.tiles, kind);
    paintPiers();
    paintLines(StreetKind::coast, {m_theme.map.coast, 0.9});
    paintAreas(m_scene.buildings, StreetKind::building);
    paintStreetsOf(Pass::tunnels);
    paintStreetsOf(Pass::ground);
    paintRails();
    paintStreetsOf(Pass::bridges);
    QPen border(m_colours.border, m_zoom < 13 ? 1.1 : 1.6, Qt::CustomDashLine, Qt::FlatCap);
    border.setDashPattern({6, 3, 1.5, 3});
    paintLines(StreetKind::border, border);
  }

 private:
  template <class Each>
  void forEach(const std::vector<std::shared_ptr<const StreetTile>>& tiles, StreetKind kind, Each each) const {
    for (const auto& tile : tiles) {
      for (const StreetTile::Feature& feature : tile->features) {
        if (feature.kind == kind && feature.box.intersects(m_view)) each(*tile, feature);
      }
    }
  }

  QPolygonF polyline(std::span<const StreetPoint> points) const {
    QPolygonF line;
    line.reserve(int(points.size()));
    for (std::size_t n = 0; n < points.size(); ++n) {
      const QPointF at = m_project.pixel(points[n]);
      const bool last = n + 1 == points.size();
      if (!line.isEmpty() && !last && (at - line.last()).manhattanLength() < kFinestStreetPx) continue;
      line.append(at);
    }
    return line;
  }

  void addRing(QPainterPath& path, std::span<const StreetPoint> ring, const StreetBox& box) const {
    const bool inside = m_view.contains({box.left, box.top}) && m_view.contains({box.right, box.bottom});
    QPolygonF outline;
    if (inside) {
      outline = polyline(ring);
    } else {
      // The raster engine loses precision far outside of the picture.
      outline = polyline(clippedRing({ring.begin(), ring.end()}, m_view));
    }
    if (outline.size() < 3) return;
    path.addPolygon(outline);
    path.closeSubpath();
  }

  void paintGround() const {
    if (!m_scene.hasGround) return;
    for (const StreetBox& box : m_scene.grounds) {
      const QRectF rect = QRectF(m_project.pixel({box.left, box.top}), m_project.pixel({box.right, box.bottom}))
                              .intersected(QRectF(m_painter.viewport()).adjusted(-1, -1, 1, 1));
      // Whole pixels alone: of others the sea leaves a line of land at the edge.
      const QPointF from(std::ceil(rect.left()), std::ceil(rect.top()));
      m_painter.fillRect(QRectF(from, QPointF(std::floor(rect.right()), std::floor(rect.bottom()))), m_theme.map.land);
    }
    // All of it as one path: cuts between tiles cancel out and leave no seam.
    QPainterPath sea;
    sea.setFillRule(Qt::WindingFill);
    forEach(m_scene.tiles, StreetKind::sea, [&](const StreetTile& tile, const StreetTile::Feature& feature) {
      for (std::uint32_t n = 0; n < feature.rings; ++n) addRing(sea, tile.ring(feature.first + n), feature.box);
    });
    m_painter.fillPath(sea, m_theme.map.water);
  }

  QColor areaColour(StreetKind kind) const {
    switch (kind) {
      case StreetKind::green:
        return m_colours.green;
      case StreetKind::wood:
        return m_colours.wood;
      case StreetKind::sand:
        return m_colours.sand;
      case StreetKind::water:
        return m_theme.map.water;
      case StreetKind::building:
        return m_colours.building;
      case StreetKind::plaza:
        return m_colours.plaza;
      default:
        return m_theme.map.land;
    }
  }

  void paintAreas(const std::vector<std::shared_ptr<const StreetTile>>& tiles, StreetKind kind) const {
    const bool edged = kind == StreetKind::building && m_zoom >= 15.5;
    m_painter.setPen(edged ? QPen(m_colours.buildingEdge, 0.7) : QPen(Qt::NoPen));
    m_painter.setBrush(areaColour(kind));
    forEach(tiles, kind, [&](const StreetTile& tile, const StreetTile::Feature& feature) {
      QPainterPath path;
      path.setFillRule(Qt::OddEvenFill);
      for (std::uint32_t n = 0; n < feature.rings; ++n) addRing(path, tile.ring(feature.first + n), feature.box);
      m_painter.drawPath(path);
    });
  }

  void paintLines(StreetKind kind, QPen pen) const {
    pen.setJoinStyle(Qt::RoundJoin);
    m_painter.setPen(pen);
    forEach(m_scene.tiles, kind, [&](const StreetTile& tile, const StreetTile::Feature& feature) {
      m_painter.drawPolyline(polyline(tile.ring(feature.first)));
    });
  }

  void paintPiers() const {
    if (m_zoom < 13.5) return;
    QPen pen(m_theme.map.land, std::max(1.2, kPierMetres / m_metresPerPixel));
    pen.setCapStyle(Qt::FlatCap);
    paintLines(StreetKind::pier, pen);
  }

  /// Casings of all streets first and then their fills, the larger over the smaller, so that crossings are open.
  void paintStreetsOf(Pass pass) const {
    for (const bool casing : {true, false}) {
      if (casing && m_zoom < kCasingFromZoom) continue;
      for (auto number = int(StreetKind::path); number <= int(StreetKind::motorway); ++number)
        paintClass(StreetKind(number), pass, casing);
    }
  }

  void paintClass(StreetKind kind, Pass pass, bool casing) const {
    if (casing && (kind == StreetKind::path || streetWidthPx(kind, 0, m_zoom) < 1.6)) return;
    forEach(m_scene.tiles, kind, [&](const StreetTile& tile, const StreetTile::Feature& feature) {
      const double width = streetWidthPx(kind, feature.flags, m_zoom);
      if (width <= 0 || !isInPass(feature.flags, pass)) return;
      m_painter.setPen(penOf(kind, pass, width, casing));
      m_painter.drawPolyline(polyline(tile.ring(feature.first)));
    });
  }

  QPen penOf(StreetKind kind, Pass pass, double width, bool casing) const {
    const bool tunnel = pass == Pass::tunnels;
    const bool large = kind >= StreetKind::primary;
    QColor edge = kind == StreetKind::motorway ? m_colours.motorwayEdge
                  : large                      ? m_colours.mainEdge
                                               : m_colours.minorEdge;
    QColor fill = kind == StreetKind::motorway ? m_colours.motorway : large ? m_colours.main : m_colours.minor;
    if (kind == StreetKind::path) fill = m_colours.path;
    // Thin lines without a casing would be lost on the land in their own colour.
    if (kind != StreetKind::path && m_zoom < kCasingFromZoom) fill = mixed(fill, edge, large ? 0.6 : 0.35);
    if (tunnel) fill = mixed(m_theme.map.land, fill, 0.45);
    QPen pen(casing ? edge : fill, casing ? width + 1.8 : width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    if (casing && pass != Pass::ground) pen.setCapStyle(Qt::FlatCap);
    if (casing && tunnel) pen.setDashPattern({3 / pen.widthF(), 3 / pen.widthF()});
    if (kind == StreetKind::path && m_zoom >= 15.5) pen.setDashPattern({3, 2});
    if (kind == StreetKind::path) pen.setCapStyle(Qt::FlatCap);
    return pen;
  }

  void paintRails() const {
    const bool dashed = m_zoom >= kRailDashesFromZoom;
    forEach(m_scene.tiles, StreetKind::rail, [&](const StreetTile& tile, const StreetTile::Feature& feature) {
      const QPolygonF line = polyline(tile.ring(feature.first));
      QColor colour = m_colours.rail;
      if ((feature.flags & kStreetTunnel) != 0) colour = mixed(m_theme.map.land, colour, 0.4);
      m_painter.setPen(QPen(colour, dashed ? 2.4 : 1, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
      m_painter.drawPolyline(line);
      if (!dashed) return;
      QPen gaps(m_theme.map.land, 1.2, Qt::CustomDashLine, Qt::FlatCap, Qt::RoundJoin);
      gaps.setDashPattern({5, 5});
      m_painter.setPen(gaps);
      m_painter.drawPolyline(line);
    });
  }

  QPainter& m_painter;
  const StreetScene& m_scene;
  const Theme& m_theme;
  const StreetColours& m_colours;
  StreetProjector m_project;
  StreetBox m_view;
  double m_zoom;
  double m_metresPerPixel;
};

}  // namespace

double streetWidthPx(StreetKind kind, std::uint8_t flags, double zoom) {
  if (!isStreet(kind) || zoom < kStops.front()) return kind >= StreetKind::primary && isStreet(kind) ? 0.6 : 0;
  const auto& widths = kWidths[std::size_t(kind) - std::size_t(StreetKind::path)];
  std::size_t n = 0;
  while (n + 2 < kStops.size() && kStops[n + 1] <= zoom) ++n;
  const double part = std::clamp((zoom - kStops[n]) / (kStops[n + 1] - kStops[n]), 0.0, 2.0);
  // Nothing grows out of nothing: a class is there from the stop at which it has a width.
  if (widths[n] <= 0) return 0;
  const double width = widths[n] + (widths[n + 1] - widths[n]) * part;
  return (flags & kStreetLink) != 0 ? width * 0.7 : width;
}

void paintStreets(QPainter& painter, const StreetScene& scene, const MapViewport& viewport, const Theme& theme) {
  if (scene.isEmpty()) return;
  painter.save();
  StreetPainter(painter, scene, viewport, theme).paint();
  painter.restore();
}

}  // namespace carport::ui
