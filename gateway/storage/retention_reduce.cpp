#include "gateway/storage/retention_reduce.h"

#include "gateway/storage/compaction_rollups.h"
#include "gateway/storage/rollup.h"
#include "gateway/storage/storage_errc.h"

#include <algorithm>
#include <span>

namespace carport {

namespace {

bool hasMinutes(const CarSpan& span, bool rolled) {
  return rolled && span.rows.count >= SegmentRollups::kMinMinuteRows;
}

bool keepsSamples(const CarSpan& span, bool rolled, StoredDetail detail) {
  if (detail == StoredDetail::raw) return true;
  if (!rolled) return detail != StoredDetail::nothing;
  return detail == StoredDetail::minutes && !hasMinutes(span, rolled);
}

bool keepsMinutesAlone(const CarSpan& span, bool rolled, StoredDetail detail) {
  return detail == StoredDetail::minutes && hasMinutes(span, rolled);
}

/// Once the samples are gone, `raw` cannot be had any more.
bool keepsMinutesOfThinned(const CarSpan& span, bool rolled, StoredDetail detail) {
  return detail <= StoredDetail::minutes && hasMinutes(span, rolled);
}

/// Minute roll-ups of those cars alone; empty where they have none.
Result<std::string> minutesOf(const std::string& minutes, TimePoint hour,
                              const std::function<bool(PrincipalNumber)>& keep) {
  const auto opened = MinuteRollups::open(std::as_bytes(std::span(minutes)), hour);
  if (!opened) return failFrom(opened);
  std::vector<std::size_t> indices;
  std::vector<CarMinute> kept;
  for (std::size_t i = 0; i < opened->minutes().size(); ++i) {
    if (!keep(opened->minutes()[i].car)) continue;
    indices.push_back(i);
    kept.push_back(opened->minutes()[i]);
  }
  if (kept.empty()) return std::string();
  if (kept.size() == opened->minutes().size()) return minutes;
  MinuteRollupWriter writer(std::move(kept), hour);
  for (const std::string& name : opened->metrics()) {
    const auto all = opened->metric(name);
    if (!all) return failFrom(all);
    std::vector<Rollup> chosen;
    bool any = false;
    for (const std::size_t index : indices) {
      chosen.push_back((*all)[index]);
      any = any || chosen.back().count > 0;
    }
    if (any) writer.add(name, chosen);
  }
  return writer.finish();
}

}  // namespace

bool SegmentReducer::wouldChange(const WholeSegment& segment, bool hasData, const DetailOf& detailOf) {
  return !std::all_of(segment.cars.begin(), segment.cars.end(), [&](const CarSpan& span) {
    const auto detail = detailOf(span.car);
    return hasData ? keepsSamples(span, segment.rolled, detail) : keepsMinutesOfThinned(span, segment.rolled, detail);
  });
}

Result<std::optional<CompactionSwap>> SegmentReducer::reduce(const WholeSegment& segment, const DetailOf& detailOf) {
  const bool hasData = !segment.data.empty();
  if (!wouldChange(segment, hasData, detailOf)) return std::nullopt;
  CompactionSwap swap;
  swap.removedSegments.push_back(segment.number);
  if (hasData) {
    if (auto done = keepSamples(segment, detailOf, swap); !done) return failFrom(done);
  }
  if (auto done = keepMinutes(segment, detailOf, hasData, swap); !done) return failFrom(done);
  return swap;
}

Result<void> SegmentReducer::keepSamples(const WholeSegment& segment, const DetailOf& detailOf, CompactionSwap& swap) {
  const auto decoder = BlockDecoder::open(std::as_bytes(std::span(segment.data)));
  if (!decoder) return failFrom(decoder);
  SampleBatch kept;
  for (const CarSpan& span : segment.cars) {
    if (!keepsSamples(span, segment.rolled, detailOf(span.car))) continue;
    if (auto done = decoder->appendRows(span.rows, m_names, kept); !done) return done;
  }
  if (kept.empty()) return {};
  auto block = m_encoder.encode(kept, kept.rows(), m_names);
  if (!block) return failFrom(block);
  MergeRules rules;
  rules.final = true;
  rules.tier = segment.tier;
  // What is in the hours' roll-ups already must come out rolled again.
  if (segment.rolled) rules.ownHours = fromMs(INT64_MIN);
  const MergeInput input{segment.number, true, segment.newest, std::move(block->data)};
  auto merged = m_merger.merge(std::span(&input, 1), rules, [] { return true; });
  if (!merged) return failFrom(merged);
  for (NewSegment& made : (*merged)->segments) {
    if (segment.rolled && !made.rolled) {
      return fail(StorageErrc::ioFailed, "Samples of several hours are in a segment that is of one");
    }
    swap.segments.push_back(std::move(made));
  }
  // Those of a rolled segment count already, also for the cars whose samples go.
  if (!segment.rolled) swap.hourRollups = std::move((*merged)->hourRollups);
  return {};
}

Result<void> SegmentReducer::keepMinutes(const WholeSegment& segment, const DetailOf& detailOf, bool hasData,
                                         CompactionSwap& swap) {
  if (segment.minutes.empty()) return {};
  NewSegment thinned;
  thinned.block.from = TimePoint::max();
  thinned.block.to = TimePoint::min();
  for (CarSpan span : segment.cars) {
    const auto detail = detailOf(span.car);
    const bool keeps =
        hasData ? keepsMinutesAlone(span, segment.rolled, detail) : keepsMinutesOfThinned(span, segment.rolled, detail);
    if (!keeps) continue;
    thinned.block.from = std::min(thinned.block.from, span.from);
    thinned.block.to = std::max(thinned.block.to, span.to);
    span.rows.first = thinned.block.rowCount;
    thinned.block.rowCount += span.rows.count;
    thinned.block.cars.push_back(span);
  }
  if (thinned.block.cars.empty()) return {};
  const auto keep = [&](PrincipalNumber car) {
    return std::any_of(thinned.block.cars.begin(), thinned.block.cars.end(),
                       [&](const CarSpan& span) { return span.car == car; });
  };
  auto minutes = minutesOf(segment.minutes, floorTo(segment.from, kHour), keep);
  if (!minutes) return failFrom(minutes);
  thinned.minutes = *std::move(minutes);
  thinned.cars = segment.range;
  thinned.tier = segment.tier;
  thinned.rolled = true;
  thinned.newest = segment.newest;
  swap.segments.push_back(std::move(thinned));
  return {};
}

Result<std::optional<std::string>> reduceHourRollups(std::span<const std::byte> data, TimePoint hour,
                                                     const DetailOf& detailOf) {
  auto rollups = decodeHourRollups(data, hour);
  if (!rollups) return failFrom(rollups);
  const auto gone =
      std::erase_if(*rollups, [&](const CarRollup& one) { return detailOf(one.car) == StoredDetail::nothing; });
  if (gone == 0) return std::optional<std::string>();
  return std::optional(rollups->empty() ? std::string() : encodeHourRollups(*rollups, hour));
}

}  // namespace carport
