#include "app/carport/embedded_gateway.h"

#include "app/embedded/platform_folders.h"
#include "gateway/base/open_files.h"
#include "gateway/simulator/town.h"

#include <QMetaObject>

#include <filesystem>
#include <system_error>
#include <utility>

namespace carport {

namespace {
constexpr int kLookAfterFleetEveryMs = 1'000;
constexpr double kMessagesPerSecondAndCar = 1;
constexpr std::size_t kOtherFiles = 200;              // of the window, the store and the portal's own connections
constexpr double kDemonstrationBegins = 9.75 * 3600;  // of the cars' day, when most of them are under way

/// Writes the town into the data folder unless it is there. Returns its file.
Result<std::filesystem::path> townIn(const std::filesystem::path& dataFolder) {
  const std::filesystem::path folder = dataFolder / "demonstration";
  const std::filesystem::path file = folder / ("town-" + std::to_string(sim::TownPlan::kVersion) + ".osm.pbf");
  std::error_code problem;
  if (std::filesystem::is_regular_file(file, problem)) return file;
  std::filesystem::create_directories(folder, problem);
  if (const auto written = sim::writeOsmExtract(sim::makeTown({}), file); !written) return failFrom(written);
  return file;
}
}  // namespace

EmbeddedGateway::EmbeddedGateway(Settings settings, QObject* parent)
    : LocalGateway(parent), m_settings(std::move(settings)), m_log(Log::toStandardError(LogLevel::info, m_recentLog)) {
  m_fleetTimer.setInterval(kLookAfterFleetEveryMs);
  connect(&m_fleetTimer, &QTimer::timeout, this, &EmbeddedGateway::watchDemonstration);
}

EmbeddedGateway::~EmbeddedGateway() {
  if (m_starter.joinable()) m_starter.join();
  if (m_townMaker.joinable()) m_townMaker.join();
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
  m_fleet.reset();
  const bool was = isDemonstrating();
  m_demonstrationCars = cars;
  if (was != isDemonstrating()) emit demonstrationChanged(isDemonstrating());
  if (cars <= 0) return;
  m_settings.streets.isEmpty() ? makeTown() : startFleet(m_settings.streets);
}

void EmbeddedGateway::makeTown() {
  if (m_townMaker.joinable()) return;  // under way; its end starts the fleet
  m_townMaker = std::thread([this, folder = m_host->dataFolder()] {
    auto file = std::make_shared<Result<std::filesystem::path>>(townIn(folder));
    QMetaObject::invokeMethod(
        this,
        [this, file] {
          m_townMaker.join();
          if (!isDemonstrating()) return;
          if (*file) {
            const QString town = QString::fromStdU16String((*file)->u16string());
            emit streetsAvailable(town);
            startFleet(town);
            return;
          }
          emit demonstrationFailed(QString::fromStdString(file->error().message()));
          setDemonstration(0);
        },
        Qt::QueuedConnection);
  });
}

void EmbeddedGateway::startFleet(const QString& streets) {
  // Both ends of each connection are in this program.
  const auto needed = 2 * static_cast<std::size_t>(m_demonstrationCars) + kOtherFiles;
  if (const auto most = raiseOpenFileLimit(); needed > most) {
    emit demonstrationFailed(tr("%1 cars need %2 open files, and the system allows %3. Drive fewer cars, or raise the "
                                "hard limit (ulimit -Hn).")
                                 .arg(m_demonstrationCars)
                                 .arg(needed)
                                 .arg(most));
    setDemonstration(0);
    return;
  }
  sim::FleetOptions options;
  options.mqtt = m_host->mqttAddress();
  options.cars = static_cast<std::size_t>(m_demonstrationCars);
  options.idPrefix = "demo-";
  options.rate = kMessagesPerSecondAndCar;
  options.streets = streets.toStdU16String();
  options.secondOfDay = kDemonstrationBegins;
  options.faults = sim::FaultOptions::preset(m_settings.faults.toStdString()).value_or(sim::FaultOptions());
  options.historyHours = m_settings.historyHours;
  options.provisioning = sim::ProvisioningTarget{m_host->httpAddress(), m_host->portalToken()};
  options.threads = 1;
  m_fleet = std::make_unique<sim::FleetRun>();
  if (auto started = m_fleet->start(std::move(options)); !started) {
    emit demonstrationFailed(QString::fromStdString(started.error().message()));
    setDemonstration(0);
    return;
  }
  m_fleetTimer.start();
}

void EmbeddedGateway::watchDemonstration() {
  const sim::FleetSnapshot snapshot = m_fleet->snapshot();
  if (snapshot.phase != sim::FleetPhase::failed) return;
  emit demonstrationFailed(tr("The demonstration fleet stopped. %1").arg(QString::fromStdString(snapshot.problem)));
  setDemonstration(0);
}

}  // namespace carport
