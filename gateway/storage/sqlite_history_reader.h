#pragma once

#include "gateway/storage/audit_table.h"
#include "gateway/storage/command_table.h"
#include "gateway/storage/connection_table.h"
#include "gateway/storage/retained_table.h"
#include "gateway/storage/sqlite_nitrogen_store.h"
#include "gateway/storage/telemetry_reader.h"

#include <filesystem>
#include <memory>
#include <utility>

namespace carport {

/// What is stored, read through connections of its own that cannot write. Owner: whoever opened it; one thread.
class SqliteHistoryReader final : public HistoryReader {
 public:
  static Result<std::unique_ptr<SqliteHistoryReader>> open(const std::filesystem::path& folder, StorageContext context,
                                                           std::shared_ptr<StorageShared> shared);

  SqliteHistoryReader(std::unique_ptr<Database> registry, TelemetryReader telemetry, std::filesystem::path sessions,
                      Log log);

  void stopWhen(StopFlag stop) override { m_telemetry.stopWhen(std::move(stop)); }
  Result<api::History> history(const api::HistoryQuery& query) override { return m_telemetry.history(query); }
  Result<api::FleetHistory> fleetHistory(const api::FleetHistoryQuery& query) override {
    return m_telemetry.fleetHistory(query);
  }
  Result<api::FleetMoments> fleetMoments(const api::FleetMomentsQuery& query) override {
    return m_telemetry.fleetMoments(query);
  }
  Result<api::FleetHeat> fleetHeat(const api::FleetHeatQuery& query) override { return m_telemetry.fleetHeat(query); }
  Result<void> visitSamples(PrincipalNumber car, TimePoint from, TimePoint to, const SampleVisitor& visit) override {
    return m_telemetry.visitSamples(car, from, to, visit);
  }
  Result<SampleBatch> latestSamples() override { return m_telemetry.latestSamples(); }
  Result<std::vector<api::Event>> events(const EventQuery& query) override { return m_telemetry.events(query); }
  Result<std::vector<api::Event>> activeAlarms() override { return m_telemetry.activeAlarms(); }
  Result<std::vector<api::Command>> commands(const CommandQuery& query) override;
  Result<std::optional<api::Command>> command(const std::string& id) override;
  Result<std::vector<api::AuditEntry>> audit(const AuditQuery& query) override;
  Result<std::vector<api::Connection>> connections(const ConnectionQuery& query) override;
  Result<std::vector<api::AttemptCount>> attempts(PrincipalNumber principal) override;
  Result<std::int64_t> newestConnection() override;
  Result<std::vector<RetainedMessage>> retainedMessages() override;
  Result<StoredSessions> loadSessions(const SessionLoadLimits& limits) override;
  Result<NitrogenReader*> nitrogen() override;

 private:
  std::unique_ptr<Database> m_registry;
  CommandTable m_commands{*m_registry};
  ConnectionTable m_connections{*m_registry};
  RetainedTable m_retained{*m_registry};
  AuditTable m_audit{*m_registry};
  TelemetryReader m_telemetry;
  const std::filesystem::path m_sessions;
  std::unique_ptr<SqliteNitrogenReader> m_nitrogen;  // beside the sessions; null until there is something
  const Log m_log;
};

}  // namespace carport
