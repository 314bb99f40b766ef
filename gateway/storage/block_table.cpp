#include "gateway/storage/block_table.h"

#include "gateway/storage/car_index.h"

#include <algorithm>
#include <tuple>

namespace carport {

namespace {
BlockInfo read(const Query& row) {
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

void BlockTable::remove(std::int64_t number) {
  m_database.query("DELETE FROM block WHERE number = ?").bind(number).run();
}

std::int64_t BlockTable::newestNumber() {
  return m_database.integer("SELECT coalesce(max(number), 0) FROM block");
}

std::optional<TimeExtent> BlockTable::extent() {
  auto rows = m_database.query("SELECT min(from_time), max(to_time) FROM block");
  if (!rows.next() || rows.isNull(0)) return std::nullopt;
  return TimeExtent{rows.time(0), rows.time(1)};
}

std::vector<BlockEntry> BlockTable::entriesOf(PrincipalNumber car, TimePoint from, TimePoint to) {
  std::vector<BlockEntry> entries;
  auto rows = m_database.query("SELECT number, from_time, cars FROM block WHERE to_time >= ? AND from_time < ?");
  rows.bind(from, to);
  while (rows.next()) {
    const auto span = findInCarIndex(rows.blob(2), rows.time(1), car);
    if (span && span->to >= from && span->from < to) entries.push_back({rows.integer(0), *span});
  }
  std::sort(entries.begin(), entries.end(), [](const BlockEntry& a, const BlockEntry& b) {
    return std::tie(a.span.from, a.number) < std::tie(b.span.from, b.number);
  });
  return entries;
}

std::vector<BlockInfo> BlockTable::blocksAfter(std::int64_t after) {
  std::vector<BlockInfo> blocks;
  auto rows = m_database.query(
      "SELECT number, from_time, to_time, row_count FROM block WHERE number > ? "
      "ORDER BY to_time DESC, number DESC");
  rows.bind(after);
  while (rows.next()) blocks.push_back(read(rows));
  return blocks;
}

std::vector<BlockInfo> BlockTable::newest(std::size_t limit) {
  std::vector<BlockInfo> blocks;
  auto rows = m_database.query("SELECT number, from_time, to_time, row_count FROM block ORDER BY number DESC LIMIT ?");
  rows.bind(limit);
  while (rows.next()) blocks.push_back(read(rows));
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
