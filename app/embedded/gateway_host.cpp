#include "app/embedded/gateway_host.h"

#include "app/embedded/portal_token.h"
#include "app/embedded/serving_address.h"
#include "gateway/base/open_files.h"
#include "gateway/domain/credentials.h"
#include "gateway/storage/data_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace carport {

namespace {

/// Files and sockets for everything but cars: databases, portals, connections that are just closing.
constexpr std::size_t kLeastOtherFiles = 200;
constexpr std::size_t kMostOtherFiles = 1'500;
/// With fewer a fleet of any size may not find room.
constexpr std::size_t kFewFiles = 20'000;

/// Returns how many cars can be connected at once.
std::size_t raiseFileLimit(const Log& log) {
  const auto files = raiseOpenFileLimit();
  const auto others = std::clamp(files / 8, kLeastOtherFiles, kMostOtherFiles);
  const auto cars = files > others ? files - others : 1;
  if (files >= kFewFiles) return cars;
  log.warning(
      fmt::format("The system allows this program {} open files, so about {} cars can be connected at once. For more, "
                  "raise the hard limit (`ulimit -Hn`, or LimitNOFILE= of its systemd unit)",
                  files, cars));
  return cars;
}

}  // namespace

/// In the order in which the parts are made; they go in the reverse.
struct GatewayHost::Impl {
  const Clock& clock;
  Log log;
  MetricNames names;
  std::optional<DataFolder> folder;
  std::optional<FileLock> lock;
  std::optional<FirstAdministrator> firstAdministrator;
  std::string portalToken;
  std::unique_ptr<DurableLog> writer;
  std::unique_ptr<ReaderPool> readers;
  std::unique_ptr<HistoryReader> startReader;
  std::unique_ptr<RegistryStore> registry;
  std::unique_ptr<Gateway> gateway;
  Endpoint mqttAddress, httpAddress;
  std::optional<Endpoint> mqttsAddress, wsAddress, wssAddress, httpsAddress;

  Impl(const Clock& hostClock, Log hostLog) : clock(hostClock), log(std::move(hostLog)) {}

  Result<void> openStorage(const GatewayHostConfig& config);
  Result<void> startThreads(std::size_t readerThreads);
  Result<void> startGateway(GatewayConfig config, std::shared_ptr<RecentLog> recentLog);
};

Result<void> GatewayHost::Impl::openStorage(const GatewayHostConfig& config) {
  if (auto ready = initCryptography(); !ready) return ready;
  auto opened = DataFolder::open(config.dataFolder, StorageContext{names, clock, log.as("storage")});
  if (!opened) return failFrom(opened);
  folder.emplace(std::move(*opened));
  auto locked = folder->lockForServing();
  if (!locked) return failFrom(locked);
  lock.emplace(std::move(*locked));

  auto store = folder->openRegistry();
  if (!store) return failFrom(store);
  registry = std::move(*store);
  auto administrator = ensureAdministrator(*registry);
  if (!administrator) return failFrom(administrator);
  firstAdministrator = std::move(*administrator);
  if (config.makePortalToken) {
    auto token = makePortalToken(*registry, clock.now());
    if (!token) return failFrom(token);
    portalToken = std::move(*token);
  }
  return {};
}

Result<void> GatewayHost::Impl::startThreads(std::size_t readerThreads) {
  auto reader = folder->openReader();
  if (!reader) return failFrom(reader);
  startReader = std::move(*reader);
  auto startedWriter = folder->startWriter();
  if (!startedWriter) return failFrom(startedWriter);
  writer = std::move(*startedWriter);
  auto startedReaders = folder->startReaders(readerThreads);
  if (!startedReaders) return failFrom(startedReaders);
  readers = std::move(*startedReaders);
  return {};
}

Result<void> GatewayHost::Impl::startGateway(GatewayConfig config, std::shared_ptr<RecentLog> recentLog) {
  config.dataFolder = folder->path().string();
  removeServingAddress(folder->path());  // of one that was killed
  auto started =
      Gateway::start(std::move(config), GatewayParts{*writer, *readers, *startReader, *registry, folder->secretKey(),
                                                     names, clock, log, std::move(recentLog)});
  if (!started) return failFrom(started);
  gateway = std::move(*started);
  startReader.reset();
  mqttAddress = gateway->mqttAddress();
  httpAddress = gateway->httpAddress();
  mqttsAddress = gateway->mqttsAddress();
  wsAddress = gateway->wsAddress();
  wssAddress = gateway->wssAddress();
  httpsAddress = gateway->httpsAddress();
  return writeServingAddress(folder->path(), httpAddress);
}

Result<std::unique_ptr<GatewayHost>> GatewayHost::start(GatewayHostConfig config, const Clock& clock, Log log,
                                                        std::shared_ptr<RecentLog> recentLog) {
  // Clients must not use up the files that the storage needs.
  auto& most = config.gateway.mqttLimits.maxConnections;
  most = std::min(most, raiseFileLimit(log.as("gateway")));
  auto impl = std::make_unique<Impl>(clock, std::move(log));
  if (auto opened = impl->openStorage(config); !opened) return failFrom(opened);
  if (auto started = impl->startThreads(config.readerThreads); !started) return failFrom(started);
  if (auto started = impl->startGateway(std::move(config.gateway), std::move(recentLog)); !started) {
    return failFrom(started);
  }
  return std::unique_ptr<GatewayHost>(new GatewayHost(std::move(impl)));
}

GatewayHost::GatewayHost(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
GatewayHost::~GatewayHost() {
  stop();
}

Endpoint GatewayHost::mqttAddress() const {
  return m_impl->mqttAddress;
}
Endpoint GatewayHost::httpAddress() const {
  return m_impl->httpAddress;
}
std::optional<Endpoint> GatewayHost::mqttsAddress() const {
  return m_impl->mqttsAddress;
}
std::optional<Endpoint> GatewayHost::wsAddress() const {
  return m_impl->wsAddress;
}
std::optional<Endpoint> GatewayHost::wssAddress() const {
  return m_impl->wssAddress;
}
std::optional<Endpoint> GatewayHost::httpsAddress() const {
  return m_impl->httpsAddress;
}
std::filesystem::path GatewayHost::dataFolder() const {
  return m_impl->folder->path();
}
const std::optional<FirstAdministrator>& GatewayHost::firstAdministrator() const {
  return m_impl->firstAdministrator;
}
const std::string& GatewayHost::portalToken() const {
  return m_impl->portalToken;
}

void GatewayHost::lookAfterCertificates() {
  if (m_impl->gateway) m_impl->gateway->lookAfterCertificates();
}

bool GatewayHost::reloadCertificates() {
  return m_impl->gateway && m_impl->gateway->reloadCertificates();
}

void GatewayHost::drain(std::chrono::seconds period) {
  if (m_impl->gateway) m_impl->gateway->drain(period);
}

void GatewayHost::stop() {
  if (!m_impl->gateway) return;
  m_impl->gateway->stop();
  removeServingAddress(m_impl->folder->path());
  if (!m_impl->portalToken.empty()) {
    if (auto removed = removePortalTokens(*m_impl->registry); !removed) {
      m_impl->log.as("host").warning("The window's token was not taken away and ends by itself",
                                     {{"reason", removed.error().message()}});
    }
  }
  m_impl->gateway.reset();
  m_impl->readers.reset();
  m_impl->writer.reset();
}

}  // namespace carport
