#include "gateway/base/base_errc.h"
#include "gateway/storage/heat_scan.h"
#include "gateway/storage/telemetry_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace carport {

namespace {

Result<void> checkHeat(const api::FleetHeatQuery& query) {
  const api::HeatGrid& grid = query.grid;
  const bool isGrid = grid.level >= 0 && grid.level <= api::kMaxHeatLevel && grid.columns > 0 && grid.rows > 0 &&
                      grid.columns <= api::kMaxHeatSide && grid.rows <= api::kMaxHeatSide;
  const bool isTime = query.from < query.to && query.to - query.from <= api::kMaxHeatRange;
  if (isGrid && isTime && std::is_sorted(query.cars.begin(), query.cars.end())) return {};
  return fail(BaseErrc::invalidArgument,
              fmt::format("Ask for at most {} days and {} by {} cells", api::kMaxHeatRange / (24 * kHour),
                          api::kMaxHeatSide, api::kMaxHeatSide));
}

}  // namespace

Result<api::FleetHeat> TelemetryReader::fleetHeat(const api::FleetHeatQuery& query) {
  if (const auto checked = checkHeat(query); !checked) return failFrom(checked);
  FleetHeatScan scan(query, m_stop);
  const auto overDays = [&](const FleetHeatScan::Window& window, const FileWork& work) -> Result<void> {
    const auto days = daysWithSamples(window.from, window.to);
    if (!days) return failFrom(days);
    for (const Day day : *days) {
      const auto done = withFile(day, work);
      // What is too much is not the file's fault.
      if (!done && done.error().is(BaseErrc::invalidArgument)) return done;
      if (!done) return unreadable(day, done.error());
      m_files.noteReadable(day);
    }
    return {};
  };
  std::uint64_t rows = 0;
  const auto counted = overDays(scan.whole(), [&](DayFile& file) -> Result<void> {
    rows += scan.rowsOf(file);
    return {};
  });
  if (!counted) return failFrom(counted);
  for (const auto& window : scan.windowsFor(rows)) {
    const auto added = overDays(window, [&](DayFile& file) { return scan.add(file, window); });
    if (!added) return failFrom(added);
    scan.endWindow();
  }
  return scan.finish();
}

}  // namespace carport
