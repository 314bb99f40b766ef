#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/process_figures.h"
#include "gateway/domain/durable_log.h"
#include "gateway/server/links.h"
#include "gateway/server/operations/http_tally.h"

#include <cstdint>
#include <string>

namespace carport {

/// A queue as it is now.
struct QueueFigures {
  std::uint64_t waiting = 0;
  std::uint64_t limit = 0;
  std::uint64_t refused = 0;  ///< since the start
};

/// Everything that /metrics tells, read once. A value.
struct GatewayFigures {
  std::string version;
  TimePoint startedAt{};
  bool isReady = false;
  bool isDraining = false;
  std::uint64_t cars = 0;  ///< registered
  ProcessFigures process;
  MqttCounters mqtt;
  WriterStatus storage;
  DiskLevel disk = DiskLevel::plenty;
  HttpTally::Figures http;
  std::uint64_t httpConnections = 0;
  std::uint64_t maxHttpConnections = 0;
  std::uint64_t liveClients = 0;
  std::uint64_t maxLiveClients = 0;
  QueueFigures control;
  QueueFigures passwords;
};

/// The figures in Prometheus' text format, version 0.0.4. docs/operations.md lists them. Labels have a fixed set of
/// values each: never one a car, a person or an address.
std::string metricsText(const GatewayFigures& figures);

}  // namespace carport
