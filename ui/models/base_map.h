#pragma once

#include "gateway/base/result.h"

#include <QByteArray>
#include <QRectF>
#include <QString>

#include <cstdint>
#include <vector>

namespace carport::ui {

/// The world's land, coasts, borders and names, decoded from the baked file resources/basemap/world.cpm. Immutable once
/// decoded, so any thread may read it.
///
/// Coordinates are web mercator's unit square (see projection.h). Rings and lines that cross the 180th meridian run on
/// beyond 0 or 1 instead of jumping to the other side; whoever draws, draws every copy of the world that is seen.
///
/// The file: four bytes of length (big-endian) and a zlib stream, as qUncompress takes it. Inside, little-endian;
/// `varint` is LEB128, `signed` a zigzag varint (-1 is 1, 1 is 2):
///
///     "CPM1"
///     scaleX, scaleY, translateX, translateY   f64; degrees = grid · scale + translate
///     varint number of arcs; each: byte kind (0 coast, 1 border), varint number of points, then per point signed dx,
///     signed dy on
///       the grid; the first point is absolute
///     varint number of rings of land; each: varint number of arcs, then per arc signed index; ~index is the arc
///     backwards varint number of labels, largest first; each: byte kind (0 country, 1 water), signed longitude and
///     latitude in
///       1/1000 degree, varint size in millionths of the world's width, varint length and UTF-8 name
class BaseMap {
 public:
  struct Point {
    float x;
    float y;
  };
  /// A run of points in points().
  struct Run {
    std::uint32_t first;
    std::uint32_t count;
    QRectF bounds;
  };
  enum class LineKind : std::uint8_t { coast, border };
  struct Line {
    Run run;
    LineKind kind;
  };
  struct Label {
    QString name;
    QPointF place;  ///< world coordinates
    double size;    ///< square root of the area that it names, in world widths
    bool water;
  };

  /// Decodes a baked file, or says what is wrong with it. Takes about 20 ms; reads never past the end.
  static Result<BaseMap> decode(const QByteArray& file);

  const std::vector<Point>& points() const { return m_points; }
  /// Closed outlines of land and of lakes in it, to be filled odd-even.
  const std::vector<Run>& land() const { return m_land; }
  /// Coasts and borders, cut into short runs so that what is out of sight is skipped quickly.
  const std::vector<Line>& lines() const { return m_lines; }
  /// Names, the largest first.
  const std::vector<Label>& labels() const { return m_labels; }

  /// Whether there is land at a place.
  bool isLand(QPointF world) const;

 private:
  friend class BaseMapReader;
  std::vector<Point> m_points;
  std::vector<Run> m_land;
  std::vector<Line> m_lines;
  std::vector<Label> m_labels;
};

}  // namespace carport::ui
