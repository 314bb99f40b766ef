#pragma once

#include "gateway/domain/session_record.h"
#include "gateway/storage/database.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace carport {

/// Table `message` of sessions.db: each message once, removed with the last reference to it. How many references there
/// are is counted in memory, from the tables that hold them, so that a reference costs no write. After a transaction
/// that was rolled back the object is of no use any more. Owner: SessionStore; its thread. Throws as Database.
class SessionMessageTable {
 public:
  explicit SessionMessageTable(Database& database) : m_database(database) {}

  /// Learns the references that are stored; before anything else but forEach().
  void countReferences();
  /// From here on a message is written once more, even where it is one that an earlier commit brought.
  void beginCommit() { m_ofThisCommit.clear(); }
  /// Stores the message, where this commit has not done so yet, and counts one more reference to it.
  std::int64_t addReference(const SessionMessage& message);
  /// One reference fewer.
  void release(std::int64_t number);

  /// Calls `visit(std::int64_t number, SessionMessagePtr)` for each in the order in which they came, until it returns
  /// false.
  template <class Visitor>
  void forEach(Visitor&& visit) {
    auto rows = m_database.query(kSelect);
    while (rows.next() && visit(rows.integer(0), read(rows))) {
    }
  }

 private:
  static constexpr std::string_view kSelect =
      "SELECT number, topic, payload, properties, flags, car, expires_at FROM message ORDER BY number";
  static SessionMessagePtr read(const Query& row);
  void insert(std::int64_t number, const SessionMessage& message);

  Database& m_database;
  std::unordered_map<std::int64_t, std::uint32_t> m_references;
  std::unordered_map<const void*, std::int64_t> m_ofThisCommit;  // by owner
  std::int64_t m_newest = 0;
};

}  // namespace carport
