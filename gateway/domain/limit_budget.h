#pragma once

#include "gateway/api/limit.h"
#include "gateway/base/clock.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace carport {

/// One budget of a limit: a token bucket kept as the moment at which it will be full again (the generic cell rate
/// algorithm, ITU-T I.371), or of connections a count. In any stretch of time at most `burst` and `most` for each unit
/// go through; what is larger than what is left goes through once, and then nothing until it has been made up for.
/// Shared by all who use it. Any thread, without locks.
class LimitBudget {
 public:
  using Wait = std::chrono::nanoseconds;
  /// Threads that take from a large budget in portions; others go to the budget itself each time.
  static constexpr std::size_t kCells = 16;
  static constexpr std::size_t kNoCell = kCells;

  explicit LimitBudget(const api::Limit& limit);

  /// Whether `amount` was let through, and how long to wait: before doing it where it was, before asking again where
  /// not.
  struct Answer {
    bool taken = false;
    Wait wait{0};
  };
  /// Takes `amount` where that can be had within `longest`; then nobody else gets it. `cell`: the number of the thread,
  /// where it is one that asks often.
  Answer take(std::int64_t amount, SteadyPoint now, Wait longest, std::size_t cell = kNoCell);
  /// Undoes a take(), because another limit refused.
  void giveBack(std::int64_t amount);

  /// Of connections: one more, where there may be one more. release() once for each that was held.
  bool hold();
  /// The same whether or not there may be: it was open before the limit.
  void holdAnyway();
  void release();
  /// Of connections: how many there may be from now on.
  void setMost(std::int64_t most) { m_most.store(most, std::memory_order_relaxed); }

  void countSlowed() { m_slowed.fetch_add(1, std::memory_order_relaxed); }
  void countRefused() { m_refused.fetch_add(1, std::memory_order_relaxed); }
  void countOver() { m_over.fetch_add(1, std::memory_order_relaxed); }

  /// How it stands, without key.
  api::LimitUse use(SteadyPoint now) const;
  /// Nothing of it is used, so that a new one would be the same.
  bool isWhole(SteadyPoint now) const;
  /// Begins a new stretch of time for LimitUse::recent. Called by one thread.
  void sample();
  /// So many …
  std::int64_t most() const { return m_most.load(std::memory_order_relaxed); }
  /// … in this time; 0 of connections.
  std::chrono::seconds window() const { return m_isCount ? std::chrono::seconds(0) : m_window; }

 private:
  /// What one thread has taken and not used up yet.
  struct alignas(64) Cell {
    std::atomic<std::int64_t> held{0};  // its thread's alone; atomic only so that figures may look
  };
  Answer takeShared(std::int64_t amount, SteadyPoint now, Wait longest);
  static double nanosOf(SteadyPoint now) { return static_cast<double>(now.time_since_epoch().count()); }

  const bool m_isCount;
  const double m_interval;  // nanoseconds for one
  const double m_burst;
  const std::chrono::seconds m_window;
  const double m_unit;  // the same in nanoseconds: no debt is longer
  std::int64_t m_portion = 1;
  std::unique_ptr<std::array<Cell, kCells>> m_cells;  // only where portions are larger than one
  std::atomic<double> m_wholeAt{0};                   // nanoseconds of the steady clock
  std::atomic<std::int64_t> m_most;
  std::atomic<std::int64_t> m_count{0};
  std::atomic<std::uint64_t> m_taken{0}, m_slowed{0}, m_refused{0}, m_over{0};
  std::atomic<std::uint64_t> m_takenBefore{0}, m_takenAtSample{0};  // at the last sample but one, and at the last
};

}  // namespace carport
