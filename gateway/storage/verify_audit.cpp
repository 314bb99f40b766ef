#include "gateway/storage/verify_audit.h"

#include "gateway/storage/audit_table.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/transaction.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>

namespace carport {

namespace {

/// Walks along the chain; ends at the first entry that is not as it was.
class AuditWalk {
 public:
  AuditWalk(AuditTable& table, const std::optional<KnownAuditEntry>& known) : m_table(table), m_known(known) {}

  /// The first thing that is wrong; empty where nothing is.
  std::string run(Database& database);
  std::int64_t entries() const { return m_entries; }

 private:
  std::string look(const api::AuditEntry& entry);
  std::string lookAtEnd() const;
  void rememberForgetting(const api::AuditEntry& entry);

  AuditTable& m_table;
  const std::optional<KnownAuditEntry>& m_known;
  AuditEnd m_anchor;
  AuditEnd m_last;
  AuditEnd m_forgotten;  // as the newest entry about it says
  std::int64_t m_entries = 0;
};

std::string AuditWalk::run(Database& database) {
  m_anchor = m_last = m_table.anchor();
  auto rows = database.query("SELECT " CARPORT_AUDIT_COLUMNS "FROM audit ORDER BY number");
  while (rows.next()) {
    if (auto wrong = look(AuditTable::read(rows)); !wrong.empty()) return wrong;
  }
  return lookAtEnd();
}

std::string AuditWalk::look(const api::AuditEntry& entry) {
  if (entry.number != m_last.number + 1) {
    return fmt::format("The audit log is broken at entry {}: after {} comes {}", m_last.number + 1, m_last.number,
                       entry.number);
  }
  const AuditHash hash = chainHash(m_last.hash, entry);
  if (toHex(hash) != entry.hash) {
    return fmt::format("The audit log is broken at entry {}: it, or the one before it, is not as it was written",
                       entry.number);
  }
  m_last = {entry.number, hash};
  ++m_entries;
  rememberForgetting(entry);
  if (m_known && m_known->number == entry.number && m_known->hash != hash) {
    return fmt::format("The audit log was rewritten: entry {} has another hash than the one that was kept elsewhere",
                       entry.number);
  }
  return {};
}

void AuditWalk::rememberForgetting(const api::AuditEntry& entry) {
  if (entry.action != kAuditForgotten) return;
  const auto told = nlohmann::json::parse(entry.after, nullptr, false);
  if (!told.is_object()) return;
  const auto hash = auditHashFrom(told.value("hash", std::string()));
  if (hash) m_forgotten = {told.value("through", std::int64_t{0}), *hash};
}

std::string AuditWalk::lookAtEnd() const {
  if (const AuditEnd head = m_table.head(); !(head == m_last)) {
    return fmt::format("The audit log is cut off: its last entry is {}, but {} were written", m_last.number,
                       head.number);
  }
  if (!(m_anchor == m_forgotten)) {
    return fmt::format("The audit log begins behind entry {}, and nothing in it says that retention took those away",
                       m_anchor.number);
  }
  if (m_known && m_known->number > m_last.number) {
    return fmt::format("The audit log is cut off: its last entry is {}, but {} was known elsewhere", m_last.number,
                       m_known->number);
  }
  return {};
}

}  // namespace

void verifyAudit(Database& database, const std::optional<KnownAuditEntry>& known, FileVerdict& verdict) {
  const auto done = guarded("The audit log", [&]() -> Result<void> {
    ReadTransaction snapshot(database);  // a gateway that runs meanwhile would add entries behind the last one read
    AuditTable table(database);
    AuditWalk walk(table, known);
    if (auto wrong = walk.run(database); !wrong.empty()) {
      verdict.add(std::move(wrong));
      return {};
    }
    const AuditEnd head = table.head();
    verdict.notes.push_back(fmt::format("{} entries of the audit log; to be kept elsewhere: {}:{}", walk.entries(),
                                        head.number, toHex(head.hash)));
    if (known && known->number <= table.anchor().number) {
      verdict.notes.push_back(fmt::format("Entry {} of the audit log is older than what is kept of it", known->number));
    }
    return {};
  });
  if (!done) verdict.add(done.error().message());
}

}  // namespace carport
