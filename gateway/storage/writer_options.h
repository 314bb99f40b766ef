#pragma once

#include "gateway/storage/disk_guard.h"

#include <cstddef>
#include <cstdint>

namespace carport {

/// Limits of the storage writer.
struct WriterOptions {
  /// Jobs that may wait.
  std::size_t maxWaitingJobs = 16'384;
  /// Bytes of jobs that may wait, roughly as they are in memory. A single larger job is taken where nothing waits.
  std::size_t maxWaitingBytes = 64 * 1024 * 1024;
  /// Most pages of 4,096 bytes a database may have; 0: as many as the disk holds.
  std::uint32_t maxDatabasePages = 0;
  /// Whether arrival blocks are compacted in the background.
  bool compact = true;
  /// Tells how full the disk is; none: the data folder's disk.
  DiskProbe diskProbe{};
};

}  // namespace carport
