#include "ui/widgets/charts/plot_painter.h"
#include "ui/widgets/charts/plot_raster.h"

#include <QLineF>
#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace carport::ui {

namespace {

constexpr qreal kPlotLineWidth = 1.6;
/// Where there is a point in every pixel, a thinner line is easier to read, and to draw.
constexpr qreal kPlotDenseLineWidth = 1.0;
constexpr double kPlotDensePointsPerPixel = 0.7;
constexpr int kPlotBandAlpha = 56;
constexpr int kPlotGapAlpha = 110;
constexpr double kPlotLonelyRadius = 2.5;
/// The widest part of a dense band that one point stands for.
constexpr double kPlotWidestColumn = 2;
/// Two points lie apart where nothing came for this many times the usual time, and that is so many pixels.
constexpr double kPlotGapTimes = 8;
constexpr double kPlotGapPixels = 6;

/// Dashes of a line of an earlier period, along the time scale.
constexpr double kPlotDashPx = 6;
constexpr double kPlotDashEveryPx = 10;

/// The longest time between two points that is not a gap.
double longestStep(const std::vector<api::HistoryPoint>& points) {
  std::vector<std::int64_t> steps;
  steps.reserve(points.size());
  for (std::size_t i = 1; i < points.size(); ++i) steps.push_back((points[i].time - points[i - 1].time).count());
  if (steps.empty()) return 0;
  const auto middle = steps.begin() + std::ptrdiff_t(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return double(*middle) * kPlotGapTimes;
}

/// What of a line lies above or below the area: far outside, dashes would be walked through one by one.
QLineF cutToWidth(QPointF from, QPointF to, const QRectF& area) {
  const double slope = (to.y() - from.y()) / std::max(1e-9, to.x() - from.x());
  if (from.x() < area.left()) from = {area.left(), from.y() + slope * (area.left() - from.x())};
  if (to.x() > area.right()) to = {area.right(), to.y() - slope * (to.x() - area.right())};
  return {from, to};
}

double slopeOf(const QLineF& way) {
  return way.dy() / std::max(1e-9, way.dx());
}

bool isDrawable(const api::HistoryPoint& point) {
  return std::isfinite(point.min) && std::isfinite(point.max) && std::isfinite(point.mean);
}

bool hasSpread(const api::HistoryPoint& point) {
  return isDrawable(point) && point.max > point.min;
}

}  // namespace

void PlotPainter::paintLines(QPainter& painter) const {
  if (m_geometry.range.isEmpty()) return;
  painter.save();
  const QRectF area = m_geometry.area.adjusted(0, -1, 0, 1);
  painter.setClipRect(area);
  painter.setRenderHint(QPainter::Antialiasing);
  if (m_raster != nullptr) m_raster->begin(area.toAlignedRect(), painter.device()->devicePixelRatioF());
  for (std::size_t i = 0; i < m_scene.series.size(); ++i) {
    const ChartSeries& series = m_scene.series[i];
    if (series.isHidden || series.points.empty()) continue;
    const PlotScale& scale = m_geometry.scales[m_geometry.scaleOf[i]];
    const QColor colour = plotColour(m_theme, series, i);
    if (series.earlierOf) {
      paintEarlier(painter, series, scale, colour);
      continue;
    }
    paintBand(painter, series, scale, colour);
    paintLine(painter, series, scale, colour);
  }
  if (m_raster != nullptr) m_raster->paint(painter);
  painter.restore();
}

void PlotPainter::paintBand(QPainter& painter, const ChartSeries& series, const PlotScale& scale, QColor colour) const {
  const auto& points = series.points;
  if (std::none_of(points.begin(), points.end(), hasSpread)) return;
  colour.setAlpha(kPlotBandAlpha);
  const double longest = longestStep(points);
  const bool isDense = double(points.size()) > m_geometry.area.width() * kPlotDensePointsPerPixel;
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  if (isDense && m_raster != nullptr) return fillColumns(points, scale, colour);
  QPolygonF upper, lower;
  const auto close = [&] {
    std::reverse(lower.begin(), lower.end());
    painter.drawPolygon(upper + lower);
    upper.clear();
    lower.clear();
  };
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!isDrawable(points[i])) continue;
    if (i > 0 && double((points[i].time - points[i - 1].time).count()) > longest) close();
    const double x = m_geometry.xOf(points[i].time);
    upper.append({x, m_geometry.yOf(scale, points[i].max)});
    lower.append({x, m_geometry.yOf(scale, points[i].min)});
  }
  close();
}

