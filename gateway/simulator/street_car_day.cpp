#include "gateway/simulator/street_car.h"

#include <algorithm>
#include <cmath>

namespace carport::sim {

namespace {
constexpr double kDaySecondsOfCar = 86'400;
constexpr double kStandStepSeconds = 60;
constexpr double kSeekChargePercent = 18;
constexpr double kChargedPercent = 72;
constexpr double kNoWaySeconds = 300;  // before another try where there is no way
constexpr double kLeastRepairSeconds = 400;
constexpr double kMostRepairSeconds = 1200;
constexpr double kKeepsRunningSeconds = 100;  // a short stop is not worth turning the key
constexpr double kTypicalDetour = 1.3;

Milliseconds streetCarMs(double seconds) {
  return Milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1000)));
}
double streetCarSeconds(Milliseconds time) {
  return std::chrono::duration<double>(time).count();
}
}  // namespace

std::int64_t StreetCar::dayOf(TimePoint now) const {
  const double seconds = static_cast<double>(toMs(now)) / 1000 + m_world.clockShiftSeconds;
  return static_cast<std::int64_t>(std::floor((seconds - DayPlanner::dayStartOf(m_kind, m_seed)) / kDaySecondsOfCar));
}

TimePoint StreetCar::leaveTime(std::int64_t day) const {
  const double seconds = static_cast<double>(day) * kDaySecondsOfCar + DayPlanner::dayStartOf(m_kind, m_seed) +
                         m_plan.leaveSecond - m_world.clockShiftSeconds;
  return fromMs(static_cast<std::int64_t>(seconds * 1000));
}

void StreetCar::planDay(std::int64_t day) {
  m_day = day;
  m_plan = m_world.planner.plan(m_kind, m_home, m_seed, day);
  m_stop = 0;
}

/// Where a car would be by now that has kept to its plan since the morning.
void StreetCar::takeUpTheDay(TimePoint now) {
  m_faultOn = m_charges = false;  // whatever it was, it is long over
  planDay(dayOf(now));
  TimePoint at = leaveTime(m_day);
  if (now < at) return standAt(m_home, Stage::home, at);
  RoadPosition here = m_home;
  for (std::size_t i = 0; i <= m_plan.stops.size(); ++i) {
    const bool homeward = i == m_plan.stops.size();
    const RoadPosition next = homeward ? m_home : m_plan.stops[i].place;
    const Milliseconds driving = streetCarMs(m_world.planner.drivingSeconds(here, next));
    if (now < at + driving) {
      standAt(here, Stage::stopping, now);
      headFor(i);
      const double metres = kTypicalDetour * distanceMetres(m_world.graph.placeOf(here), m_world.graph.placeOf(next));
      m_drive.skipAhead(metres * (streetCarSeconds(now - at) / streetCarSeconds(driving)));
      return;
    }
    at += driving;
    m_stop = i;
    if (homeward) break;
    const Milliseconds standing = streetCarMs(m_plan.stops[i].seconds);
    if (now < at + standing) return standAt(next, Stage::stopping, at + standing);
    at += standing;
    here = next;
  }
  const std::int64_t today = m_day;
  planDay(today + 1);
  standAt(m_home, Stage::home, leaveTime(today + 1));
}

void StreetCar::standAt(RoadPosition place, Stage stage, TimePoint until) {
  m_drive.parkAt(place);
  m_stage = stage;
  m_engineRuns = false;
  m_until = until;
}

void StreetCar::headFor(std::size_t stop) {
  m_stop = stop;
  m_charges = false;
  const RoadPosition goal = stop < m_plan.stops.size() ? m_plan.stops[stop].place : m_home;
  Route route = m_finder.find(m_drive.position(), goal);
  if (route.empty()) {  // too far away for one search: stays, and tries the next stop
    m_stage = Stage::stopping;
    m_until = std::max(m_now, m_until) + streetCarMs(kNoWaySeconds);
    return;
  }
  m_stage = Stage::travelling;
  m_drive.follow(std::move(route), goal.offset);
}

