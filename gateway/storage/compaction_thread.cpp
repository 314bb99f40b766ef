#include "gateway/storage/compaction_thread.h"

namespace carport {

using std::chrono::steady_clock;

CompactionThread::CompactionThread(std::unique_ptr<Compactor> compactor, std::shared_ptr<StorageShared> shared, Log log)
    : m_compactor(std::move(compactor)),
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
  while (sleep(kPoll)) {
    Result<bool> more = m_compactor->isDue();
    m_workSince = steady_clock::now();
    while (more && *more) {
      more = m_compactor->step([this] { return pause(); });
      if (!pause()) return;
    }
    const std::string trouble = more ? std::string() : more.error().message();
    if (!trouble.empty() && trouble != m_trouble)
      m_log.warning("compacting stored samples failed; it is tried again", {{"reason", trouble}});
    m_trouble = trouble;
    if (!more && !sleep(kRetry)) return;
  }
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
