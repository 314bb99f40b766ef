#pragma once

#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "gateway/domain/session_record.h"
#include "gateway/storage/database.h"
#include "gateway/storage/session_head_table.h"
#include "gateway/storage/session_incoming_table.h"
#include "gateway/storage/session_message_table.h"
#include "gateway/storage/session_outgoing_table.h"

#include <filesystem>
#include <memory>
#include <unordered_set>

namespace carport {

/// File of the MQTT sessions in a data folder.
std::filesystem::path sessionsPath(const std::filesystem::path& folder);

/// The MQTT sessions in sessions.db. Owner: SessionWriter, or who loads them at the start; one thread.
class SessionStore {
 public:
  /// Opens the file, makes it or brings its schema up to date. Fails with StorageErrc::corrupted where it is damaged.
  static Result<std::unique_ptr<SessionStore>> open(const std::filesystem::path& file);

  explicit SessionStore(std::unique_ptr<Database> database) : m_database(std::move(database)) {}

  Database& database() { return *m_database; }

  /// From here on changes belong to another commit.
  void beginCommit() { m_messages.beginCommit(); }
  /// Applies a change, inside the caller's transaction; throws as Database. Those of sessions that are not there do
  /// nothing. After a rollback the object must not be used any more.
  void apply(const SessionChange& change);

  /// Everything, as far as the limits allow; removes the rest from the file.
  Result<StoredSessions> load(const SessionLoadLimits& limits);

 private:
  void learn();
  bool knows(SessionNumber number) const { return m_known.contains(number.value); }
  void open(const SessionOpened& opened);
  void end(SessionNumber number);
  void put(const OutgoingPut& put);
  SessionOutgoingTable::Messages loadMessages(const SessionLoadLimits& limits);

  std::unique_ptr<Database> m_database;
  SessionHeadTable m_sessions{*m_database};
  SessionSubscriptionTable m_subscriptions{*m_database};
  SessionMessageTable m_messages{*m_database};
  SessionOutgoingTable m_outgoing{*m_database, m_messages};
  SessionWillTable m_wills{*m_database, m_messages};
  SessionIncomingTable m_incoming{*m_database};
  std::unordered_set<std::int64_t> m_known;  // sessions that there are
};

/// Opens the file as SessionStore::open() does. A damaged one is moved aside, told in the log with what that means, and
/// a new one begun; `begunAnew` is set then.
Result<std::unique_ptr<SessionStore>> openOrBeginAnew(const std::filesystem::path& file, const Log& log,
                                                      bool& begunAnew);
/// Moves a damaged file and those beside it aside and tells so in the log.
void moveSessionsAside(const std::filesystem::path& file, const Error& why, const Log& log);

}  // namespace carport
