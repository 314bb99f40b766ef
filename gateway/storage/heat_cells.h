#pragma once

#include "gateway/api/heat.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace carport {

/// Counts how long cars were in the cells of a grid, from places that come stretch by stretch; within a stretch in any
/// order. Owner: FleetHeatScan; one thread.
class HeatCells {
 public:
  /// Most places of one stretch.
  static constexpr std::size_t kMaxPlaces = 6'000'000;
  /// Faster than this a car was not: it was put elsewhere by a receiver gone wrong, and nowhere in between.
  static constexpr double kMaxMetresPerSecond = 100;

  /// Where a car was: on the Web Mercator square, in 2^32nds of its width.
  struct Place {
    std::uint32_t car = 0;   ///< index in the query
    std::uint32_t time = 0;  ///< ms after the query's `from` less api::kHeatHold
    std::uint32_t x = 0;
    std::uint32_t y = 0;
  };

  /// The query must outlive it.
  explicit HeatCells(const api::FleetHeatQuery& query);

  std::uint32_t timeOf(TimePoint time) const;
  static Place placeOf(std::uint32_t car, std::uint32_t time, double latitude, double longitude);

  /// Takes a place of the stretch; false where it has kMaxPlaces.
  bool add(const Place& place);
  /// Counts what has been taken; the next stretch lies behind it.
  void settle();
  /// Counts the last place of every car, too.
  api::FleetHeat finish();

 private:
  /// A car's newest place of the stretches before; `isKnown` false: there was none.
  struct Last {
    Place place;
    bool isKnown = false;
  };

  /// The time from one place to the next, or to the end of the hold.
  void count(const Place& from, const Place* to);
  /// Spreads [fromMs, toMs) evenly along a way, of which only what lies in the query's time counts.
  void spread(const Place& from, const Place& to);
  void put(double x, double y, double ms, std::uint32_t car);
  bool isNear(const Place& from, const Place& to) const;

  const api::FleetHeatQuery& m_query;
  const double m_scale;  ///< cells of a 2^32nd
  const std::uint32_t m_begin;
  const std::uint32_t m_end;
  std::vector<Place> m_places;
  std::vector<Last> m_last;
  std::vector<double> m_ms;
  std::vector<bool> m_wasThere;  ///< of each car
};

}  // namespace carport
