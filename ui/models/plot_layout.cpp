#include "ui/models/plot_layout.h"

#include "ui/models/plot_board.h"

#include <QJsonObject>

#include <algorithm>

namespace carport::ui {

QJsonArray PlotLayout::toJson() const {
  QJsonArray all;
  for (const auto& plot : plots) {
    QJsonArray lines;
    for (const Line& line : plot) {
      lines.append(QJsonObject{
          {"metric", QString::fromStdString(line.metric)}, {"colour", int(line.colour)}, {"hidden", line.isHidden}});
    }
    all.append(lines);
  }
  return all;
}

PlotLayout PlotLayout::fromJson(const QJsonArray& json) {
  PlotLayout layout;
  for (const QJsonValue& plot : json) {
    if (layout.plots.size() >= PlotBoard::kMaxPlots) break;
    std::vector<Line> lines;
    for (const QJsonValue& value : plot.toArray()) {
      const QJsonObject read = value.toObject();
      const QString metric = read["metric"].toString();
      if (metric.isEmpty() || metric.size() > kMaxMetric || lines.size() >= PlotBoard::kMaxSeries) continue;
      const int colour = read["colour"].toInt();
      Line line{metric.toStdString(), std::size_t(std::clamp(colour, 0, int(PlotBoard::kMaxSeries) - 1)),
                read["hidden"].toBool()};
      const auto isSame = [&line](const Line& other) { return other.metric == line.metric; };
      if (std::none_of(lines.begin(), lines.end(), isSame)) lines.push_back(std::move(line));
    }
    layout.plots.push_back(std::move(lines));
  }
  const auto isBare = [](const auto& plot) { return plot.empty(); };
  if (std::all_of(layout.plots.begin(), layout.plots.end(), isBare)) layout.plots.clear();
  return layout;
}

PlotLayout PlotBoard::layout() const {
  PlotLayout layout;
  if (!m_isChosen) return layout;
  bool isBare = true;
  for (const Plot& plot : m_plots) {
    auto& lines = layout.plots.emplace_back();
    for (const Series& series : plot) {
      if (series.id.car != m_car) continue;
      lines.push_back({series.id.metric, series.colour, series.isHidden});
      isBare = false;
    }
  }
  return isBare ? PlotLayout() : layout;
}

void PlotBoard::setLayout(const PlotLayout& layout) {
  if (layout.isEmpty() || layout == this->layout()) return;
  m_plots.clear();
  for (const auto& lines : layout.plots) {
    Plot& plot = m_plots.emplace_back();
    for (const PlotLayout::Line& line : lines) plot.push_back({{m_car, line.metric}, line.colour, line.isHidden});
  }
  m_isChosen = true;
  if (m_car) applyLayout();
}

}  // namespace carport::ui
