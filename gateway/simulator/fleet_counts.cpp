#include "gateway/simulator/fleet_counts.h"

namespace carport::sim {

void FleetCounts::add(const FleetCounts& other) {
  cars += other.cars;
  settled += other.settled;
  finished += other.finished;
  connected += other.connected;
  heard += other.heard;
  reconnects += other.reconnects;
  broken += other.broken;
  refused += other.refused;
  sent += other.sent;
  acknowledged += other.acknowledged;
  acknowledgedInTime += other.acknowledgedInTime;
  otherSent += other.otherSent;
  otherAcknowledged += other.otherAcknowledged;
  repeated += other.repeated;
  unacknowledged += other.unacknowledged;
  skipped += other.skipped;
  bytesSent += other.bytesSent;
  commands += other.commands;
  latency.merge(other.latency);
  if (!other.lastProblem.empty()) lastProblem = other.lastProblem;
}

}  // namespace carport::sim
