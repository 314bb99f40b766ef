#pragma once

#include "gateway/base/clock.h"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>

namespace carport {

/// When a thread that has very many small things to do is to let them gather. Thousands of cars that send now and then
/// would wake it for each message; handled some dozens at a time they cost one wake-up and one look at the system's
/// events, and their code stays in the cache (as network drivers moderate interrupts). A quiet thread never waits.
/// Knows no clock; one thread's.
class Gathering {
 public:
  /// How long things gather: far below the group commit that every acknowledgement waits for.
  static constexpr std::chrono::microseconds kLength{1'000};
  /// So many handlers in that time make it worth while.
  static constexpr std::size_t kManyHandlers = 16;

  explicit Gathering(SteadyPoint now) : m_since(now) {}

  /// `handled` more handlers have run by `now`, and nothing is left to do: whether to pause for kLength.
  bool isWorthPausing(std::size_t handled, SteadyPoint now) {
    m_handled += handled;
    const auto passed = now - m_since;
    if (m_handled >= kManyHandlers && m_handled * kLength >= kManyHandlers * passed) {
      restart(now);
      return true;
    }
    if (passed >= kLength) restart(now);
    return false;
  }

 private:
  void restart(SteadyPoint now) {
    m_since = now;
    m_handled = 0;
  }

  SteadyPoint m_since;
  std::size_t m_handled = 0;
};

/// io_context::run() that lets handlers gather where there are many. Handlers' exceptions come out, as from run().
void runGathering(boost::asio::io_context& context);

}  // namespace carport
