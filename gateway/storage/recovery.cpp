#include "gateway/storage/recovery.h"

#include "gateway/base/file_lock.h"
#include "gateway/storage/database_files.h"
#include "gateway/storage/recovery_writer.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/verify.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <optional>
#include <system_error>
#include <vector>

namespace carport {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPageBytes = 4096;
// Where a database's header has its fields (SQLite's file format §1.3).
constexpr std::size_t kChangeCounterAt = 24, kSizeAt = 28, kFreelistAt = 32, kValidForAt = 92;

/// The newest file of that day that the gateway has moved aside.
std::optional<fs::path> movedAside(const fs::path& file) {
  std::optional<fs::path> newest;
  std::error_code error;
  for (int number = 1;; ++number) {
    const auto candidate = withSuffix(file, fmt::format(".damaged-{}", number));
    if (fs::exists(candidate, error)) newest = candidate;
    // Numbers begin at one; those that were recovered have another name.
    if (!fs::exists(candidate, error) && !fs::exists(withSuffix(file, fmt::format(".recovered-{}", number)), error))
      break;
  }
  return newest;
}

fs::path freeName(const fs::path& file, const char* what) {
  std::error_code error;
  int number = 1;
  while (fs::exists(withSuffix(file, fmt::format(".damaged-{}", number)), error) ||
         fs::exists(withSuffix(file, fmt::format(".recovered-{}", number)), error)) {
    ++number;
  }
  return withSuffix(file, fmt::format(".{}-{}", what, number));
}

bool canBeRead(const fs::path& file) {
  const auto opened = DayFile::openForReading(file);
  if (!opened) return false;
  return guarded(file.string(),
                 [&]() -> Result<bool> {
                   return (*opened)->database().integer("SELECT count(*) FROM sqlite_master WHERE name = 'block'") > 0;
                 })
      .value_or(false);
}

/// The first page says where every table begins. Where it is damaged, that of a fresh file takes its place: both were
/// made by the same statements, so the tables begin at the same pages. Returns false where it is no help.
bool replaceFirstPage(const fs::path& file) {
  const auto model = withSuffix(file, ".model");
  removeDatabase(model);
  std::array<char, kPageBytes> page{};
  bool made = false;
  if (DayFile::openForWriting(model)) {  // closed at once, so that everything is in the file itself
    std::ifstream in(model, std::ios::binary);
    made = static_cast<bool>(in.read(page.data(), kPageBytes));
  }
  removeDatabase(model);
  if (!made) return false;
  // Counters that differ make SQLite ask for the file's size; and of free pages nothing is known.
  for (const std::size_t at : {kSizeAt, kFreelistAt, kFreelistAt + 4, kValidForAt}) {
    for (std::size_t i = 0; i < 4; ++i) page[at + i] = 0;
  }
  page[kChangeCounterAt + 3] = 1;
  std::error_code ignored;
  for (const char* suffix : {"-wal", "-shm"}) fs::remove(withSuffix(file, suffix), ignored);
  std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
  out.write(page.data(), kPageBytes);
  out.close();
  return static_cast<bool>(out) && canBeRead(file);
}

/// One recovery from `source`, which is left as it is.
class Recovery {
 public:
  Recovery(fs::path source, fs::path file) : m_source(std::move(source)), m_file(std::move(file)) {}

  /// Saves into `target`, which has rows of its own already where `merging`.
  Result<RecoveryReport> run(const fs::path& target, bool merging);

 private:
  /// A copy of the damaged file to work on: opening a database may change it.
  Result<std::unique_ptr<Database>> openCopy(const fs::path& copy, FileVerdict& verdict);
  void save(Database& damaged, RecoveryWriter& writer, RecoveryReport& report);

