#pragma once

#include "gateway/base/clock.h"
#include "gateway/domain/durable_log.h"

#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <deque>
#include <filesystem>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace carport::bench {

/// A wall clock that goes where it is told, so that hours and days pass in no time. Any thread.
class BenchClock final : public Clock {
 public:
  explicit BenchClock(TimePoint start) : m_now(toMs(start)) {}
  TimePoint now() const override { return fromMs(m_now); }
  SteadyPoint steadyNow() const override { return std::chrono::steady_clock::now(); }
  void set(TimePoint now) { m_now = toMs(now); }

 private:
  std::atomic<std::int64_t> m_now;
};

/// Wall and CPU time of this process between two moments.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count(); }
  double cpuSeconds() const { return static_cast<double>(std::clock() - m_cpuStart) / CLOCKS_PER_SEC; }

 private:
  std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
  std::clock_t m_cpuStart = std::clock();
};

/// Writes batches as an I/O thread does: two on their way, each a commit or part of one.
class Pipeline {
 public:
  explicit Pipeline(DurableLog& log) : m_log(log) {}

  void put(std::shared_ptr<const SampleBatch> batch) {
    auto promise = std::make_shared<std::promise<Result<void>>>();
    m_flying.push_back(promise->get_future());
    if (!m_log.appendSamples(std::move(batch), [promise](const Result<void>& done) { promise->set_value(done); }))
      throw std::runtime_error("the writer's queue is full");
    if (m_flying.size() >= 2) land();
  }
  void finish() {
    while (!m_flying.empty()) land();
  }

 private:
  void land() {
    const auto done = m_flying.front().get();
    m_flying.pop_front();
    if (!done) throw std::runtime_error(done.error().message());
  }

  DurableLog& m_log;
  std::deque<std::future<Result<void>>> m_flying;
};

/// The one number that `sql` gives; -1 where the file cannot be read.
inline std::int64_t asked(const std::filesystem::path& file, const char* sql) {
  sqlite3* database = nullptr;
  sqlite3_stmt* statement = nullptr;
  std::int64_t value = -1;
  if (sqlite3_open_v2(file.string().c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK &&
      sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
    value = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return value;
}

/// Whether compaction has nothing left to do in the file of a day that is over. Hours with few samples have no
/// roll-ups: they are settled (tier 9) without.
inline bool isCompacted(const std::filesystem::path& file) {
  return asked(file,
               "SELECT (SELECT count(*) FROM block) + (SELECT count(*) FROM segment WHERE rolled = 0 AND tier < 9)") ==
         0;
}

}  // namespace carport::bench
