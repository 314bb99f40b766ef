#pragma once

#include "gateway/storage/compaction_merge.h"
#include "gateway/storage/compaction_plan.h"
#include "gateway/storage/day_file_cache.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace carport {

/// Decides what is merged next, reads it and merges it; whoever writes swaps it in. Holds nothing that a crash could
/// lose: every step begins with what the day files have. Owner: CompactionThread; its thread.
class Compactor {
 public:
  /// Hands a swap to the storage writer and waits until it is done.
  using Swap = std::function<Result<void>(std::shared_ptr<const CompactionSwap>)>;
  /// How long after its end an hour counts as over: for samples that are on their way.
  static constexpr Milliseconds kGrace{120'000};
  /// A file waits while readers (a backup reads it for minutes) hold back so many pages of its log: it would grow by
  /// all that is compacted.
  static constexpr std::int64_t kMaxLogPages = 8192;

  /// `folder` is the one with the day files; beside it lies the registry, which says what may be rounded.
  Compactor(std::filesystem::path folder, StorageContext context, std::shared_ptr<StorageShared> shared, Swap swap);

  /// Whether a step may find something to do; cheap.
  bool isDue() const;
  /// At most one merge; false where there is nothing to do now, or where `pause` gave up.
  Result<bool> step(const BlockMerger::Pause& pause);

 private:
  using Part = CompactionWork::Part;

  std::optional<Day> writtenDay() const;
  bool isLogHeldBack(Day day) const;
  Result<bool> stepIn(Day day, bool over, const BlockMerger::Pause& pause);
  CompactionState stateOf(Day day, DayFile& file, bool over);
  Result<std::vector<MergeInput>> load(Day day, DayFile& file, const CompactionWork& work);
  Result<bool> run(Day day, const CompactionWork& work, std::vector<MergeInput> inputs,
                   const BlockMerger::Pause& pause);
  Result<bool> giveBack(Day day, DayFile& file);
  void leaveAlone(Day day, const Part& part, const Error& why);
  bool isLeftAlone(Day day, bool isSegment, std::int64_t number) const;
  TimePoint completeUntil() const;

  const std::filesystem::path m_folder;
  const std::filesystem::path m_registryFile;
  const StorageContext m_context;
  const std::shared_ptr<StorageShared> m_shared;
  const Swap m_swap;
  DayFileCache m_files;
  BlockMerger m_merger;
  std::uint64_t m_generation = 0;
  std::uint64_t m_seenBlocks = 0;
  std::uint64_t m_seenSamples = 0;
  bool m_busy = true;                          // the last step found something, or there was none
  TimePoint m_flushed{};                       // the end of an hour at which all arrival blocks were last due,
  std::pair<Day, std::int64_t> m_flushUpTo{};  // and the newest of them then
  std::set<Day> m_finished;                    // days that are over and have nothing left to do
  std::set<std::pair<Day, std::pair<bool, std::int64_t>>> m_leftAlone;
};

}  // namespace carport
