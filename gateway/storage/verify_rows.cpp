#include "gateway/storage/verify_rows.h"

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace carport {

RowWalk::Step RowWalk::stepAfter(std::int64_t number, std::int64_t& next) {
  try {
    auto rows = m_database.query(m_next);
    if (!rows.bind(number).next()) return Step::ended;
    next = rows.integer(0);
    // In a damaged tree rows can be out of order, or have numbers that none ever had.
    return next > number && (m_last == 0 || next <= m_last) ? Step::found : Step::unreadable;
  } catch (const SQLite::Exception&) {
    return Step::unreadable;
  }
}

bool RowWalk::useRow(std::int64_t number, const std::function<void(Query&)>& use, bool& there) {
  try {
    auto row = m_database.query(m_select);
    there = row.bind(number).next();
    if (there) use(row);
    return true;
  } catch (const std::exception&) {  // of SQLite, or a value that nothing of Carport writes
    return false;
  }
}

void RowWalk::run(const std::function<void(Query&)>& use, const std::function<void(std::int64_t)>& lost) {
  std::int64_t number = 0, blind = 0;
  while (true) {
    std::int64_t next = 0;
    const Step step = stepAfter(number, next);
    if (step == Step::ended) return;
    if (step == Step::unreadable) next = number + 1;
    bool there = true;
    const bool read = useRow(next, use, there);
    if (!read && there) lost(next);
    // Behind a damaged page each number is tried by itself.
    blind = step == Step::unreadable && (!read || !there) ? blind + 1 : 0;
    number = next;
    if (step == Step::unreadable && (blind >= kMaxBlindSteps || (m_last > 0 && number >= m_last))) return;
  }
}

std::int64_t lastNumberOf(Database& database, std::string_view table) {
  std::int64_t last = 0;
  for (const auto& sql : {fmt::format("SELECT seq FROM sqlite_sequence WHERE name = '{}'", table),
                          fmt::format("SELECT max(number) FROM {}", table)}) {
    try {
      last = std::max(last, database.integer(sql.c_str()));
    } catch (const std::exception&) {  // the other may be readable, or the rows by themselves
    }
  }
  return last;
}

bool hasTable(Database& database, std::string_view table) {
  return database.integer(
             fmt::format("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '{}'", table).c_str()) > 0;
}

}  // namespace carport
