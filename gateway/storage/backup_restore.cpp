#include "gateway/storage/backup_restore.h"

#include "gateway/base/file_lock.h"
#include "gateway/storage/backup_archive.h"
#include "gateway/storage/backup_manifest.h"
#include "gateway/storage/database_files.h"
#include "gateway/storage/owner_only.h"
#include "gateway/storage/storage_errc.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <system_error>

namespace carport {

namespace fs = std::filesystem;

namespace {

fs::path beside(const fs::path& folder, const std::string& suffix) {
  return withSuffix(folder.has_filename() ? folder : folder.parent_path(), suffix);
}

tl::unexpected<Error> notAsItWas(const std::string& path) {
  return fail(
      StorageErrc::corrupted,
      fmt::format("{} in the backup is not what was backed up: its checksum differs. Nothing was restored", path));
}

/// The manifest of a backup that has what no gateway can be without.
Result<BackupManifest> readManifest(const fs::path& folder) {
  auto manifest = BackupManifest::read(folder / BackupManifest::kFileName);
  if (!manifest) return manifest;
  if (!manifest->files.contains("registry.db") || !manifest->files.contains("secret.key")) {
    return fail(StorageErrc::corrupted, "The backup has no registry or no key. Nothing was restored");
  }
  return manifest;
}

/// Every file into `to`, each compared with the manifest on the way.
Result<RestoreReport> copyAll(const fs::path& from, const fs::path& to) {
  const auto manifest = readManifest(from);
  if (!manifest) return failFrom(manifest);
  auto error = makeFolderForOwner(to);
  if (!error) error = makeFolderForOwner(to / "telemetry");
  if (error) {
    return fail(StorageErrc::readOnly, fmt::format("{} cannot be made: {}", to.string(), error.message()));
  }
  RestoreReport report;
  report.takenAt = manifest->takenAt;
  for (const auto& [path, digest] : manifest->files) {
    const auto copied = copyBytes(from / path, to / path);
    if (!copied) return failFrom(copied);
    if (*copied != digest) return notAsItWas(path);
    ++report.files;
    report.bytes += digest.bytes;
  }
  return report;
}

/// Files that were unpacked lie where they are to be already.
Result<RestoreReport> unpackAll(const fs::path& from, const fs::path& to) {
  if (auto unpacked = unpackArchive(from, to); !unpacked) return failFrom(unpacked);
  const auto manifest = readManifest(to);
  if (!manifest) return failFrom(manifest);
  RestoreReport report;
  report.takenAt = manifest->takenAt;
  for (const auto& [path, digest] : manifest->files) {
    const auto present = digestOf(to / path);
    if (!present) return failFrom(present);
    if (*present != digest) return notAsItWas(path);
    ++report.files;
    report.bytes += digest.bytes;
  }
  std::error_code error;
  fs::remove(to / BackupManifest::kFileName, error);
  return report;
}

/// Refuses a folder in use, or with something in it.
Result<std::optional<FileLock>> claim(const fs::path& folder, bool replace) {
  std::error_code error;
  if (!fs::exists(folder, error) || fs::is_empty(folder, error)) return std::optional<FileLock>();
  if (!fs::is_directory(folder, error)) {
    return fail(StorageErrc::exists, fmt::format("{} is no folder. Nothing was restored", folder.string()));
  }
  // No lock is left behind in a folder of something else.
  const bool mayBeServed = fs::exists(folder / "gateway.lock", error) || replace;
  std::optional<FileLock> held;
  if (mayBeServed) {
    auto lock = FileLock::take(folder / "gateway.lock");
    if (!lock) {
      return fail(StorageErrc::exists, fmt::format("{} is in use: stop the gateway that serves it first ({})",
                                                   folder.string(), lock.error().message()));
    }
    held.emplace(std::move(*lock));
  }
  if (!replace) {
    return fail(StorageErrc::exists,
                fmt::format("{} is not empty. Restore into a new folder, or say --replace; what is there is then kept "
                            "beside it",
                            folder.string()));
  }
  return held;
}

/// Puts `ready` where `folder` is; where that was one with something in it, returns where that is now.
Result<fs::path> takePlace(const fs::path& ready, const fs::path& folder) {
  std::error_code error;
  fs::path kept;
  if (fs::exists(folder, error)) {
    if (fs::is_empty(folder, error)) {
      fs::remove(folder, error);
    } else {
      int number = 1;
      while (fs::exists(kept = beside(folder, fmt::format(".replaced-{}", number)), error)) ++number;
      fs::rename(folder, kept, error);
    }
    if (error) {
      return fail(StorageErrc::ioFailed,
                  fmt::format("{} cannot be moved away: {}. A folder that a disk is mounted on cannot be replaced; "
                              "restore into a folder below it",
                              folder.string(), error.message()));
    }
  }
  fs::rename(ready, folder, error);
  if (!error) return kept;
  std::error_code ignored;
  if (!kept.empty()) fs::rename(kept, folder, ignored);
  return fail(StorageErrc::ioFailed, fmt::format("{} cannot be made: {}", folder.string(), error.message()));
}

}  // namespace

Result<RestoreReport> restoreBackup(const fs::path& from, const fs::path& folder, bool replace) {
  std::error_code error;
  if (!fs::exists(from, error)) {
    return fail(StorageErrc::notFound, fmt::format("There is no backup {}", from.string()));
  }
  auto claimed = claim(folder, replace);
  if (!claimed) return failFrom(claimed);
  const auto staging = beside(fs::absolute(folder, error), ".restoring");
  fs::remove_all(staging, error);
  auto report = fs::is_directory(from, error) ? copyAll(from, staging) : unpackAll(from, staging);
  if (report) {
    claimed->reset();  // not every system renames a folder in which a file is open
    auto kept = takePlace(staging, folder.has_filename() ? folder : folder.parent_path());
    if (kept) {
      report->replacedKept = *kept;
    } else {
      report = failFrom(kept);
    }
  }
  if (!report) fs::remove_all(staging, error);
  return report;
}

Result<std::vector<std::string>> compareWithManifest(const fs::path& backup) {
  const auto manifest = BackupManifest::read(backup / BackupManifest::kFileName);
  if (!manifest) return failFrom(manifest);
  std::vector<std::string> differences;
  for (const auto& [path, digest] : manifest->files) {
    const auto present = digestOf(backup / path);
    if (!present) {
      differences.push_back(fmt::format("{} is missing or cannot be read", path));
    } else if (*present != digest) {
      differences.push_back(fmt::format("{} is not what was backed up: its checksum differs", path));
    }
  }
  return differences;
}

}  // namespace carport
