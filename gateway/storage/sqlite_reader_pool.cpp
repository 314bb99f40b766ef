#include "gateway/storage/sqlite_reader_pool.h"

namespace carport {

SqliteReaderPool::SqliteReaderPool(std::vector<std::unique_ptr<HistoryReader>> readers)
    : m_readers(std::move(readers)) {
  for (auto& reader : m_readers) m_threads.emplace_back([this, &reader] { run(*reader); });
}

SqliteReaderPool::~SqliteReaderPool() {
  {
    std::lock_guard lock(m_mutex);
    m_closed = true;
  }
  m_filled.notify_all();
  for (auto& thread : m_threads) thread.join();
}

bool SqliteReaderPool::read(Job job) {
  {
    std::lock_guard lock(m_mutex);
    if (m_closed || m_jobs.size() >= kMaxWaiting) return false;
    m_jobs.push_back(std::move(job));
  }
  m_filled.notify_one();
  return true;
}

void SqliteReaderPool::run(HistoryReader& reader) {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(m_mutex);
      m_filled.wait(lock, [this] { return m_closed || !m_jobs.empty(); });
      if (m_closed) return;
      job = std::move(m_jobs.front());
      m_jobs.pop_front();
    }
    job(reader);
  }
}

}  // namespace carport
