#pragma once

#include "gateway/storage/backup_checksum.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace carport {

/// Keeps a copy below a number of bytes a second, and where the disk is slower than that at rest for as long as it
/// works, so that a gateway beside it has the disk when it needs it. One thread.
class BackupPace {
 public:
  /// The longest rest; and who moved nothing for so long does not make up for it in a rush.
  static constexpr std::chrono::milliseconds kLongPause{200};

  /// 0: as fast as it goes.
  explicit BackupPace(std::uint64_t bytesPerSecond) : m_bytesPerSecond(bytesPerSecond) {}
  /// Sleeps where too much was moved too soon.
  void moved(std::size_t bytes);

 private:
  const std::uint64_t m_bytesPerSecond;
  std::chrono::steady_clock::time_point m_since = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point m_until = m_since;
  std::chrono::steady_clock::time_point m_resumed = m_since;
  std::uint64_t m_bytes = 0;
};

/// Brings what waits in the log of a database that hardly anybody writes to any more into the database, where nobody is
/// in the way.
void settle(const std::filesystem::path& database);

/// What became of one database.
struct CopiedDatabase {
  FileDigest digest;
  bool copied = false;  ///< false: `known` has the same checksum, so nothing was written
};

/// Copies a database as it is at one moment, while others write to it: they never wait for this. One that nobody has
/// written to since its log was emptied is compared with `known` first, and otherwise copied byte by byte, so that its
/// copy has its checksum; any other goes through SQLite's backup in small steps, inside one read transaction. The copy
/// is on the disk when this returns, and was brought there on the way.
Result<CopiedDatabase> copyDatabase(const std::filesystem::path& source, const std::filesystem::path& target,
                                    const std::optional<FileDigest>& known, BackupPace& pace);

}  // namespace carport
