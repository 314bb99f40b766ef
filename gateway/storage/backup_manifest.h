#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/storage/backup_checksum.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace carport {

/// What a backup has in it: `manifest.json` beside (in an archive: before) its files,
/// `{"format":1,"takenAt":ms,"writtenBy":"…","files":[{"path","bytes","checksum"}…]}`. A value.
struct BackupManifest {
  static constexpr int kFormat = 1;
  static constexpr std::string_view kFileName = "manifest.json";
  static constexpr std::size_t kMaxFiles = 40'000;
  static constexpr std::size_t kMaxBytes = 16 * 1024 * 1024;

  TimePoint takenAt{};
  std::string writtenBy;                    ///< program and version
  std::map<std::string, FileDigest> files;  ///< by their path inside the data folder, with '/'

  std::string toText() const;
  /// Refuses what is no manifest, and every path that no backup has.
  static Result<BackupManifest> parse(std::string_view text);
  static Result<BackupManifest> read(const std::filesystem::path& file);
};

/// Whether a file of that path belongs into a backup: the registry, the sessions, the key, a day's telemetry.
bool isBackupPath(std::string_view path);

}  // namespace carport
