#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace carport {

/// Samples of one car that cannot be read, and when they are from.
struct CarLoss {
  std::uint64_t samples = 0;
  TimePoint from = TimePoint::max();
  TimePoint to = TimePoint::min();
};

/// What is lost of a file, as far as what is left says so.
struct Losses {
  std::map<PrincipalNumber, CarLoss> cars;
  std::uint64_t samples = 0;
  std::uint64_t blocks = 0;  ///< rows of samples whose cars are not known any more
  std::uint64_t events = 0;
  std::uint64_t rollups = 0;  ///< rows of roll-ups

  bool none() const { return samples == 0 && blocks == 0 && events == 0 && rollups == 0; }
};

/// What is in a file, and what is wrong with it.
struct FileVerdict {
  static constexpr std::size_t kMaxSentences = 20;

  std::string path;                 ///< inside the data folder
  std::vector<std::string> damage;  ///< sentences, at most kMaxSentences
  std::uint64_t moreDamage = 0;     ///< that many more
  std::vector<std::string> notes;   ///< worth knowing, no damage
  std::uint64_t blocks = 0;         ///< that can be read
  std::uint64_t samples = 0;
  std::uint64_t events = 0;
  Losses lost;

  bool sound() const { return damage.empty(); }
  void add(std::string sentence) {
    if (damage.size() < kMaxSentences) {
      damage.push_back(std::move(sentence));
    } else {
      ++moreDamage;
    }
  }
};

}  // namespace carport
