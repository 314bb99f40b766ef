#include "gateway/storage/day_file.h"

#include "gateway/storage/car_index.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/owner_only.h"
#include "gateway/storage/sqlite_errors.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <tuple>

namespace carport {

namespace {

/// A damaged block costs what is in it, not the start: whoever reads its samples is told.
void foldRows(std::span<const std::byte> data, MetricNames& names, LatestSamples& latest) {
  const auto decoder = BlockDecoder::open(data);
  SampleBatch batch;
  if (!decoder || !decoder->appendRows({0, decoder->rowCount()}, names, batch, true)) return;
  // Backwards: of rows with the same time the last is the newest.
  for (auto row = batch.rows().rbegin(); row != batch.rows().rend(); ++row) latest.fold(batch, *row, true);
}

/// Version of the schema from which on there are segments.
constexpr std::int64_t kSegmentsVersion = 2;
constexpr int kWriterCacheKib = 8192;
constexpr int kReaderCacheKib = 512;

/// A new file can give back to the disk what compaction frees; that has to be said before its first table.
Result<void> prepareNew(Database& database) {
  return guarded(database.name(), [&]() -> Result<void> {
    if (database.integer("SELECT count(*) FROM sqlite_master") > 0) return {};
    database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    database.exec("VACUUM");
    return {};
  });
}

/// The pages that every commit touches, and the blocks that compaction takes out, stay in memory.
Result<void> sizeForIngest(Database& database) {
  return guarded(database.name(), [&]() -> Result<void> {
    database.exec(fmt::format("PRAGMA cache_size = -{}", kWriterCacheKib).c_str());
    return {};
  });
}

bool couldBeNewest(std::span<const std::byte> index, TimePoint from, const LatestSamples& latest) {
  const auto spans = decodeCarIndex(index, from);
  return !spans || std::any_of(spans->begin(), spans->end(),
                               [&](const CarSpan& span) { return latest.couldBeNewest(span.car, span.to); });
}

}  // namespace

Result<std::unique_ptr<DayFile>> DayFile::openForWriting(const std::filesystem::path& file) {
  keepForOwner(file);
  auto database = Database::open(file, Database::Mode::create);
  if (!database) return failFrom(database);
  if (const auto done = prepareNew(**database); !done) return failFrom(done);
  if (const auto done = migrate(**database, telemetryMigrations()); !done) return failFrom(done);
  if (const auto done = sizeForIngest(**database); !done) return failFrom(done);
  auto made = std::make_unique<DayFile>(*std::move(database));
  made->checkpointAsDue();
  return made;
}

void DayFile::checkpointAsDue() {
  // In the place of SQLite's own checkpoints after so many pages.
  const auto afterCommit = [](void* checkpoints, sqlite3* connection, const char* name, int pages) {
    if (static_cast<LogCheckpoints*>(checkpoints)->isDue(pages, std::chrono::steady_clock::now())) {
      sqlite3_wal_checkpoint_v2(connection, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    }
    return SQLITE_OK;
  };
  sqlite3_wal_hook(m_database->connection().getHandle(), afterCommit, &m_checkpoints);
}

Result<std::unique_ptr<DayFile>> DayFile::openForReading(const std::filesystem::path& file) {
  auto database = Database::open(file, Database::Mode::readOnly);
  if (!database) return failFrom(database);
  if (const auto done = checkVersion(**database, telemetryMigrations()); !done) return failFrom(done);
  // Many files are open at once, and the operating system keeps their pages as well.
  const auto small = guarded((*database)->name(), [&]() -> Result<void> {
    (*database)->exec(fmt::format("PRAGMA cache_size = -{}", kReaderCacheKib).c_str());
    return {};
  });
  if (!small) return failFrom(small);
  return std::make_unique<DayFile>(*std::move(database));
}

void DayFile::foldBlock(const BlockInfo& block, MetricNames& names, LatestSamples& latest) {
  bool needed = false;
  m_blocks.withCars(block.number,
                    [&](std::span<const std::byte> index) { needed = couldBeNewest(index, block.from, latest); });
  if (!needed) return;
  m_blocks.withData(block.number, [&](std::span<const std::byte> data) { foldRows(data, names, latest); });
}

void DayFile::foldSegment(const SegmentInfo& segment, MetricNames& names, LatestSamples& latest) {
  bool needed = false;
  m_segments.withCars(segment.number,
                      [&](std::span<const std::byte> index) { needed = couldBeNewest(index, segment.from, latest); });
  if (!needed) return;
  m_segments.withData(segment.number, [&](std::span<const std::byte> data) { foldRows(data, names, latest); });
}

bool DayFile::hasSegments() {
  return m_database->integer("PRAGMA user_version") >= kSegmentsVersion;
}

bool DayFile::hasPagesToGiveBack() {
  constexpr std::int64_t kIncremental = 2;  // only a file that was made so can
  return m_database->integer("PRAGMA auto_vacuum") == kIncremental && m_database->integer("PRAGMA freelist_count") > 0;
}

std::vector<BlockEntry> DayFile::entriesOf(PrincipalNumber car, TimePoint from, TimePoint to) {
  auto entries = m_blocks.entriesOf(car, from, to);
  if (hasSegments()) {
    const auto compacted = m_segments.entriesOf(car, from, to);
    entries.insert(entries.end(), compacted.begin(), compacted.end());
  }
  std::sort(entries.begin(), entries.end(), [](const BlockEntry& a, const BlockEntry& b) {
    return std::tie(a.newest, a.number) < std::tie(b.newest, b.number);
  });
  return entries;
}

void DayFile::withData(const BlockEntry& entry, const std::function<void(std::span<const std::byte>)>& use) {
  if (entry.isSegment) {
    m_segments.withData(entry.number, use);
  } else {
    m_blocks.withData(entry.number, use);
  }
}

std::optional<TimeExtent> DayFile::extent() {
  auto whole = m_blocks.extent();
  if (!hasSegments()) return whole;
  // Retention may leave hour roll-ups alone.
  for (const auto& part : {m_segments.extent(), m_rollups.extent()}) {
    if (!part) continue;
    whole = whole ? TimeExtent{std::min(whole->from, part->from), std::max(whole->to, part->to)} : *part;
  }
  return whole;
}

Result<bool> DayFile::collectLatest(MetricNames& names, LatestSamples& latest) {
  return guarded(m_database->name(), [&]() -> Result<bool> {
    const auto upto = m_latest.upto();
    // The newest blocks first: most cars are found there, and older blocks then need no decoding.
    for (const BlockInfo& block : m_blocks.blocksAfter(upto.value_or(0))) foldBlock(block, names, latest);
    if (hasSegments()) {
      for (const SegmentInfo& one : m_segments.newerThan(upto.value_or(0))) foldSegment(one, names, latest);
    }
    m_latest.forEach([&](std::span<const std::byte> data) { foldRows(data, names, latest); });
    return upto.has_value();
  });
}

std::filesystem::path dayFilePath(const std::filesystem::path& folder, Day day) {
  const std::chrono::year_month_day date(day);
  return folder / fmt::format("{:04}-{:02}-{:02}.db", static_cast<int>(date.year()),
                              static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<Day> parseDay(const std::string& text) {
  int year = 0;
  unsigned month = 0, day = 0;
  const auto number = [&](std::size_t at, std::size_t size, auto& value) {
    const char* begin = text.data() + at;
    return std::from_chars(begin, begin + size, value).ptr == begin + size;
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return Day(date);
}

std::optional<Day> dayOfFile(const std::filesystem::path& name) {
  return name.extension() == ".db" && !name.has_parent_path() ? parseDay(name.stem().string()) : std::nullopt;
}

std::vector<Day> listDays(const std::filesystem::path& folder) {
  std::vector<Day> days;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (const auto day = dayOfFile(entry->path().filename())) days.push_back(*day);
  }
  std::sort(days.begin(), days.end());
  return days;
}

std::optional<Day> currentDay(const std::vector<Day>& days, Day today) {
  for (auto day = days.rbegin(); day != days.rend(); ++day) {
    if (*day <= today + std::chrono::days(1)) return *day;
  }
  return std::nullopt;
}

}  // namespace carport
