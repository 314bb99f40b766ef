#pragma once

#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "gateway/domain/session_record.h"
#include "gateway/storage/session_store.h"
#include "gateway/storage/writer_options.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace carport {

/// Writes changes of MQTT sessions: one transaction a call. Moves a damaged file aside. Owner: GroupCommit; the
/// writer's thread.
class SessionWriter {
 public:
  SessionWriter(std::filesystem::path file, Log log, WriterOptions options);

  /// On success all of it is on disk, otherwise none. Returns which life of the file has it (DurableLog::SessionsDone).
  Result<std::uint64_t> commit(std::span<const SessionChanges* const> jobs);
  /// Whether writing works, where it failed before.
  Result<void> probe();

 private:
  Result<void> ensureOpen();
  Result<void> write(std::span<const SessionChanges* const> jobs);

  const std::filesystem::path m_file;
  const Log m_log;
  const WriterOptions m_options;
  std::unique_ptr<SessionStore> m_store;
  std::uint64_t m_life = 1;
};

}  // namespace carport
