#include "gateway/storage/day_file.h"

#include "gateway/storage/car_index.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/owner_only.h"
#include "gateway/storage/sqlite_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

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

std::optional<Day> parseDay(const std::string& stem) {
  int year = 0;
  unsigned month = 0, day = 0;
  const auto number = [&](std::size_t at, std::size_t size, auto& value) {
    const char* begin = stem.data() + at;
    return std::from_chars(begin, begin + size, value).ptr == begin + size;
  };
  if (stem.size() != 10 || stem[4] != '-' || stem[7] != '-') return std::nullopt;
  if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return Day(date);
}

}  // namespace

Result<std::unique_ptr<DayFile>> DayFile::openForWriting(const std::filesystem::path& file) {
  keepForOwner(file);
  auto database = Database::open(file, Database::Mode::create);
  if (!database) return failFrom(database);
  if (const auto done = migrate(**database, telemetryMigrations()); !done) return failFrom(done);
  return std::make_unique<DayFile>(*std::move(database));
}

Result<std::unique_ptr<DayFile>> DayFile::openForReading(const std::filesystem::path& file) {
  auto database = Database::open(file, Database::Mode::readOnly);
  if (!database) return failFrom(database);
  if (const auto done = checkVersion(**database, telemetryMigrations()); !done) return failFrom(done);
  return std::make_unique<DayFile>(*std::move(database));
}

void DayFile::foldBlock(const BlockInfo& block, MetricNames& names, LatestSamples& latest) {
  bool needed = false;
  m_blocks.withCars(block.number, [&](std::span<const std::byte> index) {
    const auto spans = decodeCarIndex(index, block.from);
    needed = !spans || std::any_of(spans->begin(), spans->end(),
                                   [&](const CarSpan& span) { return latest.couldBeNewest(span.car, span.to); });
  });
  if (!needed) return;
  m_blocks.withData(block.number, [&](std::span<const std::byte> data) { foldRows(data, names, latest); });
}

Result<bool> DayFile::collectLatest(MetricNames& names, LatestSamples& latest) {
  return guarded(m_database->name(), [&]() -> Result<bool> {
    const auto upto = m_latest.upto();
    // The newest blocks first: most cars are found there, and older blocks then need no decoding.
    for (const BlockInfo& block : m_blocks.blocksAfter(upto.value_or(0))) foldBlock(block, names, latest);
    m_latest.forEach([&](std::span<const std::byte> data) { foldRows(data, names, latest); });
    return upto.has_value();
  });
}

std::filesystem::path dayFilePath(const std::filesystem::path& folder, Day day) {
  const std::chrono::year_month_day date(day);
  return folder / fmt::format("{:04}-{:02}-{:02}.db", static_cast<int>(date.year()),
                              static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::vector<Day> listDays(const std::filesystem::path& folder) {
  std::vector<Day> days;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() != ".db") continue;
    if (const auto day = parseDay(entry->path().stem().string())) days.push_back(*day);
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
