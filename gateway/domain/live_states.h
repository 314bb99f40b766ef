#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/event.h"
#include "gateway/api/metric_names.h"
#include "gateway/api/sample.h"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace carport {

/// What every car is doing now: the newest committed sample, field by field, and what follows from it.
/// A late sample changes only the fields for which nothing newer is known. One thread: the control thread.
class LiveStates {
 public:
  explicit LiveStates(const MetricNames& names) : m_names(names) {}

  void apply(const SampleBatch& samples);
  void apply(const api::Event& event);
  void setConnected(PrincipalNumber car, bool connected);
  void addRefusals(PrincipalNumber car, std::span<const api::Refusal> refusals);
  void forget(PrincipalNumber car);

  /// Moves cars that have gone quiet on to idling, parked, silent; call about once a second.
  void advance(TimePoint now);

  /// Null where nothing has been heard of it.
  const api::CarState* find(PrincipalNumber car) const;
  const std::unordered_map<PrincipalNumber, api::CarState>& all() const { return m_states; }
  /// Numbers of the cars whose position, activity or connection changed since the last call.
  std::vector<PrincipalNumber> takeChanged();

 private:
  struct Track;  // what is needed to tell idling from parked
  const MetricNames& m_names;
  std::unordered_map<PrincipalNumber, api::CarState> m_states;
};

}  // namespace carport
