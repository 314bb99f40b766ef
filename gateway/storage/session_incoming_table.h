#pragma once

#include "gateway/domain/session_record.h"
#include "gateway/storage/database.h"

#include <vector>

namespace carport {

/// Tables `incoming` and `taken` of sessions.db: what makes a publish of QoS 2 arrive exactly once. Owner:
/// SessionStore; its thread. Throws as Database.
class SessionIncomingTable {
 public:
  explicit SessionIncomingTable(Database& database) : m_database(database) {}

  /// The publish is stored wherever it belongs: nobody need remember having had it.
  void put(SessionNumber publisher, std::uint16_t packetId);
  void remove(SessionNumber publisher, std::uint16_t packetId);
  /// `session` has had the publish.
  void take(SessionNumber session, const MessageOrigin& origin);
  /// The session ends: what it sent and what it has had.
  void removeAll(SessionNumber session);
  std::vector<std::uint16_t> of(SessionNumber publisher);
  std::vector<MessageOrigin> takenBy(SessionNumber session);

 private:
  Database& m_database;
};

}  // namespace carport
