#pragma once

#include "gateway/server/control/audit_desk.h"
#include "gateway/server/control/command_desk.h"
#include "gateway/server/control/control.h"
#include "gateway/server/control/control_port.h"
#include "gateway/server/control/live_hub.h"
#include "gateway/server/control/registry_follower.h"
#include "gateway/server/control/statistics.h"
#include "gateway/server/control/token_uses.h"
#include "gateway/server/operations/operations_desk.h"

#include <memory>

namespace carport {

class DeviceDoor;
class LiveStates;

/// What handlers work with; all of it belongs to Control and lives as long as it does. The control thread.
struct ControlContext {
  ControlParts& parts;
  LiveStates& states;
  CommandDesk& commands;
  RegistryFollower& follower;
  Statistics& statistics;
  LiveHub& hub;
  OperationsDesk& operations;
  std::shared_ptr<ControlPort> port;
  AuditDesk& audit;
  TokenUses& tokenUses;
  DeviceDoor* door = nullptr;  ///< while an MQTT side is attached
};

}  // namespace carport
