#pragma once

#include "gateway/api/heat.h"
#include "gateway/api/moments.h"
#include "gateway/domain/history_reader.h"
#include "gateway/storage/day_file_cache.h"
#include "gateway/storage/history_series.h"

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace carport {

/// Reads samples and events from the day files. A file that cannot be read is passed over, logged and told in the
/// status. history() fails where such a file is of a day that was asked for: what is lost must not look like silence.
/// visitSamples() shows what can be read and then fails. Owner: SqliteHistoryReader; its thread.
class TelemetryReader {
 public:
  /// Rows of one car that visitSamples holds at once, unless more have the very same time.
  static constexpr std::size_t kMaxWindowRows = 50'000;

  TelemetryReader(std::filesystem::path folder, StorageContext context, std::shared_ptr<StorageShared> shared);

  /// As HistoryReader::stopWhen().
  void stopWhen(StopFlag stop) { m_stop = std::move(stop); }

  Result<api::History> history(const api::HistoryQuery& query);
  Result<api::FleetHistory> fleetHistory(const api::FleetHistoryQuery& query);
  Result<api::FleetMoments> fleetMoments(const api::FleetMomentsQuery& query);
  Result<api::FleetHeat> fleetHeat(const api::FleetHeatQuery& query);
  Result<void> visitSamples(PrincipalNumber car, TimePoint from, TimePoint to, const SampleVisitor& visit);
  Result<SampleBatch> latestSamples();
  Result<std::vector<api::Event>> events(const EventQuery& query);
  Result<std::vector<api::Event>> activeAlarms();

 private:
  using FileWork = std::function<Result<void>(DayFile&)>;

  /// The days whose samples may lie in [from, to), ascending. Fails where a day in that range cannot be read.
  Result<std::vector<Day>> daysWithSamples(TimePoint from, TimePoint to);
  /// Logs that a day's file cannot be read, and says so to whoever asked for it; where reading was only stopped, that.
  tl::unexpected<Error> unreadable(Day day, const Error& why);
  /// Runs `work` in a snapshot of a day's file, unless it is to be stopped.
  Result<void> withFile(Day day, const FileWork& work);
  /// The query as it is answered: with wider steps where the stretch has more samples than are read for one answer.
  Result<api::FleetMomentsQuery> answerable(const api::FleetMomentsQuery& asked);
  /// What a query's samples span, and how many rows they are in at most.
  struct Span {
    TimeExtent extent;
    std::uint64_t rows = 0;
  };
  Result<std::optional<Span>> spanOf(const api::HistoryQuery& query, const std::vector<Day>& days);
  Result<void> scan(const api::HistoryQuery& query, const std::vector<Day>& days,
                    std::vector<HistorySeriesBuilder>& series, bool useRollups);

  StorageContext m_context;
  DayFileCache m_files;
  StopFlag m_stop;
};

}  // namespace carport
