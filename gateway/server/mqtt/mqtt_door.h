#pragma once

#include "gateway/api/connection.h"
#include "gateway/server/device_door.h"
#include "gateway/server/mqtt/log_throttle.h"

namespace carport {

struct MqttContext;

/// What DeviceDoor promises, by the means of the MQTT side: its sign-in with its guard, its I/O threads. A car's
/// messages go to one I/O thread, so that its new names are counted in one place. Owner: MqttFront. take(): any thread;
/// signIn(): one thread.
class MqttDoor final : public DeviceDoor {
 public:
  explicit MqttDoor(MqttContext& context) : m_context(context) {}

  DoorSignIn signIn(const std::string& id, const std::string& secret, const std::string& address, bool counts) override;
  bool take(DoorMessage message, Done done) override;

 private:
  void logRefused(const std::string& id, const std::string& address, const std::string& why);
  /// Where nobody has this id, nothing is counted.
  void countRefused(const std::string& id, const std::string& address, api::AttemptKind kind);

  MqttContext& m_context;
  LogThrottle m_throttle;
};

}  // namespace carport
