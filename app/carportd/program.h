#pragma once

#include "gateway/base/error.h"

#include <functional>
#include <iosfwd>
#include <string>

namespace carport {

/// What a command line ends with; scripts rely on it.
enum ExitCode : int { kExitOk = 0, kExitFailure = 1, kExitUsage = 2 };

/// What every subcommand works with. One thread.
struct Program {
  std::istream& in;
  std::ostream& out;            ///< results, for people and scripts
  std::ostream& err;            ///< sentences about what happened
  std::string dataFlag;         ///< --data; empty: not given
  std::string configFlag;       ///< --config; empty: not given
  std::function<int()> action;  ///< what the chosen subcommand does; returns the exit code

  /// Prints a sentence and returns the code.
  int refuse(const std::string& sentence, ExitCode code);
  int refuse(const char* sentence, ExitCode code) { return refuse(std::string(sentence), code); }
  int refuse(const Error& error, ExitCode code = kExitFailure) { return refuse(error.message(), code); }
};

/// Runs `carportd` with the arguments after the program's name; returns the exit code.
int runCarportd(int argc, const char* const* argv, Program& program);

}  // namespace carport
