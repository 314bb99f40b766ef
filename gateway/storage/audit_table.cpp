#include "gateway/storage/audit_table.h"

#include "gateway/storage/blob_columns.h"

#include <algorithm>

namespace carport {

namespace {

template <class Enum>
Enum known(const std::optional<Enum>& value) {
  if (!value) throw DamagedEntry("the audit log has a word that means nothing");
  return *value;
}

// One statement each way in: an absent condition is true, and an index leads to what was asked for, newest first.
#define CARPORT_AUDIT_SELECT "SELECT " CARPORT_AUDIT_COLUMNS "FROM audit WHERE "
#define CARPORT_AUDIT_CONDITIONS                                                                             \
  "number < ?1 AND (?2 IS NULL OR who = ?2) AND (?3 IS NULL OR about = ?3) AND (?4 IS NULL OR action = ?4) " \
  "AND (?5 IS NULL OR organisation = ?5) AND (?6 IS NULL OR outcome = ?6) AND time >= ?7 AND time < ?8 "     \
  "ORDER BY number DESC LIMIT ?9"

}  // namespace

std::string_view AuditTable::sqlFor(const AuditQuery& query) {
  if (query.about) return CARPORT_AUDIT_SELECT "about = ?3 AND " CARPORT_AUDIT_CONDITIONS;
  if (query.who) return CARPORT_AUDIT_SELECT "who = ?2 AND " CARPORT_AUDIT_CONDITIONS;
  // The index has none of the house's, which has to be said here word for word for SQLite to use it.
  if (query.organisation && !query.organisation->empty()) {
    return CARPORT_AUDIT_SELECT "organisation = ?5 AND organisation <> '' AND " CARPORT_AUDIT_CONDITIONS;
  }
  return CARPORT_AUDIT_SELECT CARPORT_AUDIT_CONDITIONS;
}

api::AuditEntry AuditTable::read(const Query& row) {
  api::AuditEntry entry;
  entry.number = row.integer(0);
  entry.time = row.time(1);
  entry.outcome = known(api::actOutcomeOf(row.text(2)));
  entry.organisation = row.text(3);
  entry.who = row.text(4);
  entry.door = known(api::doorOf(row.text(5)));
  entry.address = row.text(6);
  entry.action = row.text(7);
  entry.about = row.text(8);
  entry.before = row.text(9);
  entry.after = row.text(10);
  entry.reason = row.text(11);
  entry.count = row.integer(12);
  entry.hash = toHex(fixedBlob<32>(row, 13));
  return entry;
}

void AuditTable::append(api::AuditEntry entry) {
  const AuditEnd last = head();
  entry.number = last.number + 1;
  const AuditHash hash = chainHash(last.hash, entry);
  m_database.query("INSERT INTO audit(" CARPORT_AUDIT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(entry.number, entry.time, nameOf(entry.outcome), entry.organisation, entry.who, nameOf(entry.door),
            entry.address, entry.action, entry.about, entry.before, entry.after, entry.reason, entry.count,
            blobOf(hash))
      .run();
  m_database.query("UPDATE audit_state SET head_number = ?, head_hash = ?").bind(entry.number, blobOf(hash)).run();
}

std::vector<api::AuditEntry> AuditTable::select(const AuditQuery& query) {
  auto rows = m_database.query(sqlFor(query));
  const auto outcome = query.outcome ? std::optional(std::string(nameOf(*query.outcome))) : std::nullopt;
  rows.bind(query.before, query.who, query.about, query.action, query.organisation, outcome, query.from, query.to,
            std::min(query.limit, AuditQuery::kMaxLimit));
  std::vector<api::AuditEntry> entries;
  while (rows.next()) entries.push_back(read(rows));
  return entries;
}

AuditEnd AuditTable::head() {
  auto row = m_database.query("SELECT head_number, head_hash FROM audit_state");
  if (!row.next()) throw DamagedEntry("the audit log has lost its state");
  return {row.integer(0), fixedBlob<32>(row, 1)};
}

AuditEnd AuditTable::anchor() {
  auto row = m_database.query("SELECT anchor_number, anchor_hash FROM audit_state");
  if (!row.next()) throw DamagedEntry("the audit log has lost its state");
  return {row.integer(0), fixedBlob<32>(row, 1)};
}

std::size_t AuditTable::forgetBefore(TimePoint time) {
  AuditEnd last;
  {
    // Up to the first that is young enough, also where a clock that was put back has made later ones look older.
    auto row = m_database.query(
        "SELECT number, hash FROM audit WHERE number < coalesce((SELECT min(number) FROM audit WHERE time >= ?), "
        "(SELECT head_number FROM audit_state)) ORDER BY number DESC LIMIT 1");
    if (!row.bind(time).next()) return 0;
    last = {row.integer(0), fixedBlob<32>(row, 1)};
  }
  m_database.query("UPDATE audit_state SET anchor_number = ?, anchor_hash = ?")
      .bind(last.number, blobOf(last.hash))
      .run();
  m_database.query("DELETE FROM audit WHERE number <= ?").bind(last.number).run();
  return static_cast<std::size_t>(m_database.changedRows());
}

}  // namespace carport
