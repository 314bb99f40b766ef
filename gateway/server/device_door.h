#pragma once

#include "gateway/api/principal.h"
#include "gateway/base/result.h"
#include "gateway/protocol/payload/refusal_report.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// Which of a car's topics it would be over MQTT.
enum class DoorKind : std::uint8_t { telemetry, event };

/// What a device sent by another door than MQTT, once the rules have let it through.
struct DoorMessage {
  PrincipalNumber car;
  std::string carId;
  DoorKind kind = DoorKind::telemetry;
  /// JSON text as the topic carries it; events also as an array of them (payload::kMaxEventsPerPayload).
  std::string payload;
  std::uint8_t organisationBytes = 0;  ///< the car's: whose subscribers get it
};

/// What came of it.
struct DoorReceipt {
  std::size_t taken = 0;  ///< samples or events that are on disk
  payload::RefusalReport refused;
};

/// Why a device was not let in.
enum class DoorRefusal : std::uint8_t {
  none,
  wrong,      ///< nobody has this id, it is no device's, or the secret is wrong: all the same to whoever asks
  blocked,    ///< proven, but blocked
  throttled,  ///< too many wrong tries before this one: not even looked at
};
struct DoorSignIn {
  std::optional<api::Principal> device;
  DoorRefusal refusal = DoorRefusal::none;
};

/// Where every door but MQTT's own leads: from here on a message goes the way of an MQTT message of QoS 1, into the
/// same batches, to the same subscribers. Implemented by the MQTT side. Any thread.
class DeviceDoor {
 public:
  /// Called once, on any thread, when the message is on disk and its subscribers have it, or with why it is not:
  /// ErrorKind::full and unavailable mean that the same message may be sent again later.
  using Done = std::function<void(Result<DoorReceipt>)>;

  virtual ~DeviceDoor() = default;

  /// Proves who a device is, at the price and within the limits of signing in over MQTT. `address` is the client's,
  /// without port. A wrong try is counted where `counts`: not where the caller first looks whether the registry has
  /// changed.
  virtual DoorSignIn signIn(const std::string& id, const std::string& secret, const std::string& address,
                            bool counts) = 0;
  /// Takes the message in. False where too much waits already: then `done` is never called.
  virtual bool take(DoorMessage message, Done done) = 0;
};

}  // namespace carport
