#pragma once

#include "gateway/storage/rollup_codec.h"
#include "gateway/storage/segment.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// Makes the roll-ups of a segment whose samples are all of one hour. Owner: BlockMerger.
class SegmentRollups {
 public:
  /// A car with fewer samples in an hour has no minute roll-ups: its samples are read as quickly.
  static constexpr std::uint32_t kMinMinuteRows = 240;

  /// Where the cars' rows are, and every row's time.
  SegmentRollups(std::span<const CarSpan> cars, std::span<const std::int64_t> times, TimePoint hour);

  TimePoint hour() const { return m_hour; }
  /// Takes in one metric: for each row its value, and whether it has one (`present` empty: all have). Appends to
  /// `hours` one roll-up for each car that has the metric.
  void add(std::string_view metric, std::span<const double> values, std::span<const std::uint8_t> present,
           std::vector<CarRollup>& hours);
  /// The minutes, sealed; empty where no car has any.
  std::string finish() const { return m_minutes.minutes().empty() ? std::string() : m_minutes.finish(); }

 private:
  struct Rows {
    std::uint32_t first = 0;
    std::uint32_t end = 0;
  };
  std::vector<CarMinute> divide(std::span<const CarSpan> cars);

  std::span<const std::int64_t> m_times;
  TimePoint m_hour;
  std::vector<CarSpan> m_cars;
  std::vector<Rows> m_minuteRows;  // of each minute
  MinuteRollupWriter m_minutes;
};

}  // namespace carport
