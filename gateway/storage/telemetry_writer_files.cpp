// The part of TelemetryWriter that opens, changes and closes day files.
#include "gateway/storage/database_files.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/stored_cars.h"
#include "gateway/storage/telemetry_writer.h"
#include "gateway/storage/transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace carport {

Result<void> TelemetryWriter::prepare() {
  if (m_started) return {};
  auto done = takeOver(today());
  m_started = done.has_value();
  return done;
}

Result<void> TelemetryWriter::ensureFile() {
  if (auto ready = prepare(); !ready) return ready;
  const Day today = this->today();
  // A clock that is set back a little does not reopen yesterday's file: files are in order of arrival.
  const bool keep = m_day >= today && m_day <= today + std::chrono::days(1);
  if (m_file && keep) return {};
  std::error_code ignored;
  if (!keep && !m_file && std::filesystem::exists(dayFilePath(m_folder, m_day), ignored)) (void)openFile(m_day);
  closeFile();
  return openFile(keep ? m_day : today);
}

Result<void> TelemetryWriter::openFile(Day day) {
  const auto path = dayFilePath(m_folder, day);
  auto opened = DayFile::openForWriting(path);
  if (!opened && opened.error().is(StorageErrc::corrupted)) {
    moveAside(path, opened.error());
    opened = DayFile::openForWriting(path);
  }
  if (!opened) return failFrom(opened);
  m_file = *std::move(opened);
  m_day = day;
  if (m_pastDay == day) m_pastFile.reset();
  auto ready = guarded(path.string(), [&]() -> Result<void> {
    m_file->database().limitPages(m_options.maxDatabasePages);
    if (auto done = start(*m_file); !done) return done;
    return noteKnownCars();
  });
  if (!ready) m_file.reset();
  if (ready) m_shared->currentDay = day.time_since_epoch().count();
  return ready;
}

/// Gives a new file what it takes over from the one before it.
Result<void> TelemetryWriter::start(DayFile& file) {
  if (file.events().isStarted()) return {};
  Transaction transaction(file.database());
  file.events().startAfter(m_carried.newestEvent);
  for (const api::Event& alarm : m_carried.alarms) file.alarms().apply(alarm);
  if (auto done = writeSnapshot(); !done) return done;
  transaction.commit();
  m_blocksSinceSnapshot = 0;
  return {};
}

/// A file that is new, or older than such notes, is told of every car whose newest sample is known.
Result<void> TelemetryWriter::noteKnownCars() {
  const auto noted = notedHighestCar(m_file->database());
  PrincipalNumber highest = std::max(m_highestCar, noted.value_or(PrincipalNumber{}));
  const SampleBatch latest = m_latest.toBatch();
  for (const auto& row : latest.rows()) highest = std::max(highest, row.car);
  for (const api::Event& alarm : m_carried.alarms) highest = std::max(highest, alarm.car);
  if (!noted || highest > *noted) {
    Transaction transaction(m_file->database());
    noteHighestCar(m_file->database(), highest);
    transaction.commit();
  }
  m_highestCar = highest;
  return {};
}

Result<void> TelemetryWriter::takeOver(Day today) {
  auto days = listDays(m_folder);
  bool haveAlarms = false;
  m_day = Day{};
  for (auto day = currentDay(days, today); day; day = currentDay(days, today)) {
    const auto path = dayFilePath(m_folder, *day);
    std::erase(days, *day);
    const auto enough = takeOver(path, haveAlarms);
    if (!enough && enough.error().is(StorageErrc::corrupted)) {
      moveAside(path, enough.error());
      continue;
    }
    if (!enough) return failFrom(enough);
    if (m_day == Day{}) m_day = *day;
    if (*enough) break;
  }
  return {};
}

