#include "gateway/storage/compaction_plan.h"

#include "gateway/storage/compaction_merge.h"
#include "gateway/storage/rollup.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace carport {

namespace {

constexpr std::size_t kMaxRows = BlockMerger::kMaxRows;

using Segments = std::vector<const SegmentInfo*>;

std::size_t rowsOf(const Segments& segments) {
  std::size_t rows = 0;
  for (const SegmentInfo* segment : segments) rows += segment->rowCount;
  return rows;
}

CompactionWork workOf(const Segments& segments, bool final) {
  CompactionWork work;
  work.final = final;
  for (const SegmentInfo* segment : segments) {
    work.parts.push_back({segment->number, true, segment->newest});
    work.tier = std::max(work.tier, static_cast<std::uint8_t>(std::min<unsigned>(segment->tier + 1U, kMaxTier)));
  }
  std::sort(work.parts.begin(), work.parts.end(),
            [](const auto& a, const auto& b) { return std::tie(a.newest, a.number) < std::tie(b.newest, b.number); });
  return work;
}

/// As many from the front as fit into one merge, at least one.
Segments fitting(const Segments& segments) {
  Segments taken;
  std::size_t rows = 0;
  for (const SegmentInfo* segment : segments) {
    rows += segment->rowCount;
    if (!taken.empty() && rows > kMaxRows) break;
    taken.push_back(segment);
  }
  return taken;
}

std::optional<CompactionWork> mergeArrivals(const CompactionState& state) {
  if (state.blocks.empty()) return std::nullopt;
  CompactionWork work;
  std::size_t waiting = 0;
  for (const BlockInfo& block : state.blocks) {
    waiting += block.rowCount;
    const bool fits = waiting <= kMaxRows && work.parts.size() < kMaxMergedBlocks;
    if (work.parts.empty() || fits) work.parts.push_back({block.number, false, block.number});
  }
  const bool due = state.over || state.flush || state.blocks.size() >= kMaxArrivalBlocks || waiting >= kMaxRows;
  if (!due) return std::nullopt;
  return work;
}

/// Segments of one hour in groups whose ranges of cars have nothing in common.
std::vector<Segments> groupsOf(Segments segments) {
  std::sort(segments.begin(), segments.end(), [](const SegmentInfo* a, const SegmentInfo* b) {
    return std::pair(a->cars.first, b->cars.bits) < std::pair(b->cars.first, a->cars.bits);
  });
  std::vector<Segments> groups;
  std::uint64_t end = 0;
  for (const SegmentInfo* segment : segments) {
    if (groups.empty() || segment->cars.first >= end) groups.emplace_back();
    groups.back().push_back(segment);
    end = std::max(end, segment->cars.end());
  }
  return groups;
}

/// Of a group that is too large for one merge: its segments of the lowest tier, oldest first.
std::optional<CompactionWork> mergeLowest(Segments group, bool complete) {
  std::sort(group.begin(), group.end(), [](const SegmentInfo* a, const SegmentInfo* b) {
    return std::tie(a->tier, a->newest, a->number) < std::tie(b->tier, b->newest, b->number);
  });
  const std::uint8_t lowest = group.front()->tier;
  Segments same;
  std::copy_if(group.begin(), group.end(), std::back_inserter(same),
               [&](const SegmentInfo* segment) { return segment->tier == lowest; });
  const bool oneCar = std::all_of(group.begin(), group.end(), [](const auto* one) { return one->cars.bits == 0; });
  // Merging them once more would divide them no further.
  const bool divided = oneCar || lowest >= kMaxTier;
  if (!complete)
    return !divided && rowsOf(same) >= kMaxRows ? std::optional(workOf(fitting(same), false)) : std::nullopt;
  if (divided) return workOf(fitting(group), true);
  if (same.size() < 2) same = group;
  return workOf(fitting(same), false);
}

std::optional<CompactionWork> mergeHour(const Segments& hour, bool complete) {
  Segments ready;
  std::size_t rows = 0;
  for (const Segments& group : groupsOf(hour)) {
    const std::size_t groupRows = rowsOf(group);
    if (groupRows > kMaxRows) {
      if (auto work = mergeLowest(group, complete)) return work;
      continue;
    }
    if (!complete || rows + groupRows > kMaxRows) continue;
    rows += groupRows;
    ready.insert(ready.end(), group.begin(), group.end());
  }
  if (!complete || rowsOf(hour) < kMinFinalRows || ready.empty()) return std::nullopt;
  return workOf(ready, true);
}

}  // namespace

std::optional<CompactionWork> planCompaction(const CompactionState& state) {
  if (auto work = mergeArrivals(state)) return work;
  std::map<TimePoint, Segments> hours;
  Segments rest;
  for (const SegmentInfo& segment : state.open) {
    if (segment.tier >= BlockMerger::kSettledTier) continue;
    rest.push_back(&segment);
    const TimePoint hour = floorTo(segment.from, kHour);
    if (hour == floorTo(segment.to, kHour)) hours[hour].push_back(&segment);
  }
  for (const auto& [hour, segments] : hours) {
    if (auto work = mergeHour(segments, state.over || hour + kHour <= state.completeUntil)) return work;
  }
  if (!state.over || rest.empty()) return std::nullopt;
  std::sort(rest.begin(), rest.end(), [](const SegmentInfo* a, const SegmentInfo* b) {
    return std::tie(a->from, a->number) < std::tie(b->from, b->number);
  });
  return workOf(fitting(rest), true);
}

}  // namespace carport
