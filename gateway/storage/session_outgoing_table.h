#pragma once

#include "gateway/domain/session_record.h"
#include "gateway/storage/database.h"
#include "gateway/storage/session_message_table.h"

#include <unordered_map>
#include <vector>

namespace carport {

/// Table `outgoing` of sessions.db: what waits in which session. Owner: SessionStore; its thread. Throws as Database.
class SessionOutgoingTable {
 public:
  using Messages = std::unordered_map<std::int64_t, SessionMessagePtr>;

  SessionOutgoingTable(Database& database, SessionMessageTable& messages)
      : m_database(database), m_messages(messages) {}

  /// Where it is there already, only its state changes.
  void put(SessionNumber session, const StoredOutgoing& outgoing);
  void move(const OutgoingMoved& moved);
  void remove(SessionNumber session, std::int64_t sequence);
  void removeAll(SessionNumber session);
  /// Those of the session whose messages are in `messages`; the others come out as sequences in `missing`.
  std::vector<StoredOutgoing> of(SessionNumber session, const Messages& messages, std::vector<std::int64_t>& missing);

 private:
  Database& m_database;
  SessionMessageTable& m_messages;
};

/// Table `will` of sessions.db. Owner: SessionStore; its thread. Throws as Database.
class SessionWillTable {
 public:
  SessionWillTable(Database& database, SessionMessageTable& messages) : m_database(database), m_messages(messages) {}

  void put(SessionNumber session, const StoredWill& will);
  void remove(SessionNumber session);
  std::optional<StoredWill> of(SessionNumber session, const SessionOutgoingTable::Messages& messages);

 private:
  Database& m_database;
  SessionMessageTable& m_messages;
};

}  // namespace carport
