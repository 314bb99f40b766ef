#include "ui/widgets/charts/plot_view.h"

#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QAreaSeries>
#include <QChart>
#include <QLineSeries>
#include <QValueAxis>

#include <algorithm>
#include <cmath>
#include <limits>

namespace carport::ui {

namespace {

constexpr int kScaleWidth = 48;
constexpr int kTimeHeight = 24;
constexpr int kTop = 12;
constexpr qreal kLineWidth = 1.6;
constexpr int kBandAlpha = 46;

}  // namespace

PlotView::PlotView(QWidget* parent) : QChartView(parent) {
  auto* plot = new QChart;
  plot->legend()->hide();
  plot->setBackgroundVisible(false);
  plot->setMargins({});
  plot->setAnimationOptions(QChart::NoAnimation);
  m_timeAxis = new QValueAxis(plot);
  m_timeAxis->setVisible(false);
  plot->addAxis(m_timeAxis, Qt::AlignBottom);
  setChart(plot);
  setFrameShape(QFrame::NoFrame);
  setRenderHint(QPainter::Antialiasing);
  setViewportUpdateMode(FullViewportUpdate);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::CrossCursor);
  setAccessibleName(tr("Plot over time"));
  setMinimumHeight(120);
  recolour();
}

void PlotView::setCompact(bool compact) {
  m_compact = compact;
  layoutPlot();
}

int PlotView::shownScales() const {
  return std::min(int(m_scales.size()), m_compact ? 2 : kMaxScales);
}

int PlotView::plotWidth() const {
  return int(chart()->plotArea().width());
}

QColor PlotView::seriesColour(std::size_t index) const {
  const Theme& theme = themeOf(*this);
  return theme.series[index % theme.series.size()];
}

void PlotView::setSeries(const std::vector<ChartSeries>& series) {
  const bool sameLines =
      std::equal(series.begin(), series.end(), m_lines.begin(), m_lines.end(),
                 [](const ChartSeries& a, const Line& b) { return a.name == b.data.name && a.unit == b.data.unit; });
  if (!sameLines) rebuildLines(series);
  for (std::size_t i = 0; i < series.size(); ++i) {
    m_lines[i].data.points = series[i].points;
    fill(m_lines[i]);
  }
  rescale();
  viewport()->update();
}

void PlotView::rebuildLines(const std::vector<ChartSeries>& series) {
  chart()->removeAllSeries();
  for (Scale& scale : m_scales) {
    chart()->removeAxis(scale.axis);
    delete scale.axis;
  }
  m_scales.clear();
  m_lines.clear();
  for (const ChartSeries& data : series) {
    Line line{data};
    const auto known = std::find_if(m_scales.begin(), m_scales.end(), [&](const Scale& scale) {
      return scale.unit == data.unit && !data.unit.isEmpty();
    });
    line.scale = std::size_t(known - m_scales.begin());
    if (known == m_scales.end()) {
      Scale scale{data.unit, {}, new QValueAxis(chart()), {}};
      scale.axis->setVisible(false);
      chart()->addAxis(scale.axis, Qt::AlignLeft);
      m_scales.push_back(scale);
    }
    m_scales[line.scale].lines.push_back(m_lines.size());
    line.upper = new QLineSeries(chart());
    line.lower = new QLineSeries(chart());
    line.band = new QAreaSeries(line.upper, line.lower);
    line.mean = new QLineSeries;
    for (QAbstractSeries* part : {static_cast<QAbstractSeries*>(line.band), static_cast<QAbstractSeries*>(line.mean)}) {
      chart()->addSeries(part);
      part->attachAxis(m_timeAxis);
      part->attachAxis(m_scales[line.scale].axis);
    }
    m_lines.push_back(line);
  }
  recolour();
  layoutPlot();
}

