#include "gateway/storage/history_fleet.h"

#include "gateway/base/base_errc.h"
#include "gateway/storage/car_index.h"
#include "gateway/storage/storage_errc.h"

#include <algorithm>
#include <set>
#include <utility>

namespace carport {

namespace {

/// The first whole hour at or after `time`.
TimePoint nextHour(TimePoint time) {
  const TimePoint floor = floorTo(time, kHour);
  return floor == time ? time : floor + kHour;
}

}  // namespace

FleetHistoryScan::FleetHistoryScan(const api::FleetHistoryQuery& query, StopFlag stop)
    : m_query(query), m_grid(gridOf(query)), m_buckets(m_grid.size()), m_stop(std::move(stop)) {}

HistoryGrid FleetHistoryScan::gridOf(const api::FleetHistoryQuery& query) {
  const auto range = static_cast<std::uint64_t>(toMs(query.to)) - static_cast<std::uint64_t>(toMs(query.from));
  const bool minutes = range <= static_cast<std::uint64_t>(kMaxMinuteRange.count());
  return {query.from, query.to - Milliseconds(1), query.maxBuckets, minutes ? kMinute : kHour};
}

bool FleetHistoryScan::isWanted(PrincipalNumber car) const {
  return !m_query.cars || std::binary_search(m_query.cars->begin(), m_query.cars->end(), car);
}

Result<void> FleetHistoryScan::add(DayFile& file) {
  if (file.hasSegments()) {
    TimePoint first = nextHour(m_query.from), end = floorTo(m_query.to, kHour);
    if (!m_grid.wholeHours() || first >= end) first = end = m_query.to;
    if (auto done = addHours(file, first, end); !done) return done;
    if (auto done = addRolled(file, m_query.from, first); !done) return done;
    if (auto done = addRolled(file, end, m_query.to); !done) return done;
  }
  return addOthers(file);
}

Result<void> FleetHistoryScan::addHours(DayFile& file, TimePoint from, TimePoint to) {
  Result<void> done;
  if (from >= to) return done;
  file.rollups().forEach(m_query.metric, from, to, [&](TimePoint hour, std::span<const std::byte> data) {
    if (!done) return;
    if (m_stop.isRaised()) return void(done = fail(BaseErrc::cancelled));
    const auto rollups = decodeHourRollups(data, hour);
    if (!rollups) return void(done = failFrom(rollups));
    // Both lists ascend: each search begins where the one before it ended.
    auto wanted = m_query.cars ? m_query.cars->begin() : std::vector<PrincipalNumber>::const_iterator();
    PrincipalNumber previous;
    for (const CarRollup& one : *rollups) {
      if (m_query.cars) {
        if (one.car < previous) wanted = m_query.cars->begin();
        previous = one.car;
        while (wanted != m_query.cars->end() && *wanted < one.car) ++wanted;
        if (wanted == m_query.cars->end() || *wanted != one.car) continue;
      }
      add(one.rollup);
    }
  });
  return done;
}

Result<void> FleetHistoryScan::addRolled(DayFile& file, TimePoint from, TimePoint to) {
  if (from >= to) return {};
  std::set<TimePoint> known;
  for (const SegmentInfo& segment : file.segments().rolled(from, to)) {
    known.insert(floorTo(segment.from, kHour));
    if (auto done = addRolledSegment(file, segment, from, to); !done) return done;
  }
  // Hours of which retention has left the roll-ups alone come whole.
  for (const TimePoint hour : file.rollups().hours(m_query.metric, nextHour(from), to)) {
    if (known.contains(hour) || hour + kHour > to) continue;
    if (auto done = addHours(file, hour, hour + kHour); !done) return done;
  }
  return {};
}

Result<std::vector<CarSpan>> FleetHistoryScan::wantedSpans(std::span<const std::byte> index, TimePoint blockFrom,
                                                           TimePoint from, TimePoint to) const {
  auto spans = decodeCarIndex(index, blockFrom);
  if (!spans) return spans;
  std::erase_if(*spans, [&](const CarSpan& span) { return span.to < from || span.from >= to || !isWanted(span.car); });
  return spans;
}

Result<void> FleetHistoryScan::addRolledSegment(DayFile& file, const SegmentInfo& segment, TimePoint from,
                                                TimePoint to) {
  if (m_stop.isRaised()) return fail(BaseErrc::cancelled);
  Result<std::vector<CarSpan>> spans;
  file.segments().withCars(
      segment.number, [&](std::span<const std::byte> index) { spans = wantedSpans(index, segment.from, from, to); });
  if (!spans) return failFrom(spans);
  if (spans->empty()) return {};
  Result<void> done;
  file.segments().withMinutes(segment.number, [&](std::span<const std::byte> data) {
    if (data.empty()) return;
    const auto minutes = MinuteRollups::open(data, floorTo(segment.from, kHour));
    done = minutes ? addMinutes(*minutes, *spans, from, to) : failFrom(minutes);
  });
  if (!done || spans->empty()) return done;
  file.segments().withData(segment.number,
                           [&](std::span<const std::byte> data) { done = addSamples(data, *spans, from, to); });
  return done;
}

Result<void> FleetHistoryScan::addMinutes(const MinuteRollups& minutes, std::vector<CarSpan>& spans, TimePoint from,
                                          TimePoint to) {
  const auto rollups = minutes.metric(m_query.metric);
  if (!rollups) return failFrom(rollups);
  std::erase_if(spans, [&](const CarSpan& span) {
    const auto [first, end] = minutes.rangeOf(span.car);
    const auto isCut = [&](const CarMinute& minute) {
      return (minute.first < from && minute.end >= from) || (minute.first < to && minute.end >= to);
    };
    const auto begin = minutes.minutes().begin();
    const auto own = std::span(begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(end));
    if (own.empty() || std::any_of(own.begin(), own.end(), isCut)) return false;
    for (std::size_t i = first; i < end && !rollups->empty(); ++i) {
      const Rollup& one = (*rollups)[i];
      if (one.count > 0 && one.first >= from && one.end < to) add(one);
    }
    return true;
  });
  return {};
}

Result<void> FleetHistoryScan::addSamples(std::span<const std::byte> data, std::span<const CarSpan> spans,
                                          TimePoint from, TimePoint to) {
  if (data.empty() || spans.empty()) return {};
  const auto decoder = BlockDecoder::open(data);
  if (!decoder) return failFrom(decoder);
  const RowRange all{0, decoder->rowCount()};
  const auto column = decoder->metric(m_query.metric, all);
  if (!column) return failFrom(column);
  if (!*column) return {};
  const auto times = decoder->times(all);
  if (!times) return failFrom(times);
  for (const CarSpan& span : spans) {
    if (span.rows.first + span.rows.count > all.count) return fail(StorageErrc::corrupted);
    for (std::uint32_t row = span.rows.first; row < span.rows.first + span.rows.count; ++row) {
      const TimePoint time = (*times)[row];
      if (time < from || time >= to || !(*column)->has(row)) continue;
      m_buckets[m_grid.indexOf(time)].add(time, (*column)->values[row]);
    }
  }
  return {};
}

Result<void> FleetHistoryScan::addOthers(DayFile& file) {
  const TimePoint from = m_query.from, to = m_query.to;
  const auto take = [&](auto& table, const auto& info) -> Result<void> {
    if (m_stop.isRaised()) return fail(BaseErrc::cancelled);
    Result<std::vector<CarSpan>> spans;
    table.withCars(info.number,
                   [&](std::span<const std::byte> index) { spans = wantedSpans(index, info.from, from, to); });
    if (!spans) return failFrom(spans);
    if (spans->empty()) return {};
    Result<void> done;
    table.withData(info.number, [&](std::span<const std::byte> data) { done = addSamples(data, *spans, from, to); });
    return done;
  };
  for (const BlockInfo& block : file.blocks().between(from, to)) {
    if (auto done = take(file.blocks(), block); !done) return done;
  }
  if (!file.hasSegments()) return {};
  for (const SegmentInfo& segment : file.segments().open(from, to)) {
    if (auto done = take(file.segments(), segment); !done) return done;
  }
  return {};
}

api::FleetHistory FleetHistoryScan::finish() const {
  api::FleetHistory history;
  history.metric = m_query.metric;
  history.bucketWidth = Milliseconds(static_cast<std::int64_t>(m_grid.widthMs()));
  for (std::size_t i = 0; i < m_buckets.size(); ++i) {
    if (m_buckets[i].empty()) continue;
    const Rollup one = m_buckets[i].get();
    history.buckets.push_back({m_grid.startOf(i), one.min, one.max, one.mean(), one.count});
  }
  return history;
}

}  // namespace carport
