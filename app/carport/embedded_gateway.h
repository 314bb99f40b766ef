#pragma once

#include "app/embedded/gateway_host.h"
#include "gateway/base/log.h"
#include "gateway/simulator/fleet_run.h"
#include "ui/shell/local_gateway.h"

#include <QString>
#include <QTimer>

#include <memory>
#include <thread>

namespace carport {

/// The gateway inside the portal, and the demonstration fleet that drives through its MQTT port. Starting and stopping
/// block, so they run on a thread of their own. Owner: main(). GUI thread.
class EmbeddedGateway final : public ui::LocalGateway {
  Q_OBJECT

 public:
  /// `dataFolder` empty: where the system keeps such things. `demonstrationCars` drive as soon as it runs.
  EmbeddedGateway(QString dataFolder, int demonstrationCars, QString version, QObject* parent = nullptr);
  /// Ends the demonstration, drains and flushes.
  ~EmbeddedGateway() override;

  void start() override;
  bool isRunning() const override { return m_host != nullptr; }
  QUrl url() const override;
  QString token() const override;
  void setDemonstration(int cars) override;
  bool isDemonstrating() const override { return m_fleet != nullptr; }

 private:
  using Started = Result<std::unique_ptr<GatewayHost>>;
  Started startHost() const;
  void onStarted(Started started);
  void watchDemonstration();

  QString m_dataFolder;
  int m_wantedCars;
  QString m_version;
  SystemClock m_clock;
  std::shared_ptr<RecentLog> m_recentLog = std::make_shared<RecentLog>();
  Log m_log;
  std::thread m_starter;
  std::unique_ptr<GatewayHost> m_host;
  std::unique_ptr<sim::FleetRun> m_fleet;
  QTimer m_fleetTimer;
};

}  // namespace carport