Result<bool> TelemetryWriter::takeOver(const std::filesystem::path& path, bool& haveAlarms) {
  auto opened = DayFile::openForWriting(path);
  if (!opened) return failFrom(opened);
  DayFile& file = **opened;
  const auto complete = file.collectLatest(m_context.names, m_latest);
  if (!complete) return complete;
  const auto noted = guarded(path.string(), [&]() -> Result<void> {
    const auto highest = notedHighestCar(file.database());
    const auto inEvents = highest ? 0 : file.database().integer("SELECT coalesce(max(car), 0) FROM event");
    m_highestCar = std::max(m_highestCar, highest.value_or(PrincipalNumber{static_cast<std::uint32_t>(inEvents)}));
    return {};
  });
  if (!noted) return failFrom(noted);
  return guarded(path.string(), [&]() -> Result<bool> {
    if (!haveAlarms && file.events().isStarted()) {
      m_carried = {file.alarms().all(), file.events().newestNumber()};
      haveAlarms = true;
    }
    return *complete && haveAlarms;
  });
}

Result<void> TelemetryWriter::tidyUp() {
  return guarded(m_file->database().path().string(), [&]() -> Result<void> {
    Transaction transaction(m_file->database());
    if (auto done = writeSnapshot(); !done) return done;
    transaction.commit();
    return {};
  });
}

void TelemetryWriter::closeFile() {
  if (!m_file) return;
  auto done = tidyUp();
  if (done) {
    done = guarded(m_file->database().path().string(), [&]() -> Result<void> {
      m_carried = {m_file->alarms().all(), m_file->events().newestNumber()};
      return {};
    });
  }
  if (!done) m_context.log.warning("a day's file was not tidied up", {{"reason", done.error().message()}});
  m_file.reset();
  m_blocksSinceSnapshot = 0;
}

Result<DayFile*> TelemetryWriter::fileOf(Day day) {
  if (m_file && m_day == day) return m_file.get();
  if (m_pastFile && m_pastDay == day) return m_pastFile.get();
  m_pastFile.reset();
  const auto path = dayFilePath(m_folder, day);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return fail(StorageErrc::notFound, fmt::format("{} is not there any more", path.string()));
  }
  auto opened = DayFile::openForWriting(path);
  if (!opened) return failFrom(opened);
  m_pastFile = *std::move(opened);
  m_pastDay = day;
  return m_pastFile.get();
}

Result<void> TelemetryWriter::swap(const CompactionSwap& swap) {
  const auto file = fileOf(swap.day);
  if (!file) return failFrom(file);
  bool finished = false;
  const auto done = guarded((*file)->database().path().string(), [&]() -> Result<void> {
    if (auto swapped = swapIn(**file, swap); !swapped) return swapped;
    finished = swap.vacuumPages > 0 && !(*file)->hasPagesToGiveBack();  // the last step on a day that is over
    return {};
  });
  if (finished || !done) m_pastFile.reset();
  return done;
}

Result<void> TelemetryWriter::swapIn(DayFile& file, const CompactionSwap& swap) {
  if (swap.vacuumPages > 0) {
    file.database().exec(fmt::format("PRAGMA incremental_vacuum({})", swap.vacuumPages).c_str());
    return {};
  }
  Transaction transaction(file.database());
  const auto gone = [&](std::int64_t number) {
    return fail(StorageErrc::notFound,
                fmt::format("{}: block {} was removed meanwhile", file.database().name(), number));
  };
  for (const auto number : swap.removedBlocks) {
    if (!file.blocks().remove(number)) return gone(number);
  }
  for (const auto number : swap.removedSegments) {
    if (!file.segments().remove(number)) return gone(number);
  }
  for (const auto number : swap.removedHourRollups) file.rollups().remove(number);
  for (const auto car : swap.carsLosingEvents) file.events().removeSomeOf(car);
  for (const NewSegment& segment : swap.segments) file.segments().insert(segment);
  for (const NewHourRollup& rollup : swap.hourRollups) file.rollups().insert(rollup);
  transaction.commit();
  return {};
}

void TelemetryWriter::moveAside(const std::filesystem::path& file, const Error& why) {
  const auto aside = moveDatabaseAside(file);
  m_shared->generation.fetch_add(1);
  m_context.log.error("a day's file is damaged; it was moved aside and a new one is started",
                      {{"file", file.string()},
                       {"kept_as", aside.file.string()},
                       {"reason", why.message()},
                       {"moved", aside.moved},
                       {"to_save_what_can_be", "carportd recover --data " + m_folder.parent_path().string() +
                                                   " --day " + file.stem().string()}});
}

}  // namespace carport
