#pragma once

#include "gateway/api/metric_names.h"
#include "gateway/base/clock.h"
#include "gateway/base/endpoint.h"
#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "gateway/domain/credentials.h"
#include "gateway/domain/durable_log.h"
#include "gateway/domain/registry.h"
#include "gateway/server/links.h"
#include "gateway/server/mqtt/mqtt_limits.h"
#include "gateway/server/mqtt/mqtt_transport.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

class PasswordChecker;
class TlsContext;

/// What the MQTT side works with; everything lives longer than it does.
struct MqttFrontParts {
  const Registry& registry;
  DurableLog& durableLog;
  ControlLink& control;
  PasswordChecker& passwords;
  const SecretKey& secretKey;
  MetricNames& names;
  const Clock& clock;
  Log log;
  std::string anonymous;  ///< id of the principal that clients without any credentials are; empty: they are refused
};

/// The MQTT side of the gateway: N I/O threads, each with its own connections (MqttShard). Owner: Gateway. Its
/// functions are called from the owner's thread, those of MqttLink from any.
class MqttFront final : public MqttLink {
 public:
  /// `ioThreads` 0 takes one less than there are cores, at least one.
  MqttFront(MqttFrontParts parts, MqttLimits limits, std::size_t ioThreads);
  /// Stops.
  ~MqttFront() override;

  /// Opens a port; before start(), once for each transport. With `mayMove` the next free one where it is taken. Returns
  /// where it listens.
  Result<Endpoint> listen(MqttTransport transport, const Endpoint& wanted, bool mayMove);
  /// What new TLS connections are made from; before start() where there are any, and again whenever it changes.
  void useTls(std::shared_ptr<const TlsContext> tls);
  /// Starts the threads and accepts. `retained` and `sessions` are what the storage kept, `newestConnection` the highest
  /// number of a connection there.
  void start(std::vector<RetainedMessage> retained, const StoredSessions& sessions, std::int64_t newestConnection);
  /// Accepts no more, sends what waits to the disk, waits for it at most MqttLimits::drainTimeout, acknowledges, closes
  /// and joins. Safe to call twice.
  void stop();

  void deliverCommand(api::Command command, std::string carId) override;
  void registryChanged() override;
  MqttCounters counters() const override;
  void rawMessages(RawWish wish, std::function<void(RawAnswer)> done) override;
  void drain(DrainOrder order) override;
  void resume(std::function<void(Result<void>)> done) override;
  DeviceDoor& deviceDoor() override;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace carport
