#include "gateway/base/process_figures.h"

#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace carport {

namespace {

/// The first number in `line`.
std::optional<std::uint64_t> numberIn(std::string_view line) {
  const auto digit = line.find_first_of("0123456789");
  if (digit == std::string_view::npos) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(line.data() + digit, line.data() + line.size(), number);
  return failed == std::errc() ? std::optional(number) : std::nullopt;
}

/// The number in the line of `file` that begins with `key`; Linux' files about a process are such lists.
std::optional<std::uint64_t> numberAfter(const char* file, std::string_view key) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(key)) return numberIn(std::string_view(line).substr(key.size()));
  }
  return std::nullopt;
}

std::optional<std::uint64_t> bytesAfter(std::string_view key) {
  const auto kibibytes = numberAfter("/proc/self/status", key);
  return kibibytes ? std::optional(*kibibytes * 1024) : std::nullopt;
}

std::optional<std::uint64_t> countOpenFiles() {
  std::error_code failed;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", failed), end; !failed && entry != end;
       entry.increment(failed)) {
    ++count;
  }
  // One of them is the folder that is being read.
  return failed || count == 0 ? std::nullopt : std::optional(count - 1);
}

}  // namespace

ProcessFigures processFigures() {
  ProcessFigures figures;
#ifndef _WIN32  // there std::clock() is the time that has passed
  if (const auto used = std::clock(); used != static_cast<std::clock_t>(-1)) {
    figures.cpuSeconds = static_cast<double>(used) / CLOCKS_PER_SEC;
  }
#endif
  figures.id = numberAfter("/proc/self/status", "Pid:");
  figures.residentBytes = bytesAfter("VmRSS:");
  figures.virtualBytes = bytesAfter("VmSize:");
  figures.openFiles = countOpenFiles();
  figures.maxOpenFiles = numberAfter("/proc/self/limits", "Max open files");  // the soft limit is the first number
  return figures;
}

}  // namespace carport
