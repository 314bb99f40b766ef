#include "app/carport/embedded_gateway.h"

#include "app/embedded/platform_folders.h"

#include <QMetaObject>

#include <utility>

namespace carport {

namespace {
constexpr int kLookAfterFleetEveryMs = 1'000;
constexpr double kMessagesPerSecondAndCar = 1;
}  // namespace

EmbeddedGateway::EmbeddedGateway(Settings settings, QObject* parent)
    : LocalGateway(parent), m_settings(std::move(settings)), m_log(Log::toStandardError(LogLevel::info, m_recentLog)) {
  m_fleetTimer.setInterval(kLookAfterFleetEveryMs);
  connect(&m_fleetTimer, &QTimer::timeout, this, &EmbeddedGateway::watchDemonstration);
}

EmbeddedGateway::~EmbeddedGateway() {
  if (m_starter.joinable()) m_starter.join();
  m_fleet.reset();
  m_host.reset();
}

void EmbeddedGateway::start() {
  if (m_host || m_starter.joinable()) return;
  m_starter = std::thread([this] {
    auto started = std::make_shared<Started>(startHost());
    QMetaObject::invokeMethod(
        this, [this, started] { onStarted(std::move(*started)); }, Qt::QueuedConnection);
  });
}

EmbeddedGateway::Started EmbeddedGateway::startHost() const {
  GatewayHostConfig config;
  if (m_settings.dataFolder.isEmpty()) {
    auto folder = platformDataFolder();
    if (!folder) return failFrom(folder);
    config.dataFolder = *folder;
  } else {
    config.dataFolder = m_settings.dataFolder.toStdU16String();
  }
  config.gateway.version = m_settings.version.toStdString();
  config.gateway.mqtt = m_settings.mqtt;
  config.gateway.http = m_settings.http;
  config.makePortalToken = true;
  return GatewayHost::start(std::move(config), m_clock, m_log, m_recentLog);
}

void EmbeddedGateway::onStarted(Started started) {
  m_starter.join();
  if (!started) {
    emit failed(
        tr("The gateway on this computer did not start. %1").arg(QString::fromStdString(started.error().message())));
    return;
  }
  m_host = std::move(*started);
  emit ready();
  remarkPorts();
  const int cars = m_settings.demonstrationCars;
  if (const auto& administrator = m_host->firstAdministrator(); administrator && cars == 0) {
    emit administratorMade(QString::fromStdString(administrator->id), QString::fromStdString(administrator->password));
  }
  if (cars > 0) setDemonstration(cars);
}

void EmbeddedGateway::remarkPorts() {
  const Endpoint& wanted = m_settings.mqtt.endpoint;
  const Endpoint taken = m_host->mqttAddress();
  if (wanted.port == 0 || taken.port == wanted.port) return;
  emit remarked(tr("Port %1 is in use by another program, so cars connect to %2. End that program and start Carport "
                   "again to have the usual port back.")
                    .arg(wanted.port)
                    .arg(QString::fromStdString(taken.toString())));
}

QUrl EmbeddedGateway::url() const {
  if (!m_host) return {};
  return QUrl(QStringLiteral("http://") + QString::fromStdString(m_host->httpAddress().toString()));
}

QString EmbeddedGateway::token() const {
  return m_host ? QString::fromStdString(m_host->portalToken()) : QString();
}

void EmbeddedGateway::setDemonstration(int cars) {
  if (cars > 0 && !m_host) {
    emit demonstrationFailed(
        tr("A demonstration fleet drives through the gateway on this computer, and that does not run."));
    return;
  }
  m_fleetTimer.stop();
  const bool wasRunning = std::exchange(m_fleet, nullptr) != nullptr;
  if (cars > 0) {
    sim::FleetOptions options;
    options.mqtt = m_host->mqttAddress();
    options.cars = static_cast<std::size_t>(cars);
    options.idPrefix = "demo-";
    options.rate = kMessagesPerSecondAndCar;
    options.provisioning = sim::ProvisioningTarget{m_host->httpAddress(), m_host->portalToken()};
    options.threads = 1;
    m_fleet = std::make_unique<sim::FleetRun>();
    if (auto started = m_fleet->start(std::move(options)); !started) {
      m_fleet.reset();
      emit demonstrationFailed(QString::fromStdString(started.error().message()));
    } else {
      m_fleetTimer.start();
    }
  }
  if (wasRunning != isDemonstrating()) emit demonstrationChanged(isDemonstrating());
}

void EmbeddedGateway::watchDemonstration() {
  const sim::FleetSnapshot snapshot = m_fleet->snapshot();
  if (snapshot.phase != sim::FleetPhase::failed) return;
  emit demonstrationFailed(tr("The demonstration fleet stopped. %1").arg(QString::fromStdString(snapshot.problem)));
  setDemonstration(0);
}

}  // namespace carport
