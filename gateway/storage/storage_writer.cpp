#include "gateway/storage/storage_writer.h"

#include "gateway/storage/day_file.h"
#include "gateway/storage/storage_errc.h"
#include "gateway/storage/write_back.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <utility>

namespace carport {

namespace {
/// How long the queue must be empty to count as idle.
constexpr Milliseconds kIdle{1};
/// After a group of so many samples the next one lets the queue go idle so often before it is committed: a commit costs
/// as much for hundreds of samples as for a few, and under load there will be more in a moment.
constexpr std::size_t kBusySamples = 256;
constexpr int kBusyIdles = 6;
/// How long the writer sleeps where nothing comes, and how often it then tries whether trouble is over.
constexpr Milliseconds kSleep{1000};
}  // namespace

StorageWriter::StorageWriter(const std::filesystem::path& folder, StorageContext context,
                             std::shared_ptr<StorageShared> shared, WriterOptions options)
    : m_telemetry(folder / "telemetry"),
      m_clock(context.clock),
      m_options(options),
      m_shared(shared),
      m_group(folder, context, std::move(shared), options),
      m_queue(options.maxWaitingJobs),
      m_usage(folder, context.clock),
      m_disk(options.diskProbe ? options.diskProbe : probeDiskOf(folder), context.clock, context.log),
      m_thread([this] { run(); }) {
  if (!options.compact) return;
  auto compactor =
      std::make_unique<Compactor>(m_telemetry, context, m_shared, [this](auto made) { return swap(std::move(made)); });
  auto retention =
      std::make_unique<RetentionSweep>(folder, context, m_shared, [this](auto made) { return swap(std::move(made)); });
  m_compaction = std::make_unique<CompactionThread>(
      std::move(compactor), std::move(retention), [this] { return m_disk.level(); }, m_shared, context.log);
}

StorageWriter::~StorageWriter() {
  m_compaction.reset();  // first: it waits for the writer
  m_queue.close();
  m_thread.join();
}

bool StorageWriter::push(StorageJob job) {
  const std::size_t bytes = job.bytes, before = m_waitingBytes.fetch_add(bytes);
  if ((before > 0 && before + bytes > m_options.maxWaitingBytes) || !m_queue.tryPush(std::move(job))) {
    m_waitingBytes.fetch_sub(bytes);
    m_refusedJobs.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  return true;
}

Result<void> StorageWriter::swap(std::shared_ptr<const CompactionSwap> swap) {
  const auto bytes = bytesOf(*swap);
  const auto file = dayFilePath(m_telemetry, swap->day);
  const auto answer = std::make_shared<std::promise<Result<void>>>();
  auto done = answer->get_future();
  const auto tell = [answer](const Result<void>& result) { answer->set_value(result); };
  if (!push({CompactionJob{std::move(swap), tell}, bytes})) {
    return fail(StorageErrc::queueFull, "The storage writer has too much to do to swap compacted samples in");
  }
  auto swapped = done.get();
  // Here, where nobody waits, and not by the writer at the end of a commit.
  if (swapped) WriteBack(file).run();
  return swapped;
}

bool StorageWriter::appendSamples(std::shared_ptr<const SampleBatch> samples, Done done) {
  if (!m_disk.admits(samples->size())) return false;
  const auto bytes = bytesOf(*samples);
  return push({SamplesJob{std::move(samples), std::move(done)}, bytes});
}

bool StorageWriter::appendEvents(std::vector<api::Event> events, EventsDone done) {
  if (!m_disk.admits(events.size())) return false;
  const auto bytes = bytesOf(events);
  return push({EventsJob{std::move(events), std::move(done)}, bytes});
}

bool StorageWriter::saveCommand(api::Command command, std::optional<Act> act, Done done) {
  const auto bytes = bytesOf(command);
  return push({CommandJob{std::move(command), std::move(act), std::move(done)}, bytes});
}

bool StorageWriter::saveRetained(RetainedMessage message, Done done) {
  if (m_heldBackJobs.load(std::memory_order_relaxed) >= m_options.maxWaitingJobs) return false;
  const auto bytes = bytesOf(message);
  return push({RetainedJob{std::move(message), std::move(done)}, bytes});
}

bool StorageWriter::appendSessionChanges(std::shared_ptr<const SessionChanges> changes, SessionsDone done) {
  const auto bytes = bytesOf(*changes);
  return push({SessionsJob{std::move(changes), std::move(done)}, bytes});
}

bool StorageWriter::appendConnections(std::shared_ptr<const ConnectionNews> news, Done done) {
  const auto bytes = bytesOf(*news);
  return push({ConnectionsJob{std::move(news), std::move(done)}, bytes});
}

bool StorageWriter::changeRegistry(RegistryChange change, Done done) {
  return push({RegistryJob{std::move(change), std::move(done)}, sizeof(StorageJob)});
}

bool StorageWriter::changeNitrogen(NitrogenChange change, std::size_t bytes, Done done) {
  return push({NitrogenJob{std::move(change), std::move(done)}, sizeof(StorageJob) + bytes});
}

void StorageWriter::run() {
  std::vector<StorageJob> jobs;
  m_disk.look();
  m_group.prepare();
  for (bool isOpen = true; isOpen || !m_heldBack.empty();) {
    isOpen = m_queue.popAll(jobs, m_heldBack.empty() ? kSleep : Milliseconds(0));
    m_disk.look();
    if (jobs.empty() && m_heldBack.empty()) {
      if (isOpen) probe();
      continue;
    }
    gather(jobs);
    holdBack(jobs);
    commit(jobs);
    jobs.clear();
  }
}

void StorageWriter::probe() {
  if (m_group.trouble().empty()) return;
  m_group.probe();
  std::lock_guard lock(m_mutex);
  m_status.trouble = m_group.trouble();
  m_status.isFailing = !m_status.trouble.empty();
}

void StorageWriter::gather(std::vector<StorageJob>& jobs) {
  const auto deadline = m_clock.steadyNow() + kGroupCommitMs;
  std::vector<StorageJob> more;
  int idles = m_group.samplesStored() >= kBusySamples ? kBusyIdles : 0;
  while (jobs.size() < m_options.maxWaitingJobs && m_clock.steadyNow() < deadline) {
    if (!m_queue.popAll(more, kIdle)) return;
    if (more.empty() && idles-- == 0) return;
    std::move(more.begin(), more.end(), std::back_inserter(jobs));
  }
}

void StorageWriter::holdBack(std::vector<StorageJob>& jobs) {
  if (m_heldBack.empty() && jobs.size() <= kMaxRetainedPerCommit) return;
  // Only among themselves must retained messages keep their order.
  auto all = std::exchange(m_heldBack, {});
  std::move(jobs.begin(), jobs.end(), std::back_inserter(all));
  jobs.clear();
  std::size_t retained = 0;
  for (StorageJob& job : all) {
    const bool isRetained = std::holds_alternative<RetainedJob>(job.work);
    const bool waits = isRetained && ++retained > kMaxRetainedPerCommit;
    (waits ? m_heldBack : jobs).push_back(std::move(job));
  }
  m_heldBackJobs.store(m_heldBack.size(), std::memory_order_relaxed);
}

void StorageWriter::commit(std::vector<StorageJob>& jobs) {
  std::size_t bytes = 0;
  for (const auto& job : jobs) bytes += job.bytes;
  const auto start = m_clock.steadyNow();
  m_committingSince = start.time_since_epoch().count();
  m_group.run(jobs, [&] {
    m_committingSince = 0;
    m_waitingBytes.fetch_sub(bytes);
    note(m_clock.steadyNow() - start);
  });
}

void StorageWriter::note(SteadyPoint::duration took) {
  std::lock_guard lock(m_mutex);
  m_latencies[m_status.commits % kLatencyCommits] = std::chrono::duration<double, std::milli>(took).count();
  m_status.commitDurations.observe(took);
  ++m_status.commits;
  m_status.trouble = m_group.trouble();
  m_status.isFailing = !m_status.trouble.empty();
  if (m_status.isFailing) ++m_status.failedCommits;
  m_status.samplesStored += m_group.samplesStored();
  if (m_group.samplesStored() == 0) return;
  m_status.arrivalToDisk.observe(m_clock.now() - m_group.firstArrival());
  m_status.newestArrival = m_group.lastArrival();
}

WriterStatus StorageWriter::status() const {
  WriterStatus status;
  std::array<double, kLatencyCommits> latencies;
  {
    std::lock_guard lock(m_mutex);
    status = m_status;
    latencies = m_latencies;
  }
  if (const auto count = std::min<std::size_t>(status.commits, kLatencyCommits); count > 0) {
    const auto middle = latencies.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(latencies.begin(), middle, latencies.begin() + static_cast<std::ptrdiff_t>(count));
    status.commitLatencyMs = *middle;
  }
  if (status.trouble.empty()) status.trouble = m_disk.trouble();
  if (status.trouble.empty()) status.trouble = m_shared->unreadable();
  status.queuedJobs = m_queue.size() + m_heldBackJobs.load(std::memory_order_relaxed);
  status.maxQueuedJobs = m_queue.capacity();
  status.queuedBytes = m_waitingBytes;
  status.maxQueuedBytes = m_options.maxWaitingBytes;
  status.refusedJobs = m_refusedJobs.load(std::memory_order_relaxed);
  if (const auto since = m_committingSince.load(); since != 0) {
    const auto running = m_clock.steadyNow() - SteadyPoint(SteadyPoint::duration(since));
    status.committing = std::chrono::duration_cast<Milliseconds>(running);
  }
  status.compactionLag = m_shared->compactionLag();
  const auto usage = m_usage.get();
  status.logBytes = usage.logBytes;
  status.storedBytes = usage.storedBytes;
  status.freeBytes = usage.freeBytes;
  return status;
}

}  // namespace carport
