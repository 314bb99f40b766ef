#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace carport {

struct BackupOptions {
  /// Below what an SSD writes, so that a gateway that serves beside it keeps its pace.
  static constexpr std::uint64_t kBytesPerSecond = 100ULL * 1024 * 1024;

  std::uint64_t bytesPerSecond = kBytesPerSecond;  ///< 0: as fast as it goes
  bool prune = false;                              ///< days that the folder no longer has leave the backup too
  std::string writtenBy;
  std::function<void(const std::string& line)> progress{};  ///< a line a file; may be empty
};

struct BackupReport {
  std::size_t copied = 0;  ///< files
  std::size_t kept = 0;    ///< files that were in the backup already, with the same checksum
  std::size_t older = 0;   ///< days that only the backup has now
  std::uint64_t copiedBytes = 0;
  std::vector<std::string> warnings;  ///< sentences: what was backed up as it is though it is damaged
};

/// Backs the data folder up into the folder `target`, beside a running gateway, which never waits for it: every day's
/// telemetry, sessions, registry (last, so that every stored car is in it) and key, each as it is at one moment, and
/// a manifest with sizes and checksums. Into a backup of the same folder only what has changed is copied; until the
/// end the backup stays as it was. Refuses another folder's backup and a folder with anything else in it. Blocks.
Result<BackupReport> backUp(const std::filesystem::path& folder, const std::filesystem::path& target, TimePoint now,
                            const BackupOptions& options);

/// The same into one file, a tar archive; needs the room twice while it is made.
Result<BackupReport> backUpToArchive(const std::filesystem::path& folder, const std::filesystem::path& archive,
                                     TimePoint now, const BackupOptions& options);

}  // namespace carport
