#pragma once

#include "gateway/api/command.h"
#include "gateway/api/event.h"
#include "gateway/api/sample.h"
#include "gateway/base/clock.h"
#include "gateway/base/duration_histogram.h"
#include "gateway/base/result.h"
#include "gateway/domain/connection_news.h"
#include "gateway/domain/nitrogen_store.h"
#include "gateway/domain/registry_store.h"
#include "gateway/domain/session_record.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace carport {

/// A retained MQTT message as it is kept. An empty payload takes the retained message of the topic away.
struct RetainedMessage {
  std::string topic;
  std::string payload;
  std::uint8_t qos = 0;
  TimePoint at{};
  std::string properties{};  ///< MQTT 5.0 properties as the MQTT side encodes them; empty: none
  std::optional<TimePoint> expiresAt{};
};

/// How much room is left on the disk, and what is done about it; each level includes those above it. docs/operations.md
/// states the policy for operators.
enum class DiskLevel : std::uint8_t {
  plenty,
  low,               ///< said in log, health and status
  noBackgroundWork,  ///< compaction, roll-ups wait; what frees room goes on
  shedding,          ///< telemetry of QoS 0 is dropped and counted
  slowing,           ///< telemetry of QoS 1 and 2 is taken at a slow pace
  reserved           ///< no telemetry is taken: what is left is for changes of the registry and for deleting
};

/// What the storage writer is doing, for health, metrics and the Gateway page.
struct WriterStatus {
  std::uint64_t samplesStored = 0;  ///< since the start
  std::uint64_t commits = 0;        ///< since the start
  std::uint64_t queuedJobs = 0;     ///< waiting now
  double commitLatencyMs = 0;       ///< median of the latest commits
  std::uint64_t storedBytes = 0;    ///< of all databases in the data folder
  std::uint64_t freeBytes = 0;      ///< left on that disk
  std::string trouble;              ///< a sentence while writing fails; otherwise empty

  std::uint64_t failedCommits = 0;  ///< of them, those of which some part could not be written
  bool isFailing = false;           ///< the latest one was such
  Milliseconds committing{0};       ///< for how long the one that runs now has run; 0: none does
  std::uint64_t maxQueuedJobs = 0;  ///< the limit
  std::uint64_t queuedBytes = 0;
  std::uint64_t maxQueuedBytes = 0;
  std::uint64_t refusedJobs = 0;  ///< since the start: no room for them
  DurationHistogram commitDurations;
  DurationHistogram arrivalToDisk;  ///< of the sample of each commit that had waited longest
  std::optional<TimePoint> newestArrival;  ///< of the samples on disk, since the start
  std::uint64_t logBytes = 0;              ///< of storedBytes, what is still in write-ahead logs
  Milliseconds compactionLag{0};           ///< for how long compaction has had work that it has not got done
};

/// Port: the one way to the disk. Every append is a job of the next group commit; `done` is called on the writer thread
/// once the job is on disk, or with the reason why it is not. `done` must not block: it posts to whoever waits.
/// The functions return false, leave their arguments alone and never call `done` where the queue is full: the caller
/// slows its sender down and tries again. Any thread. Implemented by storage.
class DurableLog {
 public:
  using Done = std::function<void(const Result<void>&)>;
  using EventsDone = std::function<void(const Result<std::vector<EventNumber>>&)>;
  /// Told which life of the sessions' file has the changes: the first is 1. Another one than before means that the file
  /// was damaged and begun anew: whoever has sessions writes them all again.
  using SessionsDone = std::function<void(const Result<std::uint64_t>& life)>;
  using RegistryChange = std::function<Result<void>(RegistryStore&)>;
  using NitrogenChange = std::function<Result<void>(NitrogenStore&)>;

  virtual ~DurableLog() = default;

  /// `samples` is shared, because the sender still needs it for acknowledgements and live state; nobody changes it.
  virtual bool appendSamples(std::shared_ptr<const SampleBatch> samples, Done done) = 0;
  /// The events' numbers are given in order.
  virtual bool appendEvents(std::vector<api::Event> events, EventsDone done) = 0;
  /// Adds the command or replaces what is stored under its id. Where `act` says who gave or cancelled it, it enters
  /// that in the audit log in the same transaction.
  virtual bool saveCommand(api::Command command, std::optional<Act> act, Done done) = 0;
  bool saveCommand(api::Command command, Done done) {
    return saveCommand(std::move(command), std::nullopt, std::move(done));
  }
  virtual bool saveRetained(RetainedMessage message, Done done) = 0;
  /// All of the changes are on disk together, or none. They are shared, because a sender whose commit failed tries them
  /// again; nobody changes them.
  virtual bool appendSessionChanges(std::shared_ptr<const SessionChanges> changes, SessionsDone done) = 0;
  /// `news` is shared as session changes are.
  virtual bool appendConnections(std::shared_ptr<const ConnectionNews> news, Done done) = 0;
  /// Runs `change` on the writer thread, with the registry's one writing connection.
  virtual bool changeRegistry(RegistryChange change, Done done) = 0;
  /// The same for what Nitrogen's API keeps; `bytes` is roughly what the change writes.
  virtual bool changeNitrogen(NitrogenChange change, std::size_t bytes, Done done) = 0;

  virtual WriterStatus status() const = 0;
  /// Cheap enough to be asked for every message.
  virtual DiskLevel diskLevel() const { return DiskLevel::plenty; }
};

}  // namespace carport
