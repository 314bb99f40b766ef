#pragma once

#include "gateway/domain/history_reader.h"
#include "gateway/storage/day_file.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace carport {

/// The earliest samples of a car from some time on, gathered from all blocks of all files with a bound on memory: when
/// too many have come the latest are given up, and the window ends where the first of those was. Owner: visitSamples.
class SampleWindow {
 public:
  /// Samples in [from, to), about `maxRows` of them; more only where they have the very same time.
  SampleWindow(PrincipalNumber car, TimePoint from, TimePoint to, std::size_t maxRows, MetricNames& names);

  /// End of the window (exclusive); comes down as samples are added.
  TimePoint end() const { return m_end; }
  /// Adds a day's samples; the days in ascending order. On failure those that could be read are there.
  Result<void> addFrom(DayFile& file);
  /// Puts what is there in order and within the limit; needed where addFrom() was interrupted by an exception.
  void trim();
  /// Shows the samples in ascending time; false where `visit` wants no more.
  bool visit(const SampleVisitor& visit) const;

 private:
  struct Place {
    TimePoint time;
    std::uint64_t file;  ///< with the next two: order of arrival
    std::int64_t block;
    std::uint32_t index;
    SampleBatch::Row row;
  };

  Result<void> addBlock(std::span<const std::byte> data, const BlockEntry& entry);
  void keepOnly(std::size_t count);

  const PrincipalNumber m_car;
  const TimePoint m_from;
  TimePoint m_end;
  std::size_t m_maxRows;
  MetricNames& m_names;
  SampleBatch m_samples;
  std::uint64_t m_files = 0;
  std::vector<Place> m_places;
};

}  // namespace carport
