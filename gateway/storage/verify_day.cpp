#include "gateway/storage/verify_day.h"

#include "gateway/api/event.h"
#include "gateway/storage/enum_columns.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/rollup_codec.h"
#include "gateway/storage/verify.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace carport {

namespace {

std::string timeText(TimePoint time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", std::chrono::floor<std::chrono::seconds>(time));
}

StoredBlock blockIn(const Query& row) {
  return {row.integer(0), row.time(1), row.time(2), static_cast<std::uint32_t>(row.integer(3)),
          row.blob(4),    row.blob(5)};
}

}  // namespace

void DayInspection::run() {
  const auto part = [&](const char* what, auto&& work) {
    const auto done = guarded(m_database.name(), [&]() -> Result<void> {
      work();
      return {};
    });
    if (!done) m_verdict.add(fmt::format("The {} cannot be read: {}", what, done.error().message()));
  };
  part("blocks of samples", [this] { inspectBlocks(); });
  part("segments of samples", [this] { inspectSegments(); });
  part("hour roll-ups", [this] { inspectRollups(); });
  part("events", [this] { inspectEvents(); });
  part("newest samples", [this] { inspectLatest(); });
}

void DayInspection::checkStructure() {
  const auto done = guarded(m_database.name(), [&]() -> Result<void> {
    auto rows = m_database.query("PRAGMA integrity_check(20)");
    while (rows.next()) {
      if (const auto text = rows.text(0); text != "ok") m_verdict.add("SQLite finds: " + text);
    }
    return {};
  });
  if (!done) m_verdict.add(done.error().message());
}

void DayInspection::inspectBlocks() {
  RowWalk walk(m_database, "SELECT number, from_time, to_time, row_count, cars, data FROM block WHERE number = ?",
               "SELECT number FROM block WHERE number > ? ORDER BY number LIMIT 1", lastNumberOf(m_database, "block"));
  walk.run([this](Query& row) { inspectBlock(row); }, [this](std::int64_t number) { loseUnread("block", number); });
}

void DayInspection::inspectBlock(Query& row) {
  const StoredBlock block = blockIn(row);
  const auto verdict = checkBlock(block, m_names);
  if (!verdict.damage.empty()) {
    m_verdict.add(fmt::format("Block {} {}", block.number, verdict.damage));
  }
  if (!verdict.readable) return lose("block", block.number, verdict, block);
  ++m_verdict.blocks;
  m_verdict.samples += verdict.samples.size();
  if (onBlock) onBlock(block, verdict);
}

void DayInspection::inspectSegments() {
  if (!hasTable(m_database, "segment")) return;
  RowWalk walk(m_database,
               "SELECT number, from_time, to_time, row_count, cars, data, first_car, car_bits, tier, rolled, newest, "
               "minutes FROM segment WHERE number = ?",
               "SELECT number FROM segment WHERE number > ? ORDER BY number LIMIT 1",
               lastNumberOf(m_database, "segment"));
  walk.run([this](Query& row) { inspectSegment(row); }, [this](std::int64_t number) { loseUnread("segment", number); });
}

void DayInspection::inspectSegment(Query& row) {
  StoredSegment segment{blockIn(row),   row.integer(6),  row.integer(7), row.integer(8),
                        row.integer(9), row.integer(10), row.blob(11)};
  if (!segment.minutes.empty() && !openSealed(segment.minutes)) {
    m_verdict.add(fmt::format("Segment {} has damaged minute roll-ups", segment.block.number));
    ++m_verdict.lost.rollups;
    segment.minutes = {};
  }
  BlockVerdict verdict;
  if (segment.block.data.empty()) {  // thinned: retention has kept the roll-ups alone
    ++m_verdict.blocks;
    if (onSegment) onSegment(segment, verdict);
    return;
  }
  verdict = checkBlock(segment.block, m_names);
  if (!verdict.damage.empty()) m_verdict.add(fmt::format("Segment {} {}", segment.block.number, verdict.damage));
  if (!verdict.readable) lose("segment", segment.block.number, verdict, segment.block);
  if (!verdict.readable && segment.minutes.empty()) return;
  if (verdict.readable) {
    ++m_verdict.blocks;
    m_verdict.samples += verdict.samples.size();
  } else {
    segment.block.data = {};
  }
  if (onSegment) onSegment(segment, verdict);
}

void DayInspection::inspectRollups() {
  if (!hasTable(m_database, "hour_rollup")) return;
  RowWalk walk(m_database, "SELECT metric, hour, data, number FROM hour_rollup WHERE number = ?",
               "SELECT number FROM hour_rollup WHERE number > ? ORDER BY number LIMIT 1",
               lastNumberOf(m_database, "hour_rollup"));
  walk.run(
      [this](Query& row) {
        if (const auto rollups = decodeHourRollups(row.blob(2), row.time(1)); !rollups) {
          m_verdict.add(fmt::format("Hour roll-up {} is damaged", row.integer(3)));
          ++m_verdict.lost.rollups;
        } else if (onHourRollup) {
          onHourRollup(row);
        }
      },
      [this](std::int64_t number) {
        m_verdict.add(fmt::format("Hour roll-up {} cannot be read", number));
        ++m_verdict.lost.rollups;
      });
}

