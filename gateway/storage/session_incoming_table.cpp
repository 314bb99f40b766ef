#include "gateway/storage/session_incoming_table.h"

namespace carport {

void SessionIncomingTable::put(SessionNumber publisher, std::uint16_t packetId) {
  m_database.query("DELETE FROM taken WHERE publisher = ? AND packet_id = ?").bind(publisher.value, packetId).run();
  m_database.query("INSERT OR IGNORE INTO incoming(session, packet_id) VALUES (?, ?)")
      .bind(publisher.value, packetId)
      .run();
}

void SessionIncomingTable::remove(SessionNumber publisher, std::uint16_t packetId) {
  m_database.query("DELETE FROM incoming WHERE session = ? AND packet_id = ?").bind(publisher.value, packetId).run();
}

void SessionIncomingTable::take(SessionNumber session, const MessageOrigin& origin) {
  m_database.query("INSERT OR IGNORE INTO taken(publisher, packet_id, session) VALUES (?, ?, ?)")
      .bind(origin.publisher.value, origin.packetId, session.value)
      .run();
}

void SessionIncomingTable::removeAll(SessionNumber session) {
  m_database.query("DELETE FROM incoming WHERE session = ?").bind(session.value).run();
  m_database.query("DELETE FROM taken WHERE publisher = ?").bind(session.value).run();
  // No index: the table holds only what is between a publish and its PUBREC.
  m_database.query("DELETE FROM taken WHERE session = ?").bind(session.value).run();
}

std::vector<std::uint16_t> SessionIncomingTable::of(SessionNumber publisher) {
  std::vector<std::uint16_t> packetIds;
  auto rows = m_database.query("SELECT packet_id FROM incoming WHERE session = ?");
  rows.bind(publisher.value);
  while (rows.next()) packetIds.push_back(static_cast<std::uint16_t>(rows.integer(0)));
  return packetIds;
}

std::vector<MessageOrigin> SessionIncomingTable::takenBy(SessionNumber session) {
  std::vector<MessageOrigin> origins;
  auto rows = m_database.query("SELECT publisher, packet_id FROM taken WHERE session = ?");
  rows.bind(session.value);
  while (rows.next()) {
    origins.push_back({SessionNumber{rows.integer(0)}, static_cast<std::uint16_t>(rows.integer(1))});
  }
  return origins;
}

}  // namespace carport
