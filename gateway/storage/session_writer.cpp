#include "gateway/storage/session_writer.h"

#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/transaction.h"
#include "gateway/storage/write_probe.h"

#include <utility>

namespace carport {

SessionWriter::SessionWriter(std::filesystem::path file, Log log, WriterOptions options)
    : m_file(std::move(file)), m_log(std::move(log)), m_options(options) {}

Result<void> SessionWriter::ensureOpen() {
  if (m_store) return {};
  bool begunAnew = false;
  auto opened = openOrBeginAnew(m_file, m_log, begunAnew);
  if (begunAnew) ++m_life;
  if (!opened) return failFrom(opened);
  m_store = *std::move(opened);
  return guarded(m_file.string(), [&]() -> Result<void> {
    m_store->database().limitPages(m_options.maxDatabasePages);
    return {};
  });
}

Result<void> SessionWriter::write(std::span<const SessionChanges* const> jobs) {
  return guarded(m_file.string(), [&]() -> Result<void> {
    Transaction transaction(m_store->database());
    m_store->beginCommit();
    for (const SessionChanges* changes : jobs) {
      for (const SessionChange& change : *changes) m_store->apply(change);
    }
    transaction.commit();
    return {};
  });
}

Result<std::uint64_t> SessionWriter::commit(std::span<const SessionChanges* const> jobs) {
  if (auto ready = ensureOpen(); !ready) return failFrom(ready);
  auto done = write(jobs);
  if (!done && done.error().is(StorageErrc::corrupted)) {
    m_store.reset();
    moveSessionsAside(m_file, done.error(), m_log);
    ++m_life;
    if (auto ready = ensureOpen(); !ready) return failFrom(ready);
    done = write(jobs);
  }
  if (!done) {
    m_store.reset();  // what it knows of the file is void after a rollback
    return failFrom(done);
  }
  return m_life;
}

Result<void> SessionWriter::probe() {
  if (auto ready = ensureOpen(); !ready) return ready;
  auto done = probeWriting(m_store->database());
  if (!done) m_store.reset();
  return done;
}

}  // namespace carport
