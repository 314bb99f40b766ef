#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace carport {

using Milliseconds = std::chrono::milliseconds;
/// A moment on the wall clock (UTC), to the millisecond: Carport's resolution for stored time.
using TimePoint = std::chrono::sys_time<Milliseconds>;
/// A moment on a clock that never jumps; for time-outs and latencies.
using SteadyPoint = std::chrono::steady_clock::time_point;

/// Milliseconds since 1970-01-01T00:00:00Z, as the API carries time.
constexpr std::int64_t toMs(TimePoint time) {
  return time.time_since_epoch().count();
}
constexpr TimePoint fromMs(std::int64_t ms) {
  return TimePoint(Milliseconds(ms));
}

/// Where time comes from. Injected everywhere, so that tests decide what time it is. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  virtual SteadyPoint steadyNow() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  TimePoint now() const override {
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  }
  SteadyPoint steadyNow() const override { return std::chrono::steady_clock::now(); }
};

/// A clock that moves when told to. For tests; any thread.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimePoint start = fromMs(1'700'000'000'000)) : m_now(toMs(start)) {}

  TimePoint now() const override { return fromMs(m_now); }
  SteadyPoint steadyNow() const override { return SteadyPoint(SteadyPoint::duration(m_steady.load())); }

  /// Moves both clocks forward.
  void advance(Milliseconds by) {
    m_now += by.count();
    m_steady += SteadyPoint::duration(by).count();
  }
  /// Sets the wall clock alone, as a correction of the clock does.
  void setNow(TimePoint now) { m_now = toMs(now); }

 private:
  std::atomic<std::int64_t> m_now;
  std::atomic<SteadyPoint::rep> m_steady{SteadyPoint::duration(std::chrono::hours(1)).count()};
};

}  // namespace carport
