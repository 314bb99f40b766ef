#pragma once

#include "gateway/storage/block_codec.h"

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

namespace carport {

/// Car numbers that share all but their lowest `bits` bits. Two such ranges either contain one another or have nothing
/// in common, so that the ranges of one merge fit into those of the next. A value.
struct CarRange {
  std::uint32_t first = 0;
  std::uint8_t bits = 32;

  /// The range of `bits` bits that `car` lies in.
  static CarRange around(PrincipalNumber car, std::uint8_t bits) {
    return {bits >= 32 ? 0 : car.value >> bits << bits, bits};
  }
  std::uint64_t end() const { return std::uint64_t{first} + (std::uint64_t{1} << bits); }
  bool operator==(const CarRange&) const = default;
};

/// A segment of a day file, ready to be stored; what its fields mean stands in migrations/telemetry/002_segments.sql.
struct NewSegment {
  EncodedBlock block;
  CarRange cars;
  std::uint8_t tier = 1;
  bool rolled = false;
  std::int64_t newest = 0;
  std::string minutes;
};

struct NewHourRollup {
  std::string metric;
  TimePoint hour{};
  std::string data;
};

/// Free pages that one step gives back to the disk: each is a page moved, for which samples that come in wait.
inline constexpr std::uint32_t kVacuumPages = 256;

/// What compaction found: these blocks and segments are the same samples as those segments.
struct CompactionSwap {
  std::chrono::sys_days day{};  ///< of the day file
  std::vector<std::int64_t> removedBlocks;
  std::vector<std::int64_t> removedSegments;
  std::vector<NewSegment> segments;
  std::vector<NewHourRollup> hourRollups;
  std::vector<std::int64_t> removedHourRollups;   ///< retention: nothing of their cars is kept, or is put in again
  std::vector<PrincipalNumber> carsLosingEvents;  ///< retention: EventTable::kMaxRemoved events of each go at most
  std::uint32_t vacuumPages = 0;                  ///< above 0: gives up to so many free pages back to the disk instead
};

}  // namespace carport