void PlotView::fill(Line& line) {
  QList<QPointF> mean, upper, lower;
  mean.reserve(qsizetype(line.data.points.size()));
  const bool hasBand = std::any_of(line.data.points.begin(), line.data.points.end(),
                                   [](const api::HistoryPoint& point) { return point.max > point.min; });
  for (const api::HistoryPoint& point : line.data.points) {
    const double x = double(toMs(point.time));
    mean.append({x, point.mean});
    if (!hasBand) continue;
    upper.append({x, point.max});
    lower.append({x, point.min});
  }
  line.mean->replace(mean);
  line.upper->replace(upper);
  line.lower->replace(lower);
  line.band->setVisible(hasBand);
}

void PlotView::rescale() {
  const int steps = chart()->plotArea().height() < 160 ? 3 : 5;
  for (Scale& scale : m_scales) {
    double min = std::numeric_limits<double>::infinity();
    double max = -min;
    for (const std::size_t index : scale.lines) {
      for (const api::HistoryPoint& point : m_lines[index].data.points) {
        min = std::min(min, point.min);
        max = std::max(max, point.max);
      }
    }
    scale.values = valueScale(min, max, steps);
    scale.axis->setRange(scale.values.low, scale.values.high());
  }
}

void PlotView::setRange(const TimeRange& range) {
  if (range == m_range || range.isEmpty()) return;
  m_range = range;
  m_timeAxis->setRange(double(toMs(range.from)), double(toMs(range.to)));
  viewport()->update();
}

void PlotView::recolour() {
  setBackgroundBrush(themeOf(*this).surface);
  for (std::size_t i = 0; i < m_lines.size(); ++i) {
    QColor colour = seriesColour(i);
    QPen pen(colour, kLineWidth);
    pen.setJoinStyle(Qt::RoundJoin);
    m_lines[i].mean->setPen(pen);
    colour.setAlpha(kBandAlpha);
    m_lines[i].band->setPen(Qt::NoPen);
    m_lines[i].band->setBrush(colour);
  }
}

void PlotView::layoutPlot() {
  const int scales = std::max(1, shownScales());
  const double left = kScaleWidth;
  // The first scale stands at the left, the others at the right.
  const double right = scales > 1 ? (scales - 1) * kScaleWidth : space::kInside;
  const QRectF area(left, kTop, std::max(1.0, width() - left - right),
                    std::max(1.0, height() - kTop - kTimeHeight * 1.0));
  chart()->resize(size());
  if (area == chart()->plotArea()) return;
  chart()->setPlotArea(area);
  rescale();
  emit plotResized();
}

double PlotView::xOf(TimePoint time) const {
  const QRectF area = chart()->plotArea();
  return area.left() + area.width() * double((time - m_range.from).count()) / double(m_range.length().count());
}

double PlotView::yOf(const Scale& scale, double value) const {
  const QRectF area = chart()->plotArea();
  return area.bottom() - area.height() * (value - scale.values.low) / (scale.values.high() - scale.values.low);
}

TimePoint PlotView::timeAt(double x) const {
  const QRectF area = chart()->plotArea();
  return m_range.from + Milliseconds(std::llround((x - area.left()) / area.width() * double(m_range.length().count())));
}

std::optional<api::HistoryPoint> PlotView::pointUnderCrosshair(std::size_t series) const {
  if (!m_crosshair || series >= m_lines.size()) return std::nullopt;
  const auto& points = m_lines[series].data.points;
  if (points.empty()) return std::nullopt;
  const auto after = std::lower_bound(points.begin(), points.end(), *m_crosshair,
                                      [](const api::HistoryPoint& point, TimePoint time) { return point.time < time; });
  if (after == points.begin()) return points.front();
  const auto before = std::prev(after);
  if (after == points.end() || *m_crosshair - before->time <= after->time - *m_crosshair) return *before;
  return *after;
}

void PlotView::setCrosshair(std::optional<TimePoint> time) {
  if (time == m_crosshair) return;
  m_crosshair = time;
  viewport()->update();
  emit crosshairChanged();
}

void PlotView::setMoment(std::optional<TimePoint> moment) {
  if (moment == m_moment) return;
  m_moment = moment;
  viewport()->update();
}

void PlotView::setMarkedRange(std::optional<TimeRange> range) {
  if (range == m_markedRange) return;
  m_markedRange = range;
  viewport()->update();
}

}  // namespace carport::ui
