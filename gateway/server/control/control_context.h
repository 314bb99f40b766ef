#pragma once

#include "gateway/server/control/command_desk.h"
#include "gateway/server/control/control.h"
#include "gateway/server/control/control_port.h"
#include "gateway/server/control/live_hub.h"
#include "gateway/server/control/registry_follower.h"
#include "gateway/server/control/statistics.h"

#include <memory>

namespace carport {

class LiveStates;

/// What handlers work with; all of it belongs to Control and lives as long as it does. The control thread.
struct ControlContext {
  ControlParts& parts;
  LiveStates& states;
  CommandDesk& commands;
  RegistryFollower& follower;
  Statistics& statistics;
  LiveHub& hub;
  std::shared_ptr<ControlPort> port;
};

}  // namespace carport
