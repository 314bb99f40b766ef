#include "gateway/storage/history_scan.h"

#include "gateway/base/base_errc.h"
#include "gateway/storage/rollup_codec.h"

#include <algorithm>
#include <optional>
#include <set>

namespace carport {

Result<void> HistoryScan::add(DayFile& file) {
  for (const BlockEntry& entry : file.entriesOf(m_query.car, m_query.from, m_query.to)) {
    if (auto added = addEntry(file, entry); !added) return added;
  }
  auto hours = hoursAlone(file, m_query);
  if (!hours) return failFrom(hours);
  for (const auto& [metric, rollup] : *hours) m_series[metric].add(rollup);
  return {};
}

Result<HistoryScan::MetricRollups> HistoryScan::hoursAlone(DayFile& file, const api::HistoryQuery& query) {
  MetricRollups found;
  if (!file.hasSegments()) return found;
  std::set<TimePoint> known;
  for (const BlockEntry& entry : file.entriesOf(query.car, query.from, query.to)) {
    if (entry.rolled) known.insert(floorTo(entry.span.from, kHour));
  }
  Result<void> done;
  for (std::size_t metric = 0; metric < query.metrics.size(); ++metric) {
    for (const TimePoint hour : file.rollups().hours(query.metrics[metric], floorTo(query.from, kHour), query.to)) {
      if (known.contains(hour)) continue;
      file.rollups().forEach(query.metrics[metric], hour, hour + kHour, [&](TimePoint, auto data) {
        const auto rollups = decodeHourRollups(data, hour);
        if (!rollups) return void(done = failFrom(rollups));
        for (const CarRollup& one : *rollups) {
          const bool inside = one.rollup.first >= query.from && one.rollup.end < query.to;
          if (one.car == query.car && inside) found.emplace_back(metric, one.rollup);
        }
      });
      if (!done) return failFrom(done);
    }
  }
  return found;
}

Result<void> HistoryScan::addEntry(DayFile& file, const BlockEntry& entry) {
  if (m_stop.isRaised()) return fail(BaseErrc::cancelled);
  if (entry.rolled && (m_useRollups || entry.thinned)) {
    const auto minutes = openMinutes(file, entry);
    if (!minutes) return failFrom(minutes);
    if (*minutes) return addMinutes(file, entry, **minutes);
  }
  return addSamples(file, entry, m_query.from, m_query.to);
}

Result<void> HistoryScan::addSamples(DayFile& file, const BlockEntry& entry, TimePoint from, TimePoint to) {
  Result<void> done;
  file.withData(entry, [&](std::span<const std::byte> data) {
    if (data.empty()) return;
    const auto decoder = BlockDecoder::open(data);
    if (!decoder) return void(done = failFrom(decoder));
    const auto times = decoder->times(entry.span.rows);
    if (!times) return void(done = failFrom(times));
    const auto first = std::lower_bound(times->begin(), times->end(), from);
    const auto end = std::lower_bound(first, times->end(), to);
    const RowRange rows{entry.span.rows.first + static_cast<std::uint32_t>(first - times->begin()),
                        static_cast<std::uint32_t>(end - first)};
    if (rows.count == 0) return;
    for (HistorySeriesBuilder& series : m_series) {
      const auto column = decoder->metric(series.metric(), rows);
      if (!column) return void(done = failFrom(column));
      if (*column) series.add(std::span(first, end), **column);
    }
  });
  return done;
}

Result<std::optional<MinuteRollups>> HistoryScan::openMinutes(DayFile& file, const BlockEntry& entry) {
  std::optional<Result<MinuteRollups>> opened;
  file.segments().withMinutes(entry.number, [&](std::span<const std::byte> data) {
    if (!data.empty()) opened = MinuteRollups::open(data, floorTo(entry.span.from, kHour));
  });
  if (!opened) return std::optional<MinuteRollups>();
  if (!*opened) return failFrom(*opened);
  const auto [first, end] = (*opened)->rangeOf(m_query.car);
  return first == end ? std::optional<MinuteRollups>() : std::optional(**std::move(opened));
}

Result<void> HistoryScan::addMinutes(DayFile& file, const BlockEntry& entry, const MinuteRollups& minutes) {
  const auto [first, end] = minutes.rangeOf(m_query.car);
  std::vector<std::size_t> whole;
  for (std::size_t i = first; i < end; ++i) {
    const CarMinute& minute = minutes.minutes()[i];
    if (minute.end < m_query.from || minute.first >= m_query.to) continue;
    if (minute.first >= m_query.from && minute.end < m_query.to) {
      whole.push_back(i);
      continue;
    }
    // The range cuts it: two minutes at most.
    const TimePoint start = floorTo(minute.first, kMinute);
    const auto added = addSamples(file, entry, std::max(m_query.from, start), std::min(m_query.to, start + kMinute));
    if (!added) return added;
  }
  for (HistorySeriesBuilder& series : m_series) {
    const auto rollups = minutes.metric(series.metric());
    if (!rollups) return failFrom(rollups);
    if (rollups->empty()) continue;
    for (const std::size_t i : whole) {
      if ((*rollups)[i].count > 0) series.add((*rollups)[i]);
    }
  }
  return {};
}

}  // namespace carport
