#pragma once

#include "gateway/base/stop_flag.h"
#include "gateway/base/strong_id.h"
#include "gateway/storage/day_file.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace carport {

/// What scans over many cars' past share: the way through the blocks and segments of a day's file, past all that has
/// nothing of these cars, and to minute roll-ups instead of samples where that is asked for or nothing else is left.
/// What to take from them says who derives from it. Owner: TelemetryReader; its thread.
class FleetScan {
 public:
  struct Window {
    TimePoint from;
    TimePoint to;
  };

 protected:
  /// A car's part of a block, and its place in the query.
  struct WantedSpan {
    CarSpan span;
    std::uint32_t car = 0;
  };
  using WantedSpans = std::vector<WantedSpan>;

  /// `cars`: ascending; they must outlive this. Once `stop` is raised adding ends with BaseErrc::cancelled.
  FleetScan(const std::vector<PrincipalNumber>& cars, StopFlag stop) : m_cars(cars), m_stop(std::move(stop)) {}
  ~FleetScan() = default;

  /// How many samples a day has in the window, at most. Throws as Database.
  std::uint64_t rowsIn(DayFile& file, const Window& window) const;
  /// Adds a day's part of the window. Throws as Database.
  Result<void> addAll(DayFile& file, const Window& window, bool fromMinutes);
  Result<void> addBlock(DayFile& file, const BlockInfo& block, const Window& window);
  Result<void> addSegment(DayFile& file, const SegmentInfo& segment, const Window& window, bool fromMinutes);

 private:
  /// Whether samples of the car up to `to` may say what is not known yet.
  virtual bool isNews(std::size_t /*car*/, TimePoint /*to*/, const Window& /*window*/) const { return true; }
  /// Takes in the minutes of the cars, and takes those cars out of `spans` of which there are any.
  virtual Result<void> addMinutes(std::span<const std::byte> data, TimePoint hour, WantedSpans& spans,
                                  const Window& window) = 0;
  virtual Result<void> addSamples(std::span<const std::byte> data, const WantedSpans& spans, const Window& window) = 0;

  /// Index of a car of the query; none of another. Quick where cars are asked for in ascending order.
  std::optional<std::uint32_t> indexOf(PrincipalNumber car);
  /// Whether any of the cars that a segment may have is wanted, told without reading it.
  bool isWanted(const SegmentInfo& segment, const Window& window) const;
  Result<WantedSpans> wantedSpans(std::span<const std::byte> index, TimePoint blockFrom, const Window& window);

  const std::vector<PrincipalNumber>& m_cars;
  const StopFlag m_stop;
  std::size_t m_lastFound = 0;
};

}  // namespace carport
