#pragma once

#include "gateway/api/latest.h"
#include "ui/client/reply.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>

namespace carport::ui {

class CarStore;
class GatewayClient;

/// Keeps the newest values of all cars in the store fresh while somebody wants them: asks in one call for all cars,
/// again every `everyMs`, so that a table can sort and filter and a map can colour all of them by any metric. What it
/// is told is of the present, so in the past it does not ask: there the time machine asks for the cars in sight. Owner:
/// the Cars page, MetricFeed; lives shorter than client and store. GUI thread.
class CarStateLoader : public QObject {
  Q_OBJECT

 public:
  static constexpr int kRefreshMs = 10'000;

  CarStateLoader(GatewayClient& client, CarStore& store, int everyMs = kRefreshMs, QObject* parent = nullptr);
  ~CarStateLoader() override;

  /// Whether anybody looks at what cars send, and at which metrics of it: at all where `metrics` is empty.
  void setWanted(bool wanted, const QStringList& metrics = {});
  bool isRunning() const { return m_reply.isPending(); }
  /// Why values are missing, a sentence; empty where they are not.
  const QString& trouble() const { return m_trouble; }

 signals:
  /// isRunning() or trouble() changed.
  void progressed();

 private:
  void ask();
  void update();

  GatewayClient& m_client;
  CarStore& m_store;
  Reply<api::FleetLatest> m_reply;
  QTimer m_timer;
  QString m_trouble;
  QStringList m_metrics;
  bool m_wanted = false;
};

}  // namespace carport::ui
