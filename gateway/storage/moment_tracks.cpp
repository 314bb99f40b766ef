#include "gateway/storage/moment_tracks.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <tuple>

namespace carport {

void MomentTracks::Cell::take(const MomentSample& sample) {
  at = std::max(at, sample.at);
  if (sample.place && sample.at >= placeAt) {
    placeAt = sample.at;
    std::tie(latitude, longitude) = *sample.place;
  }
  if (sample.speed && sample.at >= speedAt) {
    speedAt = sample.at;
    speed = static_cast<float>(*sample.speed);
  }
  if (sample.heading && sample.at >= headingAt) {
    headingAt = sample.at;
    heading = static_cast<float>(*sample.heading);
  }
  if (sample.drove) droveAt = std::max(droveAt, sample.at);
}

void MomentTracks::Cell::take(const Cell& newer) {
  at = std::max(at, newer.at);
  droveAt = std::max(droveAt, newer.droveAt);
  if (newer.placeAt >= placeAt) {
    placeAt = newer.placeAt;
    latitude = newer.latitude;
    longitude = newer.longitude;
  }
  if (newer.speedAt >= speedAt) std::tie(speedAt, speed) = std::tie(newer.speedAt, newer.speed);
  if (newer.headingAt >= headingAt) std::tie(headingAt, heading) = std::tie(newer.headingAt, newer.heading);
}

MomentTracks::MomentTracks(const api::FleetMomentsQuery& query)
    : m_query(query), m_stepMs(query.step.count()), m_before(query.cars.size()), m_tracks(query.cars.size()) {}

std::int32_t MomentTracks::msAfter(TimePoint time) const {
  // Both ends are within the limits of a query around its beginning.
  return static_cast<std::int32_t>(toMs(time) - toMs(m_query.from));
}

std::vector<MomentTracks::Cell>::iterator MomentTracks::find(std::vector<Cell>& cells, std::uint32_t step) {
  return std::lower_bound(cells.begin(), cells.end(), step,
                          [](const Cell& cell, std::uint32_t wanted) { return cell.step < wanted; });
}

void MomentTracks::settle(Track& track) {
  if (track.late.empty()) return;
  std::vector<Cell> all;
  all.reserve(track.cells.size() + track.late.size());
  std::merge(track.cells.begin(), track.cells.end(), track.late.begin(), track.late.end(), std::back_inserter(all),
             [](const Cell& a, const Cell& b) { return a.step < b.step; });
  track.cells = std::move(all);
  track.late.clear();
}

MomentTracks::Cell& MomentTracks::cellOf(std::size_t car, std::int32_t at) {
  Track& track = m_tracks[car];
  if (track.late.size() >= kMaxLate) settle(track);
  const auto step = static_cast<std::uint32_t>(at / m_stepMs);
  auto* cells = &track.cells;
  auto place = cells->end();
  if (!cells->empty() && cells->back().step >= step) {
    place = find(*cells, step);
    if (place->step == step) return *place;
    cells = &track.late;
    place = find(*cells, step);
    if (place != cells->end() && place->step == step) return *place;
  }
  ++m_count;
  place = cells->insert(place, Cell{});
  place->step = step;
  return *place;
}

void MomentTracks::add(std::size_t car, const MomentSample& sample) {
  if (sample.at <= 0) return m_before[car].take(sample);
  cellOf(car, sample.at).take(sample);
  while (m_count > m_query.maxFixes && m_stepMs < api::kMaxMomentsRange.count()) widen();
}

void MomentTracks::widen() {
  m_stepMs *= 2;
  m_count = 0;
  for (Track& track : m_tracks) {
    settle(track);
    auto& cells = track.cells;
    std::size_t kept = 0;
    for (Cell& cell : cells) {
      cell.step /= 2;
      if (kept > 0 && cells[kept - 1].step == cell.step) {
        cells[kept - 1].take(cell);
      } else {
        cells[kept++] = cell;
      }
    }
    cells.resize(kept);
    m_count += kept;
  }
}

std::vector<MomentTracks::AlarmChanges> MomentTracks::alarmsOf(const std::vector<api::Event>& events) const {
  std::vector<AlarmChanges> changes(m_query.cars.size());
  std::vector<std::set<std::string>> active(m_query.cars.size());
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    const auto found = std::lower_bound(m_query.cars.begin(), m_query.cars.end(), event->car);
    if (found == m_query.cars.end() || *found != event->car) continue;
    const auto car = static_cast<std::size_t>(found - m_query.cars.begin());
    if (event->active && event->severity == api::Severity::alarm) active[car].insert(event->name);
    if (!event->active) active[car].erase(event->name);
    changes[car].emplace_back(msAfter(event->time), !active[car].empty());
  }
  return changes;
}

api::CarPosition MomentTracks::positionOf(std::size_t car, const Cell& cell, const AlarmChanges& alarms) const {
  constexpr auto kNever = MomentSample::kNever;
  api::CarPosition position;
  position.car = m_query.cars[car];
  position.time = m_query.from + Milliseconds(cell.at);
  if (cell.placeAt != kNever) {
    position.latitude = cell.latitude;
    position.longitude = cell.longitude;
  }
  if (cell.speedAt != kNever) position.speed = cell.speed;
  if (cell.headingAt != kNever) position.heading = cell.heading;

  // What was so far back at the beginning of the stretch is told as of then.
  const std::int64_t now = std::max(cell.at, 0);
  const auto later = std::upper_bound(alarms.begin(), alarms.end(), now,
                                      [](std::int64_t time, const auto& change) { return time < change.first; });
  if (later != alarms.begin() && std::prev(later)->second) {
    position.activity = api::Activity::alarm;
  } else if (now - cell.at > api::kSilentAfter.count()) {
    position.activity = api::Activity::silent;
  } else if (cell.speedAt != kNever) {
    const bool fresh = now - cell.speedAt <= api::kSilentAfter.count();
    const bool droveLately = cell.droveAt != kNever && now - cell.droveAt < api::kIdlingFor.count();
    position.activity = fresh && static_cast<double>(cell.speed) >= api::kDrivingKmh ? api::Activity::driving
                        : droveLately                                                ? api::Activity::idling
                                                                                     : api::Activity::parked;
  }
  position.connected = now - cell.at <= api::kSilentAfter.count();
  return position;
}

api::FleetMoments MomentTracks::finish(const std::vector<api::Event>& events) {
  api::FleetMoments moments{m_query.from, m_query.to, Milliseconds(m_stepMs), m_query.lookBack, {}};
  const auto alarms = alarmsOf(events);
  moments.fixes.reserve(m_count + m_before.size());
  for (std::size_t car = 0; car < m_tracks.size(); ++car) {
    settle(m_tracks[car]);
    Cell state = m_before[car];
    if (state.at != MomentSample::kNever) moments.fixes.push_back(positionOf(car, state, alarms[car]));
    for (const Cell& cell : m_tracks[car].cells) {
      state.take(cell);
      moments.fixes.push_back(positionOf(car, state, alarms[car]));
    }
  }
  std::stable_sort(moments.fixes.begin(), moments.fixes.end(),
                   [](const api::CarPosition& a, const api::CarPosition& b) { return a.time < b.time; });
  return moments;
}

}  // namespace carport
