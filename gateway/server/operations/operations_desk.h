#pragma once

#include "gateway/api/drain_state.h"
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "gateway/domain/durable_log.h"
#include "gateway/domain/registry.h"
#include "gateway/server/control/control_port.h"
#include "gateway/server/links.h"
#include "gateway/server/operations/gateway_figures.h"
#include "gateway/server/operations/http_tally.h"
#include "gateway/server/operations/operations_settings.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace carport {

class PasswordChecker;

/// What whoever operates the gateway asks of it: is it ready, how is it, let the clients go. Owner: Control; its
/// thread.
class OperationsDesk {
 public:
  /// Live longer than the desk.
  struct Parts {
    const Clock& clock;
    const Registry& registry;
    const DurableLog& durableLog;
    const PasswordChecker& passwords;
    std::shared_ptr<ControlPort> port;
    Log log;
    std::string version;
    OperationsSettings settings;
  };
  /// Adds what only Control knows.
  using AddControlFigures = std::function<void(GatewayFigures&)>;
  using Resumed = std::function<void(Result<void>)>;

  explicit OperationsDesk(Parts parts);

  void attach(MqttLink* mqtt) { m_mqtt = mqtt; }
  void onFigures(AddControlFigures add) { m_addControlFigures = std::move(add); }
  const OperationsSettings& settings() const { return m_parts.settings; }

  /// As carport::obstacles().
  std::string obstacles() const;
  GatewayFigures figures() const;
  /// What the API's calls are counted with.
  HttpTally& http() { return m_http; }

  /// Closes the MQTT ports and lets clients go; asked for again, the new wish holds. Fails where the program is to end
  /// and cannot be asked to.
  Result<void> drain(const api::DrainWish& wish);
  /// Takes clients again; `resumed` is called on the control thread. Fails where a port has been taken meanwhile (then
  /// everything stays as it is), or the program ends already. A drain that is asked for before the answer holds: the
  /// ports are closed again, and drainState() says so.
  void resume(Resumed resumed);
  api::DrainState drainState() const;
  bool isDraining() const { return m_drain.phase != api::DrainPhase::serving; }

  /// Sees whether the last client has gone; call a few times a second.
  void tick();

 private:
  const Parts m_parts;
  const TimePoint m_startedAt;
  MqttLink* m_mqtt = nullptr;
  AddControlFigures m_addControlFigures;
  HttpTally m_http;
  api::DrainState m_drain;     // but for the connections
  std::uint64_t m_drains = 0;  // asked for since the start; the latest order wins over an older one's answer
  bool m_isEnding = false;
};

}  // namespace carport
