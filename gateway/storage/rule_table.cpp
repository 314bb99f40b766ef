#include "gateway/storage/rule_table.h"

#include "gateway/storage/enum_columns.h"

namespace carport {

namespace {

api::Selector selector(const std::string& text) {
  auto parsed = api::Selector::parse(text);
  if (!parsed) throw DamagedEntry(parsed.error().message());
  return *std::move(parsed);
}

/// Rules that one organisation may ever add, and organisations that may ever have been: beyond, Nitrogen's ids, which
/// hold numbers below 2^40, would not be enough.
constexpr std::int64_t kMaxPlace = (std::int64_t{1} << api::kOwnRuleNumberBits) - 1;
constexpr std::int64_t kMaxSeries = 65'535;

#define CARPORT_RULE_SELECT                                                                                    \
  "SELECT number, priority, who, about, action, allow, expires_at, note, built_in, organisation, valid_from, " \
  "command, filter FROM rule "

api::Rule readRule(const Query& row) {
  api::Rule rule;
  rule.number = RuleNumber{row.integer(0)};
  rule.priority = static_cast<std::int32_t>(row.integer(1));
  rule.who = selector(row.text(2));
  rule.about = selector(row.text(3));
  if (!row.isNull(4)) rule.action = enumColumn<api::Action>(row.text(4));
  rule.allow = row.boolean(5);
  if (!row.isNull(6)) rule.expiresAt = row.time(6);
  rule.note = row.text(7);
  rule.builtIn = row.boolean(8);
  rule.organisation = row.text(9);
  if (!row.isNull(10)) rule.validFrom = row.time(10);
  rule.command = row.text(11);
  rule.filter = row.text(12);
  return rule;
}

std::optional<std::string_view> actionName(const api::Rule& rule) {
  if (!rule.action) return std::nullopt;
  return api::nameOf(*rule.action);
}

}  // namespace

std::vector<api::Rule> RuleTable::all() {
  auto rows = m_database.query(CARPORT_RULE_SELECT "ORDER BY organisation, priority, number");
  std::vector<api::Rule> rules;
  while (rows.next()) rules.push_back(readRule(rows));
  return rules;
}

std::optional<api::Rule> RuleTable::find(RuleNumber number) {
  auto rows = m_database.query(CARPORT_RULE_SELECT "WHERE number = ?");
  if (!rows.bind(number.value).next()) return std::nullopt;
  return readRule(rows);
}

std::vector<api::Rule> RuleTable::naming(std::string_view selector) {
  auto rows = m_database.query(CARPORT_RULE_SELECT "WHERE who = ? OR about = ? ORDER BY number");
  rows.bind(selector, selector);
  std::vector<api::Rule> rules;
  while (rows.next()) rules.push_back(readRule(rows));
  return rules;
}

RuleNumber RuleTable::nextNumber(std::string_view organisation) {
  const auto take = [&](std::string_view sql) {
    auto rows = m_database.query(sql);
    if (!rows.bind(organisation).next()) return RuleNumber{};
    const std::int64_t series = rows.integer(0);
    const std::int64_t place = rows.integer(1);
    if (place > kMaxPlace || series > kMaxSeries) throw DamagedEntry("the numbers of rules are used up");
    return RuleNumber{organisation.empty() ? place : series << api::kOwnRuleNumberBits | place};
  };
  const auto next = take("UPDATE rule_series SET last = last + 1 WHERE organisation = ? RETURNING number, last");
  return next ? next : take("INSERT INTO rule_series(organisation, last) VALUES (?, 1) RETURNING number, last");
}

RuleNumber RuleTable::insert(const api::Rule& rule) {
  const RuleNumber number = nextNumber(rule.organisation);
  m_database
      .query(
          R"(INSERT INTO rule(number, priority, who, about, action, allow, expires_at, note, built_in, organisation,
               valid_from, command, filter) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))")
      .bind(number.value, rule.priority, rule.who.toString(), rule.about.toString(), actionName(rule), rule.allow,
            rule.expiresAt, rule.note, rule.builtIn, rule.organisation, rule.validFrom, rule.command, rule.filter)
      .run();
  return number;
}

bool RuleTable::update(const api::Rule& rule) {
  m_database
      .query(
          "UPDATE rule SET priority = ?, who = ?, about = ?, action = ?, allow = ?, expires_at = ?, note = ?, "
          "built_in = ?, valid_from = ?, command = ?, filter = ? WHERE number = ? AND organisation = ?")
      .bind(rule.priority, rule.who.toString(), rule.about.toString(), actionName(rule), rule.allow, rule.expiresAt,
            rule.note, rule.builtIn, rule.validFrom, rule.command, rule.filter, rule.number.value, rule.organisation)
      .run();
  return m_database.changedRows() > 0;
}

bool RuleTable::remove(RuleNumber number) {
  m_database.query("DELETE FROM rule WHERE number = ?").bind(number.value).run();
  return m_database.changedRows() > 0;
}

void RuleTable::removeNaming(std::string_view selector) {
  m_database.query("DELETE FROM rule WHERE who = ? OR about = ?").bind(selector, selector).run();
}

void RuleTable::removeOf(std::string_view organisation) {
  m_database.query("DELETE FROM rule WHERE organisation = ?").bind(organisation).run();
  m_database.query("DELETE FROM rule_series WHERE organisation = ?").bind(organisation).run();
}

std::int64_t RuleTable::countOf(std::string_view organisation) {
  auto row = m_database.query("SELECT count(*) FROM rule WHERE organisation = ?");
  return row.bind(organisation).next() ? row.integer(0) : 0;
}

bool RuleTable::everHadOne() {
  return m_database.integer("SELECT count(*) FROM sqlite_sequence WHERE name = 'rule'") > 0;
}

}  // namespace carport
