#pragma once

#include "gateway/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace carport::sim {

/// A recorded drive, ready to be sent: one JSON object a row, with the decimals that the file has.
///
/// Format: CSV with a header line; columns Date, Time (needed), Soc, Speed, Mode, LAT, LON, ALT, GpsSpeed, Temperature,
/// Humidity, Weather, WindSpeedAv, Traffic, SpeedLimit (RSK Twizy EV Dataset, doi 10.26599/BDMA.2020.9020027). Dates
/// are month/day/year, with or without leading zeros. The local time of the file is taken as UTC. Immutable once read.
struct Recording {
  static constexpr std::size_t kMaxRows = 1'000'000;
  static constexpr std::size_t kMaxLineBytes = 4096;
  static constexpr std::size_t kMaxNamedBrokenLines = 20;

  struct Row {
    std::int64_t ts = 0;  ///< milliseconds since the epoch
    std::string json;     ///< the telemetry message
  };

  std::string name;  ///< of the file, without folder and ending
  std::vector<Row> rows;
  std::size_t repairedDates = 0;           ///< rows with an impossible date, which took that of the row before
  std::size_t brokenLines = 0;             ///< skipped
  std::vector<std::string> brokenReasons;  ///< "line 17: …", the first kMaxNamedBrokenLines

  /// Reads a whole file. Fails where it cannot be read, has no usable header, or no usable row.
  static Result<Recording> read(const std::filesystem::path& file);
  /// The same from an open stream.
  static Result<Recording> read(std::istream& in, std::string_view name);
};

}  // namespace carport::sim
