#include "gateway/storage/verify.h"

#include "gateway/storage/backup_archive.h"
#include "gateway/storage/backup_manifest.h"
#include "gateway/storage/backup_restore.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/secret_key_file.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/sqlite_registry_store.h"
#include "gateway/storage/verify_rows.h"

#include <fmt/format.h>

#include <span>
#include <system_error>

namespace carport {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kSecretKeyBytes = sizeof(SecretKey);

/// SQLite's own check, and that every reference leads somewhere.
FileVerdict verifyDatabase(const fs::path& file, Database::Mode mode, std::span<const Migration> migrations) {
  FileVerdict verdict;
  verdict.path = file.filename().string();
  auto database = Database::open(file, mode);
  if (!database) {
    verdict.add(database.error().message());
    return verdict;
  }
  if (const auto known = checkVersion(**database, migrations); !known) verdict.add(known.error().message());
  const auto done = guarded(verdict.path, [&]() -> Result<void> {
    auto rows = (*database)->query("PRAGMA integrity_check(20)");
    while (rows.next()) {
      if (const auto text = rows.text(0); text != "ok") verdict.add("SQLite finds: " + text);
    }
    auto references = (*database)->query("PRAGMA foreign_key_check");
    while (references.next()) {
      verdict.add(fmt::format("An entry of {} refers to something that is not there", references.text(0)));
    }
    return {};
  });
  if (!done) verdict.add(done.error().message());
  return verdict;
}

/// The registry as the gateway would load it.
void loadRegistry(const fs::path& file, Database::Mode mode, FileVerdict& verdict) {
  const SystemClock clock;
  auto database = Database::open(file, mode);
  if (!database) return;
  const auto loaded = SqliteRegistryStore(*std::move(database), clock).load();
  if (!loaded) return verdict.add(loaded.error().message());
  verdict.notes.push_back(fmt::format("{} principals, {} rules", loaded->principals.size(), loaded->rules.size()));
}

/// The chain of the audit log; older registries have none.
void checkAudit(const fs::path& file, Database::Mode mode, const std::optional<KnownAuditEntry>& known,
                FileVerdict& verdict) {
  auto database = Database::open(file, mode);
  if (!database) return;
  const auto there = guarded(verdict.path, [&]() -> Result<bool> { return hasTable(**database, "audit"); });
  if (there && *there) verifyAudit(**database, known, verdict);
}

FileVerdict verifyKey(const fs::path& file) {
  FileVerdict verdict;
  verdict.path = "secret.key";
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  if (error) verdict.add("secret.key is missing: no car can sign in with its secret without it");
  if (!error && bytes < kSecretKeyBytes) verdict.add("secret.key is cut off");
  return verdict;
}

VerifyReport verifyFiles(const fs::path& folder, Database::Mode mode, const VerifyProgress& progress,
                         const std::optional<KnownAuditEntry>& known) {
  VerifyReport report;
  const auto add = [&](FileVerdict verdict) {
    report.files.push_back(std::move(verdict));
    if (progress) progress(report.files.back());
  };
  auto registry = verifyDatabase(folder / "registry.db", mode, registryMigrations());
  if (registry.sound()) loadRegistry(folder / "registry.db", mode, registry);
  if (registry.sound()) checkAudit(folder / "registry.db", mode, known, registry);
  add(std::move(registry));
  add(verifyKey(folder / "secret.key"));
  std::error_code ignored;
  if (fs::exists(folder / "sessions.db", ignored)) {
    add(verifyDatabase(folder / "sessions.db", mode, sessionsMigrations()));
  }
  if (fs::exists(folder / "nitrogen.db", ignored)) {
    add(verifyDatabase(folder / "nitrogen.db", mode, nitrogenMigrations()));
  }
  for (const Day day : listDays(folder / "telemetry")) {
    auto verdict = verifyDay(dayFilePath(folder / "telemetry", day), mode);
    // Retention may have removed it meanwhile.
    if (!verdict.sound() && !fs::exists(dayFilePath(folder / "telemetry", day), ignored)) continue;
    add(std::move(verdict));
  }
  return report;
}

Result<VerifyReport> verifyBackupFolder(const fs::path& backup, const VerifyProgress& progress,
                                        const std::optional<KnownAuditEntry>& known) {
  const auto differences = compareWithManifest(backup);
  if (!differences) return failFrom(differences);
  VerifyReport report;
  if (!differences->empty()) {
    FileVerdict verdict;
    verdict.path = std::string(BackupManifest::kFileName);
    for (const std::string& difference : *differences) verdict.add(difference);
    if (progress) progress(verdict);
    report.files.push_back(std::move(verdict));
  }
  auto rest = verifyFiles(backup, Database::Mode::immutable, progress, known);
  report.files.insert(report.files.end(), rest.files.begin(), rest.files.end());
  return report;
}

}  // namespace

Result<VerifyReport> verifyFolder(const fs::path& folder, const VerifyProgress& progress,
                                  const std::optional<KnownAuditEntry>& known) {
  std::error_code error;
  if (!fs::exists(folder / "registry.db", error) && listDays(folder / "telemetry").empty()) {
    return fail(StorageErrc::notFound, fmt::format("There is no data folder {}", folder.string()));
  }
  return verifyFiles(folder, Database::Mode::readOnly, progress, known);
}

Result<VerifyReport> verifyBackup(const fs::path& backup, const VerifyProgress& progress,
                                  const std::optional<KnownAuditEntry>& known) {
  std::error_code error;
  if (fs::is_directory(backup, error)) return verifyBackupFolder(backup, progress, known);
  auto unpacked = backup;
  unpacked += ".verifying";
  fs::remove_all(unpacked, error);
  auto done = unpackArchive(backup, unpacked);
  Result<VerifyReport> report = done ? verifyBackupFolder(unpacked, progress, known) : failFrom(done);
  fs::remove_all(unpacked, error);
  return report;
}

}  // namespace carport
