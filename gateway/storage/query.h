#pragma once

#include "gateway/base/clock.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace carport {

/// The use of one prepared statement: parameters in order, then rows. Resets the statement at the end of its life, so
/// that no read transaction stays open. Blobs are not copied: they must outlive this object. Thread of its Database.
class Query {
 public:
  explicit Query(SQLite::Statement& statement) : m_statement(&statement) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  /// Binds the next parameters.
  template <class... Values>
  Query& bind(const Values&... values) {
    (bindOne(values), ...);
    return *this;
  }
  /// Moves to the next row; false where there is none.
  bool next() { return m_statement->executeStep(); }
  /// Runs a statement that gives no rows.
  void run() { m_statement->exec(); }
  /// Makes ready for another set of parameters.
  void again();

  std::int64_t integer(int column) const { return m_statement->getColumn(column).getInt64(); }
  bool boolean(int column) const { return integer(column) != 0; }
  std::string text(int column) const { return m_statement->getColumn(column).getString(); }
  TimePoint time(int column) const { return fromMs(integer(column)); }
  bool isNull(int column) const { return m_statement->getColumn(column).isNull(); }
  /// Valid until the next step.
  std::span<const std::byte> blob(int column) const;

 private:
  template <class T>
  void bindOne(const T& value) {
    if constexpr (std::is_integral_v<T>) {
      m_statement->bind(m_next++, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_same_v<T, TimePoint>) {
      m_statement->bind(m_next++, toMs(value));
    } else {
      bindBytes(value);
    }
  }
  template <class T>
  void bindOne(const std::optional<T>& value) {
    if (value) {
      bindOne(*value);
    } else {
      m_statement->bind(m_next++);
    }
  }
  void bindBytes(std::string_view text);
  void bindBytes(std::span<const std::byte> blob);

  SQLite::Statement* m_statement;
  int m_next = 1;
};

}  // namespace carport
