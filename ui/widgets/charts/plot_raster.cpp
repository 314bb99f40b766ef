#include "ui/widgets/charts/plot_raster.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

namespace carport::ui {

namespace {

constexpr int kFullCoverage = 255;

/// `value` × `share` / 255 of each of four channels at once, rounded.
QRgb scaledBy(QRgb value, std::uint32_t share) {
  std::uint32_t odd = (value & 0xff00ff) * share;
  odd = (odd + ((odd >> 8) & 0xff00ff) + 0x800080) >> 8;
  std::uint32_t even = ((value >> 8) & 0xff00ff) * share;
  even = even + ((even >> 8) & 0xff00ff) + 0x800080;
  return (odd & 0xff00ff) | (even & 0xff00ff00);
}

/// Source over, both premultiplied.
QRgb over(QRgb source, QRgb below) {
  return source + scaledBy(below, std::uint32_t(kFullCoverage - qAlpha(source)));
}

/// How much of the pixel from `pixel` to `pixel` + 1 lies between `from` and `to`.
double shareOf(int pixel, double from, double to) {
  return std::clamp(std::min(to, pixel + 1.0) - std::max(from, double(pixel)), 0.0, 1.0);
}

bool isPlace(QPointF point) {
  return std::isfinite(point.x()) && std::isfinite(point.y());
}

}  // namespace

/// A straight piece of a line in pixels, walked along the direction that it goes further in: rows where it is steep,
/// else columns.
struct PlotRaster::Piece {
  bool isSteep = false;
  double from = 0, to = 0;  ///< along, from the lower to the higher
  double start = 0;         ///< across, at `from`
  double slope = 0;         ///< across, for each pixel along
  double thickness = 1;     ///< across

  Piece(QPointF one, QPointF other, double width) {
    const QPointF way = other - one;
    isSteep = std::abs(way.y()) > std::abs(way.x());
    if (isSteep) one = one.transposed(), other = other.transposed();
    if (one.x() > other.x()) std::swap(one, other);
    from = one.x();
    to = other.x();
    start = one.y();
    slope = to > from ? (other.y() - one.y()) / (to - from) : 0;
    thickness = width * std::sqrt(1 + slope * slope);
  }
  double across(double along) const { return start + (along - from) * slope; }
};

void PlotRaster::begin(const QRect& area, qreal ratio) {
  m_area = area;
  m_ratio = std::min(ratio, std::sqrt(kMaxPixels / std::max(1.0, double(area.width()) * area.height())));
  const QSize size = (QSizeF(area.size()) * m_ratio).toSize();
  if (m_image.size() != size) {
    m_image = QImage(size, QImage::Format_ARGB32_Premultiplied);
    m_mask.assign(std::size_t(m_image.width()) * std::size_t(m_image.height()), 0);
    m_top = m_image.height();
  }
  m_image.setDevicePixelRatio(m_ratio);
  m_image.fill(Qt::transparent);
}

void PlotRaster::column(const QRectF& column, const QColor& colour) {
  const auto pixel = [this](double place, int origin, int size) {
    return int(std::clamp(std::round((place - origin) * m_ratio), 0.0, double(size)));
  };
  const int first = pixel(column.left(), m_area.left(), m_image.width());
  const int end = pixel(column.right(), m_area.left(), m_image.width());
  const int lowest = pixel(column.bottom(), m_area.top(), m_image.height());
  const QRgb ink = qPremultiply(colour.rgba());
  for (int y = pixel(column.top(), m_area.top(), m_image.height()); y < lowest; ++y) {
    auto* row = reinterpret_cast<QRgb*>(m_image.scanLine(y));
    for (int x = first; x < end; ++x) row[x] = over(ink, row[x]);
  }
}

void PlotRaster::line(std::span<const QPointF> points, qreal width, const QColor& colour) {
  const auto inPixels = [this](QPointF point) { return (point - m_area.topLeft()) * m_ratio; };
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (isPlace(points[i - 1]) && isPlace(points[i])) {
      add(Piece(inPixels(points[i - 1]), inPixels(points[i]), width * m_ratio));
    }
  }
  blendMask(colour);
}

void PlotRaster::add(const Piece& piece) {
  const double length = piece.isSteep ? m_image.height() : m_image.width();
  const double low = std::max(piece.from, 0.0);
  const double high = std::min(piece.to, length);
  const int breadth = piece.isSteep ? m_image.width() : m_image.height();
  for (int along = int(low); along < high; ++along) {
    const double begin = std::max(low, double(along));
    const double end = std::min(high, along + 1.0);
    const double middle = piece.across((begin + end) / 2);
    const double nearest = std::clamp(middle - piece.thickness / 2, 0.0, double(breadth));
    const double furthest = std::clamp(middle + piece.thickness / 2, 0.0, double(breadth));
    for (int across = int(nearest); across < furthest; ++across) {
      addAt(along, across, piece.isSteep, (end - begin) * shareOf(across, nearest, furthest));
    }
  }
}

void PlotRaster::addAt(int along, int across, bool isSteep, double coverage) {
  const int x = isSteep ? across : along;
  const int y = isSteep ? along : across;
  std::uint8_t& pixel = m_mask[std::size_t(y) * std::size_t(m_image.width()) + std::size_t(x)];
  // Where two pieces meet, each has its share of the pixel.
  pixel = std::uint8_t(std::min(kFullCoverage, pixel + int(coverage * kFullCoverage + 0.5)));
  m_top = std::min(m_top, y);
  m_bottom = std::max(m_bottom, y);
}

void PlotRaster::blendMask(const QColor& colour) {
  const QRgb ink = qPremultiply(colour.rgba());
  const int width = m_image.width();
  for (int y = m_top; y <= m_bottom; ++y) {
    auto* row = reinterpret_cast<QRgb*>(m_image.scanLine(y));
    std::uint8_t* mask = m_mask.data() + std::size_t(y) * std::size_t(width);
    for (int x = 0; x < width; ++x) {
      if (mask[x] != 0) row[x] = over(scaledBy(ink, mask[x]), row[x]);
    }
    std::fill_n(mask, width, std::uint8_t(0));
  }
  m_top = m_image.height();
  m_bottom = -1;
}

void PlotRaster::paint(QPainter& painter) const {
  painter.drawImage(m_area.topLeft(), m_image);
}

}  // namespace carport::ui
