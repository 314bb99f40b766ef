#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace carport::sim {

/// When each of many cars sends next: a hashed timing wheel (Varghese and Lauck 1987), so that one timer a thread is
/// enough and an appointment costs the same whatever their number. It knows no clock. Owner: a worker; one thread.
class PacingWheel {
 public:
  using Microseconds = std::chrono::microseconds;
  using Item = std::uint32_t;

  explicit PacingWheel(Microseconds tick, std::size_t slotCount = 1024) : m_tick(tick), m_slots(slotCount) {}

  /// `item` is due at `due`; what is due already comes with the next tick. An item has one appointment at a time.
  void schedule(Item item, Microseconds due) {
    const std::int64_t wanted = (due.count() + m_tick.count() - 1) / m_tick.count();
    const std::int64_t tick = wanted > m_lastTick ? wanted : m_lastTick + 1;
    slot(tick).push_back({tick, item});
    ++m_size;
  }

  /// Calls `onDue(item)` for everything due by `now`, earlier ticks first; onDue may schedule again.
  template <class OnDue>
  void advance(Microseconds now, OnDue&& onDue) {
    const std::int64_t nowTick = now.count() / m_tick.count();
    const auto slotCount = static_cast<std::int64_t>(m_slots.size());
    if (nowTick - m_lastTick > slotCount) m_lastTick = nowTick - slotCount;  // one turn visits every slot
    while (m_lastTick < nowTick) {
      ++m_lastTick;
      m_visited.swap(slot(m_lastTick));
      for (const Appointment& appointment : m_visited) {
        if (appointment.tick > m_lastTick) {
          slot(m_lastTick).push_back(appointment);  // of a later turn
        } else {
          --m_size;
          onDue(appointment.item);
        }
      }
      m_visited.clear();
    }
  }

  Microseconds tick() const { return m_tick; }
  std::size_t size() const { return m_size; }

 private:
  struct Appointment {
    std::int64_t tick;
    Item item;
  };
  std::vector<Appointment>& slot(std::int64_t tick) { return m_slots[static_cast<std::size_t>(tick) % m_slots.size()]; }

  const Microseconds m_tick;
  std::vector<std::vector<Appointment>> m_slots;
  std::vector<Appointment> m_visited;
  std::int64_t m_lastTick = -1;
  std::size_t m_size = 0;
};

}  // namespace carport::sim
