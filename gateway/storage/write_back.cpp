#include "gateway/storage/write_back.h"

#include "gateway/storage/sqlite_errors.h"

#include <system_error>

namespace carport {

WriteBack::WriteBack(const std::filesystem::path& database) {
  std::error_code ignored;
  if (!std::filesystem::exists(database, ignored)) return;
  auto opened = Database::open(database, Database::Mode::create);
  if (opened) m_database = *std::move(opened);
}

void WriteBack::run() {
  checkpoint("PRAGMA wal_checkpoint(PASSIVE)");
}

void WriteBack::runAndEmpty() {
  checkpoint("PRAGMA wal_checkpoint(TRUNCATE)");
}

void WriteBack::checkpoint(const char* how) {
  if (!m_database) return;
  (void)guarded(m_database->name(), [&]() -> Result<void> {
    m_database->exec("PRAGMA busy_timeout = 0");
    m_database->integer(how);
    return {};
  });
}

std::uintmax_t WriteBack::logBytes(const std::filesystem::path& database) {
  auto log = database;
  log += "-wal";
  std::error_code error;
  const auto bytes = std::filesystem::file_size(log, error);
  return error ? 0 : bytes;
}

}  // namespace carport
