#include "gateway/storage/retention_sweep.h"

#include "gateway/storage/car_index.h"
#include "gateway/storage/membership_table.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/retention_table.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <system_error>

namespace carport {

namespace fs = std::filesystem;

namespace {

constexpr const char* kExpired = ".expired";

std::uintmax_t bytesOfDay(const fs::path& file) {
  std::uintmax_t bytes = 0;
  for (const char* suffix : {"", "-wal"}) {
    auto one = file;
    one += suffix;
    std::error_code error;
    if (const auto size = fs::file_size(one, error); !error) bytes += size;
  }
  return bytes;
}

std::string bytesIn(std::span<const std::byte> blob) {
  return {reinterpret_cast<const char*>(blob.data()), blob.size()};
}

}  // namespace

RetentionSweep::RetentionSweep(fs::path folder, StorageContext context, std::shared_ptr<StorageShared> shared,
                               Compactor::Swap swap)
    : m_folder(std::move(folder)),
      m_context(std::move(context)),
      m_shared(std::move(shared)),
      m_swap(std::move(swap)),
      m_dueAt(m_context.clock.steadyNow()) {}

bool RetentionSweep::isDue() const {
  const auto now = m_context.clock.steadyNow();
  return !m_work.empty() || now >= m_dueAt || (m_mayShrink && now >= m_shrinkAt);
}

Result<bool> RetentionSweep::step() {
  if (shrinkRemoved()) return true;
  const auto now = m_context.clock.steadyNow();
  if (m_work.empty() && now >= m_dueAt) {
    m_dueAt = now + kEvery;
    if (auto done = plan(); !done) {
      m_dueAt = now + kRetry;
      return failFrom(done);
    }
  }
  if (m_work.empty()) return false;
  Work& work = m_work.front();
  if (work.whole) {
    removeFile(work);
    m_work.pop_front();
    return true;
  }
  const auto more = stepIn(work);
  if (!more || !*more) m_work.pop_front();
  // Gone meanwhile, or damaged: other days go on.
  if (!more && !more.error().is(StorageErrc::notFound) && !more.error().is(StorageErrc::corrupted)) return more;
  return true;
}

Result<void> RetentionSweep::readPlan() {
  auto opened = Database::open(m_folder / "registry.db", Database::Mode::readOnly);
  if (!opened) return failFrom(opened);
  return guarded(kRegistryName, [&]() -> Result<void> {
    ReadTransaction snapshot(**opened);
    auto retention = RetentionTable(**opened).all();
    auto groups = MembershipTable(**opened).all();
    if (m_plan && retention == m_retention && groups == m_groups) return {};
    m_retention = std::move(retention);
    m_groups = std::move(groups);
    m_plan.emplace(m_retention, m_groups);
    m_reduced.clear();
    return {};
  });
}

Result<void> RetentionSweep::plan() {
  if (auto read = readPlan(); !read) return read;
  const auto days = listDays(m_folder / "telemetry");
  const Day written(std::chrono::days(m_shared->currentDay.load()));
  Day today = std::chrono::floor<std::chrono::days>(m_context.clock.now());
  if (days.size() > 1) today = std::min(today, days[days.size() - 2] + kMostSilence);
  if (days.empty()) return {};
  m_today = today;
  for (const Day day : days) {
    const auto age = (today - day).count();
    if (age < 1 || day == written || day == days.back()) continue;
    if (m_plan->mostGenerous(age) == StoredDetail::nothing) {
      m_work.push_back({day, true, "older than every retention policy keeps"});
    } else if (m_plan->leastGenerous(age) != StoredDetail::raw) {
      const auto found = m_reduced.find(day);
      if (found == m_reduced.end() || found->second != today) m_work.push_back({day, false, {}});
    }
  }
  std::erase_if(m_reduced, [&](const auto& one) { return !std::binary_search(days.begin(), days.end(), one.first); });
  if (m_retention.diskBudgetBytes) planBudget(*m_retention.diskBudgetBytes, days);
  return {};
}

void RetentionSweep::planBudget(std::uint64_t budget, const std::vector<Day>& days) {
  const Day written(std::chrono::days(m_shared->currentDay.load()));
  std::uintmax_t bytes = 0;
  const auto goes = [&](Day day) {
    return std::any_of(m_work.begin(), m_work.end(), [&](const Work& work) { return work.whole && work.day == day; });
  };
  for (const Day day : days) {
    if (!goes(day)) bytes += bytesOfDay(dayFilePath(m_folder / "telemetry", day));
  }
  for (const Day day : days) {
    if (bytes <= budget) return;
    if (day == written || day == days.back() || goes(day)) continue;
    bytes -= std::min(bytes, bytesOfDay(dayFilePath(m_folder / "telemetry", day)));
    std::erase_if(m_work, [&](const Work& work) { return work.day == day; });
    m_work.push_front(
        {day, true, fmt::format("the oldest, and stored telemetry is beyond its budget of {} bytes", budget)});
  }
}

DetailOf RetentionSweep::detailOn(Day day) const {
  return [this, age = (m_today - day).count()](PrincipalNumber car) { return m_plan->detailOf(car, age); };
}

Result<void> RetentionSweep::hand(CompactionSwap swap, Day day) {
  swap.day = day;
  return m_swap(std::make_shared<const CompactionSwap>(std::move(swap)));
}

Result<bool> RetentionSweep::stepIn(Work& work) {
  auto file = DayFile::openForReading(dayFilePath(m_folder / "telemetry", work.day));
  if (!file) return failFrom(file);
  return guarded((*file)->database().path().string(), [&]() -> Result<bool> {
    if (work.part == Part::segments && work.after == 0 && !isCompacted(**file)) return false;
    switch (work.part) {
      case Part::segments:
        return reduceSegment(**file, work);
      case Part::hourRollups:
        return reduceRollup(**file, work);
      case Part::events:
        return removeEvents(**file, work);
      case Part::freePages:
        break;
    }
    return givePagesBack(**file, work);
  });
}

/// What compaction is not through with stays as it is: later it is looked at again.
bool RetentionSweep::isCompacted(DayFile& file) {
  if (!file.hasSegments()) return false;
  Database& database = file.database();
  if (database.integer("SELECT count(*) FROM block") > 0) return false;
  auto open = database.query("SELECT count(*) FROM segment WHERE rolled = 0 AND tier <> ?");
  return open.bind(BlockMerger::kSettledTier).next() && open.integer(0) == 0;
}

Result<bool> RetentionSweep::reduceSegment(DayFile& file, Work& work) {
  const auto detailOf = detailOn(work.day);
  constexpr int kLookedAtAtOnce = 256;
  for (int i = 0; i < kLookedAtAtOnce; ++i) {
    auto row = file.database().query(
        "SELECT number, from_time, to_time, first_car, car_bits, tier, rolled, newest, cars, length(data) FROM segment "
        "WHERE number > ? ORDER BY number LIMIT 1");
    if (!row.bind(work.after).next()) {
      work.part = Part::hourRollups;
      work.after = 0;
      return true;
    }
    WholeSegment segment;
    segment.number = row.integer(0);
    segment.from = row.time(1);
    segment.to = row.time(2);
    segment.range = {static_cast<std::uint32_t>(row.integer(3)), static_cast<std::uint8_t>(row.integer(4))};
    segment.tier = static_cast<std::uint8_t>(row.integer(5));
    segment.rolled = row.boolean(6);
    segment.newest = row.integer(7);
    work.after = segment.number;
    auto cars = decodeCarIndex(row.blob(8), segment.from);
    if (!cars) continue;  // verify tells of it
    segment.cars = *std::move(cars);
    if (!SegmentReducer::wouldChange(segment, row.integer(9) > 0, detailOf)) continue;
    file.segments().withData(segment.number, [&](std::span<const std::byte> data) { segment.data = bytesIn(data); });
    file.segments().withMinutes(segment.number,
                                [&](std::span<const std::byte> data) { segment.minutes = bytesIn(data); });
    auto swap = m_reducer.reduce(segment, detailOf);
    if (!swap) {
      m_context.log.warning("a segment of samples is kept longer than it should be: it cannot be read",
                            {{"segment", segment.number}, {"reason", swap.error().message()}});
      continue;
    }
    if (!*swap) continue;
    if (auto done = hand(std::move(**swap), work.day); !done) return failFrom(done);
    return true;
  }
  return true;
}

Result<bool> RetentionSweep::reduceRollup(DayFile& file, Work& work) {
  const auto detailOf = detailOn(work.day);
  const auto next = [&] {
    work.part = Part::events;
    work.after = 0;
    return true;
  };
  if (m_plan->leastGenerous((m_today - work.day).count()) != StoredDetail::nothing) return next();
  auto rows = file.database().query(
      "SELECT number, metric, hour, data FROM hour_rollup WHERE number > ? ORDER BY number LIMIT 1");
  if (!rows.bind(work.after).next()) return next();
  work.after = rows.integer(0);
  auto reduced = reduceHourRollups(rows.blob(3), rows.time(2), detailOf);
  if (!reduced || !*reduced) return true;
  CompactionSwap swap;
  swap.removedHourRollups.push_back(work.after);
  if (!(*reduced)->empty()) swap.hourRollups.push_back({rows.text(1), rows.time(2), **reduced});
  if (auto done = hand(std::move(swap), work.day); !done) return failFrom(done);
  return true;
}

Result<bool> RetentionSweep::removeEvents(DayFile& file, Work& work) {
  const auto detailOf = detailOn(work.day);
  if (m_plan->leastGenerous((m_today - work.day).count()) == StoredDetail::nothing) {
    auto rows = file.database().query("SELECT min(car) FROM event WHERE car > ?");
    if (rows.bind(work.after).next() && !rows.isNull(0)) {
      work.after = rows.integer(0);
      const PrincipalNumber car{static_cast<std::uint32_t>(work.after)};
      if (detailOf(car) != StoredDetail::nothing) return true;
      --work.after;  // the next step meets this car again, as long as it has any
      CompactionSwap swap;
      swap.carsLosingEvents.push_back(car);
      if (auto done = hand(std::move(swap), work.day); !done) return failFrom(done);
      return true;
    }
  }
  work.part = Part::freePages;
  return true;
}

Result<bool> RetentionSweep::givePagesBack(DayFile& file, Work& work) {
  if (file.hasPagesToGiveBack()) {
    CompactionSwap swap;
    swap.vacuumPages = kVacuumPages;
    if (auto done = hand(std::move(swap), work.day); !done) return failFrom(done);
    return true;
  }
  m_reduced[work.day] = m_today;
  return false;
}

void RetentionSweep::removeFile(const Work& work) {
  const auto file = dayFilePath(m_folder / "telemetry", work.day);
  auto expired = file;
  expired += kExpired;
  std::error_code error;
  const auto bytes = bytesOfDay(file);
  fs::rename(file, expired, error);
  if (error) {
    m_context.log.warning("a day's telemetry could not be removed; it is tried again",
                          {{"file", file.string()}, {"reason", error.message()}});
    return;
  }
  for (const char* suffix : {"-wal", "-shm"}) {
    auto one = file;
    one += suffix;
    std::error_code ignored;
    fs::remove(one, ignored);
  }
  m_shared->generation.fetch_add(1);
  m_mayShrink = true;
  m_shrinkAt = m_context.clock.steadyNow() + kReadersLetGo;
  m_context.log.info("a day's telemetry was removed",
                     {{"file", file.string()}, {"why", work.reason}, {"bytes", std::uint64_t{bytes}}});
}

bool RetentionSweep::shrinkRemoved() {
  if (!m_mayShrink || m_context.clock.steadyNow() < m_shrinkAt) return false;
  std::error_code error;
  for (fs::directory_iterator entry(m_folder / "telemetry", error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() != kExpired) continue;
    std::error_code failed;
    const auto bytes = entry->file_size(failed);
    if (!failed && bytes > kShrinkBytes) {
      fs::resize_file(entry->path(), bytes - kShrinkBytes, failed);
    } else {
      fs::remove(entry->path(), failed);
    }
    if (!failed) return true;
  }
  m_mayShrink = false;
  return false;
}

}  // namespace carport
