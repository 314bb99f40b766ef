#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/domain/durable_log.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace carport {

/// How large a disk is and what is left on it for this user, in bytes.
struct DiskSpace {
  std::uint64_t free = 0;
  std::uint64_t capacity = 0;
};
/// None where that cannot be told.
using DiskProbe = std::function<std::optional<DiskSpace>()>;
/// Looks at the disk that a folder is on.
DiskProbe probeDiskOf(std::filesystem::path folder);

/// From how many free bytes down each level begins. The reserve is a hundredth of the disk, at least 16 MiB (on a small
/// disk an eighth of it) and at most 256 MiB; the other levels are multiples of it.
struct DiskThresholds {
  static constexpr std::uint64_t kMostReserveBytes = 256ULL * 1024 * 1024;
  static constexpr std::uint64_t kLeastReserveBytes = 16ULL * 1024 * 1024;
  static constexpr unsigned kSlowingTimes = 2;
  static constexpr unsigned kSheddingTimes = 3;
  static constexpr unsigned kNoBackgroundWorkTimes = 4;
  static constexpr unsigned kLowTimes = 5;

  std::uint64_t reserve = 0;

  static DiskThresholds of(std::uint64_t capacity);
  std::uint64_t bytesOf(DiskLevel level) const;
};

/// Watches how full the disk is, and says which level of the policy holds: see DiskLevel. A level ends only when there
/// is a tenth more room than it began with, so that nothing flutters. Owner: StorageWriter. look() on its thread, the
/// others on any.
class DiskGuard {
 public:
  static constexpr Milliseconds kLookEvery{250};
  /// While senders are slowed down: samples taken in a second, and how many may come at once.
  static constexpr std::uint64_t kSlowSamplesPerSecond = 2'000;

  DiskGuard(DiskProbe probe, const Clock& clock, Log log);

  /// Looks at the disk where the last look was long enough ago. Logs a level that begins or ends.
  void look();
  DiskLevel level() const { return m_level.load(std::memory_order_relaxed); }
  /// A sentence from DiskLevel::low on; otherwise empty.
  std::string trouble() const;
  /// Whether so many more samples may be taken just now.
  bool admits(std::size_t samples);

 private:
  DiskLevel levelOf(const DiskSpace& space) const;
  void change(DiskLevel level, const DiskSpace& space);

  const DiskProbe m_probe;
  const Clock& m_clock;
  const Log m_log;
  std::optional<SteadyPoint> m_lookedAt;  // the writer's thread alone
  std::atomic<DiskLevel> m_level{DiskLevel::plenty};
  // Guards the members below: the writer sets the sentence and the I/O threads share the allowance; each needs its
  // answer at once.
  mutable std::mutex m_mutex;
  std::string m_trouble;
  SteadyPoint m_allowedSince{};
  std::uint64_t m_taken = 0;
};

}  // namespace carport
