// The board's comparison with an earlier period.
#include "ui/client/gateway_client.h"
#include "ui/models/plot_board.h"

#include <algorithm>

namespace carport::ui {

void PlotBoard::setComparison(const PlotComparison& comparison) {
  if (comparison == m_comparison) return;
  m_comparison = comparison;
  m_hiddenEarlier.clear();
  for (const auto& feed : m_feeds) feed->earlier.reset();
  m_drawnEarlier.clear();
  followComparison();
  emit layoutChanged();
  emit changed();
}

void PlotBoard::followComparison() {
  for (const auto& feed : m_feeds) {
    if (!m_comparison.isOn() || feed->id.isEmpty()) continue;
    if (!feed->earlier) {
      feed->earlier = std::make_unique<HistoryLoader>(m_client);
      connectLoader(*feed->earlier);
      feed->earlier->setCar(feed->id, feed->car);
    }
    feed->earlier->setMetrics(metricsOf(feed->car));
    if (!m_view.isEmpty()) feed->earlier->setView(m_comparison.earlier(m_view), m_width);
  }
}

const std::vector<api::HistoryPoint>& PlotBoard::earlierPoints(const PlotSeriesId& id) const {
  const auto isSame = [&id](const Drawn& drawn) { return drawn.id == id; };
  const auto known = std::find_if(m_drawnEarlier.begin(), m_drawnEarlier.end(), isSame);
  if (known != m_drawnEarlier.end()) return known->points;
  const Feed* from = feed(id.car);
  Drawn& drawn = m_drawnEarlier.emplace_back(Drawn{id, {}});
  if (from == nullptr || !from->earlier) return drawn.points;
  drawn.points = from->earlier->window().visiblePoints(id.metric);
  const Milliseconds offset = m_comparison.offsetAt(m_view.from);
  for (api::HistoryPoint& point : drawn.points) point.time += offset;
  return drawn.points;
}

api::HistoryPoint PlotBoard::earlierSummary(const PlotSeriesId& id, const TimeRange& range) const {
  const Feed* from = feed(id.car);
  if (from == nullptr || !from->earlier) return {};
  return from->earlier->window().summary(id.metric, m_comparison.earlier(range));
}

QString PlotBoard::earlierName(const PlotSeriesId& id) const {
  return tr("%1, %2").arg(seriesName(id), m_comparison.words(m_view));
}

bool PlotBoard::isEarlierHidden(const PlotSeriesId& id) const {
  return std::find(m_hiddenEarlier.begin(), m_hiddenEarlier.end(), id) != m_hiddenEarlier.end();
}

void PlotBoard::setEarlierHidden(const PlotSeriesId& id, bool hidden) {
  if (hidden == isEarlierHidden(id)) return;
  if (hidden) {
    m_hiddenEarlier.push_back(id);
  } else {
    std::erase(m_hiddenEarlier, id);
  }
  emit layoutChanged();
}

}  // namespace carport::ui
