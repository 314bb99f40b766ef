#include "gateway/storage/claim_code_table.h"

#include "gateway/storage/enum_columns.h"

#include <span>

namespace carport {

namespace {
#define CARPORT_CODE_SELECT                                                                            \
  "SELECT p.id, c.gives, c.created_at, c.created_by, c.expires_at FROM claim_code c JOIN principal p " \
  "ON p.number = c.principal "

api::ClaimCode readClaimCode(const Query& row) {
  return {row.text(0), enumColumn<api::ClaimGives>(row.text(1)), row.time(2), row.text(3), row.time(4)};
}
}  // namespace

std::vector<api::ClaimCode> ClaimCodeTable::all(TimePoint now) {
  auto rows = m_database.query(CARPORT_CODE_SELECT "WHERE c.expires_at > ? ORDER BY p.id, c.gives");
  rows.bind(now);
  std::vector<api::ClaimCode> codes;
  while (rows.next()) codes.push_back(readClaimCode(rows));
  return codes;
}

std::optional<api::ClaimCode> ClaimCodeTable::find(const KeyHash& hash, TimePoint now) {
  auto rows = m_database.query(CARPORT_CODE_SELECT "WHERE c.hash = ? AND c.expires_at > ?");
  if (!rows.bind(std::as_bytes(std::span(hash)), now).next()) return std::nullopt;
  return readClaimCode(rows);
}

bool ClaimCodeTable::put(const api::ClaimCode& code, PrincipalNumber car, const KeyHash& hash) {
  m_database.query("DELETE FROM claim_code WHERE principal = ? AND gives = ?")
      .bind(car.value, api::nameOf(code.gives))
      .run();
  m_database
      .query(
          "INSERT INTO claim_code(hash, principal, gives, created_at, created_by, expires_at) "
          "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(hash) DO NOTHING")
      .bind(std::as_bytes(std::span(hash)), car.value, api::nameOf(code.gives), code.createdAt, code.createdBy,
            code.expiresAt)
      .run();
  return m_database.changedRows() > 0;
}

bool ClaimCodeTable::remove(const KeyHash& hash) {
  m_database.query("DELETE FROM claim_code WHERE hash = ?").bind(std::as_bytes(std::span(hash))).run();
  return m_database.changedRows() > 0;
}

int ClaimCodeTable::removeOf(PrincipalNumber car) {
  m_database.query("DELETE FROM claim_code WHERE principal = ?").bind(car.value).run();
  return m_database.changedRows();
}

void ClaimCodeTable::removeExpired(TimePoint now) {
  m_database.query("DELETE FROM claim_code WHERE expires_at <= ?").bind(now).run();
}

std::int64_t ClaimCodeTable::count() {
  return m_database.integer("SELECT count(*) FROM claim_code");
}

std::int64_t ClaimCodeTable::countOf(std::string_view organisation) {
  auto rows = m_database.query(
      "SELECT count(*) FROM claim_code JOIN principal ON principal.number = claim_code.principal "
      "WHERE principal.organisation = ?");
  return rows.bind(organisation).next() ? rows.integer(0) : 0;
}

}  // namespace carport
