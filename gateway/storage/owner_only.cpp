#include "gateway/storage/owner_only.h"

#include <fstream>
#include <system_error>

namespace carport {

namespace fs = std::filesystem;

void keepForOwner(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) std::ofstream(file, std::ios::binary | std::ios::app).flush();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    auto one = file;
    one += suffix;
    // Taken away, never given: a registry that was made read-only stays so.
    fs::permissions(one, fs::perms::group_all | fs::perms::others_all, fs::perm_options::remove, ignored);
  }
}

std::error_code makeFolderForOwner(const fs::path& folder) {
  std::error_code error;
  const bool made = fs::create_directories(folder, error);
  std::error_code ignored;  // a file system without rights
  if (made) fs::permissions(folder, fs::perms::owner_all, ignored);
  return error;
}

}  // namespace carport
