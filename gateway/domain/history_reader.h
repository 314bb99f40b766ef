#pragma once

#include "gateway/api/audit.h"
#include "gateway/api/command.h"
#include "gateway/api/event.h"
#include "gateway/api/heat.h"
#include "gateway/api/history.h"
#include "gateway/api/moments.h"
#include "gateway/api/sample.h"
#include "gateway/base/result.h"
#include "gateway/base/stop_flag.h"
#include "gateway/domain/connection_news.h"
#include "gateway/domain/durable_log.h"
#include "gateway/domain/nitrogen_store.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace carport {

/// Some cars; nobody changes it.
using CarSet = std::shared_ptr<const std::unordered_set<PrincipalNumber>>;
/// Up to so many cars of a set are looked up one by one: then what others store costs the answer nothing.
inline constexpr std::size_t kFewCars = 64;

struct EventQuery {
  std::optional<PrincipalNumber> car;
  CarSet cars;  ///< only of these; null: of all
  TimePoint from{};
  TimePoint to = fromMs(INT64_MAX);
  /// Only those that come behind this place of the list, the next page: earlier ones, and of the same time those with
  /// smaller numbers.
  struct Place {
    TimePoint time = fromMs(INT64_MAX);
    std::int64_t number = INT64_MAX;
  } before;
  std::size_t limit = 100;  ///< newest first
  static constexpr std::size_t kMaxLimit = 10'000;
};

struct CommandQuery {
  std::optional<PrincipalNumber> car;
  CarSet cars;  ///< only to these; null: to all
  bool openOnly = false;
  std::optional<std::string> before;  ///< only commands with smaller ids: the next page
  std::size_t limit = 100;            ///< newest first
  static constexpr std::size_t kMaxLimit = 10'000;
};

/// Which entries of the audit log; what is absent is not asked about.
struct AuditQuery {
  std::optional<std::string> who, about, action, organisation;
  std::optional<api::ActOutcome> outcome;
  TimePoint from{};
  TimePoint to = fromMs(INT64_MAX);
  std::int64_t before = INT64_MAX;  ///< only entries with smaller numbers: the next page
  std::size_t limit = 100;          ///< newest first
  static constexpr std::size_t kMaxLimit = 1'000;
};

/// Called with each stored sample in ascending time; returns false to stop.
using SampleVisitor = std::function<bool(const SampleBatch& batch, const SampleBatch::Row& row)>;

/// Port: what is stored. Every call blocks and sees everything committed before it. One thread an instance.
/// Implemented by storage.
class HistoryReader {
 public:
  /// Most points of a metric in one history: a car's day at two samples a second, with room to spare. The API asks for
  /// fewer (api::kMaxHistoryPoints).
  static constexpr std::size_t kMaxPoints = 200'000;

  virtual ~HistoryReader() = default;

  /// From now on history, fleetHistory, fleetMoments, fleetHeat, visitSamples and events end at the next block, with
  /// BaseErrc::cancelled, once `stop` is raised; one made by default: they run to their end.
  virtual void stopWhen(StopFlag stop) = 0;
  virtual Result<api::History> history(const api::HistoryQuery& query) = 0;
  /// One metric of many cars, put together.
  virtual Result<api::FleetHistory> fleetHistory(const api::FleetHistoryQuery& query) = 0;
  /// Where many cars were at a moment, and how they moved after it.
  virtual Result<api::FleetMoments> fleetMoments(const api::FleetMomentsQuery& query) = 0;
  /// How long many cars were where.
  virtual Result<api::FleetHeat> fleetHeat(const api::FleetHeatQuery& query) = 0;
  /// Every sample of `car` in [from, to), exactly as it was stored; those with the same time in order of arrival.
  virtual Result<void> visitSamples(PrincipalNumber car, TimePoint from, TimePoint to, const SampleVisitor& visit) = 0;
  /// The newest sample of every car, for live state after a restart.
  virtual Result<SampleBatch> latestSamples() = 0;
  virtual Result<std::vector<api::Event>> events(const EventQuery& query) = 0;
  /// The newest event of each name of each car with severity alarm that is active, for live state after a restart.
  virtual Result<std::vector<api::Event>> activeAlarms() = 0;
  virtual Result<std::vector<api::Command>> commands(const CommandQuery& query) = 0;
  virtual Result<std::optional<api::Command>> command(const std::string& id) = 0;
  virtual Result<std::vector<api::AuditEntry>> audit(const AuditQuery& query) = 0;
  virtual Result<std::vector<api::Connection>> connections(const ConnectionQuery& query) = 0;
  virtual Result<std::vector<api::AttemptCount>> attempts(PrincipalNumber principal) = 0;
  /// The highest number of a connection that was given; 0: none.
  virtual Result<std::int64_t> newestConnection() = 0;
  virtual Result<std::vector<RetainedMessage>> retainedMessages() = 0;
  /// The MQTT sessions that outlived the last run. For the start of the one gateway that serves the folder, before it
  /// writes any: a damaged file of sessions is moved aside and told in the log, and there are none then.
  virtual Result<StoredSessions> loadSessions(const SessionLoadLimits& limits) = 0;
  /// What Nitrogen's API keeps; null where it never kept anything.
  virtual Result<NitrogenReader*> nitrogen() = 0;
};

/// As long as it lives its reader's reads end when a flag is raised. Owner: one job; its thread.
class StoppedBy {
 public:
  StoppedBy(HistoryReader& reader, StopFlag stop) : m_reader(reader) { m_reader.stopWhen(std::move(stop)); }
  ~StoppedBy() { m_reader.stopWhen({}); }
  StoppedBy(const StoppedBy&) = delete;
  StoppedBy& operator=(const StoppedBy&) = delete;

 private:
  HistoryReader& m_reader;
};

/// Port: the small pool of reading threads. `job` runs on one of them with that thread's reader, and must post its
/// result to whoever waits. Returns false where too many wait already. Any thread. Implemented by storage.
class ReaderPool {
 public:
  using Job = std::function<void(HistoryReader&)>;

  virtual ~ReaderPool() = default;
  virtual bool read(Job job) = 0;
};

}  // namespace carport
