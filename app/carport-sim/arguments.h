#pragma once

#include "gateway/simulator/fleet_listener.h"
#include "gateway/simulator/fleet_run.h"
#include "gateway/simulator/town.h"

#include <filesystem>
#include <string>
#include <vector>

namespace carport::sim {

/// The command line of carport-sim as it was written.
struct Arguments {
  std::string mqtt;
  std::string provisionUrl;
  std::string token;
  std::string credentialsFile;
  std::vector<std::string> recordings;
  std::string reportFile;
  std::size_t cars = 0;  ///< 0: one, or as many as there are recordings
  FleetOptions fleet;    ///< what needs no further reading

  std::string timeOfDay;  ///< HH:MM; empty: by the sun

  bool makesTown = false;  ///< `town` instead of `run`
  TownPlan town;
  std::string townFile;

  bool listens = false;  ///< `listen` instead of `run`
  ListenOptions listen;
  std::string passwordFile;
};

/// Understands the command line. Returns true to go on; otherwise `exitCode` is to be returned at once.
bool parseArguments(int argc, char** argv, Arguments& arguments, int& exitCode);

/// Reads the files that the arguments name and puts the options together; tells on standard error which lines of a
/// recording were skipped.
Result<FleetOptions> makeFleet(const Arguments& arguments);

/// The same for `listen`: reads the file with the password or token.
Result<ListenOptions> makeListener(const Arguments& arguments);

}  // namespace carport::sim
