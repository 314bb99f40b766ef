#include "gateway/storage/group_commit.h"

#include "gateway/storage/command_table.h"
#include "gateway/storage/connection_table.h"
#include "gateway/storage/principal_table.h"
#include "gateway/storage/retained_table.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/transaction.h"
#include "gateway/storage/write_probe.h"

#include <algorithm>
#include <exception>
#include <optional>

namespace carport {

namespace {

bool isTelemetry(const StorageJob& job) {
  return std::holds_alternative<SamplesJob>(job.work) || std::holds_alternative<EventsJob>(job.work);
}

bool isSessions(const StorageJob& job) {
  return std::holds_alternative<SessionsJob>(job.work);
}

bool isNitrogen(const StorageJob& job) {
  return std::holds_alternative<NitrogenJob>(job.work);
}

bool isRegistry(const StorageJob& job) {
  return !isTelemetry(job) && !isSessions(job) && !isNitrogen(job) && !std::holds_alternative<CompactionJob>(job.work);
}

/// A single statement leaves nothing behind where it fails, so it needs no savepoint.
bool isOneStatement(const StorageJob& job) {
  if (const auto* command = std::get_if<CommandJob>(&job.work)) return !command->act;
  return std::holds_alternative<RetainedJob>(job.work);
}

}  // namespace

GroupCommit::GroupCommit(const std::filesystem::path& folder, StorageContext context,
                         std::shared_ptr<StorageShared> shared, WriterOptions options)
    : m_registryFile(folder / "registry.db"),
      m_context(context),
      m_options(options),
      m_telemetry(folder / "telemetry", context, std::move(shared), options),
      m_sessions(sessionsPath(folder), context.log, options),
      m_nitrogen(nitrogenPath(folder), options) {}

void GroupCommit::prepare() {
  (void)guarded("telemetry", [&] { return m_telemetry.prepare(); });  // the first run tells what is wrong
}

void GroupCommit::run(std::vector<StorageJob>& jobs, const std::function<void()>& beforeDone) {
  std::vector<RegistryOutcome> outcomes;
  if (std::any_of(jobs.begin(), jobs.end(), isRegistry)) {
    const auto committed = guarded("registry.db", [&] { return commitRegistry(jobs, outcomes); });
    note(m_registryTrouble, committed ? nullptr : &committed.error());
    for (RegistryOutcome& outcome : outcomes) {
      if (!committed) outcome.result = committed;
    }
  }
  Result<std::vector<EventNumber>> numbers;
  m_samplesStored = 0;
  if (std::any_of(jobs.begin(), jobs.end(), isTelemetry)) {
    numbers = guarded("telemetry", [&] { return commitTelemetry(jobs); });
    note(m_telemetryTrouble, numbers ? nullptr : &numbers.error());
    if (numbers) m_samplesStored = m_samples.size();
  }
  Result<std::uint64_t> life;
  if (std::any_of(jobs.begin(), jobs.end(), isSessions)) {
    life = guarded("sessions.db", [&] { return commitSessions(jobs); });
    note(m_sessionsTrouble, life ? nullptr : &life.error());
  }
  std::vector<NitrogenOutcome> nitrogen;
  if (std::any_of(jobs.begin(), jobs.end(), isNitrogen)) runNitrogen(jobs, nitrogen);
  beforeDone();
  for (const RegistryOutcome& outcome : outcomes) tell(*outcome.done, outcome.result);
  tellTelemetry(jobs, numbers);
  for (const StorageJob& job : jobs) {
    if (const auto* sessions = std::get_if<SessionsJob>(&job.work)) tell(sessions->done, life);
  }
  for (const NitrogenOutcome& outcome : nitrogen) tell(*outcome.done, outcome.result);
  // Last, when nobody waits any more for what came in.
  for (const StorageJob& job : jobs) {
    const auto* compaction = std::get_if<CompactionJob>(&job.work);
    if (compaction != nullptr) tell(compaction->done, m_telemetry.swap(*compaction->swap));
  }
}

std::string GroupCommit::trouble() const {
  for (const auto* trouble : {&m_telemetryTrouble, &m_registryTrouble, &m_sessionsTrouble, &m_nitrogenTrouble}) {
    if (!trouble->empty()) return *trouble;
  }
  return {};
}

template <class Done, class Outcome>
void GroupCommit::tell(const Done& done, const Outcome& outcome) {
  if (!done) return;
  try {
    done(outcome);
  } catch (const std::exception& e) {  // no memory, or a mistake of whoever waits: the others are told all the same
    m_context.log.error("somebody could not be told what became of a change", {{"reason", e.what()}});
  }
}

void GroupCommit::tellTelemetry(std::vector<StorageJob>& jobs, const Result<std::vector<EventNumber>>& numbers) {
  const Result<void> result = numbers ? Result<void>() : failFrom(numbers);
  std::size_t next = 0;
  for (StorageJob& job : jobs) {
    if (auto* samples = std::get_if<SamplesJob>(&job.work)) {
      tell(samples->done, result);
    } else if (auto* events = std::get_if<EventsJob>(&job.work)) {
      Result<std::vector<EventNumber>> own = numbers;
      if (numbers) {
        const auto first = numbers->begin() + static_cast<std::ptrdiff_t>(next);
        next += events->events.size();
        own = std::vector<EventNumber>(first, numbers->begin() + static_cast<std::ptrdiff_t>(next));
      }
      tell(events->done, own);
    }
  }
}

Result<void> GroupCommit::openRegistry() {
  if (m_registry) return {};
  auto opened = SqliteRegistryStore::open(m_registryFile, m_context.clock);
  if (!opened) return failFrom(opened);
  m_registry = *std::move(opened);
  return guarded("registry.db", [&]() -> Result<void> {
    m_registry->database().limitPages(m_options.maxDatabasePages);
    return {};
  });
}

Result<void> GroupCommit::runRegistryJob(StorageJob& job, RegistryOutcome& outcome) {
  Database& database = m_registry->database();
  // A job of its own savepoint: whatever it did before it failed is taken back.
  outcome.result = guarded(kRegistryName, [&]() -> Result<void> {
    std::optional<Transaction> part;
    if (!isOneStatement(job)) part.emplace(database);
    Result<void> result;
    if (auto* command = std::get_if<CommandJob>(&job.work)) putCommand(*command);
    if (auto* retained = std::get_if<RetainedJob>(&job.work)) RetainedTable(database).put(retained->message);
    if (auto* registry = std::get_if<RegistryJob>(&job.work)) result = registry->change(*m_registry);
    if (auto* connections = std::get_if<ConnectionsJob>(&job.work)) ConnectionTable(database).put(*connections->news);
    if (result && part) part->commit();
    return result;
  });
  // Out of room or an I/O failure: SQLite has rolled back the neighbours as well.
  if (!database.inTransaction()) return outcome.result ? fail(StorageErrc::ioFailed) : outcome.result;
  return {};
}

void GroupCommit::putCommand(const CommandJob& job) {
  Database& database = m_registry->database();
  CommandTable(database).put(job.command);
  if (!job.act) return;
  const auto car = PrincipalTable(database).find(job.command.car);
  m_registry->audit().commandGiven(*job.act, job.command, car ? &*car : nullptr);
}

Result<void> GroupCommit::commitRegistry(std::vector<StorageJob>& jobs, std::vector<RegistryOutcome>& outcomes) {
  const auto doneOf = [](StorageJob& job) -> DurableLog::Done* {
    if (auto* command = std::get_if<CommandJob>(&job.work)) return &command->done;
    if (auto* retained = std::get_if<RetainedJob>(&job.work)) return &retained->done;
    if (auto* registry = std::get_if<RegistryJob>(&job.work)) return &registry->done;
    if (auto* connections = std::get_if<ConnectionsJob>(&job.work)) return &connections->done;
    return nullptr;
  };
  for (StorageJob& job : jobs) {
    if (auto* done = doneOf(job)) outcomes.push_back({done, {}});
  }
  auto committed = openRegistry();
  if (committed) {
    committed = guarded(m_registryFile.string(), [&]() -> Result<void> {
      Transaction transaction(m_registry->database());
      auto outcome = outcomes.begin();
      for (StorageJob& job : jobs) {
        if (!isRegistry(job)) continue;
        if (auto done = runRegistryJob(job, *outcome++); !done) return done;
      }
      transaction.commit();
      return {};
    });
  }
  if (!committed) {
    // What failed inside a change does not know the file's place.
    committed =
        tl::unexpected<Error>(fullDiskInstead(committed.error(), m_registryFile, freeBytesBeside(m_registryFile)));
    m_registry.reset();  // opened anew next time: whatever is wrong may be with the open file alone
    for (RegistryOutcome& outcome : outcomes) outcome.result = committed;
  }
  return committed;
}

void GroupCommit::probe() {
  if (!m_telemetryTrouble.empty() && m_telemetry.probe()) note(m_telemetryTrouble, nullptr);
  if (!m_sessionsTrouble.empty() && m_sessions.probe()) note(m_sessionsTrouble, nullptr);
  if (!m_nitrogenTrouble.empty() && m_nitrogen.probe()) note(m_nitrogenTrouble, nullptr);
  if (m_registryTrouble.empty() || !openRegistry()) return;
  if (probeWriting(m_registry->database())) {
    note(m_registryTrouble, nullptr);
  } else {
    m_registry.reset();
  }
}

void GroupCommit::append(const SampleBatch& samples) {
  if (samples.empty()) return;
  // A batch is in order of arrival; batches of different threads are not.
  const auto first = samples.rows().front().arrival, last = samples.rows().back().arrival;
  m_firstArrival = m_samples.empty() ? first : std::min(m_firstArrival, first);
  m_lastArrival = m_samples.empty() ? last : std::max(m_lastArrival, last);
  m_samples.append(samples);
}

Result<std::vector<EventNumber>> GroupCommit::commitTelemetry(const std::vector<StorageJob>& jobs) {
  m_samples.clear();
  std::vector<api::Event> events;
  for (const StorageJob& job : jobs) {
    if (const auto* samples = std::get_if<SamplesJob>(&job.work)) append(*samples->samples);
    if (const auto* some = std::get_if<EventsJob>(&job.work)) {
      events.insert(events.end(), some->events.begin(), some->events.end());
    }
  }
  return m_telemetry.commit(m_samples, events);
}

Result<std::uint64_t> GroupCommit::commitSessions(const std::vector<StorageJob>& jobs) {
  std::vector<const SessionChanges*> changes;
  for (const StorageJob& job : jobs) {
    if (const auto* sessions = std::get_if<SessionsJob>(&job.work)) changes.push_back(sessions->changes.get());
  }
  return m_sessions.commit(changes);
}

void GroupCommit::runNitrogen(const std::vector<StorageJob>& jobs, std::vector<NitrogenOutcome>& outcomes) {
  std::vector<const NitrogenJob*> changes;
  for (const StorageJob& job : jobs) {
    if (const auto* nitrogen = std::get_if<NitrogenJob>(&job.work)) changes.push_back(nitrogen);
  }
  auto results = m_nitrogen.commit(changes);
  note(m_nitrogenTrouble, m_nitrogen.failure() ? nullptr : &m_nitrogen.failure().error());
  for (std::size_t i = 0; i < changes.size(); ++i) outcomes.push_back({&changes[i]->done, std::move(results[i])});
}

void GroupCommit::note(std::string& trouble, const Error* error) {
  const std::string now = error == nullptr ? std::string() : error->message();
  if (now == trouble) return;
  if (now.empty()) {
    m_context.log.info("writing works again", {});
  } else {
    m_context.log.error("nothing can be stored", {{"reason", now}});
  }
  trouble = now;
}

}  // namespace carport