void DayInspection::inspectEvents() {
  std::int64_t first = 0, last = 0;
  std::uint64_t known = 0;
  const auto lose = [this](std::int64_t number) {
    m_verdict.add(fmt::format("Event {} cannot be read", number));
    ++m_verdict.lost.events;
  };
  RowWalk walk(m_database,
               "SELECT number, car, time, arrival, name, severity, active, message, data FROM event WHERE number = ?",
               "SELECT number FROM event WHERE number > ? ORDER BY number LIMIT 1", lastNumberOf(m_database, "event"));
  walk.run(
      [&](Query& row) {
        (void)enumColumn<api::Severity>(row.text(5));
        if (first == 0) first = row.integer(0);
        last = row.integer(0);
        ++known;
        ++m_verdict.events;
        if (onEvent) onEvent(row);
      },
      [&](std::int64_t number) {
        // An empty table's numbers begin where those of the day before ended.
        if (first == 0) return;
        ++known;
        lose(number);
      });
  if (first != 0 && static_cast<std::uint64_t>(last - first + 1) > known) {
    m_verdict.notes.push_back(fmt::format("Of events {} to {}, {} are not there", first, last,
                                          static_cast<std::uint64_t>(last - first + 1) - known));
  }
}

void DayInspection::inspectLatest() {
  auto rows = m_database.query("SELECT part, data FROM latest");
  while (rows.next()) {
    const auto decoder = BlockDecoder::open(rows.blob(1));
    SampleBatch samples;
    if (decoder && decoder->appendRows({0, decoder->rowCount()}, m_names, samples, true)) continue;
    m_verdict.add(
        fmt::format("Part {} of the newest samples is damaged; it is found anew from the blocks", rows.integer(0)));
  }
}

void DayInspection::lose(const char* what, std::int64_t number, const BlockVerdict& verdict, const StoredBlock& block) {
  for (const CarSpan& span : verdict.cars) {
    CarLoss& loss = m_verdict.lost.cars[span.car];
    loss.samples += span.rows.count;
    loss.from = std::min(loss.from, span.from);
    loss.to = std::max(loss.to, span.to);
  }
  m_verdict.lost.samples += block.rowCount;
  if (!verdict.cars.empty()) return;
  ++m_verdict.lost.blocks;
  m_verdict.add(fmt::format("Whose samples {} {} had cannot be told; they are from {} to {} (UTC)", what, number,
                            timeText(block.from), timeText(block.to)));
}

void DayInspection::loseUnread(const char* table, std::int64_t number) {
  const auto& times = timesOf(table);
  const auto found = times.find(number);
  // Of a number that no index knows, there may never have been a row.
  if (found == times.end() && !times.empty()) return;
  ++m_verdict.lost.blocks;
  if (found == times.end()) return m_verdict.add(fmt::format("Row {} of {}s cannot be read", number, table));
  m_verdict.add(fmt::format("Row {} of {}s cannot be read; its samples were from {} to {} (UTC)", number, table,
                            timeText(found->second.first), timeText(found->second.second)));
}

const std::map<std::int64_t, std::pair<TimePoint, TimePoint>>& DayInspection::timesOf(const char* table) {
  const auto known = m_times.find(table);
  if (known != m_times.end()) return known->second;
  auto& times = m_times[table];
  try {
    auto rows = m_database.query(std::string_view(table) == "block"
                                     ? "SELECT number, from_time, to_time FROM block INDEXED BY block_time"
                                     : "SELECT number, from_time, to_time FROM segment INDEXED BY segment_time");
    while (rows.next()) times[rows.integer(0)] = {rows.time(1), rows.time(2)};
  } catch (const std::exception&) {  // what could be read of the index helps all the same
  }
  return times;
}

FileVerdict verifyDay(const std::filesystem::path& file, Database::Mode mode) {
  FileVerdict verdict;
  verdict.path = "telemetry/" + file.filename().string();
  auto database = Database::open(file, mode);
  if (!database) {
    verdict.add(database.error().message());
    return verdict;
  }
  const auto version = checkVersion(**database, telemetryMigrations());
  if (!version && version.error().is(StorageErrc::notFound)) {
    verdict.notes.push_back(version.error().message());
    return verdict;
  }
  if (!version) {
    verdict.add(version.error().message());
    return verdict;
  }
  DayInspection inspection(**database, verdict);
  inspection.checkStructure();
  inspection.run();
  return verdict;
}

}  // namespace carport
