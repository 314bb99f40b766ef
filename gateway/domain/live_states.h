#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/event.h"
#include "gateway/api/metric_names.h"
#include "gateway/api/sample.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace carport {

/// What every car is doing now: the newest committed sample, field by field, and what follows from it.
/// A late sample changes only the fields for which nothing newer is known. One thread: the control thread.
///
/// A car is in alarm while an alarm is active; silent where its newest message arrived more than kSilentAfter ago;
/// driving at kDrivingKmh and more; idling for kIdlingFor after it last drove; parked after that. Quiet is told by
/// arrival, not by the car's own clock. A car that never said its speed is in no known activity.
class LiveStates {
 public:
  /// Most fields of one car that are kept as latest values, and most alarms; what is beyond is named as a refusal.
  static constexpr std::size_t kMaxMetricsPerCar = 512;
  static constexpr std::size_t kMaxAttributesPerCar = 128;
  static constexpr std::size_t kMaxAlarmsPerCar = 100;

  explicit LiveStates(const MetricNames& names) : m_names(names) {}

  void apply(const SampleBatch& samples);
  void apply(const api::Event& event);
  void setConnected(PrincipalNumber car, bool connected);
  /// Newest last, as they came.
  void addRefusals(PrincipalNumber car, std::span<const api::Refusal> refusals);
  void forget(PrincipalNumber car);

  /// Moves cars that have gone quiet on to idling, parked, silent; call about once a second.
  void advance(TimePoint now);

  /// Null where nothing has been heard of it.
  const api::CarState* find(PrincipalNumber car) const;
  const std::unordered_map<PrincipalNumber, api::CarState>& all() const { return m_states; }
  /// Numbers of the cars of whose state anything changed since the last call, in no order.
  std::vector<PrincipalNumber> takeChanged();

 private:
  struct AlarmTrack {
    std::string name;
    TimePoint time{};
    bool active = false;
  };
  /// What is needed beside the state: where a metric's latest value is kept, and what tells idling from parked.
  struct Track {
    std::vector<std::pair<MetricId, api::LatestMetric*>> metrics;  // into CarState::metrics, whose nodes stay in place
    std::vector<std::pair<MetricId, api::LatestAttribute*>> attributes;
    std::vector<AlarmTrack> alarms;
    TimePoint speedArrival{};  ///< when its latest speed came; the epoch: never
    TimePoint lastDrove{};     ///< when it last drove, by arrival; the epoch: never
    TimePoint lastDroveAt{};   ///< the same by the car's own clock
    bool changed = false;
    bool toldLimit = false;  ///< that it sends more fields than are kept
  };
  struct Car {
    api::CarState& state;
    Track& track;
  };

  Car carOf(PrincipalNumber number);
  void markChanged(PrincipalNumber number, Track& track);
  void applyRow(Car car, const SampleBatch& samples, const SampleBatch::Row& row);
  void applyMetric(Car car, const SampleBatch::Row& row, const MetricValue& value);
  void applyAttribute(Car car, const SampleBatch::Row& row, const NamedAttribute& attribute);
  void tellLimit(Car car, MetricId name, TimePoint arrival);
  /// What follows from speed, alarms and quiet; true where it is another activity than before.
  bool updateActivity(Car car, TimePoint now);

  const MetricNames& m_names;
  std::unordered_map<PrincipalNumber, api::CarState> m_states;
  std::unordered_map<PrincipalNumber, Track> m_tracks;
  std::vector<PrincipalNumber> m_changed;
  TimePoint m_now{};  ///< of the latest advance()
};

}  // namespace carport
