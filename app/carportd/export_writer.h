#pragma once

#include "gateway/api/metric_names.h"
#include "gateway/base/result.h"
#include "gateway/domain/history_reader.h"

#include <cstdint>
#include <iosfwd>

namespace carport {

/// Which stored samples are written: those of `car` in [from, to).
struct ExportRange {
  PrincipalNumber car;
  TimePoint from{};
  TimePoint to = fromMs(INT64_MAX);
};

/// Writes one line a sample: `ts` in ms, then the union of metrics and attributes, the well-known ones first (lat, lon,
/// alt, speed, heading), the others sorted. Reads twice, so that memory does not grow with what is stored. Numbers are
/// the shortest decimals that read back to the same value. Returns how many samples were written.
Result<std::uint64_t> exportCsv(HistoryReader& reader, const MetricNames& names, const ExportRange& range,
                                std::ostream& out);

/// Writes one JSON object a line, with the keys that the sample has, in the same order.
Result<std::uint64_t> exportJsonLines(HistoryReader& reader, const MetricNames& names, const ExportRange& range,
                                      std::ostream& out);

}  // namespace carport
