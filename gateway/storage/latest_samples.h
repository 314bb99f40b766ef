#pragma once

#include "gateway/api/sample.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace carport {

/// The newest sample of every car. Grows with the number of cars. One thread.
class LatestSamples {
 public:
  /// Takes the row where it is newer than what is known. Of rows with the same time the one that arrived later counts;
  /// `older` says that the rows come from before those that were folded in already.
  void fold(const SampleBatch& batch, const SampleBatch::Row& row, bool older = false);
  /// Whether a row of this time could be the newest of its car.
  bool couldBeNewest(PrincipalNumber car, TimePoint time) const;
  /// All of them as a batch, by car.
  SampleBatch toBatch() const;

 private:
  struct Entry {
    TimePoint time{};
    TimePoint arrival{};
    std::vector<MetricValue> metrics;
    std::vector<NamedAttribute> attributes;
  };
  std::unordered_map<PrincipalNumber, Entry> m_entries;
};

}  // namespace carport
