#include "gateway/storage/block_table.h"

#include "gateway/storage/car_index.h"

namespace carport {

namespace {
BlockInfo readBlock(const Query& row) {
  return {row.integer(0), row.time(1), row.time(2), static_cast<std::uint32_t>(row.integer(3))};
}
}  // namespace

std::int64_t BlockTable::insert(const EncodedBlock& block) {
  const std::string cars = encodeCarIndex(block);
  m_database.query("INSERT INTO block(from_time, to_time, row_count, cars, data) VALUES (?, ?, ?, ?, ?)")
      .bind(block.from, block.to, block.rowCount, std::as_bytes(std::span(cars)), std::as_bytes(std::span(block.data)))
      .run();
  return m_database.lastInsertedRow();
}

bool BlockTable::remove(std::int64_t number) {
  m_database.query("DELETE FROM block WHERE number = ?").bind(number).run();
  return m_database.changedRows() == 1;
}

std::int64_t BlockTable::newestNumber() {
  return m_database.integer("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'block'");
}

std::optional<TimeExtent> BlockTable::extent() {
  // Two statements: each of them is one step down an index.
  auto first = m_database.query("SELECT min(from_time) FROM block");
  auto last = m_database.query("SELECT max(to_time) FROM block");
  if (!first.next() || first.isNull(0) || !last.next()) return std::nullopt;
  return TimeExtent{first.time(0), last.time(0)};
}

std::vector<BlockEntry> BlockTable::entriesOf(PrincipalNumber car, TimePoint from, TimePoint to) {
  std::vector<BlockEntry> entries;
  auto rows = m_database.query("SELECT number, from_time, cars FROM block WHERE to_time >= ? AND from_time < ?");
  rows.bind(from, to);
  while (rows.next()) {
    const auto span = findInCarIndex(rows.blob(2), rows.time(1), car);
    if (!span || span->to < from || span->from >= to) continue;
    entries.push_back({rows.integer(0), *span, false, false, false, rows.integer(0)});
  }
  return entries;
}

std::vector<BlockInfo> BlockTable::blocksAfter(std::int64_t after) {
  std::vector<BlockInfo> blocks;
  auto rows = m_database.query(
      "SELECT number, from_time, to_time, row_count FROM block WHERE number > ? "
      "ORDER BY to_time DESC, number DESC");
  rows.bind(after);
  while (rows.next()) blocks.push_back(readBlock(rows));
  return blocks;
}

std::vector<BlockInfo> BlockTable::oldest(std::size_t limit) {
  std::vector<BlockInfo> blocks;
  auto rows = m_database.query("SELECT number, from_time, to_time, row_count FROM block ORDER BY number LIMIT ?");
  rows.bind(limit);
  while (rows.next()) blocks.push_back(readBlock(rows));
  return blocks;
}

std::vector<BlockInfo> BlockTable::between(TimePoint from, TimePoint to) {
  std::vector<BlockInfo> blocks;
  auto rows = m_database.query(
      "SELECT number, from_time, to_time, row_count FROM block WHERE to_time >= ? AND from_time < ? ORDER BY number");
  rows.bind(from, to);
  while (rows.next()) blocks.push_back(readBlock(rows));
  return blocks;
}

bool BlockTable::withData(std::int64_t number, const std::function<void(std::span<const std::byte>)>& use) {
  auto rows = m_database.query("SELECT data FROM block WHERE number = ?");
  if (!rows.bind(number).next()) return false;
  use(rows.blob(0));
  return true;
}

bool BlockTable::withCars(std::int64_t number, const std::function<void(std::span<const std::byte>)>& use) {
  auto rows = m_database.query("SELECT cars FROM block WHERE number = ?");
  if (!rows.bind(number).next()) return false;
  use(rows.blob(0));
  return true;
}

}  // namespace carport
