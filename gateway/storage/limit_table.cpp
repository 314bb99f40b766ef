#include "gateway/storage/limit_table.h"

#include "gateway/storage/enum_columns.h"

namespace carport {

namespace {

#define CARPORT_LIMIT_SELECT \
  "SELECT organisation, number, whom, per, measure, most, burst, reaction, note FROM usage_limit "

api::Limit readLimit(const Query& row) {
  api::Limit limit;
  limit.organisation = row.text(0);
  limit.number = api::LimitNumber{row.integer(1)};
  auto whom = api::LimitTarget::parse(row.text(2));
  if (!whom) throw DamagedEntry(whom.error().message());
  limit.whom = *std::move(whom);
  limit.per = enumColumn<api::LimitPer>(row.text(3));
  limit.measure = enumColumn<api::LimitMeasure>(row.text(4));
  limit.most = row.integer(5);
  if (!row.isNull(6)) limit.burst = row.integer(6);
  limit.reaction = enumColumn<api::LimitReaction>(row.text(7));
  limit.note = row.text(8);
  if (const auto fits = api::checkLimit(limit); !fits) throw DamagedEntry(fits.error().message());
  return limit;
}

std::vector<api::Limit> readAll(Query& rows) {
  std::vector<api::Limit> limits;
  while (rows.next()) limits.push_back(readLimit(rows));
  return limits;
}

}  // namespace

std::vector<api::Limit> LimitTable::all() {
  auto rows = m_database.query(CARPORT_LIMIT_SELECT "ORDER BY organisation, number");
  return readAll(rows);
}

std::optional<api::Limit> LimitTable::find(std::string_view organisation, api::LimitNumber number) {
  auto rows = m_database.query(CARPORT_LIMIT_SELECT "WHERE organisation = ? AND number = ?");
  if (!rows.bind(organisation, number.value).next()) return std::nullopt;
  return readLimit(rows);
}

api::LimitNumber LimitTable::insert(const api::Limit& limit) {
  auto newest = m_database.query(R"(INSERT INTO usage_limit_series(organisation, newest) VALUES (?, 1)
                                    ON CONFLICT (organisation) DO UPDATE SET newest = newest + 1 RETURNING newest)");
  newest.bind(limit.organisation).next();
  const api::LimitNumber number{newest.integer(0)};
  m_database
      .query(
          "INSERT INTO usage_limit(organisation, number, whom, per, measure, most, burst, reaction, note) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(limit.organisation, number.value, limit.whom.toString(), api::nameOf(limit.per), api::nameOf(limit.measure),
            limit.most, limit.burst, api::nameOf(limit.reaction), limit.note)
      .run();
  return number;
}

bool LimitTable::update(const api::Limit& limit) {
  m_database
      .query(
          "UPDATE usage_limit SET whom = ?, per = ?, measure = ?, most = ?, burst = ?, reaction = ?, note = ? "
          "WHERE organisation = ? AND number = ?")
      .bind(limit.whom.toString(), api::nameOf(limit.per), api::nameOf(limit.measure), limit.most, limit.burst,
            api::nameOf(limit.reaction), limit.note, limit.organisation, limit.number.value)
      .run();
  return m_database.changedRows() > 0;
}

bool LimitTable::remove(std::string_view organisation, api::LimitNumber number) {
  m_database.query("DELETE FROM usage_limit WHERE organisation = ? AND number = ?")
      .bind(organisation, number.value)
      .run();
  return m_database.changedRows() > 0;
}

std::vector<api::Limit> LimitTable::naming(std::string_view target) {
  auto rows = m_database.query(CARPORT_LIMIT_SELECT "WHERE whom = ?");
  rows.bind(target);
  return readAll(rows);
}

void LimitTable::removeOf(std::string_view organisation) {
  m_database.query("DELETE FROM usage_limit WHERE organisation = ?").bind(organisation).run();
  m_database.query("DELETE FROM usage_limit_series WHERE organisation = ?").bind(organisation).run();
}

std::int64_t LimitTable::countOf(std::string_view organisation) {
  auto rows = m_database.query("SELECT count(*) FROM usage_limit WHERE organisation = ?");
  rows.bind(organisation).next();
  return rows.integer(0);
}

}  // namespace carport
