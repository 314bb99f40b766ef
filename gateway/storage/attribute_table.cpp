#include "gateway/storage/attribute_table.h"

#include <string>
#include <utility>
#include <vector>

namespace carport {

std::unordered_map<PrincipalNumber, api::Attributes> AttributeTable::all() {
  std::unordered_map<PrincipalNumber, std::vector<api::Attributes::Pair>> pairs;
  auto rows = m_database.query("SELECT principal, name, value FROM attribute");
  while (rows.next()) {
    pairs[PrincipalNumber{static_cast<std::uint32_t>(rows.integer(0))}].emplace_back(rows.text(1), rows.text(2));
  }
  std::unordered_map<PrincipalNumber, api::Attributes> attributes;
  for (auto& [principal, list] : pairs) attributes.emplace(principal, api::Attributes(std::move(list)));
  return attributes;
}

api::Attributes AttributeTable::of(PrincipalNumber principal) {
  std::vector<api::Attributes::Pair> pairs;
  auto rows = m_database.query("SELECT name, value FROM attribute WHERE principal = ?");
  rows.bind(principal.value);
  while (rows.next()) pairs.emplace_back(rows.text(0), rows.text(1));
  return api::Attributes(std::move(pairs));
}

void AttributeTable::replace(PrincipalNumber principal, const api::Attributes& attributes) {
  if (of(principal) == attributes) return;
  m_database.query("DELETE FROM attribute WHERE principal = ?").bind(principal.value).run();
  for (const auto& [name, text] : attributes) {
    m_database.query("INSERT INTO attribute(principal, name, value) VALUES (?, ?, ?)")
        .bind(principal.value, name, text)
        .run();
  }
}

}  // namespace carport
