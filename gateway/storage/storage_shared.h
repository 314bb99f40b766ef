#pragma once

#include <atomic>
#include <cstdint>

namespace carport {

/// What the writer and the readers of one data folder tell each other. Any thread.
struct StorageShared {
  /// Grows when a file was moved aside: readers then close what they have open.
  std::atomic<std::uint64_t> generation{0};
};

}  // namespace carport
