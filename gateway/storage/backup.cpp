#include "gateway/storage/backup.h"

#include "gateway/storage/backup_archive.h"
#include "gateway/storage/backup_copy.h"
#include "gateway/storage/backup_manifest.h"
#include "gateway/storage/day_file.h"
#include "gateway/storage/owner_only.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/synced_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

namespace carport {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPart = ".part";

bool isInside(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  const auto inner = fs::weakly_canonical(path, error), outer = fs::weakly_canonical(folder, error);
  const auto [end, ignored] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return end == outer.end();
}

/// One backup as it is made: files arrive beside those of the backup before, and take their places at the end.
class BackupRun {
 public:
  BackupRun(const fs::path& folder, const fs::path& target, const BackupOptions& options)
      : m_folder(folder), m_target(target), m_options(options), m_pace(options.bytesPerSecond) {}

  Result<BackupReport> run(TimePoint now);

 private:
  Result<void> prepare();
  Result<void> checkRoom();
  Result<void> takeDays();
  Result<void> takeDatabase(const std::string& path);
  Result<void> takeKey();
  /// A damaged file is copied as it is: what can be saved of it can be saved later.
  Result<CopiedDatabase> takeAsItIs(const std::string& path, const Error& why);
  Result<void> finish(TimePoint now);
  void note(const std::string& path, const FileDigest& digest, bool copied);
  const FileDigest* before(const std::string& path) const;

