#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/history.h"
#include "ui/client/reply.h"
#include "ui/models/history_window.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <string>
#include <vector>

namespace carport::ui {

class GatewayClient;

/// Feeds the plots of one car: asks the gateway for what a HistoryWindow lacks, a moment after the view stopped moving,
/// and adds what arrives live. Owner: the car's presenter; lives shorter than the client. GUI thread.
class HistoryLoader : public QObject {
  Q_OBJECT

 public:
  static constexpr int kSettleMs = 60;
  static constexpr int kRetryMs = 5'000;

  explicit HistoryLoader(GatewayClient& client, QObject* parent = nullptr);
  ~HistoryLoader() override;

  /// Another car; forgets everything.
  void setCar(const QString& carId, PrincipalNumber car);
  void setMetrics(const std::vector<std::string>& metrics);
  void setView(TimeRange visible, std::size_t pixelWidth);
  const HistoryWindow& window() const { return m_window; }
  bool isLoading() const { return m_reply.isPending(); }
  /// Why there is nothing to see, a sentence; empty where nothing is wrong.
  const QString& trouble() const { return m_trouble; }
  void retry();

  /// A state of the car that just arrived.
  void addState(const api::CarState& state);

 signals:
  /// Points, isLoading() or trouble() changed.
  void changed();

 private:
  void fetch();
  void onHistory(std::uint64_t generation, const Result<api::History>& history);

  GatewayClient& m_client;
  QString m_carId;
  PrincipalNumber m_car;
  HistoryWindow m_window;
  Reply<api::History> m_reply;
  QTimer m_settle;
  QString m_trouble;
};

}  // namespace carport::ui
