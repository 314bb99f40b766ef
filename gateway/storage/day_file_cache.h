#pragma once

#include "gateway/storage/data_folder.h"
#include "gateway/storage/day_file.h"
#include "gateway/storage/storage_shared.h"

#include <cstdint>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace carport {

/// The day files as a reader has them: the latest used stay open, and of days that are over it is remembered what times
/// they span. Owner: a reader; its thread.
class DayFileCache {
 public:
  /// Files open at once: those of a month, which one chart may ask for.
  static constexpr std::size_t kMaxOpen = 32;

  /// What the samples and the events of a file span; none where there are none.
  struct Extents {
    std::optional<TimeExtent> blocks;
    std::optional<TimeExtent> events;
  };

  DayFileCache(std::filesystem::path folder, StorageContext context, std::shared_ptr<StorageShared> shared);

  /// The days there are now, ascending.
  std::vector<Day> days();
  /// The file of a day, opened where it is not; valid until the next call.
  Result<DayFile*> open(Day day);
  /// The times that a day's file spans.
  Result<Extents> extents(Day day);
  /// Says once for every file why it is passed over, and tells the status.
  void logSkipped(Day day, const Error& why);
  /// Takes that back for a file that was put right.
  void noteReadable(Day day) { m_shared->noteUnreadable(day, {}); }

 private:
  /// Tells whether a file has changed since it was last looked at.
  struct Stamp {
    std::uintmax_t size = 0;
    std::filesystem::file_time_type changed{};
    std::uintmax_t logSize = 0;  // of the write-ahead log, which stays where a reader was the last to close it
    std::filesystem::file_time_type logChanged{};
    bool operator==(const Stamp&) const = default;
  };
  struct Remembered {
    Stamp stamp;
    Extents extents;
  };
  struct Open {
    Day day;
    std::unique_ptr<DayFile> file;
  };

  Stamp stampOf(Day day) const;
  bool isOver(Day day) const;

  const std::filesystem::path m_folder;
  const StorageContext m_context;
  const std::shared_ptr<StorageShared> m_shared;
  std::uint64_t m_generation = 0;
  std::vector<Day> m_days;
  std::list<Open> m_open;  // latest used first
  std::map<Day, Remembered> m_remembered;
  std::set<Day> m_skipped;
};

}  // namespace carport
