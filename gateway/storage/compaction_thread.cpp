#include "gateway/storage/compaction_thread.h"

#include "gateway/base/thread_priority.h"

namespace carport {

using std::chrono::steady_clock;

CompactionThread::CompactionThread(std::unique_ptr<Compactor> compactor, std::unique_ptr<RetentionSweep> retention,
                                   std::function<DiskLevel()> diskLevel, std::shared_ptr<StorageShared> shared, Log log)
    : m_compactor(std::move(compactor)),
      m_retention(std::move(retention)),
      m_diskLevel(std::move(diskLevel)),
      m_shared(std::move(shared)),
      m_log(std::move(log)),
      m_workSince(steady_clock::now()),
      m_rateSince(m_workSince),
      m_thread([this] { run(); }) {}

CompactionThread::~CompactionThread() {
  {
    std::lock_guard lock(m_mutex);
    m_ending = true;
  }
  m_wake.notify_all();
  m_thread.join();
}

void CompactionThread::run() {
  runInBackground();
  SteadyPoint compactAt{}, sweepAt{};
  while (sleep(kPoll)) {
    m_workSince = steady_clock::now();
    std::string trouble;
    if (m_workSince >= sweepAt) {
      if (!sweep(trouble)) return;
      if (!trouble.empty()) sweepAt = steady_clock::now() + kRetry;
      note(m_retentionTrouble, trouble, "taking older samples away failed; it is tried again");
    }
    if (m_workSince < compactAt) continue;
    trouble.clear();
    if (!compact(trouble)) return;
    if (!trouble.empty()) compactAt = steady_clock::now() + kRetry;
    note(m_trouble, trouble, "compacting stored samples failed; it is tried again");
  }
}

bool CompactionThread::compact(std::string& trouble) {
  Result<bool> more = m_compactor->isDue();
  if (more && *more) m_shared->noteCompactionWork(true);
  while (more && *more && m_diskLevel() < DiskLevel::noBackgroundWork) {
    more = m_compactor->step([this] { return pause(); });
    if (!pause()) return false;
  }
  m_shared->noteCompactionWork(!more || *more);
  if (!more) trouble = more.error().message();
  return true;
}

bool CompactionThread::sweep(std::string& trouble) {
  Result<bool> more = m_retention->isDue();
  while (more && *more) {
    more = m_retention->step();
    if (!pause()) return false;
  }
  if (!more) trouble = more.error().message();
  return true;
}

void CompactionThread::note(std::string& known, const std::string& trouble, std::string_view what) {
  if (!trouble.empty() && trouble != known) m_log.warning(what, {{"reason", trouble}});
  known = trouble;
}

bool CompactionThread::isBusy() {
  const auto now = steady_clock::now();
  const std::chrono::duration<double> since = now - m_rateSince;
  if (since >= kPoll) {
    const std::uint64_t samples = m_shared->samplesWritten;
    m_samplesPerSecond = static_cast<double>(samples - m_rateSamples) / since.count();
    m_rateSamples = samples;
    m_rateSince = now;
  }
  return m_samplesPerSecond >= kBusySamplesPerSecond;
}

bool CompactionThread::pause() {
  const auto worked = std::chrono::ceil<Milliseconds>(steady_clock::now() - m_workSince);
  const bool goOn = sleep(isBusy() ? worked * kSleepsPerWork : Milliseconds(0));
  m_workSince = steady_clock::now();
  return goOn;
}

bool CompactionThread::sleep(Milliseconds howLong) {
  std::unique_lock lock(m_mutex);
  return !m_wake.wait_for(lock, howLong, [this] { return m_ending; });
}

}  // namespace carport
