#pragma once

#include "gateway/domain/connection_news.h"
#include "gateway/storage/database.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace carport {

/// Tables `connection`, `attempt_count` and `connection_state`: how everybody was connected. Owner: a store or reader;
/// its thread. Throws as Database.
class ConnectionTable {
 public:
  /// `maxInAll`: see KeptConnections.
  explicit ConnectionTable(Database& database, std::size_t maxInAll = KeptConnections::kMaxInAll)
      : m_database(database), m_maxInAll(static_cast<std::int64_t>(maxInAll)) {}

  /// Of those who are not in the registry any more nothing is kept. Then takes away what is too much or too old, as
  /// KeptConnections says.
  void put(const ConnectionNews& news);
  /// Newest first.
  std::vector<api::Connection> select(const ConnectionQuery& query);
  std::vector<api::AttemptCount> attemptsOf(PrincipalNumber principal);
  /// The highest number that was given; 0: none.
  std::int64_t newest() { return m_database.integer("SELECT coalesce(max(number), 0) FROM connection"); }

 private:
  void endThoseLeftOpen(std::int64_t upTo);
  void put(const api::Connection& connection);
  /// False: it is not there.
  bool close(const api::Connection& connection);
  void insert(const api::Connection& connection);
  void keepNewestOf(PrincipalNumber principal);
  void add(const api::AttemptCount& attempts);
  void forgetOld(TimePoint now);
  void forgetTooMany();

  Database& m_database;
  const std::int64_t m_maxInAll;
};

}  // namespace carport
