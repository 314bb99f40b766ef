#include "gateway/storage/backup_copy.h"

#include "gateway/storage/database.h"
#include "gateway/storage/owner_only.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/synced_file.h"
#include "gateway/storage/transaction.h"
#include "gateway/storage/write_back.h"

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

#include <algorithm>
#include <system_error>
#include <thread>

namespace carport {

namespace {

/// Pages of 4,096 bytes that are copied at once.
constexpr int kPagesPerStep = 256;
constexpr std::size_t kBytesPerStep = static_cast<std::size_t>(kPagesPerStep) * 4096;
constexpr int kStepsPerSync = SyncedFile::kSyncBytes / kBytesPerStep;
/// A log that has grown beyond this while its database was copied is emptied here, not by who writes next.
constexpr std::uintmax_t kLongLogBytes = 8 * 1024 * 1024;

Result<FileDigest> copyPages(Database& source, const std::filesystem::path& target, BackupPace& pace) {
  std::error_code ignored;
  std::filesystem::remove(target, ignored);
  keepForOwner(target);
  const auto done = guarded(target.string(), [&]() -> Result<void> {
    SQLite::Database copy(target.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    copy.exec("PRAGMA synchronous = FULL");
    copy.execAndGet("PRAGMA journal_mode = OFF");
    sqlite3_file* file = nullptr;
    sqlite3_file_control(copy.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
    SQLite::Backup backup(copy, "main", source.connection(), "main");
    for (int steps = 1; backup.executeStep(kPagesPerStep) != SQLITE_DONE; ++steps) {
      // SQLite itself would leave all of it to one sync at the end.
      if (steps % kStepsPerSync == 0 && !syncToDisk(*file)) return cannotWrite(target);
      pace.moved(kBytesPerStep);
    }
    return {};
  });
  if (!done) return failFrom(done);
  return digestOf(target, [&pace](std::size_t bytes) { pace.moved(bytes); });
}

}  // namespace

void BackupPace::moved(std::size_t bytes) {
  if (m_bytesPerSecond == 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - m_until > kLongPause) {
    m_since = now;
    m_bytes = 0;
  }
  m_bytes += bytes;
  const std::chrono::duration<double> due(static_cast<double>(m_bytes) / static_cast<double>(m_bytesPerSecond));
  m_until = m_since + std::chrono::duration_cast<std::chrono::steady_clock::duration>(due);
  // A slow disk belongs to the others for as long as this has had it.
  const auto rest = std::min<std::chrono::steady_clock::duration>(now - m_resumed, kLongPause);
  std::this_thread::sleep_until(std::max(m_until, now + rest));
  m_resumed = std::chrono::steady_clock::now();
}

void settle(const std::filesystem::path& database) {
  if (WriteBack::logBytes(database) == 0) return;
  WriteBack writeBack(database);
  // What takes long first, while others may write.
  writeBack.run();
  writeBack.runAndEmpty();
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
    if (WriteBack::logBytes(source) > 0) {
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
  // Ready before the log may be written back: otherwise whoever commits next does all of it, and is waited for.
  std::optional<WriteBack> writeBack;
  if (WriteBack::logBytes(source) > kLongLogBytes) writeBack.emplace(source);
  opened->reset();
  if (writeBack) writeBack->run();
  return result;
}

}  // namespace carport
