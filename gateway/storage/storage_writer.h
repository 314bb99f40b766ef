#pragma once

#include "gateway/base/bounded_queue.h"
#include "gateway/storage/compaction_thread.h"
#include "gateway/storage/data_folder.h"
#include "gateway/storage/disk_guard.h"
#include "gateway/storage/folder_usage.h"
#include "gateway/storage/group_commit.h"
#include "gateway/storage/storage_job.h"
#include "gateway/storage/storage_shared.h"
#include "gateway/storage/writer_options.h"

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace carport {

/// The one thread that writes: gathers what waits into group commits. Beside it a thread compacts what is stored, and
/// hands what it has made to this one. Owner: the composition root; its functions may be
/// called from any thread.
class StorageWriter final : public DurableLog {
 public:
  /// Longest time that a group gathers before it is committed; a queue that goes idle commits at once, under load after
  /// some milliseconds.
  static constexpr Milliseconds kGroupCommitMs{10};
  /// Retained messages in one commit: a new topic costs far more than a sample, and samples must not wait for a
  /// thousand of them. Further ones wait for the next commit.
  static constexpr std::size_t kMaxRetainedPerCommit = 500;
  /// Commits of which the median latency is reported.
  static constexpr std::size_t kLatencyCommits = 64;

  StorageWriter(const std::filesystem::path& folder, StorageContext context, std::shared_ptr<StorageShared> shared,
                WriterOptions options = {});
  /// Writes what waits, then ends the threads.
  ~StorageWriter() override;

  bool appendSamples(std::shared_ptr<const SampleBatch> samples, Done done) override;
  bool appendEvents(std::vector<api::Event> events, EventsDone done) override;
  using DurableLog::saveCommand;
  bool saveCommand(api::Command command, std::optional<Act> act, Done done) override;
  bool saveRetained(RetainedMessage message, Done done) override;
  bool appendSessionChanges(std::shared_ptr<const SessionChanges> changes, SessionsDone done) override;
  bool appendConnections(std::shared_ptr<const ConnectionNews> news, Done done) override;
  bool changeRegistry(RegistryChange change, Done done) override;
  bool changeNitrogen(NitrogenChange change, std::size_t bytes, Done done) override;
  WriterStatus status() const override;
  DiskLevel diskLevel() const override { return m_disk.level(); }

  /// Swaps what compaction has made for what it was made from, waits until that is on disk, and brings it from the
  /// file's log into the file. Not on the writer thread.
  Result<void> swap(std::shared_ptr<const CompactionSwap> swap);

 private:
  bool push(StorageJob job);
  void run();
  /// While writing fails and nothing comes: tries whether it works again.
  void probe();
  void gather(std::vector<StorageJob>& jobs);
  /// Takes out of `jobs` what is too much for one commit, and puts in what was too much for the one before.
  void holdBack(std::vector<StorageJob>& jobs);
  void commit(std::vector<StorageJob>& jobs);
  /// Counts a commit that took so long.
  void note(SteadyPoint::duration took);

  const std::filesystem::path m_telemetry;  // the folder with the day files
  const Clock& m_clock;
  const WriterOptions m_options;
  const std::shared_ptr<StorageShared> m_shared;
  GroupCommit m_group;
  BoundedQueue<StorageJob> m_queue;
  std::atomic<std::size_t> m_waitingBytes{0};
  std::vector<StorageJob> m_heldBack;  // at most as many as the queue takes, and those of one gathering
  std::atomic<std::size_t> m_heldBackJobs{0};
  std::atomic<std::uint64_t> m_refusedJobs{0};
  std::atomic<SteadyPoint::rep> m_committingSince{0};  // 0: nothing is being committed
  mutable FolderUsage m_usage;
  DiskGuard m_disk;

  // Guards m_status and the latencies: written by the writer after each commit, read by whoever asks for the status,
  // who wants the answer now and not when the writer gets round to it.
  mutable std::mutex m_mutex;
  WriterStatus m_status;
  std::array<double, kLatencyCommits> m_latencies{};

  std::thread m_thread;
  std::unique_ptr<CompactionThread> m_compaction;
};

}  // namespace carport
