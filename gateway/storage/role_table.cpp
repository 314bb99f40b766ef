#include "gateway/storage/role_table.h"

namespace carport {

namespace {
api::Role readRole(const Query& row) {
  api::Role role;
  role.id = row.text(0);
  role.name = row.text(1);
  role.note = row.text(2);
  if (!row.isNull(3)) role.organisation = row.text(3);
  role.createdAt = row.time(4);
  return role;
}
}  // namespace

std::vector<api::Role> RoleTable::all() {
  auto rows = m_database.query("SELECT id, name, note, organisation, created_at FROM role ORDER BY id");
  std::vector<api::Role> roles;
  while (rows.next()) roles.push_back(readRole(rows));
  return roles;
}

std::optional<api::Role> RoleTable::find(std::string_view id) {
  auto rows = m_database.query("SELECT id, name, note, organisation, created_at FROM role WHERE id = ?");
  if (!rows.bind(id).next()) return std::nullopt;
  return readRole(rows);
}

void RoleTable::insert(const api::Role& role) {
  const auto organisation = role.organisation.empty() ? std::nullopt : std::optional(role.organisation);
  m_database.query("INSERT INTO role(id, name, note, organisation, created_at) VALUES (?, ?, ?, ?, ?)")
      .bind(role.id, role.name, role.note, organisation, role.createdAt)
      .run();
}

bool RoleTable::update(const api::Role& role) {
  m_database.query("UPDATE role SET name = ?, note = ? WHERE id = ?").bind(role.name, role.note, role.id).run();
  return m_database.changedRows() > 0;
}

bool RoleTable::remove(std::string_view id) {
  m_database.query("DELETE FROM role WHERE id = ?").bind(id).run();
  return m_database.changedRows() > 0;
}

std::int64_t RoleTable::count() {
  return m_database.integer("SELECT count(*) FROM role");
}

}  // namespace carport
