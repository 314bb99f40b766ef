#include "gateway/storage/telemetry_reader.h"

#include "gateway/base/base_errc.h"
#include "gateway/storage/history_fleet.h"
#include "gateway/storage/history_scan.h"
#include "gateway/storage/sample_window.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace carport {

namespace {

bool overlaps(const TimeExtent& extent, TimePoint from, TimePoint to) {
  return extent.to >= from && extent.from < to;
}

bool isNewer(const api::Event& a, const api::Event& b) {
  return std::tie(a.time, a.number) > std::tie(b.time, b.number);
}

}  // namespace

TelemetryReader::TelemetryReader(std::filesystem::path folder, StorageContext context,
                                 std::shared_ptr<StorageShared> shared)
    : m_context(context), m_files(std::move(folder), std::move(context), std::move(shared)) {}

Result<void> TelemetryReader::withFile(Day day, const FileWork& work) {
  if (m_stop.isRaised()) return fail(BaseErrc::cancelled);
  const auto file = m_files.open(day);
  if (!file) return failFrom(file);
  return guarded((*file)->database().path().string(), [&]() -> Result<void> {
    ReadTransaction snapshot((*file)->database());
    return work(**file);
  });
}

tl::unexpected<Error> TelemetryReader::unreadable(Day day, const Error& why) {
  if (why.is(BaseErrc::cancelled)) return tl::unexpected(why);
  m_files.logSkipped(day, why);
  const std::chrono::year_month_day date(day);
  return fail(
      StorageErrc::corrupted,
      fmt::format("What arrived on {:04}-{:02}-{:02} cannot be read: {}. Put a backup of that file in its place, "
                  "or ask for a time without that day",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  why.message()));
}

Result<std::vector<Day>> TelemetryReader::daysWithSamples(TimePoint from, TimePoint to) {
  std::vector<Day> days;
  for (const Day day : m_files.days()) {
    const auto extents = m_files.extents(day);
    if (!extents) m_files.logSkipped(day, extents.error());
    // What times a file spans that cannot be read nobody knows; most likely those of its day.
    const TimeExtent itsDay{day, day + std::chrono::hours(24) - Milliseconds(1)};
    if (!extents && !extents.error().is(StorageErrc::notFound) && overlaps(itsDay, from, to)) {
      return unreadable(day, extents.error());
    }
    if (extents && extents->blocks && overlaps(*extents->blocks, from, to)) days.push_back(day);
  }
  return days;
}

/// So that buckets are not wasted on emptiness.
Result<std::optional<TelemetryReader::Span>> TelemetryReader::spanOf(const api::HistoryQuery& query,
                                                                     const std::vector<Day>& days) {
  std::optional<Span> whole;
  const auto widen = [&](TimePoint from, TimePoint to, std::uint64_t rows) {
    if (!whole) whole = Span{{from, to}, 0};
    whole->extent.from = std::min(whole->extent.from, from);
    whole->extent.to = std::max(whole->extent.to, to);
    whole->rows += rows;
  };
  for (const Day day : days) {
    const auto done = withFile(day, [&](DayFile& file) -> Result<void> {
      for (const BlockEntry& entry : file.entriesOf(query.car, query.from, query.to))
        widen(entry.span.from, entry.span.to, entry.span.rows.count);
      const auto hours = HistoryScan::hoursAlone(file, query);
      if (!hours) return failFrom(hours);
      for (const auto& [metric, rollup] : *hours) widen(rollup.first, rollup.end, rollup.count);
      return {};
    });
    if (!done) return unreadable(day, done.error());
  }
  if (!whole) return whole;
  whole->extent.from = std::max(whole->extent.from, query.from);
  whole->extent.to = std::min(whole->extent.to, query.to - Milliseconds(1));
  return whole;
}

Result<void> TelemetryReader::scan(const api::HistoryQuery& query, const std::vector<Day>& days,
                                   std::vector<HistorySeriesBuilder>& series, bool useRollups) {
  HistoryScan one(query, series, useRollups, m_stop);
  for (const Day day : days) {
    const auto done = withFile(day, [&](DayFile& file) { return one.add(file); });
    if (!done) return unreadable(day, done.error());
    m_files.noteReadable(day);
  }
  return {};
}

Result<api::History> TelemetryReader::history(const api::HistoryQuery& query) {
  if (query.metrics.size() > api::kMaxHistoryMetrics || query.maxPoints > HistoryReader::kMaxPoints ||
      query.maxPoints == 0) {
    return fail(BaseErrc::invalidArgument, fmt::format("Ask for 1 to {} points of at most {} metrics",
                                                       HistoryReader::kMaxPoints, api::kMaxHistoryMetrics));
  }
  const auto days = query.from < query.to ? daysWithSamples(query.from, query.to) : Result<std::vector<Day>>();
  if (!days) return failFrom(days);
  const auto found = spanOf(query, *days);
  if (!found) return failFrom(found);
  const Span span = found->value_or(Span{{query.from, query.from}, 0});
  const HistoryGrid grid(span.extent.from, span.extent.to, query.maxPoints);
  const auto newSeries = [&] {
    std::vector<HistorySeriesBuilder> series;
    for (const auto& metric : query.metrics) series.emplace_back(metric, grid, query.maxPoints);
    return series;
  };
  auto series = newSeries();
  const bool useRollups = grid.wholeMinutes() && span.rows > query.maxPoints;
  if (auto done = scan(query, *days, series, useRollups); !done) return failFrom(done);
  // A metric that few samples have: all of its values fit after all.
  const bool fits = std::any_of(series.begin(), series.end(), [&](const HistorySeriesBuilder& one) {
    return !one.exact() && one.count() <= query.maxPoints;
  });
  if (useRollups && fits) {
    series = newSeries();
    if (auto done = scan(query, *days, series, false); !done) return failFrom(done);
  }
  api::History history;
  history.exact = true;
  for (auto& one : series) {
    history.exact = history.exact && one.exact();
    history.series.push_back(one.finish());
  }
  return history;
}

