#pragma once

#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"
#include "gateway/storage/rollup.h"
#include "gateway/storage/varint.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// Bytes with a checksum before them, compressed where that helps:
///     8 bytes checksum of what follows (as of blocks), u8 0 as it is, 1 zstd, varint size when decoded, the bytes
std::string sealed(std::string_view content);
/// What sealed() was given; StorageErrc::corrupted where the bytes are not what it made.
Result<std::string> openSealed(std::span<const std::byte> bytes);

/// The largest content of a sealed blob.
inline constexpr std::size_t kMaxSealedBytes = 64 * 1024 * 1024;
/// Most roll-ups in one list.
inline constexpr std::size_t kMaxRollups = 1 << 20;

/// A car with its roll-up.
struct CarRollup {
  PrincipalNumber car;
  Rollup rollup;
};

/// One metric of one hour, of cars in ascending order; a sealed blob, and in it:
///     u8 version 1, varint number of cars, integers: each car's difference to the one before (the first: to 0), the
///     roll-ups as below, their times as differences to `hour`
std::string encodeHourRollups(std::span<const CarRollup> rollups, TimePoint hour);
Result<std::vector<CarRollup>> decodeHourRollups(std::span<const std::byte> bytes, TimePoint hour);

/// A minute of one car in which it sent something. `first` and `end` are those of all its samples in that minute.
struct CarMinute {
  PrincipalNumber car;
  TimePoint first{};
  TimePoint end{};
  std::uint32_t rows = 0;
};

/// Roll-ups of the minutes of one hour of some cars, as they stand beside a segment's samples; a sealed blob, and in
/// it:
///     u8 version 1, varint number m of minutes; integers of m each: the cars, the first times (differences to the
///     hour), the ends minus the first times, the rows; varint number of metrics, and of each: varint name's length,
///     the name, varint size, the roll-ups as below with m counts, times as differences to their minute's
///
/// A list of n roll-ups: integers of n counts (in minutes: rows minus count), then of those with a count above 0:
/// integers first minus given first, given end minus end (in hours: given are the hour and its end), u8 decimals or
/// 255; with decimals integers of last, last minus min, max minus last, sum minus count × min; otherwise 8 bytes each
/// of last, min, max, sum.
class MinuteRollupWriter {
 public:
  /// By car, then time.
  MinuteRollupWriter(std::vector<CarMinute> minutes, TimePoint hour);

  const std::vector<CarMinute>& minutes() const { return m_minutes; }
  /// One roll-up a minute; those with count 0 say that the metric was not there.
  void add(std::string_view metric, std::span<const Rollup> rollups);
  std::string finish() const;

 private:
  std::vector<CarMinute> m_minutes;
  TimePoint m_hour;
  std::size_t m_metricCount = 0;
  std::string m_metrics;
};

/// Reads them. A value.
class MinuteRollups {
 public:
  static Result<MinuteRollups> open(std::span<const std::byte> bytes, TimePoint hour);

  /// All minutes, by car, then time.
  const std::vector<CarMinute>& minutes() const { return m_minutes; }
  /// The metrics that any car has.
  std::vector<std::string> metrics() const;
  /// The minutes of a car, as indices; empty where it has no minute roll-ups here.
  std::pair<std::size_t, std::size_t> rangeOf(PrincipalNumber car) const;
  /// One roll-up for each minute of all cars, count 0 where the metric was not there; none at all where no car has it.
  Result<std::vector<Rollup>> metric(std::string_view name) const;

 private:
  std::string m_content;
  std::vector<CarMinute> m_minutes;
  struct Part {
    std::size_t offset = 0;
    std::size_t size = 0;
  };
  std::map<std::string, Part, std::less<>> m_metrics;
};

}  // namespace carport
