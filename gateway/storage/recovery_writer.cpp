#include "gateway/storage/recovery_writer.h"

#include "gateway/storage/car_index.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/stored_cars.h"

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>

namespace carport {

namespace {
/// The list of cars as it should be: a damaged one is made anew from the samples.
std::string carsOf(const StoredBlock& block, const BlockVerdict& verdict) {
  if (verdict.damage.empty()) {
    return std::string(reinterpret_cast<const char*>(block.cars.data()), block.cars.size());
  }
  EncodedBlock made;
  made.cars = verdict.cars;
  made.from = TimePoint::max();
  for (const CarSpan& span : verdict.cars) made.from = std::min(made.from, span.from);
  return encodeCarIndex(made);
}

/// Times and number of the samples, as they are where the row may be wrong about them.
StoredBlock corrected(StoredBlock block, const BlockVerdict& verdict) {
  if (verdict.damage.empty() || verdict.cars.empty()) return block;
  block.from = TimePoint::max();
  block.to = TimePoint::min();
  for (const CarSpan& span : verdict.cars) {
    block.from = std::min(block.from, span.from);
    block.to = std::max(block.to, span.to);
  }
  block.rowCount = static_cast<std::uint32_t>(verdict.samples.size());
  return block;
}
}  // namespace

Database& RecoveryWriter::begin(std::size_t bytes) {
  const std::size_t mostBytes = m_merging ? kBytesAtOnceMerging : kBytesAtOnce;
  const std::size_t mostRows = m_merging ? kRowsAtOnceMerging : kRowsAtOnce;
  if (m_transaction && (m_bytes + bytes > mostBytes || m_rows >= mostRows)) commit();
  if (!m_transaction) m_transaction.emplace(m_file.database());
  m_bytes += bytes;
  ++m_rows;
  return m_file.database();
}

void RecoveryWriter::commit() {
  if (m_transaction) m_transaction->commit();
  m_transaction.reset();
  m_bytes = m_rows = 0;
}

void RecoveryWriter::write(const StoredBlock& stored, const BlockVerdict& verdict) {
  const StoredBlock block = corrected(stored, verdict);
  const std::string cars = carsOf(block, verdict);
  const auto number = m_merging ? std::nullopt : std::optional(block.number);
  begin(block.data.size())
      .query("INSERT INTO block(number, from_time, to_time, row_count, cars, data) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(number, block.from, block.to, block.rowCount, std::as_bytes(std::span(cars)), block.data)
      .run();
}

void RecoveryWriter::write(const StoredSegment& segment, const BlockVerdict& verdict) {
  const StoredBlock block = corrected(segment.block, verdict);
  const std::string cars = carsOf(block, verdict);
  const auto number = m_merging ? std::nullopt : std::optional(block.number);
  Database& database = begin(block.data.size() + segment.minutes.size());
  // Newer than every arrival block of the file that it goes into, so that its cars' newest samples are looked at.
  const std::int64_t newest = m_merging ? m_file.blocks().newestNumber() + 1 : segment.newest;
  database
      .query(
          "INSERT INTO segment(number, from_time, to_time, row_count, cars, data, first_car, car_bits, tier, "
          "rolled, newest, minutes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(number, block.from, block.to, block.rowCount, std::as_bytes(std::span(cars)), block.data, segment.firstCar,
            segment.carBits, segment.tier, segment.rolled, newest, segment.minutes)
      .run();
}

void RecoveryWriter::writeHourRollup(const Query& row) {
  begin(row.blob(2).size())
      .query("INSERT INTO hour_rollup(metric, hour, data) VALUES (?, ?, ?)")
      .bind(row.text(0), row.integer(1), row.blob(2))
      .run();
  ++m_rollups;
}

void RecoveryWriter::writeEvent(const Query& row) {
  Database& database = begin(row.text(8).size() + row.text(7).size());
  bool taken = false;
  if (m_merging) {
    auto same = database.query("SELECT count(*) FROM event WHERE number = ?");
    taken = same.bind(row.integer(0)).next() && same.integer(0) > 0;
  }
  const auto number = taken ? std::nullopt : std::optional(row.integer(0));
  database
      .query(
          "INSERT INTO event(number, car, time, arrival, name, severity, active, message, data) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(number, row.integer(1), row.integer(2), row.integer(3), row.text(4), row.text(5), row.integer(6),
            row.text(7), row.text(8))
      .run();
}

void RecoveryWriter::takeAlarms(Database& damaged) {
  if (m_merging) return;  // the present file knows what is active now
  // From both ends, so that only what lies behind a damaged page is missed.
  constexpr std::array<std::string_view, 2> kSelects{
      "SELECT car, name, number, time, arrival, message, data FROM alarm ORDER BY car, name",
      "SELECT car, name, number, time, arrival, message, data FROM alarm ORDER BY car DESC, name DESC"};
  for (const std::string_view select : kSelects) {
    try {
      auto row = damaged.query(select);
      while (row.next()) {
        begin(row.text(6).size())
            .query(
                "INSERT OR IGNORE INTO alarm(car, name, number, time, arrival, message, data) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(row.integer(0), row.text(1), row.integer(2), row.integer(3), row.integer(4), row.text(5), row.text(6))
            .run();
      }
      return;
    } catch (const SQLite::Exception&) {  // the other end follows
    }
  }
}

void RecoveryWriter::rollUpAnew() {
  Database& database = begin(0);
  database.exec(
      "DELETE FROM hour_rollup WHERE hour IN (SELECT DISTINCT from_time / 3600000 * 3600000 FROM segment "
      "WHERE length(data) > 0)");
  database.exec("UPDATE segment SET rolled = 0, minutes = x'', tier = 1 WHERE length(data) > 0");
}

void RecoveryWriter::continueNumbers(Database& damaged) {
  for (const char* table : {"block", "segment", "event"}) {
    const auto last = lastNumberOf(damaged, table);
    if (m_merging || last == 0) continue;
    Database& database = begin(0);
    database.query("DELETE FROM sqlite_sequence WHERE name = ? AND seq < ?").bind(std::string(table), last).run();
    database
        .query(
            "INSERT INTO sqlite_sequence(name, seq) SELECT ?, ? WHERE NOT EXISTS "
            "(SELECT 1 FROM sqlite_sequence WHERE name = ?)")
        .bind(std::string(table), last, std::string(table))
        .run();
  }
  std::optional<PrincipalNumber> highest;
  try {
    highest = notedHighestCar(damaged);
  } catch (const std::exception&) {  // the gateway notes it again
  }
  if (highest && highest > notedHighestCar(m_file.database())) noteHighestCar(begin(0), *highest);
}

}  // namespace carport
