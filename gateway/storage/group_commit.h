#pragma once

#include "gateway/storage/nitrogen_writer.h"
#include "gateway/storage/session_writer.h"
#include "gateway/storage/sqlite_registry_store.h"
#include "gateway/storage/storage_job.h"
#include "gateway/storage/telemetry_writer.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace carport {

/// Puts a group of jobs on disk: one transaction in registry.db, one in the day's file, one in sessions.db, each only
/// where it has work.
/// Owner: StorageWriter; its thread.
class GroupCommit {
 public:
  GroupCommit(const std::filesystem::path& folder, StorageContext context, std::shared_ptr<StorageShared> shared,
              WriterOptions options);

  /// Before the first run: what that would otherwise take long over.
  void prepare();

  /// Commits, then tells every job. Jobs of one database fail together where its commit fails; otherwise a job that
  /// fails (a command that breaks a rule of the schema, a refused registry change) fails alone.
  /// `beforeDone` runs between the two. Swaps of compaction come after all of that, one transaction each.
  void run(std::vector<StorageJob>& jobs, const std::function<void()>& beforeDone);

  /// Where writing failed, tries whether it works again, and if so takes the trouble back.
  void probe();

  /// Samples stored by the latest run.
  std::size_t samplesStored() const { return m_samplesStored; }
  /// When the first and the last of them arrived; meant only where there are some.
  TimePoint firstArrival() const { return m_firstArrival; }
  TimePoint lastArrival() const { return m_lastArrival; }
  /// A sentence while writing fails.
  std::string trouble() const;

 private:
  struct RegistryOutcome {
    DurableLog::Done* done = nullptr;
    Result<void> result;
  };

  struct NitrogenOutcome {
    const DurableLog::Done* done = nullptr;
    Result<void> result;
  };

  Result<void> openRegistry();
  Result<void> commitRegistry(std::vector<StorageJob>& jobs, std::vector<RegistryOutcome>& outcomes);
  Result<void> runRegistryJob(StorageJob& job, RegistryOutcome& outcome);
  void putCommand(const CommandJob& job);
  void append(const SampleBatch& samples);
  Result<std::vector<EventNumber>> commitTelemetry(const std::vector<StorageJob>& jobs);
  void runNitrogen(const std::vector<StorageJob>& jobs, std::vector<NitrogenOutcome>& outcomes);
  Result<std::uint64_t> commitSessions(const std::vector<StorageJob>& jobs);
  void note(std::string& trouble, const Error* error);
  template <class Done, class Outcome>
  void tell(const Done& done, const Outcome& outcome);
  void tellTelemetry(std::vector<StorageJob>& jobs, const Result<std::vector<EventNumber>>& numbers);

  const std::filesystem::path m_registryFile;
  const StorageContext m_context;
  const WriterOptions m_options;
  TelemetryWriter m_telemetry;
  SessionWriter m_sessions;
  NitrogenWriter m_nitrogen;
  std::unique_ptr<SqliteRegistryStore> m_registry;
  SampleBatch m_samples;
  std::size_t m_samplesStored = 0;
  TimePoint m_firstArrival{};
  TimePoint m_lastArrival{};
  std::string m_registryTrouble;
  std::string m_telemetryTrouble;
  std::string m_sessionsTrouble;
  std::string m_nitrogenTrouble;
};

}  // namespace carport
