#pragma once

#include "gateway/storage/database.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace carport {

/// Brings what waits in a database's write-ahead log into the database itself, so that whoever commits next does not
/// have to, while others wait for that commit. Opens its connection at once, to be ready when the moment comes. Nothing
/// depends on it: where it fails, somebody else does it later. Owner: whoever needs it; one thread.
class WriteBack {
 public:
  explicit WriteBack(const std::filesystem::path& database);

  /// As far as readers allow it. Others read and write meanwhile. How many pages they hold back; 0 where that is not
  /// known.
  std::int64_t run();
  /// All of it, and empties the log, where nobody reads or writes; others cannot write meanwhile.
  void runAndEmpty();

  /// How large the log of a database is; 0 where there is none.
  static std::uintmax_t logBytes(const std::filesystem::path& database);

 private:
  std::int64_t checkpoint(std::string_view how);

  std::unique_ptr<Database> m_database;  // null: it could not be opened
};

}  // namespace carport
