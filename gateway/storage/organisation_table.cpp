#include "gateway/storage/organisation_table.h"

namespace carport {

std::vector<api::Organisation> OrganisationTable::all() {
  auto rows = m_database.query("SELECT id, name, note, created_at FROM organisation ORDER BY id");
  std::vector<api::Organisation> organisations;
  while (rows.next()) organisations.push_back({rows.text(0), rows.text(1), rows.text(2), rows.time(3)});
  return organisations;
}

std::optional<api::Organisation> OrganisationTable::find(std::string_view id) {
  auto rows = m_database.query("SELECT id, name, note, created_at FROM organisation WHERE id = ?");
  if (!rows.bind(id).next()) return std::nullopt;
  return api::Organisation{rows.text(0), rows.text(1), rows.text(2), rows.time(3)};
}

bool OrganisationTable::has(std::string_view id) {
  auto rows = m_database.query("SELECT 1 FROM organisation WHERE id = ?");
  return rows.bind(id).next();
}

std::optional<std::string> OrganisationTable::claiming(std::string_view id) {
  const auto dot = id.find('.');
  if (dot == std::string_view::npos || !has(id.substr(0, dot))) return std::nullopt;
  return std::string(id.substr(0, dot));
}

void OrganisationTable::insert(const api::Organisation& organisation) {
  m_database.query("INSERT INTO organisation(id, name, note, created_at) VALUES (?, ?, ?, ?)")
      .bind(organisation.id, organisation.name, organisation.note, organisation.createdAt)
      .run();
}

bool OrganisationTable::update(const api::Organisation& organisation) {
  m_database.query("UPDATE organisation SET name = ?, note = ? WHERE id = ?")
      .bind(organisation.name, organisation.note, organisation.id)
      .run();
  return m_database.changedRows() > 0;
}

bool OrganisationTable::remove(std::string_view id) {
  m_database.query("DELETE FROM organisation WHERE id = ?").bind(id).run();
  return m_database.changedRows() > 0;
}

std::int64_t OrganisationTable::count() {
  return m_database.integer("SELECT count(*) FROM organisation");
}

}  // namespace carport
