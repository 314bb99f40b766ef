#include "gateway/storage/day_file_cache.h"

#include "gateway/storage/sqlite_errors.h"

#include <algorithm>
#include <system_error>

namespace carport {

namespace {
/// The newest days may be written to at any time, so nothing is remembered of them.
constexpr std::size_t kChangingDays = 2;
}  // namespace

DayFileCache::DayFileCache(std::filesystem::path folder, StorageContext context, std::shared_ptr<StorageShared> shared)
    : m_folder(std::move(folder)),
      m_context(std::move(context)),
      m_shared(std::move(shared)),
      m_generation(m_shared->generation.load()) {}

std::vector<Day> DayFileCache::days() {
  if (const auto generation = m_shared->generation.load(); generation != m_generation) {
    m_open.clear();
    m_remembered.clear();
    m_skipped.clear();
    m_generation = generation;
  }
  m_days = listDays(m_folder);
  m_shared->keepDays(m_days);
  m_open.remove_if([&](const Open& open) { return !std::binary_search(m_days.begin(), m_days.end(), open.day); });
  return m_days;
}

Result<DayFile*> DayFileCache::open(Day day) {
  const auto found = std::find_if(m_open.begin(), m_open.end(), [&](const Open& open) { return open.day == day; });
  if (found != m_open.end()) {
    m_open.splice(m_open.begin(), m_open, found);
    return found->file.get();
  }
  auto opened = DayFile::openForReading(dayFilePath(m_folder, day));
  if (!opened) return failFrom(opened);
  m_open.push_front({day, *std::move(opened)});
  if (m_open.size() > kMaxOpen) m_open.pop_back();
  return m_open.front().file.get();
}

DayFileCache::Stamp DayFileCache::stampOf(Day day) const {
  std::error_code error;
  const auto path = dayFilePath(m_folder, day);
  const auto log = path.string() + "-wal";
  Stamp stamp{std::filesystem::file_size(path, error), std::filesystem::last_write_time(path, error), 0, {}};
  if (const auto size = std::filesystem::file_size(log, error); !error && size > 0) {
    stamp.logSize = size;
    stamp.logChanged = std::filesystem::last_write_time(log, error);
  }
  return stamp;
}

bool DayFileCache::isOver(Day day) const {
  return m_days.size() > kChangingDays && day < m_days[m_days.size() - kChangingDays];
}

Result<DayFileCache::Extents> DayFileCache::extents(Day day) {
  const auto known = m_remembered.find(day);
  if (known != m_remembered.end() && isOver(day) && known->second.stamp == stampOf(day)) return known->second.extents;
  const auto file = open(day);
  if (!file) return failFrom(file);
  return guarded((*file)->database().name(), [&]() -> Result<Extents> {
    const bool over = isOver(day);
    const Stamp stamp = stampOf(day);
    Extents extents{(*file)->extent(), (*file)->events().extent()};
    if (over) m_remembered[day] = {stamp, extents};
    return extents;
  });
}

void DayFileCache::logSkipped(Day day, const Error& why) {
  if (why.is(StorageErrc::notFound)) return;
  m_shared->noteUnreadable(day, why.message());
  if (!m_skipped.insert(day).second) return;
  m_context.log.error("a day's file cannot be read and is passed over",
                      {{"file", dayFilePath(m_folder, day).string()}, {"reason", why.message()}});
}

}  // namespace carport
