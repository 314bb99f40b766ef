#pragma once

#include "gateway/api/connection.h"
#include "ui/client/reply.h"
#include "ui/client/requests.h"
#include "ui/models/connection_list_model.h"
#include "ui/models/time_range.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <vector>

namespace carport::ui {

class CarStore;
class GatewayClient;

/// Fetches how one car was connected, up to the moment that is shown, and fetches it again when the car connects or
/// leaves. Owner: ConnectionsPanel; lives shorter than client and store. GUI thread.
class ConnectionLoader : public QObject {
  Q_OBJECT

 public:
  /// The gateway writes what happened within a second; so long after a change of the car it is asked.
  static constexpr int kAskAfterMs = 2'000;
  /// A newer connection may take another's place without the car's being away.
  static constexpr int kAskEveryMs = 30'000;
  /// How often the length of an open connection is told anew.
  static constexpr int kTickMs = 1'000;

  ConnectionLoader(GatewayClient& client, const CarStore& store, QObject* parent = nullptr);
  ~ConnectionLoader() override;

  /// Another car; empty: none.
  void setCar(const QString& carId, PrincipalNumber car);

  ConnectionListModel& model() { return m_model; }
  const std::vector<api::AttemptCount>& attempts() const { return m_attempts; }
  /// The local day of the moment that is shown, and when in it the car was connected.
  const TimeRange& day() const { return m_day; }
  const std::vector<TimeRange>& spans() const { return m_spans; }
  /// Up to when spans() tells.
  TimePoint asOf() const { return m_asOf; }
  bool isLoading() const { return m_reply.isPending(); }
  /// Why there is nothing to see; empty where nothing is wrong.
  const QString& trouble() const { return m_trouble; }
  void refresh();

 signals:
  void changed();

 private:
  void onAnswer(const Result<ConnectionHistory>& history);
  void rebuild();
  void noticeCar();

  GatewayClient& m_client;
  const CarStore& m_store;
  QString m_carId;
  PrincipalNumber m_car;
  bool m_wasConnected = false;
  ConnectionListModel m_model;
  std::vector<api::Connection> m_fetched;
  std::vector<api::AttemptCount> m_attempts;
  TimePoint m_asOf{};
  TimeRange m_day;
  std::vector<TimeRange> m_spans;
  Reply<ConnectionHistory> m_reply;
  QString m_trouble;
  QTimer m_soon;
  QTimer m_again;
  QTimer m_tick;
};

}  // namespace carport::ui
