#pragma once

#include "gateway/storage/data_folder.h"
#include "gateway/storage/day_file.h"
#include "gateway/storage/segment.h"
#include "gateway/storage/storage_shared.h"
#include "gateway/storage/writer_options.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace carport {

/// Writes samples and events into the day's file: one transaction a call. Changes the file at midnight (UTC), moves a
/// damaged one aside, and swaps what compaction has made for what it was made from. Owner: StorageWriter; its thread.
class TelemetryWriter {
 public:
  /// After so many blocks the newest samples of all cars are written down, so that a restart need not look further
  /// back.
  static constexpr std::size_t kBlocksPerSnapshot = 1000;

  TelemetryWriter(std::filesystem::path folder, StorageContext context, std::shared_ptr<StorageShared> shared,
                  WriterOptions options);
  /// Writes the newest samples down, as far as that succeeds.
  ~TelemetryWriter();

  /// Learns what the newest files know, so that the first commit does not take long over it; that tries again where
  /// this fails.
  Result<void> prepare();

  /// On success all of it is on disk; otherwise none. The numbers are the events', in order.
  Result<std::vector<EventNumber>> commit(const SampleBatch& samples, const std::vector<api::Event>& events);

  /// In one transaction, in any day's file: either all of it or nothing. Fails with StorageErrc::notFound where
  /// something that it removes is gone already.
  Result<void> swap(const CompactionSwap& swap);

  /// Whether writing works, where it failed before.
  Result<void> probe();

 private:
  /// What the next file takes over from this one.
  struct Carried {
    std::vector<api::Event> alarms;
    EventNumber newestEvent;
  };

  Result<void> ensureFile();
  Day today() const { return std::chrono::floor<std::chrono::days>(m_context.clock.now()); }
  Result<void> openFile(Day day);
  /// After a start: learns what the files that were written last know, and tidies the last one up where its day is
  /// over.
  Result<void> takeOver(Day today);
  /// One file of those; true where no older one need be asked.
  Result<bool> takeOver(const std::filesystem::path& path, bool& haveAlarms);
  Result<void> start(DayFile& file);
  void closeFile();
  Result<void> noteKnownCars();
  Result<std::vector<EventNumber>> write(const SampleBatch& samples, const std::vector<api::Event>& events);
  /// Returns how many blocks the samples have become.
  Result<std::size_t> insertBlocks(const SampleBatch& samples);
  /// The file of a day: the one that is being written, or that of a day that is over.
  Result<DayFile*> fileOf(Day day);
  static Result<void> swapIn(DayFile& file, const CompactionSwap& swap);
  Result<std::vector<EncodedBlock>> encode(const SampleBatch& samples);
  Result<void> writeSnapshot();
  /// Raises `highest` to the highest number of a car in them, and writes that down where it is higher than what is.
  void noteCars(const SampleBatch& samples, const std::vector<api::Event>& events, PrincipalNumber& highest);
  Result<void> tidyUp();
  void moveAside(const std::filesystem::path& file, const Error& why);

  const std::filesystem::path m_folder;
  const StorageContext m_context;
  const std::shared_ptr<StorageShared> m_shared;
  const WriterOptions m_options;
  BlockEncoder m_encoder;
  std::unique_ptr<DayFile> m_file;
  Day m_day{};
  // Of a day that is over, while it is compacted; none where nothing came for it lately.
  std::unique_ptr<DayFile> m_pastFile;
  Day m_pastDay{};
  bool m_started = false;
  LatestSamples m_latest;
  std::size_t m_blocksSinceSnapshot = 0;
  PrincipalNumber m_highestCar;  ///< as the open file has it noted
  Carried m_carried;
};

}  // namespace carport
