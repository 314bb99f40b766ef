#pragma once

#include "gateway/storage/block_table.h"
#include "gateway/storage/database.h"
#include "gateway/storage/segment.h"

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace carport {

/// Table `hour_rollup` of a day file of version 2 or later. Owner: its DayFile; that one's thread. Throws as Database.
class RollupTable {
 public:
  explicit RollupTable(Database& database) : m_database(database) {}

  void insert(const NewHourRollup& rollup);
  void remove(std::int64_t number);
  /// The hours of which there are any, ascending; the first and the last as an extent.
  std::vector<TimePoint> hours(std::string_view metric, TimePoint from, TimePoint to);
  std::optional<TimeExtent> extent();
  /// Calls with each row of a metric whose hour begins in [from, to), valid during the call; by hour.
  void forEach(std::string_view metric, TimePoint from, TimePoint to,
               const std::function<void(TimePoint hour, std::span<const std::byte> data)>& use);

 private:
  Database& m_database;
};

}  // namespace carport