Result<api::FleetHistory> TelemetryReader::fleetHistory(const api::FleetHistoryQuery& query) {
  if (query.maxBuckets == 0 || query.maxBuckets > api::kMaxFleetBuckets || query.from >= query.to ||
      (query.cars && !std::is_sorted(query.cars->begin(), query.cars->end()))) {
    return fail(BaseErrc::invalidArgument,
                fmt::format("Ask for 1 to {} buckets of a time that is not empty", api::kMaxFleetBuckets));
  }
  const auto days = daysWithSamples(query.from, query.to);
  if (!days) return failFrom(days);
  FleetHistoryScan fleet(query, m_stop);
  for (const Day day : *days) {
    const auto done = withFile(day, [&](DayFile& file) { return fleet.add(file); });
    if (!done) return unreadable(day, done.error());
    m_files.noteReadable(day);
  }
  return fleet.finish();
}

Result<void> TelemetryReader::visitSamples(PrincipalNumber car, TimePoint from, TimePoint to,
                                           const SampleVisitor& visit) {
  Result<void> complete;
  const auto lose = [&](Day day, const Error& why) {
    if (complete) complete = unreadable(day, why);
  };
  for (TimePoint cursor = from; cursor < to;) {
    SampleWindow window(car, cursor, to, kMaxWindowRows, m_context.names);
    for (const Day day : m_files.days()) {
      const auto extents = m_files.extents(day);
      if (!extents && extents.error().is(StorageErrc::notFound)) continue;
      if (!extents) {
        lose(day, extents.error());
        continue;
      }
      if (!extents->blocks || !overlaps(*extents->blocks, cursor, window.end())) continue;
      const auto done = withFile(day, [&](DayFile& file) { return window.addFrom(file); });
      if (!done) lose(day, done.error());
      window.trim();
    }
    if (m_stop.isRaised()) return fail(BaseErrc::cancelled);
    if (!window.visit(visit)) return complete;
    cursor = window.end();
  }
  return complete;
}

Result<SampleBatch> TelemetryReader::latestSamples() {
  auto days = m_files.days();
  LatestSamples latest;
  const Day today = std::chrono::floor<std::chrono::days>(m_context.clock.now());
  for (auto day = currentDay(days, today); day; day = currentDay(days, today)) {
    bool complete = false;
    const auto done = withFile(*day, [&](DayFile& file) -> Result<void> {
      const auto known = file.collectLatest(m_context.names, latest);
      complete = known && *known;
      return known ? Result<void>() : failFrom(known);
    });
    if (!done) m_files.logSkipped(*day, done.error());
    if (complete) break;
    std::erase(days, *day);
  }
  return latest.toBatch();
}

Result<std::vector<api::Event>> TelemetryReader::events(const EventQuery& query) {
  const std::size_t limit = std::min(query.limit, EventQuery::kMaxLimit);
  std::vector<std::pair<TimePoint, Day>> days;  // by the latest event
  for (const Day day : m_files.days()) {
    const auto extents = m_files.extents(day);
    if (!extents) m_files.logSkipped(day, extents.error());
    if (extents && extents->events && overlaps(*extents->events, query.from, query.to)) {
      days.emplace_back(extents->events->to, day);
    }
  }
  std::sort(days.rbegin(), days.rend());
  std::vector<api::Event> newest;
  for (const auto& [latestEvent, day] : days) {
    if (newest.size() >= limit && (limit == 0 || newest.back().time > latestEvent)) break;
    const auto done = withFile(day, [&](DayFile& file) -> Result<void> {
      auto found = file.events().select(query);
      newest.insert(newest.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
      return {};
    });
    if (!done && done.error().is(BaseErrc::cancelled)) return failFrom(done);
    if (!done) m_files.logSkipped(day, done.error());
    std::sort(newest.begin(), newest.end(), isNewer);
    if (newest.size() > limit) newest.resize(limit);
  }
  return newest;
}

Result<std::vector<api::Event>> TelemetryReader::activeAlarms() {
  auto days = m_files.days();
  const Day today = std::chrono::floor<std::chrono::days>(m_context.clock.now());
  std::vector<api::Event> alarms;
  for (auto day = currentDay(days, today); day; day = currentDay(days, today)) {
    bool complete = false;
    const auto done = withFile(*day, [&](DayFile& file) -> Result<void> {
      complete = file.events().isStarted();
      if (complete) alarms = file.alarms().all();
      return {};
    });
    if (!done) m_files.logSkipped(*day, done.error());
    if (complete) break;
    std::erase(days, *day);
  }
  return alarms;
}

}  // namespace carport
