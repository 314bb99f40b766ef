#pragma once

#include "gateway/domain/retention.h"
#include "gateway/storage/compactor.h"
#include "gateway/storage/retention_reduce.h"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace carport {

/// Takes away what the retention policies, or the disk budget, do not keep: a day's file as a whole where nothing in
/// it is kept, otherwise parts of it, segment by segment, once compaction is through with the day. The day that is
/// written to is never touched. Every step is small, and begins with what the files have. Owner: CompactionThread; its
/// thread.
class RetentionSweep {
 public:
  /// How often the policies are looked at.
  static constexpr Milliseconds kEvery{60'000};
  /// After a failure.
  static constexpr Milliseconds kRetry{300'000};
  /// Readers have so long to let go of a file that has expired.
  static constexpr Milliseconds kReadersLetGo{10'000};
  /// A large file is given back to the disk in such parts: to remove it at once would hold the disk up.
  static constexpr std::uintmax_t kShrinkBytes = 64 * 1024 * 1024;
  /// A clock that jumps ahead must not make everything old: the day before the newest is at most so long ago.
  static constexpr std::chrono::days kMostSilence{7};

  RetentionSweep(std::filesystem::path folder, StorageContext context, std::shared_ptr<StorageShared> shared,
                 Compactor::Swap swap);

  bool isDue() const;
  /// At most one part of one day; false where there is nothing more to do now.
  Result<bool> step();

 private:
  enum class Part : std::uint8_t { segments, hourRollups, events, freePages };
  struct Work {
    Day day;
    bool whole = false;  ///< the file goes
    std::string reason;
    Part part = Part::segments;
    std::int64_t after = 0;  ///< number of the row that was looked at last
  };

  Result<void> plan();
  /// Reads policies and groups; where they have changed, every day is looked through again.
  Result<void> readPlan();
  void planBudget(std::uint64_t budget, const std::vector<Day>& days);
  Result<bool> stepIn(Work& work);
  Result<bool> reduceSegment(DayFile& file, Work& work);
  Result<bool> reduceRollup(DayFile& file, Work& work);
  Result<bool> removeEvents(DayFile& file, Work& work);
  Result<bool> givePagesBack(DayFile& file, Work& work);
  bool isCompacted(DayFile& file);
  void removeFile(const Work& work);
  /// Gives a part of a removed file back; false where there is none.
  bool shrinkRemoved();
  DetailOf detailOn(Day day) const;
  Result<void> hand(CompactionSwap swap, Day day);

  const std::filesystem::path m_folder;  // the data folder
  const StorageContext m_context;
  const std::shared_ptr<StorageShared> m_shared;
  const Compactor::Swap m_swap;
  SegmentReducer m_reducer;
  std::optional<RetentionPlan> m_plan;
  Day m_today{};
  std::deque<Work> m_work;
  std::map<Day, Day> m_reduced;  // when a day was looked through last
  api::Retention m_retention;    // that it was looked through for
  std::unordered_map<PrincipalNumber, std::vector<std::string>> m_groups;
  SteadyPoint m_dueAt;
  SteadyPoint m_shrinkAt;
  bool m_mayShrink = true;
};

}  // namespace carport
