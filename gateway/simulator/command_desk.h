#pragma once

#include "gateway/base/clock.h"
#include "gateway/simulator/car_source.h"
#include "gateway/simulator/random.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace carport::sim {

/// What commands have changed in a car, as its telemetry shows it.
struct CarBody {
  bool locked = false;
  TimePoint hornUntil{};
  TimePoint lightsUntil{};
  bool immobilised = false;
};

/// Takes commands, carries them out after a plausible while, and answers. One a car; one thread.
/// Known: lock, unlock, locate, honk, flash, immobilise, release. Anything else fails with a sentence.
class CommandDesk {
 public:
  /// Commands that a car keeps at once; one more is answered with a failure.
  static constexpr std::size_t kMaxPending = 32;
  static constexpr std::size_t kMaxCommandIdBytes = 64;

  explicit CommandDesk(std::uint64_t seed) : m_random(seed) {}

  /// Understands the payload of `cars/{id}/command`; what is not a command is ignored and counted.
  void receive(std::string_view payload, TimePoint now);
  bool hasPending() const { return !m_pending.empty(); }
  /// Carries out what is due by `now` and says how it went, one reply a command. `moving`: the car is on the road.
  std::vector<CarMessage> takeReplies(TimePoint now, bool moving);

  const CarBody& body() const { return m_body; }
  std::uint64_t unreadable() const { return m_unreadable; }

 private:
  struct Pending {
    std::string id;
    std::string name;
    TimePoint due{};
  };
  /// Empty where it went well, otherwise why it did not.
  std::string carryOut(const std::string& name, TimePoint now, bool moving);

  Random m_random;
  CarBody m_body;
  std::vector<Pending> m_pending;
  std::uint64_t m_unreadable = 0;
};

}  // namespace carport::sim
