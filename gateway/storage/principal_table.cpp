#include "gateway/storage/principal_table.h"

#include "gateway/storage/enum_columns.h"

#include <utility>

namespace carport {

namespace {
#define CARPORT_PRINCIPAL_SELECT \
  "SELECT number, id, name, type, role, blocked, created_at, organisation FROM principal "

/// In the place of a role where there is none.
constexpr std::string_view kNoRole = "none";

std::string_view roleColumn(const api::Principal& principal) {
  return principal.role.empty() ? kNoRole : std::string_view(principal.role);
}

std::optional<std::string_view> organisationColumn(const api::Principal& principal) {
  const auto organisation = principal.organisation();
  return organisation.empty() ? std::nullopt : std::optional(organisation);
}

api::Principal readPrincipal(const Query& row) {
  api::Principal principal;
  principal.number = PrincipalNumber{static_cast<std::uint32_t>(row.integer(0))};
  principal.id = row.text(1);
  principal.name = row.text(2);
  principal.type = enumColumn<api::PrincipalType>(row.text(3));
  if (std::string role = row.text(4); role != kNoRole) principal.role = std::move(role);
  principal.blocked = row.boolean(5);
  principal.createdAt = row.time(6);
  if (!row.isNull(7) && !principal.setOrganisation(row.text(7))) {
    throw DamagedEntry("a principal is in an organisation that its id does not name");
  }
  return principal;
}
}  // namespace

std::vector<api::Principal> PrincipalTable::all() {
  auto rows = m_database.query(CARPORT_PRINCIPAL_SELECT "ORDER BY number");
  std::vector<api::Principal> found;
  while (rows.next()) found.push_back(readPrincipal(rows));
  return found;
}

std::optional<api::Principal> PrincipalTable::find(PrincipalNumber number) {
  auto rows = m_database.query(CARPORT_PRINCIPAL_SELECT "WHERE number = ?");
  if (!rows.bind(number.value).next()) return std::nullopt;
  return readPrincipal(rows);
}

std::optional<api::Principal> PrincipalTable::find(std::string_view id) {
  auto rows = m_database.query(CARPORT_PRINCIPAL_SELECT "WHERE id = ?");
  if (!rows.bind(id).next()) return std::nullopt;
  return readPrincipal(rows);
}

PrincipalNumber PrincipalTable::insert(const api::Principal& principal) {
  m_database
      .query(
          "INSERT INTO principal(id, name, type, role, blocked, created_at, organisation) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(principal.id, principal.name, api::nameOf(principal.type), roleColumn(principal), principal.blocked,
            principal.createdAt, organisationColumn(principal))
      .run();
  return PrincipalNumber{static_cast<std::uint32_t>(m_database.lastInsertedRow())};
}

bool PrincipalTable::update(const api::Principal& principal) {
  m_database.query("UPDATE principal SET name = ?, role = ?, blocked = ? WHERE number = ?")
      .bind(principal.name, roleColumn(principal), principal.blocked, principal.number.value)
      .run();
  return m_database.changedRows() > 0;
}

bool PrincipalTable::remove(PrincipalNumber number) {
  m_database.query("DELETE FROM principal WHERE number = ?").bind(number.value).run();
  return m_database.changedRows() > 0;
}

bool PrincipalTable::anyIn(std::string_view organisation) {
  auto rows = m_database.query("SELECT 1 FROM principal WHERE organisation = ? LIMIT 1");
  return rows.bind(organisation).next();
}

std::optional<std::string> PrincipalTable::anyBeginningWith(std::string_view prefix) {
  // What begins with a text lies between it and the text that follows it: its last character one further.
  std::string end(prefix);
  ++end.back();
  auto rows = m_database.query("SELECT id FROM principal WHERE id >= ? AND id < ? ORDER BY id LIMIT 1");
  if (!rows.bind(prefix, end).next()) return std::nullopt;
  return rows.text(0);
}

bool PrincipalTable::anyWithRole(std::string_view role) {
  auto rows = m_database.query("SELECT 1 FROM principal WHERE role = ? LIMIT 1");
  return rows.bind(role).next();
}

}  // namespace carport
