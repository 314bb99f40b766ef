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

/// Where one car's samples are: a block and the rows in it.
struct BlockEntry {
  std::int64_t number = 0;
  CarSpan span;
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

/// Table `block` of a day file. Owner: its DayFile; that one's thread. Throws as Database.
class BlockTable {
 public:
  explicit BlockTable(Database& database) : m_database(database) {}

  std::int64_t insert(const EncodedBlock& block);
  void remove(std::int64_t number);
  std::int64_t newestNumber();

  std::optional<TimeExtent> extent();
  /// The blocks with samples of `car` in [from, to), by the car's first time in them, then by number.
  std::vector<BlockEntry> entriesOf(PrincipalNumber car, TimePoint from, TimePoint to);
  /// The blocks after number `after`, by descending time of their latest sample.
  std::vector<BlockInfo> blocksAfter(std::int64_t after);
  /// The newest blocks, newest first, at most `limit`.
  std::vector<BlockInfo> newest(std::size_t limit);
  /// Calls with the block's data, valid during the call; false where there is no such block.
  bool withData(std::int64_t number, const std::function<void(std::span<const std::byte>)>& use);
  bool withCars(std::int64_t number, const std::function<void(std::span<const std::byte>)>& use);

 private:
  Database& m_database;
};

}  // namespace carport
