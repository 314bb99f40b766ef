#include "gateway/storage/nitrogen_writer.h"

#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/transaction.h"
#include "gateway/storage/write_probe.h"

#include <utility>

namespace carport {

NitrogenWriter::NitrogenWriter(std::filesystem::path file, WriterOptions options)
    : m_file(std::move(file)), m_options(options) {}

Result<void> NitrogenWriter::ensureOpen() {
  if (m_store) return {};
  auto opened = SqliteNitrogenStore::open(m_file);
  if (!opened) return failFrom(opened);
  m_store = *std::move(opened);
  return guarded(m_file.string(), [&]() -> Result<void> {
    m_store->database().limitPages(m_options.maxDatabasePages);
    return {};
  });
}

Result<void> NitrogenWriter::write(std::span<const NitrogenJob* const> jobs, std::vector<Result<void>>& results) {
  return guarded(m_file.string(), [&]() -> Result<void> {
    Database& database = m_store->database();
    Transaction transaction(database);
    for (const NitrogenJob* job : jobs) {
      const auto counted = m_store->countChanges();
      results.push_back(guarded(m_file.string(), [&]() -> Result<void> {
        Transaction part(database);
        auto result = job->change(*m_store);
        if (result) part.commit();
        return result;
      }));
      if (!results.back() && m_store->countChanges() != counted) m_isCountVoid = true;
      // Out of room or an I/O failure: SQLite has rolled back the neighbours as well.
      if (!database.inTransaction()) return results.back() ? fail(StorageErrc::ioFailed) : results.back();
    }
    transaction.commit();
    return {};
  });
}

std::vector<Result<void>> NitrogenWriter::commit(std::span<const NitrogenJob* const> jobs) {
  std::vector<Result<void>> results;
  results.reserve(jobs.size());
  m_failure = ensureOpen();
  if (m_failure) m_failure = write(jobs, results);
  if (!m_failure || std::exchange(m_isCountVoid, false)) m_store.reset();  // opened and counted anew next time
  if (!m_failure) {
    m_failure = tl::unexpected<Error>(fullDiskInstead(m_failure.error(), m_file, freeBytesBeside(m_file)));
    results.assign(jobs.size(), m_failure);
  }
  return results;
}

Result<void> NitrogenWriter::probe() {
  if (auto ready = ensureOpen(); !ready) return ready;
  auto done = probeWriting(m_store->database());
  if (!done) m_store.reset();
  return done;
}

}  // namespace carport
