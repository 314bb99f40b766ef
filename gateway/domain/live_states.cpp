#include "gateway/domain/live_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace carport {

namespace {

using api::Activity;

/// Where the id's latest value is kept; null where it has none yet.
template <class Value>
Value* findSlot(const std::vector<std::pair<MetricId, Value*>>& slots, MetricId id) {
  for (const auto& [slotId, value] : slots) {
    if (slotId == id) return value;
  }
  return nullptr;
}

/// One entry a field, the newest: a car that makes the same mistake in every message must not hide its other ones.
void addRefusal(api::CarState& state, api::Refusal refusal) {
  std::erase_if(state.refusals, [&](const api::Refusal& known) { return known.field == refusal.field; });
  state.refusals.insert(state.refusals.begin(), std::move(refusal));
  if (state.refusals.size() > api::CarState::kMaxRefusals) state.refusals.resize(api::CarState::kMaxRefusals);
}

}  // namespace

LiveStates::Car LiveStates::carOf(PrincipalNumber number) {
  api::CarState& state = m_states[number];
  state.position.car = number;
  return {state, m_tracks[number]};
}

void LiveStates::markChanged(PrincipalNumber number, Track& track) {
  if (track.changed) return;
  track.changed = true;
  m_changed.push_back(number);
}

void LiveStates::apply(const SampleBatch& samples) {
  for (const SampleBatch::Row& row : samples.rows()) applyRow(carOf(row.car), samples, row);
}

void LiveStates::applyRow(Car car, const SampleBatch& samples, const SampleBatch::Row& row) {
  car.state.arrival = std::max(car.state.arrival, row.arrival);
  car.state.position.time = std::max(car.state.position.time, row.time);
  for (const MetricValue& value : samples.metrics(row)) applyMetric(car, row, value);
  for (const NamedAttribute& attribute : samples.attributes(row)) applyAttribute(car, row, attribute);
  updateActivity(car, std::max(m_now, row.arrival));
  markChanged(row.car, car.track);
}

void LiveStates::applyMetric(Car car, const SampleBatch::Row& row, const MetricValue& value) {
  api::LatestMetric* latest = findSlot(car.track.metrics, value.metric);
  if (latest == nullptr) {
    if (car.track.metrics.size() >= kMaxMetricsPerCar) return tellLimit(car, value.metric, row.arrival);
    latest = &car.state.metrics[std::string(m_names.name(value.metric))];
    car.track.metrics.emplace_back(value.metric, latest);
  } else if (row.time < latest->time) {
    return;
  }
  *latest = {value.value, row.time};

  api::CarPosition& position = car.state.position;
  if (value.metric == MetricNames::kLatitudeId) {
    position.latitude = value.value;
  } else if (value.metric == MetricNames::kLongitudeId) {
    position.longitude = value.value;
  } else if (value.metric == MetricNames::kHeadingId) {
    position.heading = static_cast<float>(value.value);
  } else if (value.metric == MetricNames::kSpeedId) {
    position.speed = static_cast<float>(value.value);
    car.track.speedArrival = row.arrival;
    if (value.value >= api::kDrivingKmh) {
      car.track.lastDrove = row.arrival;
      car.track.lastDroveAt = row.time;
    }
  }
}

void LiveStates::applyAttribute(Car car, const SampleBatch::Row& row, const NamedAttribute& attribute) {
  api::LatestAttribute* latest = findSlot(car.track.attributes, attribute.name);
  if (latest == nullptr) {
    if (car.track.attributes.size() >= kMaxAttributesPerCar) return tellLimit(car, attribute.name, row.arrival);
    latest = &car.state.attributes[std::string(m_names.name(attribute.name))];
    car.track.attributes.emplace_back(attribute.name, latest);
  } else if (row.time < latest->time) {
    return;
  }
  *latest = {attribute.value, row.time};
}

void LiveStates::tellLimit(Car car, MetricId name, TimePoint arrival) {
  if (car.track.toldLimit) return;
  car.track.toldLimit = true;
  addRefusal(car.state,
             {arrival, std::string(m_names.name(name)),
              fmt::format("Stored, but not shown as a latest value: the car sends more than {} metrics or {} "
                          "attributes",
                          kMaxMetricsPerCar, kMaxAttributesPerCar)});
}

