#include "gateway/storage/database.h"

#include "gateway/storage/sqlite_errors.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace carport {

namespace {
int openFlags(Database::Mode mode) {
  return mode == Database::Mode::readOnly ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
}
}  // namespace

Database::Database(const std::filesystem::path& file, Mode mode)
    : m_path(file), m_name(file.filename().string()), m_database(file, openFlags(mode), kBusyTimeoutMs) {
  m_database.exec("PRAGMA foreign_keys = ON");
  if (mode == Mode::readOnly) {
    m_database.exec("PRAGMA query_only = ON");
    m_database.execAndGet("PRAGMA user_version");  // meets a damaged file here, not later
    return;
  }
  // SQLite falls back to reading alone without a word.
  if (sqlite3_db_readonly(m_database.getHandle(), "main") == 1) throw SQLite::Exception("read-only", SQLITE_READONLY);
  if (m_database.execAndGet("PRAGMA journal_mode").getString() != "wal")
    m_database.execAndGet("PRAGMA journal_mode = WAL");
  m_database.exec("PRAGMA synchronous = FULL");
  m_database.exec(fmt::format("PRAGMA journal_size_limit = {}", kMaxIdleLogBytes));
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, Mode mode) {
  using Opened = Result<std::unique_ptr<Database>>;
  return guarded(file.string(), [&]() -> Opened { return std::make_unique<Database>(file, mode); });
}

Query Database::query(std::string_view sql) {
  auto& statement = m_statements[sql];
  if (!statement) statement = std::make_unique<SQLite::Statement>(m_database, std::string(sql));
  return Query(*statement);
}

bool Database::inTransaction() const {
  return sqlite3_get_autocommit(m_database.getHandle()) == 0;
}

void Database::limitPages(std::uint32_t pages) {
  if (pages > 0) m_database.execAndGet(fmt::format("PRAGMA max_page_count = {}", pages));
}

}  // namespace carport
