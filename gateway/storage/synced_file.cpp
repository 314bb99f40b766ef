#include "gateway/storage/synced_file.h"

#include "gateway/storage/owner_only.h"
#include "gateway/storage/sqlite_errors.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

namespace carport {

namespace {
/// SQLite writes pages: a layer of it need not take more at once than the largest of them.
constexpr std::size_t kMostAtOnce = 65'536;
}  // namespace

bool syncToDisk(sqlite3_file& file) {
  return file.pMethods->xSync(&file, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

tl::unexpected<Error> cannotWrite(const std::filesystem::path& file) {
  return tl::unexpected<Error>(fullDiskInstead(
      Error(StorageErrc::ioFailed,
            fmt::format("{} cannot be written. Check its folder and the room on that disk", file.string())),
      file, freeBytesBeside(file)));
}

void SyncedFile::Close::operator()(sqlite3_file* file) const {
  file->pMethods->xClose(file);
}

Result<SyncedFile> SyncedFile::create(const std::filesystem::path& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  keepForOwner(path);
  sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
  auto memory = std::make_unique<std::byte[]>(static_cast<std::size_t>(system->szOsFile));
  auto* file = reinterpret_cast<sqlite3_file*>(memory.get());
  // Behind the name SQLite looks for the parameters of a URI, of which this is the end. As a “super journal” the file
  // is nobody's database: it is not locked, and its entry in the folder is synced with it.
  const std::string text = std::filesystem::absolute(path, ignored).string();
  std::vector<char> name(text.begin(), text.end());
  name.insert(name.end(), 3, '\0');
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_SUPER_JOURNAL;
  int given = 0;
  if (system->xOpen(system, name.data(), file, kFlags, &given) != SQLITE_OK) {
    if (file->pMethods != nullptr) file->pMethods->xClose(file);
    return cannotWrite(path);
  }
  return SyncedFile(std::move(name), std::move(memory), file);
}

bool SyncedFile::write(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(bytes.size(), kMostAtOnce));
    if (m_file->pMethods->xWrite(m_file.get(), part.data(), static_cast<int>(part.size()), m_size) != SQLITE_OK) {
      return false;
    }
    m_size += static_cast<std::int64_t>(part.size());
    m_unsynced += part.size();
    bytes = bytes.subspan(part.size());
    if (m_unsynced < kSyncBytes) continue;
    if (!syncToDisk(*m_file)) return false;
    m_unsynced = 0;
  }
  return true;
}

bool SyncedFile::finish() {
  const bool synced = syncToDisk(*m_file);
  m_file.reset();
  return synced;
}

}  // namespace carport
