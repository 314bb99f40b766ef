#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/base/text_hash.h"
#include "gateway/storage/query.h"

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace carport {

/// One connection to one SQLite file, with the settings that Carport depends on: write-ahead log, every commit synced,
/// foreign keys enforced, waiting for other processes instead of failing. Keeps its prepared statements. Below open(),
/// failures are exceptions of SQLiteCpp, turned into values by guarded() at the module's boundary. One thread at a
/// time.
class Database {
 public:
  /// `readOnly` sees what others write meanwhile; on a medium that cannot be written it becomes `immutable`.
  /// `immutable` takes no locks and makes no files beside the database: for what nobody changes.
  enum class Mode : std::uint8_t { create, readOnly, immutable };

  /// Longest wait for another connection's write transaction.
  static constexpr int kBusyTimeoutMs = 10'000;
  /// A write-ahead log that has grown beyond this is cut back when it begins anew.
  static constexpr std::int64_t kMaxIdleLogBytes = 16 * 1024 * 1024;
  /// So much at most at once, where cutLogBackInPieces() says so.
  static constexpr std::int64_t kMaxCutLogBytes = 4 * 1024 * 1024;

  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file, Mode mode);

  /// For open() alone.
  Database(const std::filesystem::path& file, Mode mode);

  const std::filesystem::path& path() const { return m_path; }
  /// The file's name, as sentences call it.
  const std::string& name() const { return m_name; }

  /// A prepared statement, reset when the returned object goes out of scope. It is kept for the next time, so
  /// `sql` must be one of a few texts: figures are bound, not written into it.
  Query query(std::string_view sql);
  void exec(const char* sql) { m_database.exec(sql); }
  std::int64_t integer(const char* sql) { return m_database.execAndGet(sql).getInt64(); }
  std::int64_t lastInsertedRow() const { return m_database.getLastInsertRowid(); }
  int changedRows() const { return m_database.getChanges(); }
  /// False as well after SQLite rolled a transaction back by itself (full disk, I/O failure).
  bool inTransaction() const;
  /// SQLite's own connection, for what only that can do: copying a whole database.
  SQLite::Database& connection() { return m_database; }
  /// Call after a commit, for which others wait: a log that a long reader (a backup) has let grow is then cut back a
  /// piece each time it begins anew. All at once takes the file system a tenth of a second.
  void cutLogBackInPieces();
  /// Most pages of 4,096 bytes that this connection lets the file grow to; 0: no limit.
  void limitPages(std::uint32_t pages);

 private:
  const std::filesystem::path m_path;
  const std::string m_name;
  SQLite::Database m_database;
  std::int64_t m_logLimit = kMaxIdleLogBytes;
  TextMap<std::unique_ptr<SQLite::Statement>> m_statements;
};

}  // namespace carport
