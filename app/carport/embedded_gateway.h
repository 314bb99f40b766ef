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
  struct Settings {
    QString dataFolder;         ///< empty: where the system keeps such things
    int demonstrationCars = 0;  ///< drive as soon as it runs
    QString streets;            ///< an extract for the demonstration's cars; empty: a made-up town
    QString faults = "some";    ///< that the demonstration has: none, some or many
    double historyHours = 0;    ///< that the demonstration has driven already
    QString version;
    /// Where it listens: the usual ports of this computer, or the next free ones.
    ListenAt mqtt = GatewayConfig().mqtt;
    ListenAt http = GatewayConfig().http;
  };
  explicit EmbeddedGateway(Settings settings, QObject* parent = nullptr);
  /// Ends the demonstration, drains and flushes.
  ~EmbeddedGateway() override;

  void start() override;
  bool isRunning() const override { return m_host != nullptr; }
  QUrl url() const override;
  QString token() const override;
  void setDemonstration(int cars) override;
  bool isDemonstrating() const override { return m_demonstrationCars > 0; }

 private:
  using Started = Result<std::unique_ptr<GatewayHost>>;
  Started startHost() const;
  void onStarted(Started started);
  /// Says so where a port other than the usual one was taken.
  void remarkPorts();
  /// Makes the town where it has not been made yet, on a thread of its own.
  void makeTown();
  void startFleet(const QString& streets);
  void watchDemonstration();

  const Settings m_settings;
  SystemClock m_clock;
  std::shared_ptr<RecentLog> m_recentLog = std::make_shared<RecentLog>();
  Log m_log;
  std::thread m_starter;
  std::unique_ptr<GatewayHost> m_host;
  std::thread m_townMaker;
  int m_demonstrationCars = 0;  // that drive, or will once the town is there
  std::unique_ptr<sim::FleetRun> m_fleet;
  QTimer m_fleetTimer;
};

}  // namespace carport