void StreetCar::advanceTo(TimePoint now) {
  if (m_now == TimePoint{} || now - m_now > kLongestGap) {
    if (m_now == TimePoint{}) {
      for (FaultTimer* timer : {&m_noFix, &m_outage, &m_engine}) timer->start(now);
    }
    m_now = now;
    takeUpTheDay(now);
  }
  while (m_now < now) m_drive.isDriving() ? liveDriving(now) : liveStanding(now);
  m_now = std::max(m_now, now);
  m_hasFix = !m_drive.isInTunnel() && !m_noFix.isOn(m_now);
}

void StreetCar::liveDriving(TimePoint until) {
  lookForFaults();
  const Milliseconds stretch = std::min<Milliseconds>(until - m_now, std::chrono::seconds(1));
  if (m_desk.body().immobilised && m_drive.speedKmh() <= 0) {  // at a red light, for example
    m_energy.stand(streetCarSeconds(stretch), false, 0);
    m_now += stretch;
    return;
  }
  const double before = m_drive.speedKmh() / 3.6;
  const double lived = streetCarSeconds(stretch) - m_drive.advance(streetCarSeconds(stretch), m_now);
  m_energy.drive(lived, before, m_drive.speedKmh() / 3.6);
  receiverNoise(lived);
  m_now += std::min(stretch, std::max(Milliseconds(1), streetCarMs(lived)));
  if (!m_drive.isDriving()) arrive();
}

void StreetCar::liveStanding(TimePoint until) {
  const TimePoint end = std::min({until, std::max(m_until, m_now), m_now + streetCarMs(kStandStepSeconds)});
  m_energy.stand(streetCarSeconds(end - m_now), ignition(), chargeKw());
  m_now = end;
  if (m_now >= m_until) depart();
}

bool StreetCar::ignition() const {
  if (m_desk.body().immobilised && m_drive.speedKmh() <= 0) return false;
  return m_drive.isDriving() || (m_stage == Stage::stopping && m_engineRuns);
}

double StreetCar::chargeKw() const {
  if (m_stage == Stage::home) return CarEnergy::kDepotKw;
  return m_stage == Stage::stopping && m_charges ? CarEnergy::kFastKw : 0;
}

void StreetCar::arrive() {
  if (m_stage == Stage::limping) {
    m_stage = Stage::broken;
    m_until = m_now + streetCarMs(m_random.between(kLeastRepairSeconds, kMostRepairSeconds));
    return;
  }
  if (m_stop >= m_plan.stops.size()) {
    m_stage = Stage::home;
    planDay(std::max(m_day + 1, dayOf(m_now)));
    m_until = std::max(leaveTime(m_day), m_now + streetCarMs(kNoWaySeconds));
    return;
  }
  m_stage = Stage::stopping;
  double seconds = m_plan.stops[m_stop].seconds;
  m_charges = m_energy.percent() < kSeekChargePercent;
  if (m_charges) seconds = std::max(seconds, m_energy.secondsToReach(kChargedPercent));
  m_engineRuns = !m_charges && seconds < kKeepsRunningSeconds;
  m_until = m_now + streetCarMs(seconds);
}

void StreetCar::depart() {
  if (m_desk.body().immobilised) {
    m_until = m_now + streetCarMs(kStandStepSeconds);
    return;
  }
  switch (m_stage) {
    case Stage::home:
      return headFor(0);
    case Stage::broken:
      m_faultOn = false;
      return headFor(m_stop);  // on to where it wanted to go
    default:
      return headFor(std::min(m_stop + 1, m_plan.stops.size()));
  }
}

void StreetCar::lookForFaults() {
  if (m_stage != Stage::travelling || m_faultOn || !m_engine.isOn(m_now)) return;
  m_faultOn = true;
  m_stage = Stage::limping;
  m_energy.overheat();
  m_drive.stopSoon();
}

}  // namespace carport::sim
