#include "app/carport-sim/arguments.h"
#include "app/carport-sim/report.h"
#include "gateway/base/open_files.h"
#include "gateway/simulator/fleet_run.h"
#include "gateway/simulator/town.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

namespace {

constexpr int kExitMessagesLost = 1;  // or the run failed
constexpr int kExitBadUse = 2;
constexpr carport::Milliseconds kLookEvery{20};
constexpr int kLooksPerProgressLine = 250;
constexpr std::size_t kOtherFiles = 50;

// The one thing that a signal handler may touch.
volatile std::sig_atomic_t g_endRequested = 0;

int fail(int code, const std::string& sentence) {
  fmt::print(stderr, "carport-sim: {}\n", sentence);
  return code;
}

int drive(const carport::sim::Arguments& arguments) {
  using namespace carport::sim;
  const auto fleet = makeFleet(arguments);
  if (!fleet) return fail(kExitBadUse, fleet.error().message());
  FleetRun run;
  // One socket a car, and some for everything else.
  if (const auto most = carport::raiseOpenFileLimit(); fleet->cars + kOtherFiles > most) {
    return fail(kExitBadUse, fmt::format("{} cars need {} open files, and the system allows {}; raise the hard limit "
                                         "(`ulimit -Hn`, or LimitNOFILE of a service)",
                                         fleet->cars, fleet->cars + kOtherFiles, most));
  }
  if (const auto started = run.start(*fleet); !started) return fail(kExitBadUse, started.error().message());
  std::string told;
  FleetPhase phase = FleetPhase::idle;
  for (int look = 1; !run.waitUntilOver(kLookEvery); ++look) {
    if (g_endRequested) run.requestStop();
    const FleetSnapshot now = run.snapshot();
    if (now.problem != told && !now.problem.empty()) fmt::print(stderr, "{}\n", now.problem);
    told = now.problem;
    // Every change of phase at once, so that whoever measures knows when sending begins and ends.
    if (std::exchange(phase, now.phase) != now.phase || look % kLooksPerProgressLine == 0)
      fmt::print(stderr, "{}\n", progressText(now));
  }
  const FleetSnapshot end = run.snapshot();
  if (!arguments.reportFile.empty()) {
    if (const auto written = writeReport(arguments.reportFile, end, *fleet); !written) {
      return fail(kExitMessagesLost, written.error().message());
    }
  }
  if (end.phase == FleetPhase::failed) return fail(kExitMessagesLost, end.problem);
  fmt::print("{}\n", reportText(end));
  return end.lost() > 0 ? kExitMessagesLost : 0;
}

int listenOnly(const carport::sim::Arguments& arguments) {
  using namespace carport::sim;
  const auto options = makeListener(arguments);
  if (!options) return fail(kExitBadUse, options.error().message());
  const auto heard = listen(
      *options, [] { return g_endRequested != 0; },
      [] {
        fmt::print("listening\n");
        std::fflush(stdout);
      });
  if (!heard) return fail(kExitMessagesLost, heard.error().message());
  if (!arguments.reportFile.empty()) {
    if (const auto written = writeListenReport(arguments.reportFile, *heard, *options); !written) {
      return fail(kExitMessagesLost, written.error().message());
    }
  }
  fmt::print("{}\n", listenText(*heard));
  return 0;
}

int makeTownFile(const carport::sim::Arguments& arguments) {
  const auto town = carport::sim::makeTown(arguments.town);
  if (const auto written = carport::sim::writeOsmExtract(town, arguments.townFile); !written) {
    return fail(kExitMessagesLost, written.error().message());
  }
  fmt::print("{}: {} points, {} streets, houses and areas\n", arguments.townFile, town.nodes.size(), town.ways.size());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, [](int) { g_endRequested = 1; });
  std::signal(SIGTERM, [](int) { g_endRequested = 1; });
  try {
    carport::sim::Arguments arguments;
    int exitCode = 0;
    if (!carport::sim::parseArguments(argc, argv, arguments, exitCode)) return exitCode;
    if (arguments.makesTown) return makeTownFile(arguments);
    return arguments.listens ? listenOnly(arguments) : drive(arguments);
  } catch (const std::exception& problem) {
    return fail(kExitMessagesLost, problem.what());
  }
}