void PlotPainter::fillColumns(const std::vector<api::HistoryPoint>& points, const PlotScale& scale,
                              const QColor& colour) const {
  // Steps along whole pixels: no peak lies between two of them, and columns that touch blend nothing twice.
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!hasSpread(points[i])) continue;
    const double left = std::round(m_geometry.xOf(points[i].time));
    const double next = i + 1 < points.size() ? std::round(m_geometry.xOf(points[i + 1].time)) : left + 1;
    const double right = std::clamp(next, left, left + kPlotWidestColumn);
    const double top = std::floor(m_geometry.yOf(scale, points[i].max));
    const double bottom = std::max(top + 1, std::ceil(m_geometry.yOf(scale, points[i].min)));
    m_raster->column(QRectF(QPointF(left, top), QPointF(right, bottom)), colour);
  }
}

void PlotPainter::paintRun(QPainter& painter, const std::vector<QPointF>& run) const {
  if (run.size() == 1) {
    // A point by itself would be no line.
    painter.save();
    painter.setBrush(painter.pen().color());
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(run.front(), kPlotLonelyRadius, kPlotLonelyRadius);
    painter.restore();
  } else if (m_raster != nullptr) {
    m_raster->line(run, painter.pen().widthF(), painter.pen().color());
  } else {
    painter.drawPolyline(run.data(), int(run.size()));
  }
}

void PlotPainter::paintLine(QPainter& painter, const ChartSeries& series, const PlotScale& scale,
                            const QColor& colour) const {
  const auto& points = series.points;
  const double longest = longestStep(points);
  const double msPerPixel = double(m_geometry.range.length().count()) / m_geometry.area.width();
  const bool isDense = double(points.size()) > m_geometry.area.width() * kPlotDensePointsPerPixel;
  QPen pen(colour, isDense ? kPlotDenseLineWidth : kPlotLineWidth);
  pen.setJoinStyle(isDense ? Qt::BevelJoin : Qt::RoundJoin);
  pen.setCapStyle(isDense ? Qt::FlatCap : Qt::RoundCap);  // where two pieces meet
  QColor pale = colour;
  pale.setAlpha(kPlotGapAlpha);
  QPen gapPen(pale, 1, Qt::DashLine);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(pen);
  std::vector<QPointF> run;
  run.reserve(points.size());
  const api::HistoryPoint* before = nullptr;
  for (const api::HistoryPoint& point : points) {
    if (!isDrawable(point)) continue;
    const QPointF at(m_geometry.xOf(point.time), m_geometry.yOf(scale, point.mean));
    const double step = before != nullptr ? double((point.time - before->time).count()) : 0;
    if (before != nullptr && step > longest && step > kPlotGapPixels * msPerPixel) {
      paintRun(painter, run);
      painter.setPen(gapPen);
      painter.drawLine(cutToWidth(run.back(), at, m_geometry.area));
      painter.setPen(pen);
      run.clear();
    }
    run.push_back(at);
    before = &point;
  }
  paintRun(painter, run);
}

void PlotPainter::paintEarlier(QPainter& painter, const ChartSeries& series, const PlotScale& scale,
                               const QColor& colour) const {
  const auto& points = series.points;
  const double longest = std::max(longestStep(points),
                                  kPlotGapPixels * double(m_geometry.range.length().count()) / m_geometry.area.width());
  QPen pen(colour, kPlotDenseLineWidth);
  pen.setCapStyle(Qt::FlatCap);
  painter.setPen(pen);
  painter.setBrush(Qt::NoBrush);
  const double first = std::fmod(m_geometry.xOf(TimePoint()), kPlotDashEveryPx);
  std::vector<QPointF> run;
  const auto end = [&] {
    if (run.size() > 1) paintRun(painter, run);
    run.clear();
  };
  const api::HistoryPoint* before = nullptr;
  for (const api::HistoryPoint& point : points) {
    if (!isDrawable(point)) continue;
    const QPointF to(m_geometry.xOf(point.time), m_geometry.yOf(scale, point.mean));
    const bool follows = before != nullptr && double((point.time - before->time).count()) <= longest;
    if (!follows) end();
    if (follows) {
      const QPointF from(m_geometry.xOf(before->time), m_geometry.yOf(scale, before->mean));
      const QLineF way = cutToWidth(from, to, m_geometry.area);
      // From edge to edge of the dashes and the gaps between them.
      for (double x = way.x1(); x < way.x2();) {
        const double place = std::fmod(x - first + 1e6 * kPlotDashEveryPx, kPlotDashEveryPx);
        const bool isInk = place < kPlotDashPx;
        const double next = std::min(way.x2(), x + (isInk ? kPlotDashPx : kPlotDashEveryPx) - place + 1e-6);
        const auto at = [&](double where) { return QPointF(where, way.y1() + (where - way.x1()) * slopeOf(way)); };
        if (isInk && run.empty()) run.push_back(at(x));
        if (isInk) run.push_back(at(next));
        if (!isInk) end();
        x = next;
      }
    }
    before = &point;
  }
  end();
}

}  // namespace carport::ui
