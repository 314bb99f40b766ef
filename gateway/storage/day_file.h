#pragma once

#include "gateway/api/metric_names.h"
#include "gateway/storage/alarm_table.h"
#include "gateway/storage/block_table.h"
#include "gateway/storage/event_table.h"
#include "gateway/storage/latest_samples.h"
#include "gateway/storage/latest_table.h"
#include "gateway/storage/log_checkpoints.h"
#include "gateway/storage/rollup_table.h"
#include "gateway/storage/segment_table.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace carport {

/// A day of UTC, as day files are named for.
using Day = std::chrono::sys_days;

/// telemetry/YYYY-MM-DD.db: what arrived on one day. Owner: the writer or a reader; that one's thread.
class DayFile {
 public:
  /// Makes the file where it is missing, and brings its schema up to date.
  static Result<std::unique_ptr<DayFile>> openForWriting(const std::filesystem::path& file);
  static Result<std::unique_ptr<DayFile>> openForReading(const std::filesystem::path& file);

  explicit DayFile(std::unique_ptr<Database> database) : m_database(std::move(database)) {}

  Database& database() { return *m_database; }
  BlockTable& blocks() { return m_blocks; }
  EventTable& events() { return m_events; }
  AlarmTable& alarms() { return m_alarms; }
  LatestTable& latest() { return m_latest; }
  SegmentTable& segments() { return m_segments; }
  RollupTable& rollups() { return m_rollups; }

  /// Whether the file has the tables `segment` and `hour_rollup`; one that was written before there was compaction has
  /// not, as long as it is only read. Asks the file: the writer may have added them meanwhile.
  bool hasSegments();
  /// Whether there are free pages that can be given back to the disk.
  bool hasPagesToGiveBack();
  /// The blocks and segments with samples of `car` in [from, to), in order of arrival.
  std::vector<BlockEntry> entriesOf(PrincipalNumber car, TimePoint from, TimePoint to);
  /// Calls with the entry's samples, valid during the call; empty where only roll-ups are left of it.
  void withData(const BlockEntry& entry, const std::function<void(std::span<const std::byte>)>& use);
  /// The times that all samples and roll-ups span; none where there are none.
  std::optional<TimeExtent> extent();

  /// Folds the newest samples of this file's cars into `latest`: from table `latest`, then the blocks after it. Returns
  /// whether the table had anything, so that older files need not be asked.
  Result<bool> collectLatest(MetricNames& names, LatestSamples& latest);

 private:
  void foldBlock(const BlockInfo& block, MetricNames& names, LatestSamples& latest);
  void foldSegment(const SegmentInfo& segment, MetricNames& names, LatestSamples& latest);

  void checkpointAsDue();

  std::unique_ptr<Database> m_database;
  LogCheckpoints m_checkpoints;
  BlockTable m_blocks{*m_database};
  EventTable m_events{*m_database};
  AlarmTable m_alarms{*m_database};
  LatestTable m_latest{*m_database};
  SegmentTable m_segments{*m_database};
  RollupTable m_rollups{*m_database};
};

/// File of a day inside the telemetry folder.
std::filesystem::path dayFilePath(const std::filesystem::path& folder, Day day);
/// The day that a file is named for, “2026-11-21.db”; none where that is no such name.
std::optional<Day> dayOfFile(const std::filesystem::path& name);
/// The day that a text names, “2026-11-21”.
std::optional<Day> parseDay(const std::string& text);
/// The days that have a file, ascending; empty where the folder cannot be read. Other files are passed over.
std::vector<Day> listDays(const std::filesystem::path& folder);
/// The day whose file is being written: the newest of `days`, but not one that a clock gone wrong has put more than a
/// day ahead of `today`. A clock that is set back past midnight thus does not reopen an older file.
std::optional<Day> currentDay(const std::vector<Day>& days, Day today);

}  // namespace carport
