#pragma once

#include "gateway/base/clock.h"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>

namespace carport {

/// How large the data folder's files are and what is left on its disk; looked up at most once a second. Any thread.
class FolderUsage {
 public:
  static constexpr Milliseconds kRefresh{1000};

  struct Usage {
    std::uint64_t storedBytes = 0;
    std::uint64_t logBytes = 0;  ///< of them, in write-ahead logs
    std::uint64_t freeBytes = 0;
  };

  FolderUsage(std::filesystem::path folder, const Clock& clock) : m_folder(std::move(folder)), m_clock(clock) {}
  Usage get();

 private:
  Usage measure() const;

  const std::filesystem::path m_folder;
  const Clock& m_clock;
  // Guards the members below: every thread that asks for the status shares one look at the disk.
  std::mutex m_mutex;
  std::optional<SteadyPoint> m_measuredAt;
  Usage m_usage;
};

}  // namespace carport
