#include "app/carport-sim/arguments.h"

#include "gateway/simulator/sim_errc.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>

namespace carport::sim {

namespace {
/// The second of the day; none where it is no time.
std::optional<double> secondOfDay(const std::string& text) {
  int hours = -1;
  int minutes = -1;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%2d:%2d%c", &hours, &minutes, &rest) != 2) return std::nullopt;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return hours * 3600 + minutes * 60;
}

std::string checkTimeOfDay(const std::string& text) {
  return secondOfDay(text) ? std::string() : "“" + text + "” is not a time of day. Write for example 09:30";
}

void addWhat(CLI::App& run, Arguments& arguments) {
  FleetOptions& fleet = arguments.fleet;
  run.add_option("--mqtt", arguments.mqtt, "Where the gateway takes cars, HOST:PORT")->required();
  run.add_option("--cars", arguments.cars, "How many cars; with --replay, by default one for each recording");
  run.add_option("--rate", fleet.rate, "Messages a second and car; 0: as fast as the gateway takes them")
      ->capture_default_str();
  run.add_option("--qos", fleet.qos, "Quality of service of telemetry, 0 to 2")->capture_default_str();
  run.add_option("--seconds", fleet.seconds, "How long to send; 0: until stopped or the recordings end")
      ->capture_default_str();
  run.add_option("--seed", fleet.seed, "The same seed drives the same streets in the same way")->capture_default_str();
  run.add_option("--replay", arguments.recordings, "Recordings to send instead of made-up drives, one a car");
  run.add_option("--speedup", fleet.speedup, "How many recorded seconds pass in one; 0: as fast as possible")
      ->capture_default_str();
  run.add_option("--latitude", fleet.town.centre.latitude, "Centre of the made-up town, degrees")
      ->capture_default_str();
  run.add_option("--longitude", fleet.town.centre.longitude, "Centre of the made-up town, degrees")
      ->capture_default_str();
}

void addStreets(CLI::App& run, Arguments& arguments) {
  FleetOptions& fleet = arguments.fleet;
  auto* streets = run.add_option("--streets", fleet.streets,
                                 "An extract of OpenStreetMap (.osm.pbf): the cars have working days on its streets");
  streets->type_name("FILE");
  const auto add = [&](const char* name, double& value, const char* text) {
    run.add_option(name, value, text)->needs(streets);
  };
  run.add_option("--time-of-day", arguments.timeOfDay,
                 "What time it is for the cars when they start; by the sun if left out")
      ->check(CLI::Validator(checkTimeOfDay, "HH:MM"))
      ->needs(streets);
  run.add_option("--history-hours", fleet.historyHours,
                 "The cars have driven so many hours already; they report that first, as fast as the gateway takes it")
      ->check(CLI::Range(0.0, FleetOptions::kMaxHistoryHours))
      ->needs(streets);
  // Read before the single options, which then go beyond it.
  run.add_option_function<std::string>(
         "--faults",
         [&fleet](const std::string& name) { fleet.faults = FaultOptions::preset(name).value_or(fleet.faults); },
         "How much goes wrong: none, some or many")
      ->check(CLI::IsMember({"none", "some", "many"}))
      ->needs(streets)
      ->trigger_on_parse();
  add("--gps-noise", fleet.faults.gpsNoiseMetres, "Typical error of a receiver, metres");
  add("--no-fix", fleet.faults.noFixPerHour, "How often an hour a car has no fix, besides tunnels");
  add("--outages", fleet.faults.outagesPerHour, "How often an hour a car has no network; it sends afterwards");
  add("--outage-seconds", fleet.faults.outageSeconds, "How long that lasts in the mean");
  add("--engine-faults", fleet.faults.engineFaultsPerHour, "How often an hour a car breaks down");
  add("--low-battery", fleet.faults.lowBatteryShare, "Share of the cars that begin nearly empty, 0 to 1");
}

void addTown(CLI::App& town, Arguments& arguments) {
  town.add_option("--out", arguments.townFile, "The extract to write, .osm.pbf")->required()->type_name("FILE");
  town.add_option("--seed", arguments.town.seed, "The same seed makes the same town")->capture_default_str();
  town.add_option("--radius", arguments.town.radiusMetres, "From the market square to the outskirts, metres")
      ->check(CLI::Range(TownPlan::kMinRadiusMetres, TownPlan::kMaxRadiusMetres))
      ->capture_default_str();
  town.add_option("--latitude", arguments.town.centre.latitude, "Of the market square, degrees")
      ->check(CLI::Range(-80.0, 80.0))
      ->capture_default_str();
  town.add_option("--longitude", arguments.town.centre.longitude, "Of the market square, degrees")
      ->check(CLI::Range(-179.0, 179.0))
      ->capture_default_str();
}

void addHow(CLI::App& run, Arguments& arguments) {
  FleetOptions& fleet = arguments.fleet;
  run.add_flag("--tls", fleet.tls, "--mqtt is a port of MQTT over TLS (the gateway's --mqtts)");
  run.add_option("--authority", fleet.authority,
                 "Whose certificates prove the gateway, in PEM; those that this computer knows where left out")
      ->type_name("FILE");
  run.add_option("--provision", arguments.provisionUrl,
                 "Let the gateway add the cars first, http://HOST:PORT; needs --token");
  run.add_option("--token", arguments.token,
                 "A token of somebody who may administer; `carportd token create` makes one")
      ->envname("CARPORT_TOKEN");
  run.add_option("--credentials", arguments.credentialsFile,
                 "Cars that the gateway knows already: CSV with id,name,password");
  run.add_option("--id-prefix", fleet.idPrefix, "What the ids of added cars begin with")->capture_default_str();
  run.add_option("--connections-per-second", fleet.connectionsPerSecond, "How fast the cars connect; 0: all at once")
      ->capture_default_str();
  run.add_option("--start-delay", fleet.startDelaySeconds, "Seconds between the last connection and the first message");
  run.add_option("--linger", fleet.lingerSeconds, "Seconds to stay connected after the last acknowledgement")
      ->capture_default_str();
  run.add_option("--in-flight", fleet.inFlightLimit, "Unacknowledged messages a car")->capture_default_str();
  run.add_option("--threads", fleet.threads, "Threads to spread the cars over")->capture_default_str();
  run.add_option("--report", arguments.reportFile, "Write how it went as JSON");
  run.add_option("--acknowledged", fleet.acknowledgedFile, "Write car,ts for every acknowledged message");
}

void addListen(CLI::App& listen, Arguments& arguments) {
  ListenOptions& options = arguments.listen;
  listen.add_option("--mqtt", arguments.mqtt, "Where the gateway takes MQTT clients, HOST:PORT")->required();
  listen.add_option("--user", options.user, "Who listens: a user or service that may subscribe")->required();
  listen.add_option("--password-file", arguments.passwordFile, "A file whose first line is the password or a token")
      ->required();
  listen.add_option("--filter", options.filter, "What to listen to, a topic filter")->capture_default_str();
  listen.add_option("--qos", options.qos, "Quality of service of the subscription, 0 to 2")->capture_default_str();
  listen.add_option("--seconds", options.seconds, "How long to listen; 0: until Ctrl+C")->capture_default_str();
  listen.add_option("--expected", options.expected, "End once so many messages have come; 0: does not count")
      ->capture_default_str();
  listen.add_option("--client-id", options.clientId, "MQTT client identifier")->capture_default_str();
  listen.add_flag("--keep-session", options.keepSession,
                  "Get what is sent meanwhile after coming back (clean session 0)");
  listen.add_option("--report", arguments.reportFile, "Write what came as JSON");
}
}  // namespace

bool parseArguments(int argc, char** argv, Arguments& arguments, int& exitCode) {
  CLI::App program("Simulated and replayed cars for a Carport gateway");
  program.set_version_flag("--version", "carport-sim " CARPORT_SIM_VERSION);
  program.require_subcommand(1);
  CLI::App* run = program.add_subcommand("run", "Drive cars until the time is up or Ctrl+C");
  addWhat(*run, arguments);
  addStreets(*run, arguments);
  addHow(*run, arguments);
  CLI::App* listen = program.add_subcommand("listen", "Subscribe, count what comes, and tell how late it was");
  addListen(*listen, arguments);
  CLI::App* town = program.add_subcommand("town", "Make a town and write its streets, houses and names as an extract");
  addTown(*town, arguments);
  try {
    program.parse(argc, argv);
    arguments.listens = listen->parsed();
    arguments.makesTown = town->parsed();
    return true;
  } catch (const CLI::ParseError& problem) {
    exitCode = program.exit(problem) == 0 ? 0 : 2;
    return false;
  }
}

namespace {
Result<void> takeRecordings(const Arguments& arguments, FleetOptions& fleet) {
  for (const std::string& file : arguments.recordings) {
    auto recording = Recording::read(std::filesystem::path(file));
    if (!recording) return failFrom(recording);
    for (const std::string& reason : recording->brokenReasons) {
      fmt::print(stderr, "{}, {}: skipped\n", recording->name, reason);
    }
    if (recording->brokenLines > recording->brokenReasons.size()) {
      fmt::print(stderr, "{}: {} lines skipped in all\n", recording->name, recording->brokenLines);
    }
    if (recording->repairedDates > 0) {
      fmt::print(stderr, "{}: {} rows with an impossible date take the date of the row before\n", recording->name,
                 recording->repairedDates);
    }
    fleet.recordings.push_back(std::make_shared<const Recording>(std::move(*recording)));
  }
  return {};
}

Result<void> takeSignIn(const Arguments& arguments, FleetOptions& fleet) {
  if (!arguments.credentialsFile.empty()) {
    auto logins = readLogins(arguments.credentialsFile);
    if (!logins) return failFrom(logins);
    fleet.logins = std::move(*logins);
    return {};
  }
  if (arguments.provisionUrl.empty()) {
    return fail(
        SimErrc::badOptions,
        "The cars need a way to sign in. Either let the gateway add them: --provision http://HOST:PORT --token TOKEN "
        "(`carportd token create` prints one), or name a file with their ids and passwords: --credentials FILE.csv");
  }
  if (arguments.token.empty()) {
    return fail(SimErrc::badOptions, "--provision needs --token; `carportd token create` prints one");
  }
  const auto http = ProvisioningTarget::parseUrl(arguments.provisionUrl);
  if (!http) return failFrom(http);
  fleet.provisioning = ProvisioningTarget{*http, arguments.token};
  return {};
}
}  // namespace

Result<FleetOptions> makeFleet(const Arguments& arguments) {
  FleetOptions fleet = arguments.fleet;
  fleet.secondOfDay = secondOfDay(arguments.timeOfDay);
  const auto mqtt = Endpoint::parse(arguments.mqtt);
  if (!mqtt) return failFrom(mqtt);
  fleet.mqtt = *mqtt;
  if (const auto taken = takeRecordings(arguments, fleet); !taken) return failFrom(taken);
  if (const auto taken = takeSignIn(arguments, fleet); !taken) return failFrom(taken);
  fleet.cars = arguments.cars > 0 ? arguments.cars : std::max<std::size_t>(1, fleet.recordings.size());
  if (fleet.cars < fleet.recordings.size()) {
    return fail(SimErrc::badOptions,
                fmt::format("{} recordings need as many cars, not {}", fleet.recordings.size(), fleet.cars));
  }
  return fleet;
}

Result<ListenOptions> makeListener(const Arguments& arguments) {
  ListenOptions listen = arguments.listen;
  const auto mqtt = Endpoint::parse(arguments.mqtt);
  if (!mqtt) return failFrom(mqtt);
  listen.mqtt = *mqtt;
  std::ifstream file(arguments.passwordFile);
  if (!std::getline(file, listen.secret) || listen.secret.empty()) {
    return fail(SimErrc::badCredentials, fmt::format("{} has no password in its first line", arguments.passwordFile));
  }
  if (listen.secret.back() == '\r') listen.secret.pop_back();
  return listen;
}

}  // namespace carport::sim
