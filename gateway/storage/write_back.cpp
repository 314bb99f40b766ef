#include "gateway/storage/write_back.h"

#include "gateway/storage/database_files.h"
#include "gateway/storage/sqlite_errors.h"

#include <system_error>

namespace carport {

WriteBack::WriteBack(const std::filesystem::path& database) {
  std::error_code ignored;
  if (!std::filesystem::exists(database, ignored)) return;
  auto opened = Database::open(database, Database::Mode::create);
  if (opened) m_database = *std::move(opened);
}

std::int64_t WriteBack::run() {
  return checkpoint("PRAGMA wal_checkpoint(PASSIVE)");
}

void WriteBack::runAndEmpty() {
  checkpoint("PRAGMA wal_checkpoint(TRUNCATE)");
}

std::int64_t WriteBack::checkpoint(std::string_view how) {
  if (!m_database) return 0;
  return guarded(m_database->name(),
                 [&]() -> Result<std::int64_t> {
                   m_database->exec("PRAGMA busy_timeout = 0");
                   // Whether somebody was in the way, pages in the log, pages of them that are in the database now.
                   auto told = m_database->query(how);
                   return told.next() && told.integer(1) > 0 ? told.integer(1) - told.integer(2) : 0;
                 })
      .value_or(0);
}

std::uintmax_t WriteBack::logBytes(const std::filesystem::path& database) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(withSuffix(database, "-wal"), error);
  return error ? 0 : bytes;
}

}  // namespace carport
