#include "gateway/storage/session_outgoing_table.h"

#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/varint.h"

#include <span>
#include <string>

namespace carport {

namespace {

constexpr int kOutgoingQosMask = 3;
constexpr int kOutgoingRetain = 4;

std::string encodeIdentifiers(const std::vector<std::uint32_t>& identifiers) {
  std::string bytes;
  for (const auto identifier : identifiers) putVarint(bytes, identifier);
  return bytes;
}

std::vector<std::uint32_t> decodeIdentifiers(std::span<const std::byte> bytes) {
  std::vector<std::uint32_t> identifiers;
  ByteReader reader(bytes);
  while (reader.left() > 0) identifiers.push_back(static_cast<std::uint32_t>(reader.varint()));
  if (!reader.ok()) throw DamagedEntry("a waiting message has identifiers that cannot be read");
  return identifiers;
}

StoredOutgoing readOutgoing(const Query& row) {
  StoredOutgoing outgoing;
  outgoing.sequence = row.integer(0);
  const auto flags = row.integer(2), state = row.integer(3), packetId = row.integer(4);
  if (flags < 0 || flags > 7 || (flags & kOutgoingQosMask) == 3 || state < 0 || state > 2 || packetId < 0 ||
      packetId > 65535) {
    throw DamagedEntry("a waiting message is in a state that does not exist");
  }
  outgoing.qos = static_cast<std::uint8_t>(flags & kOutgoingQosMask);
  outgoing.retain = (flags & kOutgoingRetain) != 0;
  outgoing.state = static_cast<OutgoingState>(state);
  outgoing.packetId = static_cast<std::uint16_t>(packetId);
  outgoing.identifiers = decodeIdentifiers(row.blob(5));
  return outgoing;
}

}  // namespace

void SessionOutgoingTable::put(SessionNumber session, const StoredOutgoing& outgoing) {
  const auto message = m_messages.addReference(*outgoing.message);
  const auto identifiers = encodeIdentifiers(outgoing.identifiers);
  m_database
      .query(
          "INSERT OR IGNORE INTO outgoing(session, sequence, message, flags, state, packet_id, identifiers) "
          "VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(session.value, outgoing.sequence, message, outgoing.qos | (outgoing.retain ? kOutgoingRetain : 0),
            static_cast<int>(outgoing.state), outgoing.packetId, std::as_bytes(std::span(identifiers)))
      .run();
  if (m_database.changedRows() > 0) return;
  m_messages.release(message);
  move({session, outgoing.sequence, outgoing.state, outgoing.packetId});
}

void SessionOutgoingTable::move(const OutgoingMoved& moved) {
  m_database.query("UPDATE outgoing SET state = ?, packet_id = ? WHERE session = ? AND sequence = ?")
      .bind(static_cast<int>(moved.state), moved.packetId, moved.number.value, moved.sequence)
      .run();
}

void SessionOutgoingTable::remove(SessionNumber session, std::int64_t sequence) {
  std::int64_t message = 0;
  {
    auto rows = m_database.query("DELETE FROM outgoing WHERE session = ? AND sequence = ? RETURNING message");
    rows.bind(session.value, sequence);
    if (!rows.next()) return;
    message = rows.integer(0);
    while (rows.next()) {  // a statement takes effect as a whole only when it has been run to its end
    }
  }
  m_messages.release(message);
}

void SessionOutgoingTable::removeAll(SessionNumber session) {
  std::vector<std::int64_t> messages;
  {
    auto rows = m_database.query("DELETE FROM outgoing WHERE session = ? RETURNING message");
    rows.bind(session.value);
    while (rows.next()) messages.push_back(rows.integer(0));
  }
  for (const auto message : messages) m_messages.release(message);
}

std::vector<StoredOutgoing> SessionOutgoingTable::of(SessionNumber session, const Messages& messages,
                                                     std::vector<std::int64_t>& missing) {
  std::vector<StoredOutgoing> waiting;
  auto rows = m_database.query(
      "SELECT sequence, message, flags, state, packet_id, identifiers FROM outgoing WHERE session = ? "
      "ORDER BY sequence");
  rows.bind(session.value);
  while (rows.next()) {
    const auto message = messages.find(rows.integer(1));
    if (message == messages.end()) {
      missing.push_back(rows.integer(0));
      continue;
    }
    waiting.push_back(readOutgoing(rows));
    waiting.back().message = message->second;
  }
  return waiting;
}

void SessionWillTable::put(SessionNumber session, const StoredWill& will) {
  remove(session);
  const auto message = m_messages.addReference(*will.message);
  m_database.query("INSERT INTO will(session, message, delay_s, due_at) VALUES (?, ?, ?, ?)")
      .bind(session.value, message, will.delaySeconds, will.dueAt)
      .run();
}

void SessionWillTable::remove(SessionNumber session) {
  std::int64_t message = 0;
  {
    auto rows = m_database.query("DELETE FROM will WHERE session = ? RETURNING message");
    rows.bind(session.value);
    if (!rows.next()) return;
    message = rows.integer(0);
    while (rows.next()) {
    }
  }
  m_messages.release(message);
}

std::optional<StoredWill> SessionWillTable::of(SessionNumber session, const SessionOutgoingTable::Messages& messages) {
  auto rows = m_database.query("SELECT message, delay_s, due_at FROM will WHERE session = ?");
  rows.bind(session.value);
  if (!rows.next()) return std::nullopt;
  const auto message = messages.find(rows.integer(0));
  if (message == messages.end()) return std::nullopt;
  StoredWill will{message->second, static_cast<std::uint32_t>(rows.integer(1)), {}};
  if (!rows.isNull(2)) will.dueAt = rows.time(2);
  return will;
}

}  // namespace carport
