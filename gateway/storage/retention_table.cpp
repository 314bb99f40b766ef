#include "gateway/storage/retention_table.h"

namespace carport {

namespace {
std::optional<std::uint32_t> daysAt(const Query& row, int column) {
  if (row.isNull(column)) return std::nullopt;
  return static_cast<std::uint32_t>(row.integer(column));
}
}  // namespace

api::Retention RetentionTable::all() {
  api::Retention retention;
  auto rows = m_database.query(
      "SELECT p.name, g.id, p.raw_days, p.minute_days, p.hour_days, p.changed_at, p.changed_by FROM retention_policy p "
      "LEFT JOIN principal g ON g.number = p.in_group ORDER BY p.name");
  while (rows.next()) {
    api::RetentionPolicy& policy = retention.policies.emplace_back();
    policy.name = rows.text(0);
    if (!rows.isNull(1)) policy.group = rows.text(1);
    policy.rawDays = daysAt(rows, 2);
    policy.minuteDays = daysAt(rows, 3);
    policy.hourDays = daysAt(rows, 4);
    policy.changedAt = rows.time(5);
    policy.changedBy = rows.text(6);
  }
  auto budget = m_database.query("SELECT bytes FROM retention_budget");
  if (budget.next()) retention.diskBudgetBytes = static_cast<std::uint64_t>(budget.integer(0));
  return retention;
}

std::optional<std::string> RetentionTable::replace(const api::Retention& retention) {
  m_database.query("DELETE FROM retention_policy").run();
  m_database.query("DELETE FROM retention_budget").run();
  for (const api::RetentionPolicy& policy : retention.policies) {
    m_database
        .query(
            "INSERT INTO retention_policy(name, in_group, raw_days, minute_days, hour_days, changed_at, changed_by) "
            "SELECT ?, (SELECT number FROM principal WHERE id = ? AND type = 'group'), ?, ?, ?, ?, ?")
        .bind(policy.name, policy.group, policy.rawDays, policy.minuteDays, policy.hourDays, policy.changedAt,
              policy.changedBy)
        .run();
    if (!policy.group) continue;
    auto known = m_database.query("SELECT in_group IS NOT NULL FROM retention_policy WHERE name = ?");
    if (!known.bind(policy.name).next() || !known.boolean(0)) return policy.group;
  }
  if (retention.diskBudgetBytes) {
    m_database.query("INSERT INTO retention_budget(only_one, bytes) VALUES (1, ?)")
        .bind(*retention.diskBudgetBytes)
        .run();
  }
  return std::nullopt;
}

std::optional<std::string> RetentionTable::policyAbout(PrincipalNumber group) {
  auto rows = m_database.query("SELECT name FROM retention_policy WHERE in_group = ?");
  if (!rows.bind(group.value).next()) return std::nullopt;
  return rows.text(0);
}

}  // namespace carport
