#include "gateway/storage/database.h"

#include "gateway/storage/database_files.h"
#include "gateway/storage/sqlite_errors.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <system_error>

namespace carport {

namespace {
int openFlags(Database::Mode mode) {
  if (mode == Database::Mode::create) return SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
  return mode == Database::Mode::immutable ? SQLite::OPEN_READONLY | SQLite::OPEN_URI : SQLite::OPEN_READONLY;
}

/// What SQLite is asked to open: the path, or a URI where only that can say what is wanted.
std::string openName(const std::filesystem::path& file, Database::Mode mode) {
  if (mode != Database::Mode::immutable) return file.string();
  std::string uri = "file:";
  for (const char c : file.string()) {
    if (c == '?' || c == '#' || c == '%') {
      uri += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

/// Where a database in WAL mode cannot be read because the files beside it cannot be made, and nothing waits in them.
bool mayBeReadAsImmutable(const SQLite::Exception& why, const std::filesystem::path& file) {
  if (why.getErrorCode() != SQLITE_CANTOPEN && why.getErrorCode() != SQLITE_READONLY) return false;
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return false;
  const auto waiting = std::filesystem::file_size(withSuffix(file, "-wal"), error);
  return error || waiting == 0;
}
}  // namespace

Database::Database(const std::filesystem::path& file, Mode mode)
    : m_path(file),
      m_name(file.filename().string()),
      m_database(openName(file, mode), openFlags(mode), kBusyTimeoutMs) {
  m_database.exec("PRAGMA foreign_keys = ON");
  if (mode != Mode::create) {
    m_database.exec("PRAGMA query_only = ON");
    m_database.execAndGet("PRAGMA user_version");  // meets a damaged file here, not later
    return;
  }
  // SQLite falls back to reading alone without a word.
  if (sqlite3_db_readonly(m_database.getHandle(), "main") == 1) throw SQLite::Exception("read-only", SQLITE_READONLY);
  if (m_database.execAndGet("PRAGMA journal_mode").getString() != "wal")
    m_database.execAndGet("PRAGMA journal_mode = WAL");
  m_database.exec("PRAGMA synchronous = FULL");
  m_database.exec(fmt::format("PRAGMA journal_size_limit = {}", m_logLimit));
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, Mode mode) {
  using Opened = Result<std::unique_ptr<Database>>;
  return guarded(file.string(), [&]() -> Opened {
    try {
      return std::make_unique<Database>(file, mode);
    } catch (const SQLite::Exception& e) {
      if (mode != Mode::readOnly || !mayBeReadAsImmutable(e, file)) throw;
      return std::make_unique<Database>(file, Mode::immutable);
    }
  });
}

Query Database::query(std::string_view sql) {
  auto known = m_statements.find(sql);
  if (known == m_statements.end()) {
    const std::string text(sql);
    known = m_statements.emplace(text, std::make_unique<SQLite::Statement>(m_database, text)).first;
  }
  return Query(*known->second);
}

bool Database::inTransaction() const {
  return sqlite3_get_autocommit(m_database.getHandle()) == 0;
}

void Database::cutLogBackInPieces() {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(withSuffix(m_path, "-wal"), error);
  const auto limit =
      error ? kMaxIdleLogBytes : std::max(kMaxIdleLogBytes, static_cast<std::int64_t>(bytes) - kMaxCutLogBytes);
  if (limit == m_logLimit) return;
  // What was committed is on the disk whatever becomes of this.
  (void)guarded(m_name, [&]() -> Result<void> {
    m_database.exec(fmt::format("PRAGMA journal_size_limit = {}", limit));
    m_logLimit = limit;
    return {};
  });
}

void Database::limitPages(std::uint32_t pages) {
  if (pages > 0) m_database.execAndGet(fmt::format("PRAGMA max_page_count = {}", pages));
}

}  // namespace carport
