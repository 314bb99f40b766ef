#include "app/carportd/running_gateway.h"
#include "app/carportd/subcommands.h"
#include "gateway/api/drain_state.h"
#include "gateway/api/json_codec.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <thread>

namespace carport {

namespace {

using std::chrono::milliseconds;

/// Beyond the time over which clients are let go: what they have sent goes to the disk first.
constexpr milliseconds kLongestRest = std::chrono::minutes(2);
constexpr milliseconds kLookEvery{250};

struct DrainFlags {
  api::DrainWish wish;
  bool wait = false;
};

/// Until the last client has gone, or the gateway with it where it was to end.
int waitUntilDrained(Program& program, const RunningGateway& gateway, const DrainFlags& flags) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(flags.wish.seconds) + kLongestRest;
  while (std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(kLookEvery);
    const auto answer = gateway.get("/gateway/drain");
    if (!answer && flags.wish.thenEnd) break;  // it has ended, after the last client
    if (!answer) return program.refuse(answer.error());
    const auto state = api::fromJson<api::DrainState>(*answer);
    if (!state) return program.refuse(state.error());
    if (state->phase == api::DrainPhase::serving) return program.refuse("Somebody has resumed it", kExitFailure);
    if (state->phase == api::DrainPhase::draining) continue;
    program.err << "The last client has gone." << std::endl;
    return kExitOk;
  }
  if (std::chrono::steady_clock::now() >= until) {
    return program.refuse("There are clients left still; look at the gateway's log", kExitFailure);
  }
  program.err << "The last client has gone, and the gateway has ended." << std::endl;
  return kExitOk;
}

int drain(Program& program, const DrainFlags& flags) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  const auto gateway = RunningGateway::find(*session, std::chrono::seconds(flags.wish.seconds) + 2 * kLongestRest);
  if (!gateway) return program.refuse(gateway.error());
  nlohmann::json wish{{"seconds", flags.wish.seconds}, {"thenEnd", flags.wish.thenEnd}};
  if (!flags.wish.server.empty()) wish["server"] = flags.wish.server;
  const auto answer = (*gateway)->post("/gateway/drain", wish.dump());
  if (!answer) return program.refuse(answer.error());
  program.err << fmt::format("No new clients are taken; {} are let go over {} s.", answer->value("connections", 0),
                             flags.wish.seconds)
              << std::endl;
  return flags.wait ? waitUntilDrained(program, **gateway, flags) : kExitOk;
}

int resume(Program& program) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  const auto gateway = RunningGateway::find(*session, kLongestRest);
  if (!gateway) return program.refuse(gateway.error());
  if (const auto answer = (*gateway)->post("/gateway/resume", {}); !answer) return program.refuse(answer.error());
  program.err << "Clients are taken again." << std::endl;
  return kExitOk;
}

}  // namespace

void addDrainCommands(CLI::App& app, Program& program) {
  const auto flags = std::make_shared<DrainFlags>();
  CLI::App* draining = app.add_subcommand("drain", "Let the clients of the gateway that serves this folder go");
  addDataFlags(*draining, program);
  draining->add_option("--seconds", flags->wish.seconds, "Over how long; 30 where left out, 0 for all at once")
      ->check(CLI::Range(std::int64_t{0}, api::DrainWish::kMostSeconds))
      ->type_name("N");
  draining->add_option("--server", flags->wish.server, "Where MQTT 5.0 clients are to go instead")
      ->type_name("HOST:PORT");
  draining->add_flag("--then-end", flags->wish.thenEnd, "Ends the gateway after the last client");
  draining->add_flag("--wait", flags->wait, "Ends only once the last client has gone");
  draining->callback([&program, flags] { program.action = [&program, flags] { return drain(program, *flags); }; });
  CLI::App* resuming = app.add_subcommand("resume", "Take clients again after a drain");
  addDataFlags(*resuming, program);
  resuming->callback([&program] { program.action = [&program] { return resume(program); }; });
}

}  // namespace carport
