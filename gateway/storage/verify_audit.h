#pragma once

#include "gateway/domain/audit_chain.h"
#include "gateway/storage/database.h"
#include "gateway/storage/verify_report.h"

#include <cstdint>
#include <optional>

namespace carport {

/// An entry of the audit log that somebody wrote down elsewhere: the chain must still go through it.
struct KnownAuditEntry {
  std::int64_t number = 0;
  AuditHash hash{};
};

/// Checks the chain of the audit log from its anchor to its head, and tells the first entry that does not fit: changed,
/// taken out, put in, cut off at the end, or forgotten in another way than by retention. What was rewritten whole, from
/// some entry on to the end, only `known` can show. Adds a note of the head, to be kept elsewhere.
void verifyAudit(Database& database, const std::optional<KnownAuditEntry>& known, FileVerdict& verdict);

}  // namespace carport
