#include "gateway/storage/connection_table.h"

#include "gateway/storage/enum_columns.h"

#include <algorithm>
#include <optional>
#include <string>

namespace carport {

namespace {

constexpr std::int64_t kMicrosecondsPerMs = 1000;

std::uint64_t countIn(const Query& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

api::Connection readConnection(const Query& row) {
  api::Connection connection;
  connection.number = row.integer(0);
  connection.principal = PrincipalNumber{static_cast<std::uint32_t>(row.integer(1))};
  connection.doorway = enumColumn<api::Doorway>(row.text(2));
  connection.level = static_cast<std::uint8_t>(row.integer(3));
  connection.address = row.text(4);
  connection.clientId = row.text(5);
  connection.openedAt = row.time(6);
  if (row.isNull(7)) return connection;
  connection.closedAt = row.time(7);
  connection.ending = enumColumn<api::ConnectionEnding>(row.text(8));
  connection.reason = row.text(9);
  connection.messagesIn = countIn(row, 10);
  connection.messagesOut = countIn(row, 11);
  connection.bytesIn = countIn(row, 12);
  connection.bytesOut = countIn(row, 13);
  return connection;
}

}  // namespace

void ConnectionTable::put(const ConnectionNews& news) {
  if (news.leftOpenUpTo > 0) endThoseLeftOpen(news.leftOpenUpTo);
  for (const api::Connection& connection : news.connections) put(connection);
  for (const api::AttemptCount& attempts : news.attempts) add(attempts);
  forgetOld(news.at);
  forgetTooMany();
  m_database.query("UPDATE connection_state SET alive_at = ?").bind(news.at).run();
}

void ConnectionTable::endThoseLeftOpen(std::int64_t upTo) {
  m_database
      .query(R"(UPDATE connection SET closed_at = max(opened_at, (SELECT alive_at FROM connection_state)),
                  ending = ?, reason = '' WHERE closed_at IS NULL AND number <= ?)")
      .bind(api::nameOf(api::ConnectionEnding::died), upTo)
      .run();
}

void ConnectionTable::put(const api::Connection& connection) {
  if (!connection.closedAt) return insert(connection);
  if (!close(connection)) insert(connection);
  keepNewestOf(connection.principal);
}

bool ConnectionTable::close(const api::Connection& connection) {
  m_database
      .query(R"(UPDATE connection SET closed_at = ?, ending = ?, reason = ?,
                  messages_in = ?, messages_out = ?, bytes_in = ?, bytes_out = ? WHERE number = ?)")
      .bind(connection.closedAt, api::nameOf(connection.ending), connection.reason, connection.messagesIn,
            connection.messagesOut, connection.bytesIn, connection.bytesOut, connection.number)
      .run();
  return m_database.changedRows() > 0;
}

void ConnectionTable::insert(const api::Connection& connection) {
  const auto ending = connection.closedAt ? std::optional(api::nameOf(connection.ending)) : std::nullopt;
  m_database
      .query(R"(INSERT OR IGNORE INTO connection(organisation, principal, number, doorway, level, address, client_id,
                  opened_at, closed_at, ending, reason, messages_in, messages_out, bytes_in, bytes_out)
                SELECT coalesce(organisation, ''), number, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
                  FROM principal WHERE number = ?)")
      .bind(connection.number, api::nameOf(connection.doorway), connection.level, connection.address,
            connection.clientId, connection.openedAt, connection.closedAt, ending, connection.reason,
            connection.messagesIn, connection.messagesOut, connection.bytesIn, connection.bytesOut,
            connection.principal.value)
      .run();
}

void ConnectionTable::keepNewestOf(PrincipalNumber principal) {
  m_database
      .query(R"(DELETE FROM connection WHERE principal = ?1 AND closed_at IS NOT NULL AND number <=
                  (SELECT number FROM connection WHERE principal = ?1 AND closed_at IS NOT NULL
                   ORDER BY number DESC LIMIT 1 OFFSET ?2))")
      .bind(principal.value, KeptConnections::kMaxOfPrincipal)
      .run();
}

void ConnectionTable::add(const api::AttemptCount& attempts) {
  m_database
      .query(R"(INSERT INTO attempt_count(principal, kind, count, first_at, last_at, last_address)
                SELECT number, ?, ?, ?, ?, ? FROM principal WHERE number = ?
                ON CONFLICT(principal, kind) DO UPDATE SET count = count + excluded.count,
                  last_at = excluded.last_at, last_address = excluded.last_address)")
      .bind(api::nameOf(attempts.kind), attempts.count, attempts.firstAt, attempts.lastAt, attempts.lastAddress,
            attempts.principal.value)
      .run();
}

void ConnectionTable::forgetOld(TimePoint now) {
  const auto oldest = toMs(now - std::chrono::duration_cast<Milliseconds>(KeptConnections::kMaxAge));
  m_database
      .query(R"(DELETE FROM connection WHERE number IN (SELECT number FROM connection
                  WHERE number < ? AND closed_at IS NOT NULL ORDER BY number LIMIT ?))")
      .bind(oldest * kMicrosecondsPerMs, KeptConnections::kMaxForgottenAtOnce)
      .run();
}

void ConnectionTable::forgetTooMany() {
  const auto tooMany = m_database.integer("SELECT kept FROM connection_state") - m_maxInAll;
  if (tooMany <= 0) return;
  std::string organisation;
  std::int64_t beyondItsPart = 0;
  {
    auto most = m_database.query(R"(SELECT organisation, kept, (SELECT count(*) FROM connection_share)
                                    FROM connection_share ORDER BY kept DESC LIMIT 1)");
    if (!most.next()) return;
    organisation = most.text(0);
    beyondItsPart = most.integer(1) - m_maxInAll / most.integer(2);
  }
  if (beyondItsPart <= 0) return;  // SQLite would take a negative limit for none
  const auto atOnce = static_cast<std::int64_t>(KeptConnections::kMaxForgottenAtOnce);
  m_database
      .query(R"(DELETE FROM connection WHERE number IN (SELECT number FROM connection
                  WHERE organisation = ? AND closed_at IS NOT NULL ORDER BY number LIMIT ?))")
      .bind(organisation, std::min({tooMany, beyondItsPart, atOnce}))
      .run();
}

std::vector<api::Connection> ConnectionTable::select(const ConnectionQuery& query) {
  auto rows = m_database.query(
      R"(SELECT number, principal, doorway, level, address, client_id, opened_at, closed_at, ending, reason,
           messages_in, messages_out, bytes_in, bytes_out
         FROM connection WHERE principal = ? AND number < ? AND opened_at < ?
           AND (closed_at IS NULL OR closed_at >= ?) ORDER BY number DESC LIMIT ?)");
  rows.bind(query.principal.value, query.before, query.to, query.from,
            std::min(query.limit, ConnectionQuery::kMaxLimit + 1));
  std::vector<api::Connection> connections;
  while (rows.next()) connections.push_back(readConnection(rows));
  return connections;
}

std::vector<api::AttemptCount> ConnectionTable::attemptsOf(PrincipalNumber principal) {
  auto rows = m_database.query(
      "SELECT kind, count, first_at, last_at, last_address FROM attempt_count WHERE principal = ? ORDER BY kind");
  rows.bind(principal.value);
  std::vector<api::AttemptCount> attempts;
  while (rows.next()) {
    attempts.push_back({principal, enumColumn<api::AttemptKind>(rows.text(0)), countIn(rows, 1), rows.time(2),
                        rows.time(3), rows.text(4)});
  }
  return attempts;
}

}  // namespace carport
