#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace carport {

/// The path of something that lies beside a file: its name with `suffix` at the end.
std::filesystem::path withSuffix(const std::filesystem::path& file, std::string_view suffix);

/// A database together with the files that SQLite keeps beside it (-wal, -shm). Nobody may have it open for writing.
/// Any thread.
std::error_code renameDatabase(const std::filesystem::path& from, const std::filesystem::path& to);
void removeDatabase(const std::filesystem::path& file);

/// Where a damaged database is now.
struct MovedAside {
  std::filesystem::path file;
  std::string moved;  ///< for the log: “yes”, or why it could not be moved
};
/// Renames a damaged database to the first of FILE.damaged-1, FILE.damaged-2 … that is free.
MovedAside moveDatabaseAside(const std::filesystem::path& file);

}  // namespace carport
