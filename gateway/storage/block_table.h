#pragma once

#include "gateway/storage/block_codec.h"
#include "gateway/storage/database.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace carport {

/// Where one car's samples are: a block or a segment, and the rows in it.
struct BlockEntry {
  std::int64_t number = 0;
  CarSpan span;
  bool isSegment = false;
  bool rolled = false;      ///< a segment with roll-ups
  bool thinned = false;     ///< one of which retention has left the roll-ups alone
  std::int64_t newest = 0;  ///< number of the newest arrival block in it
};

/// What a block's row says about it.
struct BlockInfo {
  std::int64_t number = 0;
  TimePoint from{};
  TimePoint to{};
  std::uint32_t rowCount = 0;
};

/// The earliest and the latest time in a table.
struct TimeExtent {
  TimePoint from{};
  TimePoint to{};  ///< inclusive
};

/// Table `block` of a day file: samples as they arrived, until compaction takes them. Owner: its DayFile; that one's
/// thread. Throws as Database.
class BlockTable {
 public:
  explicit BlockTable(Database& database) : m_database(database) {}

  std::int64_t insert(const EncodedBlock& block);
  /// False where there is no such block.
  bool remove(std::int64_t number);
  /// The highest number that a block ever had.
  std::int64_t newestNumber();

  std::optional<TimeExtent> extent();
  /// The blocks with samples of `car` in [from, to), in no order.
  std::vector<BlockEntry> entriesOf(PrincipalNumber car, TimePoint from, TimePoint to);
  /// The blocks after number `after`, by descending time of their latest sample.
  std::vector<BlockInfo> blocksAfter(std::int64_t after);
  /// The oldest blocks, oldest first, at most `limit`.
  std::vector<BlockInfo> oldest(std::size_t limit);
  /// The blocks with some samples in [from, to), by number.
  std::vector<BlockInfo> between(TimePoint from, TimePoint to);
  /// Calls with the block's data, valid during the call; false where there is no such block.
  bool withData(std::int64_t number, const std::function<void(std::span<const std::byte>)>& use);
  bool withCars(std::int64_t number, const std::function<void(std::span<const std::byte>)>& use);

 private:
  Database& m_database;
};

}  // namespace carport
