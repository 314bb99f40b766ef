#pragma once

#include "gateway/base/result.h"
#include "gateway/storage/day_file.h"
#include "gateway/storage/verify_report.h"

#include <cstdint>
#include <filesystem>

namespace carport {

struct RecoveryReport {
  FileVerdict verdict;            ///< what was saved (blocks, samples, events), what is damaged and what is lost
  std::uint64_t rollups = 0;      ///< hour roll-ups saved
  bool rollupsAnew = false;       ///< compaction makes them again from the samples
  std::filesystem::path file;     ///< where what was saved is now
  std::filesystem::path damaged;  ///< where the damaged file is kept
  bool merged = false;            ///< into a file that was there: one that the gateway began anew
};

/// Saves what can be read of a damaged day file: every block, segment, roll-up and event that is whole. Either the
/// day's file itself is damaged; then a fresh one takes its place, for which no gateway may be serving the folder. Or
/// the gateway has moved the damaged file aside already; then what is saved goes into the day's present file, beside a
/// running gateway as well. The damaged file is always kept. StorageErrc::notFound where the day has no damaged file.
Result<RecoveryReport> recoverDay(const std::filesystem::path& folder, Day day);

}  // namespace carport
