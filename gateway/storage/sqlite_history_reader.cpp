#include "gateway/storage/sqlite_history_reader.h"

#include "gateway/storage/migrations.h"
#include "gateway/storage/session_store.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/storage_errc.h"

namespace carport {

SqliteHistoryReader::SqliteHistoryReader(std::unique_ptr<Database> registry, TelemetryReader telemetry,
                                         std::filesystem::path sessions, Log log)
    : m_registry(std::move(registry)),
      m_telemetry(std::move(telemetry)),
      m_sessions(std::move(sessions)),
      m_log(std::move(log)) {}

Result<std::unique_ptr<SqliteHistoryReader>> SqliteHistoryReader::open(const std::filesystem::path& folder,
                                                                       StorageContext context,
                                                                       std::shared_ptr<StorageShared> shared) {
  auto registry = Database::open(folder / "registry.db", Database::Mode::readOnly);
  if (!registry) return failFrom(registry);
  if (const auto done = checkVersion(**registry, registryMigrations()); !done) return failFrom(done);
  return std::make_unique<SqliteHistoryReader>(*std::move(registry),
                                               TelemetryReader(folder / "telemetry", context, std::move(shared)),
                                               sessionsPath(folder), context.log);
}

Result<std::vector<api::Command>> SqliteHistoryReader::commands(const CommandQuery& query) {
  return guarded(kRegistryName, [&]() -> Result<std::vector<api::Command>> { return m_commands.select(query); });
}

Result<std::optional<api::Command>> SqliteHistoryReader::command(const std::string& id) {
  return guarded(kRegistryName, [&]() -> Result<std::optional<api::Command>> { return m_commands.find(id); });
}

Result<std::vector<api::AuditEntry>> SqliteHistoryReader::audit(const AuditQuery& query) {
  return guarded(kRegistryName, [&]() -> Result<std::vector<api::AuditEntry>> { return m_audit.select(query); });
}

Result<std::vector<api::Connection>> SqliteHistoryReader::connections(const ConnectionQuery& query) {
  return guarded(kRegistryName, [&]() -> Result<std::vector<api::Connection>> { return m_connections.select(query); });
}

Result<std::vector<api::AttemptCount>> SqliteHistoryReader::attempts(PrincipalNumber principal) {
  return guarded(kRegistryName,
                 [&]() -> Result<std::vector<api::AttemptCount>> { return m_connections.attemptsOf(principal); });
}

Result<std::int64_t> SqliteHistoryReader::newestConnection() {
  return guarded(kRegistryName, [&]() -> Result<std::int64_t> { return m_connections.newest(); });
}

Result<std::vector<RetainedMessage>> SqliteHistoryReader::retainedMessages() {
  return guarded(kRegistryName, [&]() -> Result<std::vector<RetainedMessage>> { return m_retained.all(); });
}

Result<StoredSessions> SqliteHistoryReader::loadSessions(const SessionLoadLimits& limits) {
  bool begunAnew = false;
  auto store = openOrBeginAnew(m_sessions, m_log, begunAnew);
  if (!store) return failFrom(store);
  auto loaded = (*store)->load(limits);
  if (loaded || !loaded.error().is(StorageErrc::corrupted)) return loaded;
  store->reset();
  moveSessionsAside(m_sessions, loaded.error(), m_log);
  return StoredSessions{};
}

Result<NitrogenReader*> SqliteHistoryReader::nitrogen() {
  if (m_nitrogen) return m_nitrogen.get();
  auto opened = SqliteNitrogenReader::open(nitrogenPath(m_sessions.parent_path()));
  if (!opened && opened.error().is(StorageErrc::notFound)) return nullptr;
  if (!opened) return failFrom(opened);
  m_nitrogen = *std::move(opened);
  return m_nitrogen.get();
}

}  // namespace carport
