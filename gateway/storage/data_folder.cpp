#include "gateway/storage/data_folder.h"

#include "gateway/storage/day_file.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/owner_only.h"
#include "gateway/storage/secret_key_file.h"
#include "gateway/storage/session_store.h"
#include "gateway/storage/sqlite_history_reader.h"
#include "gateway/storage/sqlite_nitrogen_store.h"
#include "gateway/storage/sqlite_reader_pool.h"
#include "gateway/storage/sqlite_registry_store.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/storage_writer.h"
#include "gateway/storage/stored_cars.h"

#include <fmt/format.h>

#include <system_error>

namespace carport {

namespace {
/// Fails where the newest day's file is from a newer Carport; anything else that is wrong with it is the writer's
/// affair.
Result<void> checkTelemetry(const std::filesystem::path& folder) {
  const auto days = listDays(folder);
  if (days.empty()) return {};
  const auto newest = DayFile::openForReading(dayFilePath(folder, days.back()));
  if (!newest && newest.error().is(StorageErrc::newerVersion)) return failFrom(newest);
  return {};
}

/// The same for a database beside the registry.
Result<void> checkBeside(const std::filesystem::path& file, std::span<const Migration> migrations) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  const auto opened = Database::open(file, Database::Mode::readOnly);
  if (!opened) return {};
  const auto known = checkVersion(**opened, migrations);
  if (!known && known.error().is(StorageErrc::newerVersion)) return known;
  return {};
}

/// A registry that was lost and begun anew, or that is older than the telemetry, must not give the numbers of earlier
/// cars to new ones: those would be shown what the earlier cars sent.
Result<void> beginBesideTelemetry(SqliteRegistryStore& registry, const std::filesystem::path& folder, const Log& log) {
  const auto isNew = registry.isNew();
  if (!isNew) return failFrom(isNew);
  if (!*isNew) {
    const auto highest = highestNotedCar(folder / "telemetry");
    const auto raised = registry.continueAbove(highest);
    if (!raised) return failFrom(raised);
    if (*raised) {
      log.error(
          "the registry is older than the stored telemetry, as one from a backup is; numbers that it does not know "
          "are not given again, and cars that were added since then are shown again only with a newer backup",
          {{"folder", folder.string()}, {"new_numbers_above", std::int64_t{highest.value}}});
    }
    return {};
  }
  const auto highest = highestStoredCar(folder / "telemetry");
  if (!highest) {
    return fail(StorageErrc::corrupted,
                fmt::format("The registry is missing or empty beside stored telemetry that cannot be read: {}. Put a "
                            "backup of registry.db into {}, or move that file of telemetry away",
                            highest.error().message(), folder.string()));
  }
  if (highest->value == 0) return {};
  log.error(
      "the registry is missing or empty beside stored telemetry; a new one was begun, and the earlier cars are "
      "shown again only with a backup of registry.db",
      {{"folder", folder.string()}, {"new_numbers_above", std::int64_t{highest->value}}});
  return registry.beginAbove(*highest);
}
}  // namespace

DataFolder::DataFolder(std::filesystem::path path, SecretKey key, StorageContext context)
    : m_path(std::move(path)),
      m_secretKey(key),
      m_context(std::move(context)),
      m_shared(std::make_shared<StorageShared>()) {
  m_context.log = m_context.log.as("storage");
}

Result<DataFolder> DataFolder::open(const std::filesystem::path& path, StorageContext context) {
  auto error = makeFolderForOwner(path);
  if (!error) error = makeFolderForOwner(path / "telemetry");
  if (error) {
    return fail(
        StorageErrc::readOnly,
        fmt::format("The data folder {} cannot be made or written: {}. Check the path and its permissions, or choose "
                    "another folder",
                    path.string(), error.message()));
  }
  // The registry first: where it cannot be opened, no key is left behind.
  const auto registry = SqliteRegistryStore::open(path / "registry.db", context.clock);
  if (!registry) return failFrom(registry);
  if (const auto known = checkTelemetry(path / "telemetry"); !known) return failFrom(known);
  if (const auto known = checkBeside(sessionsPath(path), sessionsMigrations()); !known) return failFrom(known);
  if (const auto known = checkBeside(nitrogenPath(path), nitrogenMigrations()); !known) return failFrom(known);
  if (const auto begun = beginBesideTelemetry(**registry, path, context.log.as("storage")); !begun) {
    return failFrom(begun);
  }
  const auto secrets = (*registry)->carsWithSecrets();
  if (!secrets) return failFrom(secrets);
  const auto key = loadOrMakeSecretKey(path / "secret.key", *secrets);
  if (!key) return failFrom(key);
  return DataFolder(path, *key, std::move(context));
}

Result<DataFolder> DataFolder::openForReading(const std::filesystem::path& path, StorageContext context) {
  const auto file = path / "registry.db";
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    return fail(StorageErrc::notFound,
                fmt::format("There is no data folder {}: it has no registry.db that could be read", path.string()));
  }
  const auto registry = SqliteRegistryStore::openForReading(file, context.clock);
  if (!registry) return failFrom(registry);
  DataFolder folder(path, SecretKey{}, std::move(context));
  folder.m_forReading = true;
  return folder;
}

Result<FileLock> DataFolder::lockForServing() const {
  return FileLock::take(m_path / "gateway.lock");
}

Result<std::unique_ptr<RegistryStore>> DataFolder::openRegistry() const {
  const auto file = m_path / "registry.db";
  auto opened = m_forReading ? SqliteRegistryStore::openForReading(file, m_context.clock)
                             : SqliteRegistryStore::open(file, m_context.clock);
  if (!opened) return failFrom(opened);
  return *std::move(opened);
}

Result<std::unique_ptr<DurableLog>> DataFolder::startWriter() const {
  return std::make_unique<StorageWriter>(m_path, m_context, m_shared);
}

Result<std::unique_ptr<HistoryReader>> DataFolder::openReader() const {
  auto opened = SqliteHistoryReader::open(m_path, m_context, m_shared);
  if (!opened) return failFrom(opened);
  return *std::move(opened);
}

Result<std::unique_ptr<ReaderPool>> DataFolder::startReaders(std::size_t threads) const {
  std::vector<std::unique_ptr<HistoryReader>> readers;
  for (std::size_t i = 0; i < threads; ++i) {
    auto reader = openReader();
    if (!reader) return failFrom(reader);
    readers.push_back(*std::move(reader));
  }
  return std::make_unique<SqliteReaderPool>(std::move(readers));
}

}  // namespace carport
