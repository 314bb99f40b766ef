#pragma once

#include "gateway/storage/sqlite_nitrogen_store.h"
#include "gateway/storage/storage_job.h"
#include "gateway/storage/writer_options.h"

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace carport {

/// Writes what Nitrogen's API keeps: one transaction a call, in which a change that fails is taken back alone. The file
/// is made with the first change. Owner: GroupCommit; the writer's thread.
class NitrogenWriter {
 public:
  NitrogenWriter(std::filesystem::path file, WriterOptions options);

  /// One result a job. Where the commit fails, nothing of any is on disk, and `failure()` says why.
  std::vector<Result<void>> commit(std::span<const NitrogenJob* const> jobs);
  /// Why the latest commit failed, where it did.
  const Result<void>& failure() const { return m_failure; }
  /// Whether writing works, where it failed before.
  Result<void> probe();

 private:
  Result<void> ensureOpen();
  Result<void> write(std::span<const NitrogenJob* const> jobs, std::vector<Result<void>>& results);

  const std::filesystem::path m_file;
  const WriterOptions m_options;
  std::unique_ptr<SqliteNitrogenStore> m_store;
  bool m_isCountVoid = false;  // something that m_store has counted was taken back
  Result<void> m_failure;
};

}  // namespace carport
