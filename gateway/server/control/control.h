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
#include "gateway/server/operations/operations_settings.h"
#include "gateway/server/password_checker.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace carport {

class TlsContext;

/// What a gateway says about itself.
struct GatewayIdentity {
  std::string version;     ///< of the program, "0.1.0"
  std::string dataFolder;  ///< shown to administrators
};

/// What the control thread works with. All of it lives longer than Control; `passwords` must be destroyed after
/// Control::stop() has returned, and so must `durableLog` and `readers` (their callbacks may come late, and do
/// nothing).
struct ControlParts {
  DurableLog& durableLog;
  ReaderPool& readers;
  RegistryStore& registryStore;  ///< for polling; used by Control alone
  Registry& registry;            ///< Control fills it and keeps it up
  const MetricNames& names;
  const Clock& clock;
  const SecretKey& secretKey;
  PasswordChecker& passwords;
  std::shared_ptr<RecentLog> recentLog;  ///< for `GET /log`; may be null
  Log log;
  GatewayIdentity identity;
  OperationsSettings operations{};
  std::uint32_t auditDays = 0;             ///< how long entries of the audit log are kept; 0: for ever
  std::vector<std::string> corsOrigins{};  ///< pages of these may use the API in a browser; see CrossOrigin
  bool nitrogenSignUp = false;             ///< anybody may become a user by /api/v1
};

/// The gateway's control thread: follows the registry, knows what every car is doing, carries commands, and serves the
/// HTTP and WebSocket API. Owner: the gateway. One thread of its own with its own io_context; the public functions may
/// be called from any thread, start() before all others.
class Control final : public ControlLink {
 public:
  explicit Control(ControlParts parts);
  /// As stop().
  ~Control() override;

  /// Fills the registry, restores live states and open commands, then starts the thread. Blocks until the registry is
  /// ready for sign-ins; fails where the store cannot be read.
  Result<void> start();
  /// Listens for HTTP. With `mayMove`, takes the next free port where the wanted one is in use. Returns the address
  /// that it listens on. Loopback or not is the caller's decision. At most once.
  Result<Endpoint> listenHttp(const Endpoint& endpoint, bool mayMove);
  /// The same with TLS; useTls() first.
  Result<Endpoint> listenHttps(const Endpoint& endpoint, bool mayMove);
  /// What new TLS connections are made from; again whenever it changes.
  void useTls(std::shared_ptr<const TlsContext> tls);
  /// Tells whom to send commands and news of the registry to; `mqttAddress` is what the Gateway page shows.
  void attach(MqttLink& mqtt, const Endpoint& mqttAddress);
  /// As POST /gateway/drain with `thenEnd`.
  void drain(std::chrono::seconds period);
  /// Stops listening, tells live clients, ends the thread. The attached MqttLink is not touched after it has returned.
  /// Safe to call twice.
  void stop();

  void samplesCommitted(std::shared_ptr<const SampleBatch> samples) override;
  void eventsCommitted(std::vector<api::Event> events) override;
  void fieldsRefused(PrincipalNumber car, std::vector<api::Refusal> refusals) override;
  void carConnected(PrincipalNumber car, bool connected) override;
  void carReadyForCommands(PrincipalNumber car) override;
  void commandSent(PrincipalNumber car, std::string commandId) override;
  void commandReceived(PrincipalNumber car, std::string commandId) override;
  void commandReplied(PrincipalNumber car, std::string commandId, std::string payload, DurableLog::Done done) override;
  void commandRequested(PrincipalNumber by, PrincipalNumber car, std::string payload, DurableLog::Done done) override;
  void nitrogenPublished(PrincipalNumber by, std::string address, std::string payload, DurableLog::Done done) override;
  void nitrogenSubscribed(NitrogenSubscription subscription) override;
  void nitrogenUnsubscribed(std::uint64_t number) override;
  void registryMayHaveChanged(std::function<void()> afterPoll) override;
  void deviceWantsIn(std::string id, std::string password, std::string address,
                     std::function<void(bool isBusy)> done) override;
  void tokenUsed(std::int64_t token, std::string address) override;
  void attemptRefused(api::AuditEntry entry) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace carport
