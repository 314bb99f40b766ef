#include "ui/models/plot_csv_export.h"

#include "ui/client/gateway_client.h"
#include "ui/models/phrases.h"

#include <algorithm>
#include <map>

namespace carport::ui {

PlotCsvExport::PlotCsvExport(GatewayClient& client, const PlotBoard& board, QObject* parent)
    : QObject(parent), m_client(client), m_board(board) {}

PlotCsvExport::~PlotCsvExport() {
  cancel();
}

void PlotCsvExport::cancel() {
  for (Reply<api::History>& reply : m_replies) reply.cancel();
  m_replies.clear();
  m_series.clear();
  m_waiting = 0;
}

void PlotCsvExport::start(const TimeRange& range) {
  cancel();
  m_range = range;
  m_isExact = true;
  std::map<std::uint32_t, std::vector<std::string>> metrics;
  for (const PlotBoard::Plot& plot : m_board.plots()) {
    for (const PlotBoard::Series& series : plot) {
      auto& ofCar = metrics[series.id.car.value];
      const bool isKnown = std::find(ofCar.begin(), ofCar.end(), series.id.metric) != ofCar.end();
      if (!series.isHidden && !isKnown) ofCar.push_back(series.id.metric);
    }
  }
  std::erase_if(metrics, [](const auto& entry) { return entry.second.empty(); });
  if (metrics.empty()) return emit failed(tr("No line is shown, so there is nothing to write."));
  m_waiting = metrics.size();
  for (const auto& [number, names] : metrics) {
    const PrincipalNumber car{number};
    api::HistoryQuery query;
    query.car = car;
    query.metrics = names;
    query.from = range.from;
    query.to = range.to;
    query.maxPoints = api::kMaxHistoryPoints;
    m_replies.push_back(m_client.history(m_board.carId(car), query));
    m_replies.back().then(this, [this, car](const Result<api::History>& history) { onHistory(car, history); });
  }
}

void PlotCsvExport::onHistory(PrincipalNumber car, const Result<api::History>& history) {
  if (!history) {
    cancel();
    return emit failed(QString::fromStdString(history.error().message()));
  }
  m_isExact = m_isExact && history->exact;
  for (const api::HistorySeries& series : history->series) {
    m_series.push_back({m_board.carId(car), m_board.carName(car), QString::fromStdString(series.metric),
                        phrases::metricUnit(series.metric), series.points});
  }
  if (--m_waiting > 0) return;
  const QByteArray csv = plotCsv(m_series, m_range);
  m_series.clear();
  emit finished(csv, m_isExact);
}

}  // namespace carport::ui
