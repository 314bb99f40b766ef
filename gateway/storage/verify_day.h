#pragma once

#include "gateway/api/metric_names.h"
#include "gateway/storage/verify_block.h"
#include "gateway/storage/verify_report.h"
#include "gateway/storage/verify_rows.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace carport {

/// A row of table `segment` beside what it has in common with `block`.
struct StoredSegment {
  StoredBlock block;
  std::int64_t firstCar = 0, carBits = 0, tier = 0, rolled = 0, newest = 0;
  std::span<const std::byte> minutes;
};

/// Looks through one day's file, as far as it can be read, and hands on what can be trusted: verification counts it,
/// recovery writes it into another file. Owner: one of those; its thread.
class DayInspection {
 public:
  DayInspection(Database& database, FileVerdict& verdict) : m_database(database), m_verdict(verdict) {}

  // Called with what can be trusted, valid during the call; may be empty.
  std::function<void(const StoredBlock&, const BlockVerdict&)> onBlock;
  std::function<void(const StoredSegment&, const BlockVerdict&)> onSegment;  ///< readable, thinned, or minutes alone
  std::function<void(Query&)> onHourRollup;                                  ///< metric, hour, data
  std::function<void(Query&)> onEvent;  ///< the columns of table event, as they stand in its definition

  /// Everything but SQLite's own check.
  void run();
  /// SQLite's own check of the whole file.
  void checkStructure();

 private:
  void inspectBlocks();
  void inspectSegments();
  void inspectRollups();
  void inspectEvents();
  void inspectLatest();
  void inspectBlock(Query& row);
  void inspectSegment(Query& row);
  void lose(const char* what, std::int64_t number, const BlockVerdict& verdict, const StoredBlock& block);
  /// A row of which nothing but its number, and perhaps its times in an index, is left.
  void loseUnread(const char* table, std::int64_t number);
  const std::map<std::int64_t, std::pair<TimePoint, TimePoint>>& timesOf(const char* table);

  Database& m_database;
  FileVerdict& m_verdict;
  MetricNames m_names;
  std::map<std::string, std::map<std::int64_t, std::pair<TimePoint, TimePoint>>, std::less<>> m_times;
};

}  // namespace carport
