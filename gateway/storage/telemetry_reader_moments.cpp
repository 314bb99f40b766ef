#include "gateway/base/base_errc.h"
#include "gateway/storage/moment_scan.h"
#include "gateway/storage/telemetry_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace carport {

namespace {

Result<void> checkMoments(const api::FleetMomentsQuery& query) {
  const bool isSound = query.from <= query.to && query.to - query.from <= api::kMaxMomentsRange &&
                       query.lookBack >= Milliseconds(0) && query.lookBack <= api::kMaxMomentLookBack &&
                       query.maxFixes > 0 && query.maxFixes <= api::kMaxPackedMoments &&
                       std::is_sorted(query.cars.begin(), query.cars.end());
  if (isSound) return {};
  return fail(BaseErrc::invalidArgument, fmt::format("Ask for at most {} h, and for fixes of at most {} h before",
                                                     api::kMaxMomentsRange / kHour, api::kMaxMomentLookBack / kHour));
}

}  // namespace

Result<api::FleetMomentsQuery> TelemetryReader::answerable(const api::FleetMomentsQuery& asked) {
  const api::FleetMomentsQuery query = FleetMomentScan::whole(asked);
  if (query.from == query.to || query.step >= kMinute) return query;
  const FleetMomentScan scan(query);
  const auto days = daysWithSamples(scan.stretchFrom(), scan.stretchEnd());
  if (!days) return failFrom(days);
  std::uint64_t rows = 0;
  for (const Day day : *days) {
    const auto done = withFile(day, [&](DayFile& file) -> Result<void> {
      rows += scan.rowsOfStretch(file);
      return {};
    });
    if (!done) return unreadable(day, done.error());
  }
  return FleetMomentScan::whole(asked, rows);
}

Result<api::FleetMoments> TelemetryReader::fleetMoments(const api::FleetMomentsQuery& asked) {
  if (const auto checked = checkMoments(asked); !checked) return failFrom(checked);
  const auto answered = answerable(asked);
  if (!answered) return failFrom(answered);
  const api::FleetMomentsQuery& query = *answered;
  FleetMomentScan scan(query, m_stop);
  auto days = daysWithSamples(scan.stretchFrom(), scan.stretchEnd());
  if (!days) return failFrom(days);
  for (const Day day : *days) {
    const auto done = withFile(day, [&](DayFile& file) { return scan.addStretch(file); });
    if (!done) return unreadable(day, done.error());
    m_files.noteReadable(day);
  }
  days = daysWithSamples(scan.lookBackFrom(), scan.stretchFrom());
  if (!days) return failFrom(days);
  for (auto day = days->rbegin(); day != days->rend(); ++day) {
    const auto done = withFile(*day, [&](DayFile& file) { return scan.addLookBack(file); });
    if (!done) return unreadable(*day, done.error());
  }
  EventQuery alarms;
  alarms.cars = std::make_shared<const std::unordered_set<PrincipalNumber>>(query.cars.begin(), query.cars.end());
  alarms.from = query.from - api::kMomentAlarmLookBack;
  alarms.to = scan.stretchEnd();
  alarms.limit = EventQuery::kMaxLimit;
  const auto events = this->events(alarms);
  if (!events) return failFrom(events);
  return scan.finish(*events);
}

}  // namespace carport
