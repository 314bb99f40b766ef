#include "gateway/storage/database_files.h"

#include <fmt/format.h>

namespace carport {

namespace fs = std::filesystem;

fs::path withSuffix(const fs::path& file, std::string_view suffix) {
  auto path = file;
  path += suffix;
  return path;
}

std::error_code renameDatabase(const fs::path& from, const fs::path& to) {
  std::error_code error, ignored;
  fs::rename(from, to, error);
  if (error) return error;
  for (const char* suffix : {"-wal", "-shm"}) fs::rename(withSuffix(from, suffix), withSuffix(to, suffix), ignored);
  return error;
}

void removeDatabase(const fs::path& file) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(withSuffix(file, suffix), ignored);
}

MovedAside moveDatabaseAside(const fs::path& file) {
  std::error_code ignored;
  MovedAside aside;
  int number = 1;
  while (fs::exists(aside.file = withSuffix(file, fmt::format(".damaged-{}", number)), ignored)) ++number;
  const auto error = renameDatabase(file, aside.file);
  aside.moved = error ? error.message() : "yes";
  return aside;
}

}  // namespace carport
