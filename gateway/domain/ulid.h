#pragma once

#include "gateway/base/clock.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace carport {

/// Fills the bytes with random ones.
using RandomBytes = std::function<void(std::span<std::uint8_t>)>;

/// Random bytes from libsodium; initCryptography() must have succeeded.
RandomBytes sodiumRandom();

/// Makes ULIDs (github.com/ulid/spec): 26 characters of Crockford's base32, 48 bits of time in ms, then 80 random bits.
/// Each is greater than the one before it, also within a millisecond and where the clock steps back. One thread.
class UlidMaker {
 public:
  static constexpr std::size_t kUlidChars = 26;

  explicit UlidMaker(RandomBytes random) : m_random(std::move(random)) {}
  std::string next(TimePoint now);

 private:
  RandomBytes m_random;
  std::int64_t m_lastMs = -1;
  std::array<std::uint8_t, 10> m_lastRandom{};
};

}  // namespace carport
