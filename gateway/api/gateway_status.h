#pragma once

#include "gateway/base/clock.h"

#include <cstdint>
#include <string>

namespace carport::api {

/// What the Gateway page and the status line show.
struct GatewayStatus {
  std::string version;
  std::string mqttAddress;  ///< HOST:PORT to give to cars
  std::string httpAddress;
  std::string dataFolder;  ///< empty for callers who may not administer
  TimePoint startedAt{};
  TimePoint now{};
  std::uint64_t cars = 0;              ///< registered
  std::uint64_t connections = 0;       ///< MQTT connections open now
  std::uint64_t messagesReceived = 0;  ///< since the start
  std::uint64_t samplesStored = 0;     ///< since the start
  double messagesPerSecond = 0;        ///< over the last few seconds
  std::uint64_t shedMessages = 0;     ///< received, QoS 0, dropped because the storage did not keep up, since the start
  std::uint64_t shedDeliveries = 0;   ///< not delivered to subscribers that did not keep up, since the start
  std::uint64_t refusedMessages = 0;  ///< unreadable or not permitted, since the start
  double commitLatencyMs = 0;         ///< median of the latest group commits
  std::uint64_t queuedBatches = 0;    ///< waiting for the storage writer
  std::uint64_t storedBytes = 0;      ///< size of the data folder's databases
  std::uint64_t freeBytes = 0;        ///< left on that disk
  bool draining = false;              ///< MQTT clients are let go, or have been; see DrainState
  std::string trouble;  ///< a sentence while something is wrong (disk full, read-only …); otherwise empty
};

}  // namespace carport::api
