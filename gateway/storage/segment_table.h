#pragma once

#include "gateway/storage/block_table.h"
#include "gateway/storage/segment.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace carport {

/// What a segment's row says about it.
struct SegmentInfo {
  std::int64_t number = 0;
  TimePoint from{};
  TimePoint to{};
  std::uint32_t rowCount = 0;
  CarRange cars;
  std::uint8_t tier = 0;
  std::int64_t newest = 0;
};

/// Table `segment` of a day file of version 2 or later. Owner: its DayFile; that one's thread. Throws as Database.
class SegmentTable {
 public:
  explicit SegmentTable(Database& database) : m_database(database) {}

  std::int64_t insert(const NewSegment& segment);
  /// False where there is no such segment.
  bool remove(std::int64_t number);

  std::optional<TimeExtent> extent();
  /// The segments with samples of `car` in [from, to), in no order.
  std::vector<BlockEntry> entriesOf(PrincipalNumber car, TimePoint from, TimePoint to);
  /// The segments whose samples no roll-up has, with some in [from, to); by number.
  std::vector<SegmentInfo> open(TimePoint from, TimePoint to);
  /// The rolled segments with samples in [from, to); by number.
  std::vector<SegmentInfo> rolled(TimePoint from, TimePoint to);
  /// The segments with samples of arrival blocks after `arrival`, by descending time of their latest sample.
  std::vector<SegmentInfo> newerThan(std::int64_t arrival);

  using Use = std::function<void(std::span<const std::byte>)>;
  /// Calls with the segment's data (empty where it was thinned), valid during the call; false where there is none.
  bool withData(std::int64_t number, const Use& use);
  bool withCars(std::int64_t number, const Use& use);
  bool withMinutes(std::int64_t number, const Use& use);

 private:
  Database& m_database;
};

}  // namespace carport
