#pragma once

#include "gateway/base/clock.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport::sim {

using Microseconds = std::chrono::microseconds;

/// A message that a car wants to publish below `cars/{id}/`.
struct CarMessage {
  std::string topicEnd;  ///< what follows `cars/{id}/`, for example "telemetry"
  std::string payload;   ///< JSON
  std::int64_t ts = 0;   ///< milliseconds since the epoch, as in the payload
};

/// What a car has to say: a simulated drive or a recording. Owner: the fleet's worker; one thread.
class CarSource {
 public:
  virtual ~CarSource() = default;

  /// When the next telemetry message is due, counted from the start of the run; none once there are no more.
  virtual std::optional<Microseconds> nextDue() const = 0;
  /// The telemetry message that is due, for the wall clock's `now`. Moves on to the next one. `sinceStart` is how far
  /// the run has got: a source that reports the present leaves out what it is too late for.
  virtual CarMessage takeTelemetry(TimePoint now, Microseconds sinceStart) = 0;
  /// How many messages were left out because their time had passed unsent.
  virtual std::uint64_t skipped() const = 0;
  /// Events that the newest telemetry gave rise to.
  virtual std::vector<CarMessage> takeEvents() = 0;
  /// The gateway sent a command (MQTT payload of `cars/{id}/command`).
  virtual void receiveCommand(std::string_view payload, TimePoint now) = 0;
  /// True while replies are still to come.
  virtual bool hasPendingReplies() const = 0;
  /// Replies whose time has come.
  virtual std::vector<CarMessage> takeReplies(TimePoint now) = 0;
};

}  // namespace carport::sim