  const fs::path m_source;
  const fs::path m_file;
};

Result<std::unique_ptr<Database>> Recovery::openCopy(const fs::path& copy, FileVerdict& verdict) {
  std::error_code error;
  fs::copy_file(m_source, copy, fs::copy_options::overwrite_existing, error);
  if (error) {
    return fail(StorageErrc::ioFailed,
                fmt::format("{} cannot be copied: {}. A recovery needs room for a copy of the file", m_source.string(),
                            error.message()));
  }
  std::error_code ignored;
  fs::copy_file(withSuffix(m_source, "-wal"), withSuffix(copy, "-wal"), ignored);
  if (!canBeRead(copy)) {
    verdict.add("The beginning of the file is damaged, where it says which table is where");
    if (!replaceFirstPage(copy)) {
      return fail(
          StorageErrc::corrupted,
          fmt::format("Nothing could be saved of {}: its beginning is damaged beyond that. It was left as it is",
                      m_source.string()));
    }
  }
  return Database::open(copy, Database::Mode::readOnly);
}

void Recovery::save(Database& damaged, RecoveryWriter& writer, RecoveryReport& report) {
  DayInspection inspection(damaged, report.verdict);
  inspection.onBlock = [&](const StoredBlock& block, const BlockVerdict& verdict) { writer.write(block, verdict); };
  inspection.onSegment = [&](const StoredSegment& segment, const BlockVerdict& verdict) {
    writer.write(segment, verdict);
  };
  inspection.onHourRollup = [&](Query& row) { writer.writeHourRollup(row); };
  inspection.onEvent = [&](Query& row) { writer.writeEvent(row); };
  inspection.run();
  writer.takeAlarms(damaged);
  writer.continueNumbers(damaged);
  if (report.verdict.lost.rollups > 0) {
    // They add up, so that one which is missing is not noticed where others of the same hour are there.
    report.rollupsAnew = true;
    writer.rollUpAnew();
  }
  writer.commit();
  report.rollups = writer.rollups();
}

Result<RecoveryReport> Recovery::run(const fs::path& target, bool merging) {
  RecoveryReport report;
  report.verdict.path = "telemetry/" + m_file.filename().string();
  report.merged = merging;
  const auto copy = withSuffix(m_file, ".recovering-copy");
  removeDatabase(copy);
  auto damaged = openCopy(copy, report.verdict);
  auto result = [&]() -> Result<RecoveryReport> {
    if (!damaged) return failFrom(damaged);
    auto fresh = DayFile::openForWriting(target);
    if (!fresh) return failFrom(fresh);
    return guarded(target.string(), [&]() -> Result<RecoveryReport> {
      RecoveryWriter writer(**fresh, merging);
      save(**damaged, writer, report);
      return report;
    });
  }();
  if (damaged) damaged->reset();
  removeDatabase(copy);
  return result;
}

/// The day's own file is damaged: a fresh one takes its place.
Result<RecoveryReport> replaceDay(const fs::path& folder, const fs::path& file) {
  const auto lock = FileLock::take(folder / "gateway.lock");
  if (!lock) {
    return fail(StorageErrc::ioFailed,
                fmt::format("A gateway serves {}: stop it before {} is replaced. When it starts again with the damaged "
                            "file still there, it moves that aside by itself",
                            folder.string(), file.filename().string()));
  }
  const auto fresh = withSuffix(file, ".recovering");
  removeDatabase(fresh);
  auto report = Recovery(file, file).run(fresh, false);
  if (report && report->verdict.blocks == 0 && report->verdict.events == 0 && report->rollups == 0) {
    report =
        fail(StorageErrc::corrupted, fmt::format("Nothing could be saved of {}; it was left as it is", file.string()));
  }
  if (!report) {
    removeDatabase(fresh);
    return report;
  }
  report->damaged = freeName(file, "recovered");
  auto error = renameDatabase(file, report->damaged);
  if (!error) error = renameDatabase(fresh, file);
  if (error) {
    return fail(StorageErrc::ioFailed,
                fmt::format("{} cannot be put in its place: {}", fresh.string(), error.message()));
  }
  report->file = file;
  return report;
}

}  // namespace

Result<RecoveryReport> recoverDay(const fs::path& folder, Day day) {
  const auto file = dayFilePath(folder / "telemetry", day);
  std::error_code error;
  const bool exists = fs::exists(file, error);
  if (exists && !verifyDay(file, Database::Mode::readOnly).sound()) return replaceDay(folder, file);
  const auto aside = movedAside(file);
  if (!aside) {
    return fail(StorageErrc::notFound,
                fmt::format("{} has no damaged file of {}", folder.string(), file.stem().string()));
  }
  // A day that has no file yet gets one beside first: nobody meets it half full.
  const auto fresh = withSuffix(file, ".recovering");
  if (!exists) removeDatabase(fresh);
  auto report = Recovery(*aside, file).run(exists ? file : fresh, exists);
  if (!report) return report;
  if (!exists) error = renameDatabase(fresh, file);
  report->damaged = freeName(file, "recovered");
  if (!error) error = renameDatabase(*aside, report->damaged);
  if (error) {
    return fail(StorageErrc::ioFailed, fmt::format("{} cannot be renamed: {}", aside->string(), error.message()));
  }
  report->file = file;
  return report;
}

}  // namespace carport
