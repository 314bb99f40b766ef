#pragma once

#include "gateway/api/car.h"
#include "gateway/base/strong_id.h"
#include "ui/client/reply.h"

#include <QObject>
#include <QSet>
#include <QString>
#include <QTimer>

#include <vector>

namespace carport::ui {

class CarStore;
class GatewayClient;

/// Keeps a CarStore up to date from a gateway: fetches the cars on connecting and whenever they change, puts positions
/// and states in as they come. Owner: app or shell; lives shorter than client and store. GUI thread.
class FleetFeed : public QObject {
  Q_OBJECT

 public:
  /// Most cars of a list that are on screen at once and whose whole state is asked for.
  static constexpr std::size_t kMaxVisible = 80;

  FleetFeed(GatewayClient& client, CarStore& store, QObject* parent = nullptr);
  ~FleetFeed() override;

  bool isLoading() const { return m_reply.isPending(); }
  /// Why the cars could not be fetched, a sentence; empty where they could.
  const QString& trouble() const { return m_trouble; }
  void refresh();

  /// The cars that a list shows now: their battery and other metrics are kept fresh. An empty list asks for none.
  void setVisibleCars(const std::vector<PrincipalNumber>& cars);

 signals:
  /// isLoading() or trouble() changed.
  void loadingChanged();

 private:
  void catchUp();
  void onCars(const Result<std::vector<api::Car>>& cars);

  GatewayClient& m_client;
  CarStore& m_store;
  Reply<std::vector<api::Car>> m_reply;
  QTimer m_refreshSoon;
  QSet<quint32> m_visible;
  QString m_trouble;
};

}  // namespace carport::ui
