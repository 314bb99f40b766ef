#pragma once

#include "gateway/storage/block_table.h"
#include "gateway/storage/segment_table.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace carport {

/// What a day file has that compaction has not finished with.
struct CompactionState {
  std::vector<BlockInfo> blocks;  ///< arrival blocks, oldest first
  std::vector<SegmentInfo> open;  ///< segments in no roll-up
  bool over = false;              ///< nothing arrives in this file any more
  bool flush = false;             ///< arrival blocks are due, however few there are
  TimePoint completeUntil{};      ///< hours that end by then are over
};

/// One merge that should be done next.
struct CompactionWork {
  struct Part {
    std::int64_t number = 0;
    bool isSegment = false;
    std::int64_t newest = 0;
  };
  std::vector<Part> parts;  ///< in order of arrival
  bool final = false;
  std::uint8_t tier = 1;
};

/// Arrival blocks that may wait to be merged.
inline constexpr std::size_t kMaxArrivalBlocks = 1024;
/// Arrival blocks in one merge: to take them out of the file is one transaction, for which samples that come in wait.
inline constexpr std::size_t kMaxMergedBlocks = 256;
/// An hour with fewer samples is left to the end of the day, when such hours share a segment.
inline constexpr std::size_t kMinFinalRows = 1024;
/// Segments that were merged so often become final with the next merge.
inline constexpr std::uint8_t kMaxTier = 3;

/// The next merge, none where nothing is due:
/// 1. Arrival blocks are merged into segments of one hour and a range of cars (tier 1) when there are many of them.
/// 2. Where a range of cars has more rows in one hour than one merge can take, segments of the lowest tier are merged
///    into segments of smaller ranges.
/// 3. When an hour is over its segments are merged, as many ranges as fit into a merge, into final ones with roll-ups.
/// 4. When the day is over the rest is: late samples and hours with few.
/// Roll-ups add up, so any part of an hour may become final by itself.
std::optional<CompactionWork> planCompaction(const CompactionState& state);

}  // namespace carport
