#pragma once

#include "gateway/base/result.h"
#include "gateway/simulator/fleet_listener.h"
#include "gateway/simulator/fleet_run.h"

#include <filesystem>
#include <string>

namespace carport::sim {

/// How a run went, as JSON: sent, acknowledged, of them in time (before sending ended), lost, latencyMs {p50, p90, p99,
/// max}, rates, refused, reconnects, and a series of points over time.
std::string reportJson(const FleetSnapshot& snapshot, const FleetOptions& options);
Result<void> writeReport(const std::filesystem::path& file, const FleetSnapshot& snapshot, const FleetOptions& options);
/// The same in a few lines for a person.
std::string reportText(const FleetSnapshot& snapshot);
/// One line while it runs.
std::string progressText(const FleetSnapshot& snapshot);

/// What a listener counted, as JSON: received, duplicates, perSecond (from the first message to the last), latencyMs.
std::string listenJson(const ListenCounts& counts, const ListenOptions& options);
Result<void> writeListenReport(const std::filesystem::path& file, const ListenCounts& counts,
                               const ListenOptions& options);
std::string listenText(const ListenCounts& counts);

}  // namespace carport::sim
