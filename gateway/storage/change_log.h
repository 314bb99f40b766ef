#pragma once

#include "gateway/storage/database.h"

#include <cstddef>
#include <cstdint>
#include <set>

namespace carport {

/// Table `change`: what changed in the registry, in order, filled by triggers. Trimmed to its newest entries.
/// Owner: a store; its thread. Throws as Database.
class ChangeLog {
 public:
  /// Entries kept; who asks for older ones must load everything anew.
  static constexpr std::int64_t kMaxEntries = 100'000;

  struct Changes {
    bool known = false;  ///< false: the log does not reach back so far
    std::set<std::int64_t> principals;
    bool rules = false;
    std::set<std::int64_t> tokens;
    bool organisations = false;
    bool roles = false;
    bool limits = false;
    std::set<std::int64_t> fences;  ///< by row
  };

  explicit ChangeLog(Database& database) : m_database(database) {}

  std::int64_t newest();
  Changes since(std::int64_t sequence);
  /// Called at the end of every changing transaction.
  void trim();

 private:
  Database& m_database;
};

}  // namespace carport
