#pragma once

#include "gateway/api/metric_names.h"
#include "gateway/base/clock.h"
#include "gateway/base/endpoint.h"
#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "gateway/domain/credentials.h"
#include "gateway/domain/durable_log.h"
#include "gateway/domain/history_reader.h"
#include "gateway/domain/registry.h"
#include "gateway/domain/registry_store.h"
#include "gateway/server/links.h"
#include "gateway/server/mqtt/mqtt_limits.h"
#include "gateway/server/operations/operations_settings.h"
#include "gateway/transport/tls_files.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// A port to listen on.
struct ListenAt {
  Endpoint endpoint;     ///< port 0 takes a free one
  bool mayMove = false;  ///< the next free port will do where this one is taken; false where a person chose it
};

/// Why a port without TLS may not listen here, where that is so: others could reach it. Empty where it may.
std::string whyInsecure(std::string_view what, const Endpoint& endpoint);

struct GatewayConfig {
  ListenAt mqtt{{"127.0.0.1", 1883}, true};
  ListenAt http{{"127.0.0.1", 8080}, true};
  std::optional<ListenAt> mqtts;  ///< MQTT over TLS
  std::optional<ListenAt> ws;     ///< MQTT over WebSocket
  std::optional<ListenAt> wss;    ///< MQTT over WebSocket over TLS
  std::optional<ListenAt> https;  ///< the API and the live feed over TLS
  TlsFiles tls;                   ///< needed by mqtts, wss and https
  /// Whether ports without TLS may be reached from other machines; where not, such a port is refused.
  bool insecureListen = false;
  std::size_t ioThreads = 0;  ///< of the MQTT side; 0: one less than cores
  MqttLimits mqttLimits;
  /// Id of the principal that MQTT clients without user name, password and certificate are; empty: they are refused.
  std::string anonymous;
  std::uint32_t auditDays = 0;  ///< how long entries of the audit log are kept; 0: for ever
  bool nitrogenSignUp = false;  ///< anybody may become a user by /api/v1
  OperationsSettings operations;
  std::vector<std::string> corsOrigins;  ///< pages of these may use the API in a browser; each has passed checkOrigin()
  std::string version;     ///< the program's, as /health and the Gateway page show it
  std::string dataFolder;  ///< its path, as the Gateway page shows it to administrators
};

/// What a gateway works with; everything lives longer than it does. Ports only: the caller chose the storage.
struct GatewayParts {
  DurableLog& durableLog;
  ReaderPool& readers;
  HistoryReader& startReader;    ///< used only inside Gateway::start(), on the caller's thread
  RegistryStore& registryStore;  ///< the gateway's own; used by start() and then by the control thread alone
  const SecretKey& secretKey;
  MetricNames& names;
  const Clock& clock;
  Log log;
  std::shared_ptr<RecentLog> recentLog;  ///< what GET /log shows; may be null
};

/// The server, whole: registry, MQTT, control thread, HTTP and live feed. Owner: the program (carportd, carport, a
/// test). Thread: the one that starts it also stops it; it runs on threads of its own.
class Gateway {
 public:
  /// Loads what is stored, opens the ports and serves. Fails with a sentence where a port cannot be had or the data
  /// cannot be read; then nothing runs.
  static Result<std::unique_ptr<Gateway>> start(GatewayConfig config, GatewayParts parts);
  /// Stops.
  ~Gateway();

  /// Where it listens, with the port that was taken.
  const Endpoint& mqttAddress() const;
  const Endpoint& httpAddress() const;
  const std::optional<Endpoint>& mqttsAddress() const;
  const std::optional<Endpoint>& wsAddress() const;
  const std::optional<Endpoint>& wssAddress() const;
  const std::optional<Endpoint>& httpsAddress() const;
  /// The registry as the gateway sees it now; for programs that embed one. Any thread.
  const Registry& registry() const;
  /// The MQTT side's. Any thread.
  MqttCounters counters() const;

  /// Call every few seconds: takes new TLS certificates once their files have changed, and warns of those that end
  /// soon. Reads files; from the owner's thread.
  void lookAfterCertificates();
  /// Reads the TLS certificates again now. False where there are none, or the new ones cannot be used (the log says
  /// why, and the old ones stay). From the owner's thread.
  bool reloadCertificates();

  /// Takes no new clients and lets those that are here go over `period`, at most api::DrainWish::kMostSeconds; then
  /// OperationsSettings::end is called. From the owner's thread.
  void drain(std::chrono::seconds period);

  /// Accepts no more, brings what it took in to the disk, acknowledges it, closes everything, joins its threads.
  /// Safe to call twice.
  void stop();

 private:
  struct Impl;
  explicit Gateway(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

}  // namespace carport
