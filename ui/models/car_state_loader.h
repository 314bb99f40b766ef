#pragma once

#include "gateway/api/latest.h"
#include "ui/client/reply.h"

#include <QObject>
#include <QString>
#include <QTimer>

namespace carport::ui {

class CarStore;
class GatewayClient;

/// Asks for the newest values of all cars, in one call, so that a table can sort and filter all of them by any metric;
/// again every kRefreshMs while that is wanted. What it is told is of the present, so in the past it does not ask:
/// there the time machine asks for the cars in sight. Owner: the Cars page; lives shorter than client and store. GUI
/// thread.
class CarStateLoader : public QObject {
  Q_OBJECT

 public:
  static constexpr int kRefreshMs = 10'000;

  CarStateLoader(GatewayClient& client, CarStore& store, QObject* parent = nullptr);
  ~CarStateLoader() override;

  /// Whether anybody sorts or filters by what cars send.
  void setWanted(bool wanted);
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
  bool m_wanted = false;
};

}  // namespace carport::ui
