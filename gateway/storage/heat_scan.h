#pragma once

#include "gateway/storage/fleet_scan.h"
#include "gateway/storage/heat_cells.h"
#include "gateway/storage/rollup_codec.h"

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace carport {

/// How long the fleet was where, read from day files: from every sample where those are few, otherwise hour by hour
/// from minute roll-ups, and where there are none yet from samples a while apart. Hours of which retention has left the
/// hour roll-ups alone tell nothing. Owner: TelemetryReader::fleetHeat.
class FleetHeatScan final : public FleetScan {
 public:
  /// Most samples that are all looked at.
  static constexpr std::uint64_t kMaxRows = 4'000'000;
  /// Most samples and minutes that one answer reads: a week of 30,000 cars.
  static constexpr std::uint64_t kMaxRead = 400'000'000;
  /// Where not all samples are looked at, those that are lie at least so far apart.
  static constexpr Milliseconds kLeastStep{15'000};

  /// The query must outlive this. Once `stop` is raised adding ends with BaseErrc::cancelled.
  FleetHeatScan(const api::FleetHeatQuery& query, StopFlag stop);

  /// What has to be read: the query's time, and before it what may still hold in it.
  Window whole() const { return {m_query.from - api::kHeatHold, m_query.to}; }
  /// How many samples whole() has in a day's file, at most. Throws as Database.
  std::uint64_t rowsOf(DayFile& file) const { return rowsIn(file, whole()); }
  /// The parts in which it is to be read where all files have so many samples, in ascending order.
  std::vector<Window> windowsFor(std::uint64_t rows);
  /// Adds a file's part of a window. Throws as Database.
  Result<void> add(DayFile& file, const Window& window) { return addAll(file, window, m_step.count() > 0); }
  /// A window has been read from every file.
  void endWindow();
  api::FleetHeat finish();

 private:
  Result<void> addMinutes(std::span<const std::byte> data, TimePoint hour, WantedSpans& spans,
                          const Window& window) override;
  Result<void> addSamples(std::span<const std::byte> data, const WantedSpans& spans, const Window& window) override;
  Result<void> put(std::uint32_t car, TimePoint time, double latitude, double longitude);
  /// Counts what is read; fails where it is too much.
  Result<void> noteRead(std::uint64_t rows);

  const api::FleetHeatQuery& m_query;
  HeatCells m_cells;
  Milliseconds m_step{0};              ///< 0: every sample counts
  std::vector<std::uint32_t> m_taken;  ///< of each car the time of its newest place in this window; 0: none
  std::uint64_t m_read = 0;
};

}  // namespace carport
