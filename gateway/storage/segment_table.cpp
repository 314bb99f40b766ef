#include "gateway/storage/segment_table.h"

#include "gateway/storage/blob_columns.h"
#include "gateway/storage/car_index.h"
#include "gateway/storage/rollup.h"

namespace carport {

namespace {

SegmentInfo readSegment(const Query& row) {
  return {row.integer(0),
          row.time(1),
          row.time(2),
          static_cast<std::uint32_t>(row.integer(3)),
          {static_cast<std::uint32_t>(row.integer(4)), static_cast<std::uint8_t>(row.integer(5))},
          static_cast<std::uint8_t>(row.integer(6)),
          row.integer(7)};
}

std::vector<SegmentInfo> readAll(Query& rows) {
  std::vector<SegmentInfo> segments;
  while (rows.next()) segments.push_back(readSegment(rows));
  return segments;
}

/// The largest `bits` of a CarRange.
constexpr std::uint8_t kAllCars = 32;

}  // namespace

std::int64_t SegmentTable::insert(const NewSegment& segment) {
  const std::string cars = encodeCarIndex(segment.block);
  m_database
      .query(
          "INSERT INTO segment(from_time, to_time, row_count, first_car, car_bits, tier, rolled, newest, cars, "
          "minutes, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(segment.block.from, segment.block.to, segment.block.rowCount, segment.cars.first, segment.cars.bits,
            segment.tier, segment.rolled, segment.newest, blobOf(cars), blobOf(segment.minutes),
            blobOf(segment.block.data))
      .run();
  return m_database.lastInsertedRow();
}

bool SegmentTable::remove(std::int64_t number) {
  m_database.query("DELETE FROM segment WHERE number = ?").bind(number).run();
  return m_database.changedRows() == 1;
}

std::optional<TimeExtent> SegmentTable::extent() {
  // Two statements: each of them is one step down an index.
  auto first = m_database.query("SELECT min(from_time) FROM segment");
  auto last = m_database.query("SELECT max(to_time) FROM segment");
  if (!first.next() || first.isNull(0) || !last.next()) return std::nullopt;
  return TimeExtent{first.time(0), last.time(0)};
}

std::vector<BlockEntry> SegmentTable::entriesOf(PrincipalNumber car, TimePoint from, TimePoint to) {
  std::vector<BlockEntry> entries;
  for (std::uint8_t bits = 0; bits <= kAllCars; ++bits) {
    auto rows = m_database.query(
        "SELECT number, from_time, rolled, length(data) = 0, newest, cars FROM segment "
        "WHERE car_bits = ? AND first_car = ? AND to_time >= ? AND from_time < ?");
    rows.bind(bits, CarRange::around(car, bits).first, from, to);
    while (rows.next()) {
      const auto span = findInCarIndex(rows.blob(5), rows.time(1), car);
      if (!span || span->to < from || span->from >= to) continue;
      entries.push_back({rows.integer(0), *span, true, rows.boolean(2), rows.boolean(3), rows.integer(4)});
    }
  }
  return entries;
}

std::vector<SegmentInfo> SegmentTable::open(TimePoint from, TimePoint to) {
  auto rows = m_database.query(
      "SELECT number, from_time, to_time, row_count, first_car, car_bits, tier, newest FROM segment "
      "WHERE rolled = 0 AND to_time >= ? AND from_time < ? ORDER BY number");
  rows.bind(from, to);
  return readAll(rows);
}

std::vector<SegmentInfo> SegmentTable::rolled(TimePoint from, TimePoint to) {
  if (from >= to) return {};
  // All of one hour each: none that begins before `to` ends later than the hour of that.
  const TimePoint most = toMs(to) > INT64_MAX - kHour.count() ? fromMs(INT64_MAX) : floorTo(to, kHour) + kHour;
  auto rows = m_database.query(
      "SELECT number, from_time, to_time, row_count, first_car, car_bits, tier, newest FROM segment "
      "WHERE to_time >= ? AND to_time < ? AND from_time < ? AND rolled = 1 ORDER BY number");
  rows.bind(from, most, to);
  return readAll(rows);
}

std::vector<SegmentInfo> SegmentTable::newerThan(std::int64_t arrival) {
  auto rows = m_database.query(
      "SELECT number, from_time, to_time, row_count, first_car, car_bits, tier, newest FROM segment "
      "WHERE newest > ? ORDER BY to_time DESC, newest DESC");
  rows.bind(arrival);
  return readAll(rows);
}

bool SegmentTable::withData(std::int64_t number, const Use& use) {
  auto rows = m_database.query("SELECT data FROM segment WHERE number = ?");
  if (!rows.bind(number).next()) return false;
  use(rows.blob(0));
  return true;
}

bool SegmentTable::withCars(std::int64_t number, const Use& use) {
  auto rows = m_database.query("SELECT cars FROM segment WHERE number = ?");
  if (!rows.bind(number).next()) return false;
  use(rows.blob(0));
  return true;
}

bool SegmentTable::withMinutes(std::int64_t number, const Use& use) {
  auto rows = m_database.query("SELECT minutes FROM segment WHERE number = ?");
  if (!rows.bind(number).next()) return false;
  use(rows.blob(0));
  return true;
}

}  // namespace carport
