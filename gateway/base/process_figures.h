#pragma once

#include <cstdint>
#include <optional>

namespace carport {

/// What the system says about this process; none where it cannot be told here.
struct ProcessFigures {
  std::optional<std::uint64_t> id;   ///< by which the system knows the process
  std::optional<double> cpuSeconds;  ///< of all threads, since the start of the process
  std::optional<std::uint64_t> residentBytes;
  std::optional<std::uint64_t> virtualBytes;
  std::optional<std::uint64_t> openFiles;  ///< sockets included
  std::optional<std::uint64_t> maxOpenFiles;
};

/// Takes some microseconds, and a millisecond for some thousand open files. Any thread.
ProcessFigures processFigures();

}  // namespace carport
