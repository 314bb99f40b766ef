#include "app/carport-sim/report.h"

#include "gateway/simulator/sim_errc.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

namespace carport::sim {

namespace {
double rounded(double value) {
  return std::round(value * 1000) / 1000;
}

double milliseconds(std::chrono::microseconds time) {
  return static_cast<double>(time.count()) / 1000;
}

double perSecond(std::uint64_t count, double seconds) {
  return seconds > 0 ? rounded(static_cast<double>(count) / seconds) : 0;
}

nlohmann::ordered_json latencyJson(const LatencyHistogram& latency) {
  return {{"p50", milliseconds(latency.quantile(0.5))},
          {"p90", milliseconds(latency.quantile(0.9))},
          {"p99", milliseconds(latency.quantile(0.99))},
          {"max", milliseconds(latency.max())}};
}

Result<void> writeText(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) return {};
  return fail(SimErrc::fileFailed, fmt::format("The report {} cannot be written. Choose another place", file.string()));
}

std::string dumped(const nlohmann::ordered_json& report) {
  return report.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

nlohmann::ordered_json seriesJson(const FleetSnapshot& snapshot) {
  nlohmann::ordered_json series = nlohmann::ordered_json::array();
  for (const RatePoint& point : snapshot.series) {
    series.push_back({{"atSeconds", rounded(point.atSeconds)},
                      {"sentPerSecond", perSecond(point.sent, point.seconds)},
                      {"acknowledgedPerSecond", perSecond(point.acknowledged, point.seconds)},
                      {"connected", point.connected},
                      {"heard", point.heard}});
  }
  return series;
}
}  // namespace

std::string reportJson(const FleetSnapshot& snapshot, const FleetOptions& options) {
  const FleetCounts& counts = snapshot.counts;
  nlohmann::ordered_json report{
      {"cars", options.cars},
      {"qos", options.qos},
      {"rate", options.rate},
      {"seed", options.seed},
      {"outcome", toText(snapshot.phase)},
      {"connectSeconds", rounded(snapshot.connectSeconds)},
      {"seconds", rounded(snapshot.sendingSeconds)},
      {"sent", counts.sent},
      {"acknowledged", counts.acknowledged},
      {"acknowledgedInTime", counts.acknowledgedInTime},
      {"lost", snapshot.lost()},
      {"repeated", counts.repeated},
      {"skipped", counts.skipped},
      {"eventsAndReplies", {{"sent", counts.otherSent}, {"acknowledged", counts.otherAcknowledged}}},
      {"commands", counts.commands},
      {"refused", counts.refused},
      {"reconnects", counts.reconnects},
      {"brokenConnections", counts.broken},
      {"sentPerSecond", perSecond(counts.sent, snapshot.sendingSeconds)},
      {"acknowledgedPerSecond", perSecond(counts.acknowledgedInTime, snapshot.sendingSeconds)},
      {"payloadBytes", counts.bytesSent},
  };
  if (counts.latency.count() > 0) report["latencyMs"] = latencyJson(counts.latency);
  if (snapshot.sendingSince) report["sendingSinceMs"] = toMs(*snapshot.sendingSince);
  if (!snapshot.problem.empty()) report["problem"] = snapshot.problem;
  report["series"] = seriesJson(snapshot);
  return dumped(report);
}

Result<void> writeReport(const std::filesystem::path& file, const FleetSnapshot& snapshot,
                         const FleetOptions& options) {
  return writeText(file, reportJson(snapshot, options));
}

std::string reportText(const FleetSnapshot& snapshot) {
  const FleetCounts& counts = snapshot.counts;
  std::string text =
      fmt::format("{} sent, {} acknowledged, {} lost in {:.1f} s ({:.0f} a second)", counts.sent, counts.acknowledged,
                  snapshot.lost(), snapshot.sendingSeconds, perSecond(counts.sent, snapshot.sendingSeconds));
  if (counts.latency.count() > 0) {
    text += fmt::format("\nlatency: half within {:.2f} ms, 90 % {:.2f} ms, 99 % {:.2f} ms, longest {:.2f} ms",
                        milliseconds(counts.latency.quantile(0.5)), milliseconds(counts.latency.quantile(0.9)),
                        milliseconds(counts.latency.quantile(0.99)), milliseconds(counts.latency.max()));
  }
  if (counts.refused + counts.reconnects + counts.skipped > 0) {
    text += fmt::format("\n{} sign-ins refused, {} reconnects, {} messages left out because they were late",
                        counts.refused, counts.reconnects, counts.skipped);
  }
  return text;
}

std::string progressText(const FleetSnapshot& snapshot) {
  return fmt::format("{}: {} of {} cars connected, {} sent, {} acknowledged", toText(snapshot.phase),
                     snapshot.counts.connected, snapshot.counts.cars, snapshot.counts.sent,
                     snapshot.counts.acknowledged);
}

std::string listenJson(const ListenCounts& counts, const ListenOptions& options) {
  nlohmann::ordered_json report{
      {"filter", options.filter},
      {"qos", options.qos},
      {"seconds", rounded(counts.seconds)},
      {"received", counts.received},
      {"duplicates", counts.duplicates},
      {"payloadBytes", counts.bytes},
      {"perSecond", perSecond(counts.received, counts.busySeconds)},
      {"connections", counts.connections},
      {"brokenConnections", counts.broken},
  };
  if (counts.latency.count() > 0) report["latencyMs"] = latencyJson(counts.latency);
  if (!counts.lastProblem.empty()) report["problem"] = counts.lastProblem;
  return dumped(report);
}

Result<void> writeListenReport(const std::filesystem::path& file, const ListenCounts& counts,
                               const ListenOptions& options) {
  return writeText(file, listenJson(counts, options));
}

std::string listenText(const ListenCounts& counts) {
  return fmt::format(
      "{} received ({:.0f} a second), {} of them marked as duplicates, {} connections, 99 % within {:.0f} ms",
      counts.received, perSecond(counts.received, counts.busySeconds), counts.duplicates, counts.connections,
      milliseconds(counts.latency.quantile(0.99)));
}

}  // namespace carport::sim
