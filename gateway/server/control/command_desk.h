#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/domain/command_book.h"
#include "gateway/domain/durable_log.h"
#include "gateway/domain/registry.h"
#include "gateway/server/control/control_port.h"
#include "gateway/server/links.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace carport {

/// Carries commands: every change of a command is on disk before anybody is told of it or the car is given it.
/// Owner: Control; its thread.
class CommandDesk {
 public:
  using Done = std::function<void(const Result<api::Command>&)>;
  /// Told of every change that is on disk.
  using Changed = std::function<void(const api::Command&)>;

  CommandDesk(DurableLog& durableLog, const Registry& registry, const Clock& clock, std::shared_ptr<ControlPort> port,
              Log log);

  void onChanged(Changed changed) { m_changed = std::move(changed); }
  void attach(MqttLink* mqtt) { m_mqtt = mqtt; }
  void restore(std::vector<api::Command> open) { m_book.restore(std::move(open)); }

  /// `done` is called on the control thread, once the command is on disk or with why it is not. `act` says who and from
  /// where for the audit log.
  void create(PrincipalNumber car, PrincipalNumber by, std::string name, std::string arguments,
              std::optional<TimePoint> expiresAt, Act act, Done done);
  void cancel(const std::string& id, Act act, Done done);

  void carReady(PrincipalNumber car);
  void sent(const std::string& id);
  void received(PrincipalNumber car, const std::string& id);
  void replied(PrincipalNumber car, const std::string& id, const std::string& payload, const DurableLog::Done& done);
  /// A command that came as an MQTT message, JSON {"name","arguments"?,"expiresAt"?}.
  void requested(PrincipalNumber by, PrincipalNumber car, const std::string& payload, const DurableLog::Done& done);

  /// Ends what has expired and stores again what could not be stored; call a few times a second.
  void tick();

  /// The command as it is now, where it is not final yet.
  const api::Command* find(const std::string& id) const { return m_book.find(id); }

 private:
  void save(api::Command command, Done done, std::optional<Act> act = {});
  void saved(const api::Command& command, const Result<void>& result, const Done& done);
  void deliver(const api::Command& command);

  CommandBook m_book;
  DurableLog& m_durableLog;
  const Registry& m_registry;
  const Clock& m_clock;
  std::shared_ptr<ControlPort> m_port;
  Log m_log;
  Changed m_changed;
  MqttLink* m_mqtt = nullptr;
  std::unordered_set<std::string> m_beingCreated;           // not on disk yet: not to be delivered
  std::unordered_map<std::string, api::Command> m_unsaved;  // newest state of what could not be stored
};

}  // namespace carport
