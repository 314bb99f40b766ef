#include "gateway/storage/membership_table.h"

#include <algorithm>

namespace carport {

std::unordered_map<PrincipalNumber, std::vector<std::string>> MembershipTable::all() {
  std::unordered_map<PrincipalNumber, std::vector<std::string>> groups;
  auto rows = m_database.query(
      "SELECT m.member, g.id FROM membership m JOIN principal g ON g.number = m.in_group "
      "ORDER BY m.member, g.id");
  while (rows.next()) groups[PrincipalNumber{static_cast<std::uint32_t>(rows.integer(0))}].push_back(rows.text(1));
  return groups;
}

std::vector<std::string> MembershipTable::groupsOf(PrincipalNumber member) {
  std::vector<std::string> groups;
  auto rows = m_database.query(
      "SELECT g.id FROM membership m JOIN principal g ON g.number = m.in_group "
      "WHERE m.member = ? ORDER BY g.id");
  rows.bind(member.value);
  while (rows.next()) groups.push_back(rows.text(0));
  return groups;
}

bool MembershipTable::replace(PrincipalNumber member, std::span<const std::string> groups) {
  auto wanted = std::vector<std::string>(groups.begin(), groups.end());
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  if (wanted == groupsOf(member)) return true;
  m_database.query("DELETE FROM membership WHERE member = ?").bind(member.value).run();
  for (const std::string& group : wanted) {
    m_database
        .query(
            "INSERT INTO membership(member, in_group) SELECT m.number, g.number FROM principal m JOIN principal g "
            "ON g.organisation IS m.organisation WHERE m.number = ? AND g.id = ? AND g.type = 'group'")
        .bind(member.value, group)
        .run();
    if (m_database.changedRows() == 0) return false;
  }
  return true;
}

}  // namespace carport
