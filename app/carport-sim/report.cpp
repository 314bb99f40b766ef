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

nlohmann::ordered_json seriesJson(const FleetSnapshot& snapshot) {
  nlohmann::ordered_json series = nlohmann::ordered_json::array();
  for (const RatePoint& point : snapshot.series) {
    series.push_back({{"atSeconds", rounded(point.atSeconds)},
                      {"sentPerSecond", perSecond(point.sent, point.seconds)},
                      {"acknowledgedPerSecond", perSecond(point.acknowledged, point.seconds)},
                      {"connected", point.connected}});
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
      {"lost", snapshot.lost()},
      {"repeated", counts.repeated},
      {"skipped", counts.skipped},
      {"eventsAndReplies", {{"sent", counts.otherSent}, {"acknowledged", counts.otherAcknowledged}}},
      {"commands", counts.commands},
      {"refused", counts.refused},
      {"reconnects", counts.reconnects},
      {"brokenConnections", counts.broken},
      {"sentPerSecond", perSecond(counts.sent, snapshot.sendingSeconds)},
      {"acknowledgedPerSecond", perSecond(counts.acknowledged, snapshot.sendingSeconds)},
      {"payloadBytes", counts.bytesSent},
  };
  if (counts.latency.count() > 0) {
    report["latencyMs"] = {{"p50", milliseconds(counts.latency.quantile(0.5))},
                           {"p90", milliseconds(counts.latency.quantile(0.9))},
                           {"p99", milliseconds(counts.latency.quantile(0.99))},
                           {"max", milliseconds(counts.latency.max())}};
  }
  if (!snapshot.problem.empty()) report["problem"] = snapshot.problem;
  report["series"] = seriesJson(snapshot);
  return report.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<void> writeReport(const std::filesystem::path& file, const FleetSnapshot& snapshot,
                         const FleetOptions& options) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << reportJson(snapshot, options);
  out.close();
  if (!out)
    return fail(SimErrc::fileFailed,
                fmt::format("The report {} cannot be written. Choose another place", file.string()));
  return {};
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

}  // namespace carport::sim
