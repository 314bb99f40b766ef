#include "gateway/storage/backup_copy.h"

#include "gateway/storage/database.h"
#include "gateway/storage/owner_only.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/transaction.h"

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

#include <system_error>
#include <thread>

namespace carport {

namespace {

/// Pages of 4,096 bytes that are copied at once.
constexpr int kPagesPerStep = 256;
/// A log that has grown beyond this while its database was copied is emptied here, not by who writes next.
constexpr std::uintmax_t kLongLogBytes = 8 * 1024 * 1024;

std::uintmax_t logBytes(const std::filesystem::path& database) {
  auto log = database;
  log += "-wal";
  std::error_code error;
  const auto bytes = std::filesystem::file_size(log, error);
  return error ? 0 : bytes;
}

/// Nothing of this is needed for the copy; where it fails, whoever writes next does it.
void emptyLog(const std::filesystem::path& file, const char* how) {
  auto database = Database::open(file, Database::Mode::create);
  if (!database) return;
  (void)guarded(file.string(), [&]() -> Result<void> {
    (*database)->exec("PRAGMA busy_timeout = 0");
    (*database)->integer(how);
    return {};
  });
}

Result<FileDigest> copyPages(Database& source, const std::filesystem::path& target, BackupPace& pace) {
  std::error_code ignored;
  std::filesystem::remove(target, ignored);
  keepForOwner(target);
  const auto done = guarded(target.string(), [&]() -> Result<void> {
    SQLite::Database copy(target.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    copy.exec("PRAGMA synchronous = FULL");
    copy.execAndGet("PRAGMA journal_mode = OFF");
    SQLite::Backup backup(copy, "main", source.connection(), "main");
    while (backup.executeStep(kPagesPerStep) != SQLITE_DONE) {
      pace.moved(static_cast<std::size_t>(kPagesPerStep) * 4096);
    }
    return {};
  });
  if (!done) return failFrom(done);
  return digestOf(target);
}

}  // namespace

void BackupPace::moved(std::size_t bytes) {
  if (m_bytesPerSecond == 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - m_until > kLongPause) {
    // What was not moved in time is not made up for in a rush.
    m_since = now;
    m_bytes = 0;
  }
  m_bytes += bytes;
  const std::chrono::duration<double> due(static_cast<double>(m_bytes) / static_cast<double>(m_bytesPerSecond));
  m_until = m_since + std::chrono::duration_cast<std::chrono::steady_clock::duration>(due);
  std::this_thread::sleep_until(m_until);
}

void settle(const std::filesystem::path& database) {
  if (logBytes(database) > 0) emptyLog(database, "PRAGMA wal_checkpoint(TRUNCATE)");
}

Result<CopiedDatabase> copyDatabase(const std::filesystem::path& source, const std::filesystem::path& target,
                                    const std::optional<FileDigest>& known, BackupPace& pace) {
  const auto moved = [&pace](std::size_t bytes) { pace.moved(bytes); };
  auto opened = Database::open(source, Database::Mode::readOnly);
  if (!opened) return failFrom(opened);
  auto result = guarded(source.string(), [&]() -> Result<CopiedDatabase> {
    ReadTransaction moment(**opened);
    (*opened)->integer("SELECT count(*) FROM sqlite_master");
    // Where the log is empty now, it was so when this transaction began; and while one that needs nothing of the log is
    // open, nobody moves anything from the log into the file.
    if (logBytes(source) > 0) {
      auto digest = copyPages(**opened, target, pace);
      if (!digest) return failFrom(digest);
      return CopiedDatabase{*digest, true};
    }
    if (known) {
      const auto present = digestOf(source, moved);
      if (!present) return failFrom(present);
      if (*present == *known) return CopiedDatabase{*present, false};
    }
    const auto digest = copyBytes(source, target, moved);
    if (!digest) return failFrom(digest);
    return CopiedDatabase{*digest, true};
  });
  opened->reset();
  if (logBytes(source) > kLongLogBytes) emptyLog(source, "PRAGMA wal_checkpoint(PASSIVE)");
  return result;
}

}  // namespace carport
