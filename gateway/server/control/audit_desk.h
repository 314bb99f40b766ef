#pragma once

#include "gateway/base/log.h"
#include "gateway/domain/durable_log.h"
#include "gateway/domain/history_reader.h"
#include "gateway/domain/registry.h"
#include "gateway/server/attempt_log.h"
#include "gateway/server/control/control_port.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace carport {

/// Looks after the audit log: writes refused attempts into it, tells its newest hash in the gateway's log, and keeps it
/// to its age. Owner: Control; its thread, but for refused().
class AuditDesk {
 public:
  /// Longest that a refused attempt waits to be written.
  static constexpr std::chrono::seconds kWriteEvery{5};
  static constexpr std::chrono::hours kForgetEvery{1};
  /// How often the newest entry's hash is told in the log, where it is out of reach of who may write the database.
  static constexpr std::chrono::hours kTellHeadEvery{24};

  AuditDesk(DurableLog& durableLog, ReaderPool& readers, const Registry& registry, const Clock& clock,
            std::shared_ptr<ControlPort> port, Log log);

  /// How long entries are kept; 0: for ever.
  void keepForDays(std::uint32_t days) { m_days = days; }
  /// Somebody was not allowed what they tried. Any thread; never waits.
  void refused(api::AuditEntry entry) { m_attempts.refused(std::move(entry), m_clock.now()); }
  /// Writes what waits, then calls `done` on the control thread, also where it could not be written.
  void write(std::function<void()> done);
  /// Call about once a second.
  void tick();
  /// Writes what waits without being told of it, because the control thread ends.
  void writeLast();
  /// Refused attempts that were too many to be written.
  std::uint64_t leftOut() const { return m_attempts.leftOut(); }

 private:
  std::vector<api::AuditEntry> take();
  void forgetOld();
  void tellHead();

  DurableLog& m_durableLog;
  ReaderPool& m_readers;
  const Registry& m_registry;
  const Clock& m_clock;
  std::shared_ptr<ControlPort> m_port;
  Log m_log;
  AttemptLog m_attempts;
  std::uint32_t m_days = 0;
  SteadyPoint m_written{};
  SteadyPoint m_forgotten{};
  SteadyPoint m_headTold{};
};

}  // namespace carport
