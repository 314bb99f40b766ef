#pragma once

#include "gateway/api/event.h"
#include "gateway/api/moments.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace carport {

/// What one sample, or one minute of them, says about a car's movement. Times are milliseconds after the stretch began.
struct MomentSample {
  static constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::min();

  std::int32_t at = kNever;
  std::optional<std::pair<double, double>> place;  ///< latitude, longitude
  std::optional<double> speed;
  std::optional<double> heading;
  bool drove = false;  ///< at kDrivingKmh or more, at any time in it
};

/// Gathers where cars were: of each the newest figures up to the stretch's beginning, and the newest in each step of
/// it. Where there are too many fixes the steps become wider, which leaves what the wider steps would have had at once.
/// Samples may come in any order; of equal times the one that is added later counts. Owner: FleetMomentScan; one
/// thread.
class MomentTracks {
 public:
  /// The query's `cars` must outlive it.
  explicit MomentTracks(const api::FleetMomentsQuery& query);

  /// `car`: its place in the query.
  void add(std::size_t car, const MomentSample& sample);

  /// Time of the car's newest sample up to the beginning; kNever: none is known.
  std::int32_t knownAt(std::size_t car) const { return m_before[car].at; }
  /// The same of its newest place.
  std::int32_t placeAt(std::size_t car) const { return m_before[car].placeAt; }
  std::int32_t msAfter(TimePoint time) const;

  /// With what events of before and during the stretch say about alarms; newest first, as readers have them.
  api::FleetMoments finish(const std::vector<api::Event>& events);

 private:
  /// Cells of one car that came late are put among the others when there are so many.
  static constexpr std::size_t kMaxLate = 1024;

  /// Of each figure the newest value and its time.
  struct Cell {
    std::uint32_t step = 0;
    std::int32_t at = MomentSample::kNever;
    std::int32_t placeAt = MomentSample::kNever;
    std::int32_t speedAt = MomentSample::kNever;
    std::int32_t headingAt = MomentSample::kNever;
    std::int32_t droveAt = MomentSample::kNever;
    double latitude = 0;
    double longitude = 0;
    float speed = 0;
    float heading = 0;

    void take(const MomentSample& sample);
    void take(const Cell& newer);
  };
  /// Whether any alarm was active, from a time on.
  using AlarmChanges = std::vector<std::pair<std::int32_t, bool>>;

  /// A car's cells, each list by step; none of the late ones is in the other. Without them, samples that come in the
  /// order of a clock that runs backwards would move every cell for each of them.
  struct Track {
    std::vector<Cell> cells;
    std::vector<Cell> late;
  };

  static std::vector<Cell>::iterator find(std::vector<Cell>& cells, std::uint32_t step);
  static void settle(Track& track);
  Cell& cellOf(std::size_t car, std::int32_t at);
  void widen();
  std::vector<AlarmChanges> alarmsOf(const std::vector<api::Event>& events) const;
  api::CarPosition positionOf(std::size_t car, const Cell& cell, const AlarmChanges& alarms) const;

  const api::FleetMomentsQuery& m_query;
  std::int64_t m_stepMs;
  std::size_t m_count = 0;
  std::vector<Cell> m_before;
  std::vector<Track> m_tracks;
};

}  // namespace carport
