#pragma once

#include "gateway/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>
#include <vector>

struct sqlite3_file;

namespace carport {

/// Brings what was written to an open file to the disk. False where that fails.
bool syncToDisk(sqlite3_file& file);

/// That a file could not be written, with a sentence for a person.
tl::unexpected<Error> cannotWrite(const std::filesystem::path& file);

/// A large file that is written from its beginning to its end, and brought to the disk on the way, a few megabytes at a
/// time: an operating system that gathers gigabytes first makes everybody wait who syncs something meanwhile, as a
/// gateway does before each acknowledgement. Lies on SQLite's layer over the operating system, as the standard library
/// has nothing that syncs. Owner: whoever writes it; one thread.
class SyncedFile {
 public:
  static constexpr std::size_t kSyncBytes = 4 * 1024 * 1024;

  /// Makes the file, which only its owner may read; what was there is gone.
  static Result<SyncedFile> create(const std::filesystem::path& path);

  /// False where it cannot be written; what is in it then is not known.
  bool write(std::span<const char> bytes);
  /// Syncs what is left and closes the file; false where not everything is on the disk. Without it the file is closed
  /// as it is, for what is checked by other means.
  bool finish();

 private:
  struct Close {
    void operator()(sqlite3_file* file) const;
  };

  SyncedFile(std::vector<char> name, std::unique_ptr<std::byte[]> memory, sqlite3_file* file)
      : m_name(std::move(name)), m_memory(std::move(memory)), m_file(file) {}

  std::vector<char> m_name;               // that m_file points to
  std::unique_ptr<std::byte[]> m_memory;  // that m_file lies in
  std::unique_ptr<sqlite3_file, Close> m_file;
  std::int64_t m_size = 0;
  std::size_t m_unsynced = 0;
};

}  // namespace carport