void LiveStates::apply(const api::Event& event) {
  Car car = carOf(event.car);
  car.state.arrival = std::max(car.state.arrival, event.arrival);
  auto& alarms = car.track.alarms;
  auto known = std::find_if(alarms.begin(), alarms.end(), [&](const AlarmTrack& a) { return a.name == event.name; });
  const bool raises = event.severity == api::Severity::alarm && event.active;
  if (known != alarms.end()) {
    // Events that were on their way longer than a newer one of the same name say nothing new.
    if (event.time >= known->time && (raises || !event.active)) {
      known->time = event.time;
      known->active = event.active;
    }
  } else if (raises || !event.active) {
    if (alarms.size() >= kMaxAlarmsPerCar) {
      // Ended alarms are remembered only so that late reports do not raise them again.
      const auto ended = std::find_if(alarms.begin(), alarms.end(), [](const AlarmTrack& a) { return !a.active; });
      if (ended != alarms.end()) {
        alarms.erase(ended);
      } else {
        addRefusal(car.state, {event.arrival, event.name,
                               fmt::format("Stored, but not shown: more than {} alarms are active", kMaxAlarmsPerCar)});
        return markChanged(event.car, car.track);
      }
    }
    alarms.push_back({event.name, event.time, event.active});
  }
  car.state.activeAlarms.clear();
  for (const AlarmTrack& alarm : alarms) {
    if (alarm.active) car.state.activeAlarms.push_back(alarm.name);
  }
  updateActivity(car, std::max(m_now, event.arrival));
  markChanged(event.car, car.track);
}

void LiveStates::setConnected(PrincipalNumber number, bool connected) {
  if (!connected && !m_states.contains(number)) return;
  Car car = carOf(number);
  if (car.state.position.connected == connected) return;
  car.state.position.connected = connected;
  markChanged(number, car.track);
}

void LiveStates::addRefusals(PrincipalNumber number, std::span<const api::Refusal> refusals) {
  if (refusals.empty()) return;
  Car car = carOf(number);
  for (const api::Refusal& refusal : refusals) addRefusal(car.state, refusal);
  markChanged(number, car.track);
}

void LiveStates::forget(PrincipalNumber number) {
  if (const auto track = m_tracks.find(number); track != m_tracks.end()) {
    if (track->second.changed) std::erase(m_changed, number);
    m_tracks.erase(track);
  }
  m_states.erase(number);
}

bool LiveStates::updateActivity(Car car, TimePoint now) {
  const auto known = [](TimePoint time) { return time != TimePoint(); };
  Activity activity = Activity::unknown;
  if (!car.state.activeAlarms.empty()) {
    activity = Activity::alarm;
  } else if (known(car.state.arrival) && now - car.state.arrival > api::kSilentAfter) {
    activity = Activity::silent;
  } else if (known(car.track.speedArrival)) {
    // A speed that has not been repeated for so long is no proof that the car still drives, whatever else it sends.
    const bool fresh = now - car.track.speedArrival <= api::kSilentAfter;
    const double speed = car.state.position.speed;
    if (fresh && speed >= api::kDrivingKmh) {
      activity = Activity::driving;
    } else {
      // What comes late, all at once, did not happen all at once: the car's own clock tells how long ago it was.
      const bool droveLately = known(car.track.lastDrove) && now - car.track.lastDrove < api::kIdlingFor &&
                               car.state.position.time - car.track.lastDroveAt < api::kIdlingFor;
      activity = droveLately ? Activity::idling : Activity::parked;
    }
  }
  if (activity == car.state.position.activity) return false;
  car.state.position.activity = activity;
  return true;
}

void LiveStates::advance(TimePoint now) {
  m_now = now;
  for (auto& [number, state] : m_states) {
    Track& track = m_tracks[number];
    if (updateActivity({state, track}, now)) markChanged(number, track);
  }
}

const api::CarState* LiveStates::find(PrincipalNumber car) const {
  const auto found = m_states.find(car);
  return found == m_states.end() ? nullptr : &found->second;
}

std::vector<PrincipalNumber> LiveStates::takeChanged() {
  std::vector<PrincipalNumber> changed;
  changed.swap(m_changed);
  for (const PrincipalNumber number : changed) {
    if (const auto track = m_tracks.find(number); track != m_tracks.end()) track->second.changed = false;
  }
  return changed;
}

}  // namespace carport
