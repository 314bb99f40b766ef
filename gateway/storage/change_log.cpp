#include "gateway/storage/change_log.h"

namespace carport {

namespace {
enum Kind : std::int64_t { kPrincipal = 1, kRule = 2, kToken = 3, kOrganisation = 4, kRole = 5, kLimit = 6, kFence = 7 };
}  // namespace

std::int64_t ChangeLog::newest() {
  return m_database.integer("SELECT coalesce(max(seq), 0) FROM change");
}

ChangeLog::Changes ChangeLog::since(std::int64_t sequence) {
  Changes changes;
  const auto oldest = m_database.integer("SELECT coalesce(min(seq), 1) FROM change");
  // A number from the future belongs to another database, for example before a backup was put back.
  changes.known = sequence + 1 >= oldest && sequence <= newest();
  if (!changes.known) return changes;
  auto rows = m_database.query("SELECT kind, number FROM change WHERE seq > ?");
  rows.bind(sequence);
  while (rows.next()) {
    switch (rows.integer(0)) {
      case kPrincipal:
        changes.principals.insert(rows.integer(1));
        break;
      case kRule:
        changes.rules = true;
        break;
      case kToken:
        changes.tokens.insert(rows.integer(1));
        break;
      case kOrganisation:
        changes.organisations = true;
        break;
      case kRole:
        changes.roles = true;
        break;
      case kLimit:
        changes.limits = true;
        break;
      case kFence:
        changes.fences.insert(rows.integer(1));
        break;
    }
  }
  return changes;
}

void ChangeLog::trim() {
  m_database.query("DELETE FROM change WHERE seq <= (SELECT max(seq) FROM change) - ?").bind(kMaxEntries).run();
}

}  // namespace carport
