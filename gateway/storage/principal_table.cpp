#include "gateway/storage/principal_table.h"

#include "gateway/storage/enum_columns.h"

namespace carport {

namespace {
#define CARPORT_PRINCIPAL_SELECT "SELECT number, id, name, type, role, blocked, created_at FROM principal "

api::Principal read(const Query& row) {
  api::Principal principal;
  principal.number = PrincipalNumber{static_cast<std::uint32_t>(row.integer(0))};
  principal.id = row.text(1);
  principal.name = row.text(2);
  principal.type = enumColumn<api::PrincipalType>(row.text(3));
  principal.role = enumColumn<api::Role>(row.text(4));
  principal.blocked = row.boolean(5);
  principal.createdAt = row.time(6);
  return principal;
}
}  // namespace

std::vector<api::Principal> PrincipalTable::all() {
  auto rows = m_database.query(CARPORT_PRINCIPAL_SELECT "ORDER BY number");
  std::vector<api::Principal> found;
  while (rows.next()) found.push_back(read(rows));
  return found;
}

std::optional<api::Principal> PrincipalTable::find(PrincipalNumber number) {
  auto rows = m_database.query(CARPORT_PRINCIPAL_SELECT "WHERE number = ?");
  if (!rows.bind(number.value).next()) return std::nullopt;
  return read(rows);
}

std::optional<api::Principal> PrincipalTable::find(std::string_view id) {
  auto rows = m_database.query(CARPORT_PRINCIPAL_SELECT "WHERE id = ?");
  if (!rows.bind(id).next()) return std::nullopt;
  return read(rows);
}

PrincipalNumber PrincipalTable::insert(const api::Principal& principal) {
  m_database.query("INSERT INTO principal(id, name, type, role, blocked, created_at) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(principal.id, principal.name, api::nameOf(principal.type), api::nameOf(principal.role), principal.blocked,
            principal.createdAt)
      .run();
  return PrincipalNumber{static_cast<std::uint32_t>(m_database.lastInsertedRow())};
}

bool PrincipalTable::update(const api::Principal& principal) {
  m_database.query("UPDATE principal SET name = ?, role = ?, blocked = ? WHERE number = ?")
      .bind(principal.name, api::nameOf(principal.role), principal.blocked, principal.number.value)
      .run();
  return m_database.changedRows() > 0;
}

bool PrincipalTable::remove(PrincipalNumber number) {
  m_database.query("DELETE FROM principal WHERE number = ?").bind(number.value).run();
  return m_database.changedRows() > 0;
}

}  // namespace carport
