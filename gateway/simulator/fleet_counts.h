#pragma once

#include "gateway/simulator/latency_histogram.h"

#include <cstdint>
#include <string>

namespace carport::sim {

/// What the cars of one worker have done since the start. A value; each worker owns one.
struct FleetCounts {
  std::uint64_t cars = 0;
  std::uint64_t settled = 0;    ///< cars that were let in or turned away at least once
  std::uint64_t finished = 0;   ///< cars whose recording has ended
  std::uint64_t connected = 0;  ///< now
  std::uint64_t heard = 0;      ///< of them, those who got an acknowledgement on this connection
  std::uint64_t reconnects = 0;
  std::uint64_t broken = 0;              ///< connections that ended without being asked to
  std::uint64_t refused = 0;             ///< sign-ins that the gateway turned away
  std::uint64_t sent = 0;                ///< telemetry messages, repetitions not counted
  std::uint64_t acknowledged = 0;        ///< of them, QoS 1 and 2
  std::uint64_t acknowledgedInTime = 0;  ///< of them, before sending ended
  std::uint64_t otherSent = 0;           ///< events and replies, always QoS 1
  std::uint64_t otherAcknowledged = 0;   ///< of them
  std::uint64_t repeated = 0;            ///< messages sent again after a reconnect
  std::uint64_t unacknowledged = 0;      ///< QoS 1 and 2 messages under way
  std::uint64_t skipped = 0;             ///< telemetry left out because its time had passed
  std::uint64_t bytesSent = 0;           ///< payload of telemetry
  std::uint64_t commands = 0;            ///< received
  LatencyHistogram latency;              ///< from first sending to PUBACK, telemetry
  std::string lastProblem;               ///< the newest sentence about a connection; may be empty

  void add(const FleetCounts& other);
};

}  // namespace carport::sim
