#include "gateway/storage/fence_table.h"

#include "gateway/api/json_codec.h"
#include "gateway/storage/enum_columns.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace carport {

namespace {

#define CARPORT_FENCE_SELECT \
  "SELECT row, organisation, number, name, colour, note, geometry, created_at, changed_at FROM fence "

FenceRecord readFence(const Query& row) {
  FenceRecord record;
  record.row = row.integer(0);
  api::Fence& fence = record.fence;
  fence.organisation = row.text(1);
  fence.number = api::FenceNumber{row.integer(2)};
  fence.name = row.text(3);
  const std::int64_t colour = row.integer(4);
  if (colour < 0 || colour >= api::kFenceColours) throw DamagedEntry("a fence has a colour that there is not");
  fence.colour = static_cast<std::uint8_t>(colour);
  fence.note = row.text(5);
  const auto json = api::parseJson(row.text(6));
  if (!json) throw DamagedEntry(json.error().message());
  auto shape = api::fromJson<api::FenceShape>(*json);
  if (!shape) throw DamagedEntry(shape.error().message());
  fence.shape = *std::move(shape);
  fence.createdAt = row.time(7);
  fence.changedAt = row.time(8);
  return record;
}

std::optional<FenceRecord> readOne(Query& rows) {
  return rows.next() ? std::optional(readFence(rows)) : std::nullopt;
}

std::string geometryText(const api::Fence& fence) {
  return api::toText(api::toJson(fence.shape));
}

}  // namespace

std::vector<FenceRecord> FenceTable::all() {
  auto rows = m_database.query(CARPORT_FENCE_SELECT "ORDER BY organisation, number");
  std::vector<FenceRecord> records;
  while (rows.next()) records.push_back(readFence(rows));
  return records;
}

std::optional<FenceRecord> FenceTable::find(std::int64_t row) {
  auto rows = m_database.query(CARPORT_FENCE_SELECT "WHERE row = ?");
  rows.bind(row);
  return readOne(rows);
}

std::optional<FenceRecord> FenceTable::find(std::string_view organisation, api::FenceNumber number) {
  auto rows = m_database.query(CARPORT_FENCE_SELECT "WHERE organisation = ? AND number = ?");
  rows.bind(organisation, number.value);
  return readOne(rows);
}

api::FenceNumber FenceTable::insert(const api::Fence& fence) {
  auto newest = m_database.query(R"(INSERT INTO fence_series(organisation, newest) VALUES (?, 1)
                                    ON CONFLICT (organisation) DO UPDATE SET newest = newest + 1 RETURNING newest)");
  newest.bind(fence.organisation).next();
  const api::FenceNumber number{newest.integer(0)};
  m_database
      .query(
          "INSERT INTO fence(organisation, number, name, colour, note, geometry, points, created_at, changed_at) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(fence.organisation, number.value, fence.name, fence.colour, fence.note, geometryText(fence),
            api::pointsOf(fence.shape), fence.createdAt, fence.changedAt)
      .run();
  return number;
}

void FenceTable::update(const FenceRecord& record) {
  const api::Fence& fence = record.fence;
  m_database
      .query("UPDATE fence SET name = ?, colour = ?, note = ?, geometry = ?, points = ?, changed_at = ? WHERE row = ?")
      .bind(fence.name, fence.colour, fence.note, geometryText(fence), api::pointsOf(fence.shape), fence.changedAt,
            record.row)
      .run();
}

void FenceTable::remove(std::int64_t row) {
  m_database.query("DELETE FROM fence WHERE row = ?").bind(row).run();
}

void FenceTable::removeOf(std::string_view organisation) {
  m_database.query("DELETE FROM fence WHERE organisation = ?").bind(organisation).run();
  m_database.query("DELETE FROM fence_series WHERE organisation = ?").bind(organisation).run();
}

FenceTable::Total FenceTable::totalOf(std::string_view organisation) {
  auto rows = m_database.query("SELECT count(*), coalesce(sum(points), 0) FROM fence WHERE organisation = ?");
  rows.bind(organisation).next();
  return {static_cast<std::size_t>(rows.integer(0)), static_cast<std::size_t>(rows.integer(1))};
}

}  // namespace carport
