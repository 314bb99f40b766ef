#pragma once

#include "gateway/storage/fleet_scan.h"
#include "gateway/storage/moment_tracks.h"
#include "gateway/storage/rollup_codec.h"

#include <cstdint>
#include <span>
#include <vector>

namespace carport {

/// Where the whole fleet was, read from day files: the stretch that was asked for from samples (from minute roll-ups
/// where steps are a minute or more), the look-back before it from minute roll-ups where there are any, newest first,
/// and only what could still be news. Hours of which retention has left the hour roll-ups alone tell nothing. Owner:
/// TelemetryReader::fleetMoments.
class FleetMomentScan final : public FleetScan {
 public:
  /// A car whose newest sample has no position is looked for so much further back.
  static constexpr Milliseconds kPlaceLookBack = kHour;
  /// Most samples that are read for steps below a minute; where a stretch has more, its steps are a minute. Two hours
  /// of 30,000 cars that send every four seconds.
  static constexpr std::uint64_t kMaxRows = 64'000'000;

  /// The query as it is answered where its stretch has so many samples: wide steps are whole minutes, and so is what
  /// they begin and end with.
  static api::FleetMomentsQuery whole(api::FleetMomentsQuery query, std::uint64_t rows = 0);

  /// `query` as whole() makes it; it must outlive this. Once `stop` is raised adding ends with BaseErrc::cancelled.
  explicit FleetMomentScan(const api::FleetMomentsQuery& query, StopFlag stop = {});

  /// The look-back is [lookBackFrom(), stretchFrom()), the stretch [stretchFrom(), stretchEnd()).
  TimePoint lookBackFrom() const { return m_query.from - m_query.lookBack; }
  TimePoint stretchFrom() const { return m_stretchFrom; }
  TimePoint stretchEnd() const { return m_stretchEnd; }

  /// How many samples addStretch() would read of a day. Throws as Database.
  std::uint64_t rowsOfStretch(DayFile& file) const { return rowsIn(file, {m_stretchFrom, m_stretchEnd}); }
  /// Adds a day's part of the stretch; the days in ascending order. Throws as Database.
  Result<void> addStretch(DayFile& file) { return addAll(file, {m_stretchFrom, m_stretchEnd}, m_byMinutes); }
  /// Adds a day's part of the look-back; the days in descending order, after the stretch. Throws as Database.
  Result<void> addLookBack(DayFile& file);
  api::FleetMoments finish(const std::vector<api::Event>& events) { return m_tracks.finish(events); }

 private:
  /// The stretch wants everything, the look-back only what is newer than what is known already.
  bool isNews(std::size_t car, TimePoint to, const Window& window) const override;
  Result<void> addMinutes(std::span<const std::byte> data, TimePoint hour, WantedSpans& spans,
                          const Window& window) override;
  Result<void> addSamples(std::span<const std::byte> data, const WantedSpans& spans, const Window& window) override;

  const api::FleetMomentsQuery& m_query;
  const bool m_byMinutes;
  const TimePoint m_stretchFrom;
  const TimePoint m_stretchEnd;
  MomentTracks m_tracks;
  bool m_looksBack = false;
};

}  // namespace carport
