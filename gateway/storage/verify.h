#pragma once

#include "gateway/base/result.h"
#include "gateway/storage/database.h"
#include "gateway/storage/day_file.h"
#include "gateway/storage/verify_audit.h"
#include "gateway/storage/verify_report.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace carport {

/// What is told while a folder is looked through.
using VerifyProgress = std::function<void(const FileVerdict&)>;

struct VerifyReport {
  std::vector<FileVerdict> files;
  bool sound() const {
    return std::all_of(files.begin(), files.end(), [](const FileVerdict& file) { return file.sound(); });
  }
};

/// Reads everything in a data folder, beside a running gateway as well: SQLite's own check of each database, every
/// checksum of every block, lists of cars against blocks, roll-ups, numbers without gaps, the chain of the audit log
/// (which `known` may be kept of elsewhere). Changes nothing. Fails only where there is no data folder. Blocks.
Result<VerifyReport> verifyFolder(const std::filesystem::path& folder, const VerifyProgress& progress = {},
                                  const std::optional<KnownAuditEntry>& known = {});

/// The same for a backup (a folder, or an archive, which is unpacked beside itself for the time), after comparing its
/// files with its manifest.
Result<VerifyReport> verifyBackup(const std::filesystem::path& backup, const VerifyProgress& progress = {},
                                  const std::optional<KnownAuditEntry>& known = {});

/// One day's file.
FileVerdict verifyDay(const std::filesystem::path& file, Database::Mode mode);

}  // namespace carport
