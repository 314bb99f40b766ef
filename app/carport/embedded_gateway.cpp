#include "app/carport/embedded_gateway.h"

#include "app/embedded/platform_folders.h"

#include <QMetaObject>

#include <utility>

namespace carport {

namespace {
constexpr int kLookAfterFleetEveryMs = 1'000;
constexpr double kMessagesPerSecondAndCar = 1;
}  // namespace

EmbeddedGateway::EmbeddedGateway(QString dataFolder, int demonstrationCars, QString version, QObject* parent)
    : LocalGateway(parent),
      m_dataFolder(std::move(dataFolder)),
      m_wantedCars(demonstrationCars),
      m_version(std::move(version)),
      m_log(Log::toStandardError(LogLevel::info, m_recentLog)) {
  m_fleetTimer.setInterval(kLookAfterFleetEveryMs);
  connect(&m_fleetTimer, &QTimer::timeout, this, &EmbeddedGateway::watchDemonstration);
}

EmbeddedGateway::~EmbeddedGateway() {
  if (m_starter.joinable()) m_starter.join();
  m_fleet.reset();
  m_host.reset();
}

void EmbeddedGateway::start() {
  m_starter = std::thread([this] {
    auto started = std::make_shared<Started>(startHost());
    QMetaObject::invokeMethod(
        this, [this, started] { onStarted(std::move(*started)); }, Qt::QueuedConnection);
  });
}

EmbeddedGateway::Started EmbeddedGateway::startHost() const {
  GatewayHostConfig config;
  if (m_dataFolder.isEmpty()) {
    auto folder = platformDataFolder();
    if (!folder) return failFrom(folder);
    config.dataFolder = *folder;
  } else {
    config.dataFolder = m_dataFolder.toStdU16String();
  }
  config.gateway.version = m_version.toStdString();
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
  if (const auto& administrator = m_host->firstAdministrator(); administrator && m_wantedCars == 0) {
    emit administratorMade(QString::fromStdString(administrator->id), QString::fromStdString(administrator->password));
  }
  if (m_wantedCars > 0) setDemonstration(m_wantedCars);
}

QUrl EmbeddedGateway::url() const {
  if (!m_host) return {};
  return QUrl(QStringLiteral("http://") + QString::fromStdString(m_host->httpAddress().toString()));
}

QString EmbeddedGateway::token() const {
  return m_host ? QString::fromStdString(m_host->portalToken()) : QString();
}

void EmbeddedGateway::setDemonstration(int cars) {
  m_fleetTimer.stop();
  const bool wasRunning = std::exchange(m_fleet, nullptr) != nullptr;
  if (cars > 0 && m_host) {
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
