#pragma once

#include "gateway/base/clock.h"

#include <cstdint>
#include <random>

namespace carport::ui {

/// How long to wait before the next attempt to connect: twice as long each time, up to a limit, and a little at random,
/// so that many portals do not return to a restarted gateway in the same moment. Pure; one thread.
class ReconnectPolicy {
 public:
  struct Limits {
    Milliseconds first{500};
    Milliseconds longest{30'000};
    double factor = 2.0;
    double jitter = 0.2;               ///< the wait lies within ± this share of its nominal length
    Milliseconds steadyAfter{10'000};  ///< a connection that lasted this long counts as good again
  };

  explicit ReconnectPolicy(std::uint32_t seed) : ReconnectPolicy(seed, Limits()) {}
  ReconnectPolicy(std::uint32_t seed, Limits limits);

  /// The wait before the next attempt; each call is one failed attempt.
  Milliseconds nextDelay();
  /// A connection ended after `lasted`. Only one that lasted starts the waits from the beginning: a gateway that
  /// accepts and drops at once must not be hammered.
  void connectionEnded(Milliseconds lasted);
  /// Somebody asked for a connection anew.
  void reset() { m_attempts = 0; }
  /// Failed attempts in a row.
  int attempts() const { return m_attempts; }

 private:
  Limits m_limits;
  std::minstd_rand m_random;
  int m_attempts = 0;
};

}  // namespace carport::ui
