#pragma once

#include "ui/client/reply.h"
#include "ui/models/plot_board.h"
#include "ui/models/plot_csv.h"

#include <QObject>

#include <map>
#include <string>
#include <vector>

namespace carport::ui {

/// Fetches what the lines of a board are in a range, as finely as the gateway gives it (api::kMaxHistoryPoints a line),
/// and makes CSV of it. One at a time: a second start() takes the place of the first. Owner: PlotPanel; lives shorter
/// than client and board. GUI thread.
class PlotCsvExport : public QObject {
  Q_OBJECT

 public:
  PlotCsvExport(GatewayClient& client, const PlotBoard& board, QObject* parent = nullptr);
  ~PlotCsvExport() override;

  /// Lines that are hidden are left out; those of the period that the board compares with are in it.
  void start(const TimeRange& range);
  void cancel();
  bool isRunning() const { return m_waiting > 0; }

 signals:
  /// `isExact`: every sample is in it, none put together with another.
  void finished(const QByteArray& csv, bool isExact);
  void failed(const QString& sentence);

 private:
  /// Metrics by the car's number.
  using Wanted = std::map<std::uint32_t, std::vector<std::string>>;
  void ask(const Wanted& wanted, Milliseconds offset);
  void onHistory(PrincipalNumber car, Milliseconds offset, const Result<api::History>& history);

  GatewayClient& m_client;
  const PlotBoard& m_board;
  TimeRange m_range;
  std::vector<PlotCsvSeries> m_series;
  std::vector<Reply<api::History>> m_replies;
  std::size_t m_waiting = 0;
  bool m_isExact = true;
};

}  // namespace carport::ui
