#include "ui/models/plot_csv_export.h"

#include "ui/client/gateway_client.h"
#include "ui/models/phrases.h"

#include <algorithm>

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
  Wanted now, earlier;
  for (const PlotBoard::Plot& plot : m_board.plots()) {
    for (const PlotBoard::Series& series : plot) {
      const auto add = [&series](Wanted& wanted) {
        auto& ofCar = wanted[series.id.car.value];
        const bool isKnown = std::find(ofCar.begin(), ofCar.end(), series.id.metric) != ofCar.end();
        if (!isKnown) ofCar.push_back(series.id.metric);
      };
      if (!series.isHidden) add(now);
      if (m_board.comparison().isOn() && !m_board.isEarlierHidden(series.id)) add(earlier);
    }
  }
  m_waiting = now.size() + earlier.size();
  if (m_waiting == 0) return emit failed(tr("No line is shown, so there is nothing to write."));
  ask(now, Milliseconds(0));
  ask(earlier, m_board.comparison().offsetAt(range.from));
}

void PlotCsvExport::ask(const Wanted& wanted, Milliseconds offset) {
  for (const auto& [number, names] : wanted) {
    const PrincipalNumber car{number};
    api::HistoryQuery query;
    query.car = car;
    query.metrics = names;
    query.from = m_range.from - offset;
    query.to = m_range.to - offset;
    query.maxPoints = api::kMaxHistoryPoints;
    m_replies.push_back(m_client.history(m_board.carId(car), query));
    m_replies.back().then(
        this, [this, car, offset](const Result<api::History>& history) { onHistory(car, offset, history); });
  }
}

void PlotCsvExport::onHistory(PrincipalNumber car, Milliseconds offset, const Result<api::History>& history) {
  if (!history) {
    cancel();
    return emit failed(QString::fromStdString(history.error().message()));
  }
  m_isExact = m_isExact && history->exact;
  for (const api::HistorySeries& series : history->series) {
    m_series.push_back({m_board.carId(car), m_board.carName(car), QString::fromStdString(series.metric),
                        phrases::metricUnit(series.metric), series.points, offset});
  }
  if (--m_waiting > 0) return;
  // Whichever answer came first.
  std::stable_sort(m_series.begin(), m_series.end(),
                   [](const PlotCsvSeries& a, const PlotCsvSeries& b) { return a.offset < b.offset; });
  const QByteArray csv = plotCsv(m_series, m_range);
  m_series.clear();
  emit finished(csv, m_isExact);
}

}  // namespace carport::ui
