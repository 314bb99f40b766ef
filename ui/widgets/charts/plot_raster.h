#pragma once

#include <QColor>
#include <QImage>
#include <QPointF>
#include <QRect>
#include <QRectF>

#include <cstdint>
#include <span>
#include <vector>

class QPainter;

namespace carport::ui {

/// The pixels under the lines and bands of a plot. A line of a thousand steep pieces crosses hundreds of thousands of
/// pixels, which a painter's paths are slow at: here each piece adds its coverage to a mask, row by row or column by
/// column, and the mask is blended once. Keeps its memory from one picture to the next. GUI thread.
class PlotRaster {
 public:
  /// More than any screen has; of a larger area the picture is coarser. With the mask that is 5 bytes each.
  static constexpr double kMaxPixels = 40e6;

  /// An empty, transparent picture of `area`, which and everything else is in the units of the painter that will show
  /// it; `ratio`: pixels of the picture in one of them.
  void begin(const QRect& area, qreal ratio);
  /// A part of a band, of whole pixels.
  void column(const QRectF& column, const QColor& colour);
  /// A line along `points`, whose neighbours are joined. Pieces with a place that is no number are left out.
  void line(std::span<const QPointF> points, qreal width, const QColor& colour);
  void paint(QPainter& painter) const;

 private:
  struct Piece;
  void add(const Piece& piece);
  void addAt(int along, int across, bool isSteep, double coverage);
  void blendMask(const QColor& colour);

  QRect m_area;
  qreal m_ratio = 1;
  QImage m_image;
  std::vector<std::uint8_t> m_mask;  // empty (0) between two lines
  int m_top = 0;                     // the rows of the mask that are not empty
  int m_bottom = -1;
};

}  // namespace carport::ui
