#pragma once

#include "gateway/domain/audit_chain.h"
#include "gateway/domain/history_reader.h"
#include "gateway/storage/database.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace carport {

/// Action of the entry that says that retention took the oldest entries away: `after` has the anchor's number in
/// `through` and its hash in `hash`.
inline constexpr std::string_view kAuditForgotten = "audit.forget";

/// One end of the audit log: an entry's number and hash.
struct AuditEnd {
  std::int64_t number = 0;
  AuditHash hash{};
  bool operator==(const AuditEnd&) const = default;
};

/// Tables `audit` and `audit_state`: the audit log, each entry chained to the one before it. Owner: a store or reader;
/// its thread. Throws as Database.
class AuditTable {
 public:
  explicit AuditTable(Database& database) : m_database(database) {}

  /// Adds it behind all others; number and hash are given here. Inside a write transaction.
  void append(api::AuditEntry entry);
  /// Newest first.
  std::vector<api::AuditEntry> select(const AuditQuery& query);
  /// The statement that select() runs.
  static std::string_view sqlFor(const AuditQuery& query);
  /// The newest entry.
  AuditEnd head();
  /// The last entry that retention has taken away; number 0 where it never has.
  AuditEnd anchor();
  /// Removes the entries before the first that is not older than `time`, though never the newest, and moves the anchor.
  /// The caller enters that it was done. Returns how many went. Inside a write transaction.
  std::size_t forgetBefore(TimePoint time);

  /// An entry from a row of CARPORT_AUDIT_COLUMNS.
  static api::AuditEntry read(const Query& row);

 private:
  Database& m_database;
};

/// What AuditTable::read() wants of a SELECT, in this order.
#define CARPORT_AUDIT_COLUMNS \
  "number, time, outcome, organisation, who, door, address, action, about, before, after, reason, count, hash "

}  // namespace carport
