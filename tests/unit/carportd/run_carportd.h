#pragma once

#include "app/carportd/program.h"

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace carport::test {

/// How a command line ended, and what it wrote.
struct Ran {
  int code = 0;
  std::string out, err;
};

/// Runs a command line of `carportd` in this process, with streams of its own.
inline Ran run(const std::vector<std::string>& arguments, const std::string& input = {}) {
  std::istringstream in(input);
  std::ostringstream out, err;
  Program program{in, out, err, {}, {}, {}};
  std::vector<const char*> argv{"carportd"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  const int code = runCarportd(static_cast<int>(argv.size()), argv.data(), program);
  return {code, out.str(), err.str()};
}

/// The same on a data folder.
inline Ran runOn(const std::string& dataFolder, std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--data", dataFolder});
  return run(arguments);
}

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace carport::test
