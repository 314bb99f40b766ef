#pragma once

#include "gateway/base/clock.h"
#include "gateway/server/sign_in_throttle.h"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace carport {

/// Slows down whoever guesses passwords or secrets over MQTT. Only tries that proved wrong are counted, because a whole
/// fleet may come back at once from behind one address. An id is slowed down for the address that got it wrong alone:
/// nobody can lock a car out from elsewhere, and a car with a wrong secret does not lock out its neighbours. Owner:
/// MqttContext. Any thread.
class SignInGuard {
 public:
  /// Wrong tries at one id from one address, and at any id from one address (for IPv6: from one /64).
  static constexpr SignInThrottleLimits kLimits{.freeTriesPerId = 10,
                                                .freeTriesPerAddress = 100,
                                                .firstWait = Milliseconds(1000),
                                                .longestWait = Milliseconds(10'000),
                                                .forgetAfter = Milliseconds(15 * 60'000),
                                                .maxEntries = 20'000};

  struct Verdict {
    bool idMustWait = false;       ///< too many wrong tries at this id from there
    bool addressMustWait = false;  ///< too many wrong tries from there
  };

  /// `peer` is ADDRESS:PORT.
  Verdict look(std::string_view id, std::string_view peer, SteadyPoint now) const;
  void failed(std::string_view id, std::string_view peer, SteadyPoint now);
  void succeeded(std::string_view id, std::string_view peer);

  /// What stands for everybody who may use `peer`'s address: the address itself, the first half of an IPv6 one.
  static std::string sourceOf(std::string_view peer);

 private:
  // Guards m_throttle. Every I/O thread looks at each sign-in, and needs the answer at once; while nobody has failed,
  // nobody takes it.
  mutable std::mutex m_mutex;
  SignInThrottle m_throttle{kLimits};
  std::atomic<std::size_t> m_remembered = 0;
};

}  // namespace carport
