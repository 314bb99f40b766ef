#pragma once

#include "gateway/domain/durable_log.h"
#include "gateway/storage/compactor.h"
#include "gateway/storage/retention_sweep.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace carport {

/// Runs compaction and retention on a thread of their own, which leaves most of its time to the threads that samples
/// come in on. Owner: StorageWriter.
class CompactionThread {
 public:
  /// How often it looks whether there is work.
  static constexpr Milliseconds kPoll{1000};
  /// Sleep for each moment of work while many samples come in.
  static constexpr int kSleepsPerWork = 3;
  /// From so many samples a second on.
  static constexpr double kBusySamplesPerSecond = 2000;
  /// Wait after a failure.
  static constexpr Milliseconds kRetry{30'000};

  /// Where `diskLevel` says so compaction waits; retention, which frees room, goes on.
  CompactionThread(std::unique_ptr<Compactor> compactor, std::unique_ptr<RetentionSweep> retention,
                   std::function<DiskLevel()> diskLevel, std::shared_ptr<StorageShared> shared, Log log);
  /// Gives the merge that is under way up and ends the thread.
  ~CompactionThread();

 private:
  void run();
  /// One after the other as long as there is something to do; false when it is time to end.
  bool compact(std::string& trouble);
  bool sweep(std::string& trouble);
  void note(std::string& known, const std::string& trouble, std::string_view what);
  /// Between two pieces of work; false when it is time to end.
  bool pause();
  /// False when it is time to end.
  bool sleep(Milliseconds howLong);
  bool isBusy();

  const std::unique_ptr<Compactor> m_compactor;
  const std::unique_ptr<RetentionSweep> m_retention;
  const std::function<DiskLevel()> m_diskLevel;
  const std::shared_ptr<StorageShared> m_shared;
  const Log m_log;
  SteadyPoint m_workSince;
  SteadyPoint m_rateSince;
  std::uint64_t m_rateSamples = 0;
  double m_samplesPerSecond = 0;
  std::string m_trouble;
  std::string m_retentionTrouble;

  // Guards m_ending, for which the thread sleeps on the condition: whoever ends it must wake it at once.
  std::mutex m_mutex;
  std::condition_variable m_wake;
  bool m_ending = false;
  std::thread m_thread;
};

}  // namespace carport
