#pragma once

#include "gateway/domain/history_reader.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace carport {

/// Threads that read, each with a reader of its own. Owner: the composition root; read() from any thread.
class SqliteReaderPool final : public ReaderPool {
 public:
  /// Jobs that may wait, over all threads.
  static constexpr std::size_t kMaxWaiting = 1024;

  /// One thread a reader.
  explicit SqliteReaderPool(std::vector<std::unique_ptr<HistoryReader>> readers);
  /// Lets running jobs end; those that still wait are dropped.
  ~SqliteReaderPool() override;

  bool read(Job job) override;

 private:
  void run(HistoryReader& reader);

  std::vector<std::unique_ptr<HistoryReader>> m_readers;
  // Guards the queue, which any thread fills and every reading thread empties; BoundedQueue has one consumer only.
  std::mutex m_mutex;
  std::condition_variable m_filled;
  std::deque<Job> m_jobs;
  bool m_closed = false;
  std::vector<std::thread> m_threads;
};

}  // namespace carport
