#pragma once

#include "gateway/storage/database.h"
#include "gateway/storage/sqlite_errors.h"

#include <cstdint>
#include <functional>
#include <string_view>

namespace carport {

/// Walks through a table of numbered rows, also where parts of it cannot be read: steps over those. A value.
class RowWalk {
 public:
  /// Rows that cannot be read one after the other, after which a table counts as ended: each has a page of its own or
  /// more, so that this is hundreds of megabytes.
  static constexpr std::int64_t kMaxBlindSteps = 100'000;

  /// `select` gives one row (`… WHERE number = ?`), `next` the number of the row that follows
  /// (`SELECT number FROM … WHERE number > ? ORDER BY number LIMIT 1`); both literals. `last`: the highest number there
  /// can be; 0: not known.
  RowWalk(Database& database, std::string_view select, std::string_view next, std::int64_t last)
      : m_database(database), m_select(select), m_next(next), m_last(last) {}

  /// Calls `use` with each row that can be read and `lost` with each number whose row may be there and cannot.
  void run(const std::function<void(Query&)>& use, const std::function<void(std::int64_t)>& lost);

 private:
  enum class Step : std::uint8_t { found, ended, unreadable };
  Step stepAfter(std::int64_t number, std::int64_t& next);
  /// Uses one row; false where it cannot be read.
  bool useRow(std::int64_t number, const std::function<void(Query&)>& use, bool& there);

  Database& m_database;
  const std::string_view m_select;
  const std::string_view m_next;
  const std::int64_t m_last;
};

/// The highest number that a table ever gave, as far as anything of it can be read; 0 where nothing can.
std::int64_t lastNumberOf(Database& database, std::string_view table);
/// Whether the file has that table.
bool hasTable(Database& database, std::string_view table);

}  // namespace carport
