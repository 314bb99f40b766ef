#pragma once

#include "gateway/domain/durable_log.h"
#include "gateway/domain/people_store.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace carport {

/// When tokens were last used. Kept in memory and written now and then, because a token may be used a thousand times a
/// second; what is lost with a gateway that is killed is the last minute. Owner: Control; its thread.
class TokenUses {
 public:
  /// How often uses are written, where there are any.
  static constexpr std::chrono::seconds kWriteEvery{60};
  /// Most tokens whose use waits to be written; beyond it only those already waiting are brought up to date.
  static constexpr std::size_t kMaxWaiting = 10'000;

  TokenUses(DurableLog& durableLog, const Clock& clock) : m_durableLog(durableLog), m_clock(clock) {}

  void used(std::int64_t token, const std::string& address);
  /// What is not written yet; null where nothing is.
  const TokenUse* find(std::int64_t token) const;
  /// Call about once a second.
  void tick();
  /// Writes what waits, without waiting for it.
  void write();

 private:
  DurableLog& m_durableLog;
  const Clock& m_clock;
  std::unordered_map<std::int64_t, TokenUse> m_waiting;
  SteadyPoint m_written{};
};

}  // namespace carport