  const fs::path m_folder;
  const fs::path m_target;
  const BackupOptions& m_options;
  BackupPace m_pace;
  BackupManifest m_before;
  BackupManifest m_now;
  std::vector<std::string> m_arrived;  // copied, waiting for their place
  BackupReport m_report;
};

Result<BackupReport> BackupRun::run(TimePoint now) {
  if (auto done = prepare(); !done) return failFrom(done);
  if (auto done = checkRoom(); !done) return failFrom(done);
  if (auto done = takeDays(); !done) return failFrom(done);
  std::error_code ignored;
  for (const char* path : {"sessions.db", "nitrogen.db"}) {
    if (!fs::exists(m_folder / path, ignored)) continue;
    if (auto done = takeDatabase(path); !done) return failFrom(done);
  }
  if (auto done = takeDatabase("registry.db"); !done) return failFrom(done);
  if (auto done = takeKey(); !done) return failFrom(done);
  if (auto done = finish(now); !done) return failFrom(done);
  return m_report;
}

Result<void> BackupRun::prepare() {
  std::error_code error;
  if (!fs::exists(m_folder / "registry.db", error)) {
    return fail(StorageErrc::notFound, fmt::format("There is no data folder {} to back up", m_folder.string()));
  }
  if (isInside(m_target, m_folder)) {
    return fail(StorageErrc::readOnly, "A backup inside the data folder would be lost with it. Choose another place");
  }
  const bool hasManifest = fs::exists(m_target / BackupManifest::kFileName, error);
  if (!hasManifest && fs::exists(m_target, error) && !fs::is_empty(m_target, error)) {
    return fail(StorageErrc::exists,
                fmt::format("{} is neither empty nor a backup. Choose another folder", m_target.string()));
  }
  if (hasManifest) {
    auto manifest = BackupManifest::read(m_target / BackupManifest::kFileName);
    if (!manifest) return failFrom(manifest);
    m_before = *std::move(manifest);
  }
  error = makeFolderForOwner(m_target);
  if (!error) error = makeFolderForOwner(m_target / "telemetry");
  if (error) {
    return fail(StorageErrc::readOnly,
                fmt::format("{} cannot be made or written: {}", m_target.string(), error.message()));
  }
  return {};
}

const FileDigest* BackupRun::before(const std::string& path) const {
  const auto found = m_before.files.find(path);
  if (found == m_before.files.end()) return nullptr;
  std::error_code error;
  // The checksum counts only where the file is still there, whole.
  return fs::file_size(m_target / path, error) == found->second.bytes && !error ? &found->second : nullptr;
}

Result<void> BackupRun::checkRoom() {
  std::error_code error;
  std::uint64_t needed = 0;
  const auto add = [&](const std::string& path) {
    const auto bytes = fs::file_size(m_folder / path, error);
    if (!error && (before(path) == nullptr || before(path)->bytes != bytes)) needed += bytes;
  };
  for (const Day day : listDays(m_folder / "telemetry")) add("telemetry/" + dayFilePath({}, day).string());
  for (const char* path : {"registry.db", "sessions.db", "nitrogen.db"}) add(path);
  const auto space = fs::space(m_target, error);
  if (error || space.available >= needed) return {};
  return fail(StorageErrc::diskFull, fmt::format("The backup needs {} MiB and {} has only {} MiB left", needed >> 20U,
                                                 m_target.string(), space.available >> 20U));
}

Result<void> BackupRun::takeDays() {
  std::set<Day> taken;
  // Looked at again afterwards: a day may begin meanwhile.
  for (bool more = true; more;) {
    more = false;
    const auto days = listDays(m_folder / "telemetry");
    for (const Day day : days) {
      if (!taken.insert(day).second) continue;
      more = true;
      const std::string path = "telemetry/" + dayFilePath({}, day).string();
      if (day != days.back()) settle(m_folder / path);
      const auto done = takeDatabase(path);
      std::error_code ignored;
      // Retention has removed it meanwhile.
      if (!done && !fs::exists(m_folder / path, ignored)) continue;
      if (!done) return done;
    }
  }
  return {};
}

Result<void> BackupRun::takeDatabase(const std::string& path) {
  const auto* known = before(path);
  auto taken = copyDatabase(m_folder / path, m_target / (path + kPart),
                            known == nullptr ? std::nullopt : std::optional(*known), m_pace);
  if (!taken && taken.error().is(StorageErrc::corrupted) && path != "registry.db") {
    taken = takeAsItIs(path, taken.error());
  }
  if (!taken) return failFrom(taken);
  note(path, taken->digest, taken->copied);
  return {};
}

Result<CopiedDatabase> BackupRun::takeAsItIs(const std::string& path, const Error& why) {
  m_report.warnings.push_back(fmt::format("{} is damaged and was copied as it is: {}", path, why.message()));
  const auto digest =
      copyBytes(m_folder / path, m_target / (path + kPart), [&](std::size_t bytes) { m_pace.moved(bytes); });
  if (!digest) return failFrom(digest);
  return CopiedDatabase{*digest, true};
}

Result<void> BackupRun::takeKey() {
  const auto present = digestOf(m_folder / "secret.key");
  if (!present) return failFrom(present);
  const auto known = m_before.files.find("secret.key");
  if (known != m_before.files.end() && known->second != *present) {
    return fail(StorageErrc::exists, fmt::format("{} is the backup of another data folder: its key differs. Choose "
                                                 "another folder",
                                                 m_target.string()));
  }
  if (before("secret.key") != nullptr) {
    note("secret.key", *present, false);
    return {};
  }
  const auto digest = copyBytes(m_folder / "secret.key", m_target / (std::string("secret.key") + kPart));
  if (!digest) return failFrom(digest);
  note("secret.key", *digest, true);
  return {};
}

void BackupRun::note(const std::string& path, const FileDigest& digest, bool copied) {
  m_now.files[path] = digest;
  ++(copied ? m_report.copied : m_report.kept);
  if (copied) {
    m_arrived.push_back(path);
    m_report.copiedBytes += digest.bytes;
  }
  if (m_options.progress) {
    m_options.progress(fmt::format("{} {} ({} bytes)", copied ? "copied" : "unchanged", path, digest.bytes));
  }
}

Result<void> BackupRun::finish(TimePoint now) {
  std::error_code error;
  for (const auto& [path, digest] : m_before.files) {
    if (m_now.files.contains(path) || before(path) == nullptr) continue;
    if (m_options.prune) {
      fs::remove(m_target / path, error);
    } else {
      m_now.files[path] = digest;
      ++m_report.older;
    }
  }
  m_now.takenAt = now;
  m_now.writtenBy = m_options.writtenBy;
  const auto manifest = m_target / BackupManifest::kFileName;
  auto part = manifest;
  part += kPart;
  auto out = SyncedFile::create(part);
  const bool written = out && out->write(m_now.toText()) && out->finish();
  error = written ? std::error_code() : std::make_error_code(std::errc::io_error);
  for (const std::string& path : m_arrived) {
    if (!error) fs::rename(m_target / (path + kPart), m_target / path, error);
  }
  if (!error) fs::rename(part, manifest, error);
  if (!error) return {};
  return fail(StorageErrc::ioFailed,
              fmt::format("The backup in {} could not be finished: {}", m_target.string(), error.message()));
}

}  // namespace

Result<BackupReport> backUp(const fs::path& folder, const fs::path& target, TimePoint now,
                            const BackupOptions& options) {
  return BackupRun(folder, target, options).run(now);
}

Result<BackupReport> backUpToArchive(const fs::path& folder, const fs::path& archive, TimePoint now,
                                     const BackupOptions& options) {
  auto staging = archive, part = archive;
  staging += ".files";
  part += kPart;
  std::error_code ignored;
  fs::remove_all(staging, ignored);
  auto report = backUp(folder, staging, now, options);
  Result<void> packed;
  BackupPace pace(options.bytesPerSecond);
  if (report) packed = packArchive(staging, part, [&pace](std::size_t bytes) { pace.moved(bytes); });
  fs::remove_all(staging, ignored);
  if (!report) return report;
  std::error_code error;
  if (packed) fs::rename(part, archive, error);
  if (packed && !error) return report;
  fs::remove(part, ignored);
  if (!packed) return failFrom(packed);
  return fail(StorageErrc::ioFailed, fmt::format("{} cannot be written: {}", archive.string(), error.message()));
}

}  // namespace carport
