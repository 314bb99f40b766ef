#pragma once

#include "gateway/domain/session_record.h"
#include "gateway/storage/database.h"

#include <vector>

namespace carport {

/// Table `session` of sessions.db. Owner: SessionStore; its thread. Throws as Database.
class SessionHeadTable {
 public:
  explicit SessionHeadTable(Database& database) : m_database(database) {}

  /// Adds the session or changes it; its client is connected.
  void put(const SessionOpened& opened);
  void setAway(SessionNumber number, TimePoint at);
  void remove(SessionNumber number);
  /// Another life of the same client; none where there is none.
  SessionNumber otherLife(const SessionOpened& opened);
  /// Heads only, without what belongs to them: first those that were connected, then those that went away last.
  std::vector<SessionRecord> all();

 private:
  Database& m_database;
};

/// Table `subscription` of sessions.db. Owner: SessionStore; its thread. Throws as Database.
class SessionSubscriptionTable {
 public:
  explicit SessionSubscriptionTable(Database& database) : m_database(database) {}

  void put(SessionNumber session, const StoredSubscription& subscription);
  void remove(SessionNumber session, const std::string& filter);
  void removeAll(SessionNumber session);
  std::vector<StoredSubscription> of(SessionNumber session);

 private:
  Database& m_database;
};

}  // namespace carport
