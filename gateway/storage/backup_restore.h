#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace carport {

struct RestoreReport {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  TimePoint takenAt{};                 ///< when the backup was made
  std::filesystem::path replacedKept;  ///< where what was there before is now; empty where nothing was
};

/// Puts a backup (a folder or an archive) in the place of a data folder: everything is copied beside it and compared
/// with the manifest's checksums first, and then takes its place by renaming, so that there is the old folder or the
/// new one and never a mixture. A folder that a gateway serves is refused, one that is not empty as well unless
/// `replace`; what was there is kept beside it. Blocks.
Result<RestoreReport> restoreBackup(const std::filesystem::path& from, const std::filesystem::path& folder,
                                    bool replace);

/// Compares a backup's files with its manifest; every sentence is about one file that is not as it was.
Result<std::vector<std::string>> compareWithManifest(const std::filesystem::path& backup);

}  // namespace carport
