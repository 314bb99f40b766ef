#include "gateway/simulator/street_car.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace carport::sim {

namespace {
constexpr double kNoFixSeconds = 55;
constexpr double kEngineFaultSeconds = 240;  // within which a car that drives has it
constexpr double kNoiseLastsSeconds = 20;
constexpr Microseconds kSlowestBacklog{1'000'000};

VehicleKind streetCarKind(std::uint64_t seed) {
  const double share = Random(seed ^ 0x5ca1).unit();
  if (share < 0.45) return VehicleKind::deliveryVan;
  return share < 0.65 ? VehicleKind::taxi : VehicleKind::electricCar;
}

RoadStyle streetCarStyle(VehicleKind kind, std::uint64_t seed) {
  Random random(seed ^ 0x57e1);
  RoadStyle style;
  style.limitFactor = random.between(0.84, 1.03);
  style.acceleration = random.between(1.2, 2.1) * (kind == VehicleKind::deliveryVan ? 0.8 : 1);
  style.braking = random.between(1.7, 2.3);
  return style;
}

double firstPercent(const FaultOptions& faults, std::uint64_t seed) {
  Random random(seed ^ 0xba77);
  return random.chance(faults.lowBatteryShare) ? random.between(9, 14) : random.between(34, 94);
}

const char* faultText(std::uint64_t seed, bool electric) {
  static constexpr std::array kElectric{"Inverter too hot", "Insulation fault in the high-voltage system",
                                        "Coolant pump of the drive stands still"};
  static constexpr std::array kEngine{"P0217 engine too hot", "P0300 misfires", "P0087 fuel pressure too low"};
  return electric ? kElectric[seed % kElectric.size()] : kEngine[seed % kEngine.size()];
}
}  // namespace

StreetCar::StreetCar(const StreetWorld& world, RouteFinder& finder, const Options& options)
    : m_world(world),
      m_finder(finder),
      m_seed(options.seed),
      m_interval(options.interval),
      m_random(options.seed ^ 0x11fe),
      m_kind(streetCarKind(options.seed)),
      m_home(world.planner.homeOf(options.seed)),
      m_drive(world.graph, world.lights, streetCarStyle(m_kind, options.seed), options.seed),
      m_energy(m_kind, firstPercent(world.faults, options.seed), true),
      m_desk(options.seed ^ 0xde5c),
      m_noFix(world.faults.noFixPerHour, kNoFixSeconds, options.seed ^ 0x0f1c),
      m_outage(world.faults.outagesPerHour, world.faults.outageSeconds, options.seed ^ 0x0a7a),
      m_engine(world.faults.engineFaultsPerHour, kEngineFaultSeconds, options.seed ^ 0xe26e),
      m_nextDue(options.phase),
      m_history(options.history) {
  m_odometerStartKm = m_random.between(900, 84'000);
}

void StreetCar::receiverNoise(double seconds) {
  // An Ornstein-Uhlenbeck process: errors of a receiver last for a while.
  const double keep = std::exp(-seconds / kNoiseLastsSeconds);
  const double fresh = m_world.faults.gpsNoiseMetres * std::sqrt(1 - keep * keep);
  m_noiseNorth = m_noiseNorth * keep + fresh * m_random.normal();
  m_noiseEast = m_noiseEast * keep + fresh * m_random.normal();
}

CarReadout StreetCar::readout() const {
  CarReadout out;
  out.place = moved(moved(m_drive.place(), 0, m_noiseNorth), 90, m_noiseEast);
  out.altitudeMetres = altitudeAt(out.place, m_world.graph.centre());
  out.speedKmh = m_drive.speedKmh();
  out.heading = m_drive.heading();
  out.energyPercent = m_energy.percent();
  out.batteryVolts = m_energy.volts();
  out.motorCelsius = m_energy.motorCelsius();
  out.odometerKm = m_odometerStartKm + m_drive.drivenMetres() / 1000;
  return out;
}

void StreetCar::appendMessage(std::string& json, std::int64_t ts) const {
  const CarBody& body = m_desk.body();
  CarFlags flags;
  flags.electric = m_energy.isElectric();
  flags.hasFix = m_hasFix;
  flags.ignition = ignition();
  flags.locked = body.locked;
  if (flags.electric) flags.powerKw = m_energy.powerKw();
  if (flags.electric && m_energy.powerKw() < 0 && !m_drive.isDriving()) flags.charging = true;
  if (body.hornUntil != TimePoint{}) flags.horn = m_now < body.hornUntil;
  if (body.lightsUntil != TimePoint{}) flags.lights = m_now < body.lightsUntil;
  appendTelemetry(json, ts, readout(), flags);
}

CarMessage StreetCar::takeTelemetry(TimePoint now, Microseconds sinceStart) {
  if (m_history > Milliseconds(0)) {
    m_backlogNext = now - std::exchange(m_history, Milliseconds(0));
    m_tellsHistory = true;
  }
  if (m_backlogNext) return takeBacklog(now, sinceStart);
  advanceTo(now);
  noteEvents();
  const std::int64_t ts = std::max(toMs(now), m_lastTs + 1);  // no two messages with one time
  m_lastTs = ts;
  std::string json;
  json.reserve(288);
  appendMessage(json, ts);
  appointNext(now, sinceStart);
  return {"telemetry", std::move(json), ts};
}

Milliseconds StreetCar::backlogStep() const {
  if (m_tellsHistory) return m_drive.isDriving() ? kHistoryStepDriving : kHistoryStepStanding;
  return std::chrono::duration_cast<Milliseconds>(std::max(m_interval, kSlowestBacklog));
}

void StreetCar::appointNext(TimePoint now, Microseconds sinceStart) {
  if (m_outage.isOn(now)) {
    m_backlogNext = now + backlogStep();
    m_nextDue = sinceStart + Microseconds(m_outage.end() - now);
    return;
  }
  if (m_interval.count() <= 0) {
    m_nextDue = sinceStart;
    return;
  }
  const std::int64_t missed = std::max<std::int64_t>(0, (sinceStart - m_nextDue).count() / m_interval.count());
  m_skipped += static_cast<std::uint64_t>(missed);
  m_nextDue += m_interval * (missed + 1);
}

/// What was measured without network, as an array in the order of its times.
CarMessage StreetCar::takeBacklog(TimePoint now, Microseconds sinceStart) {
  std::string json = "[";
  std::size_t count = 0;
  do {
    advanceTo(*m_backlogNext);
    noteEvents();
    m_lastTs = std::max(toMs(*m_backlogNext), m_lastTs + 1);
    if (count > 0) json += ',';
    appendMessage(json, m_lastTs);
    *m_backlogNext += backlogStep();
  } while (++count < kMaxBatch && *m_backlogNext <= now);
  json += ']';
  m_nextDue = sinceStart;  // the next batch follows at once
  if (*m_backlogNext > now) {
    m_nextDue += Microseconds(*m_backlogNext - now);
    m_backlogNext.reset();
    m_tellsHistory = false;
  }
  return {"telemetry", std::move(json), m_lastTs};
}

void StreetCar::noteEvents() {
  if (!m_low && m_energy.percent() < kLowPercent) {
    m_low = true;
  } else if (m_low && m_energy.percent() > kLowClearedPercent) {
    m_low = false;
  }
  const char* low = m_energy.isElectric() ? "battery low" : "fuel low";
  if (m_low != m_toldLow) {
    addEvent(low, "alarm", m_low, fmt::format("{:.1f} % {}", m_energy.percent(), m_low ? "left" : "again"));
    m_toldLow = m_low;
  }
  if (m_faultOn != m_toldFault) {
    addEvent("engine fault", "alarm", m_faultOn,
             m_faultOn ? faultText(m_seed, m_energy.isElectric()) : "Repaired at the roadside");
    m_toldFault = m_faultOn;
  }
}

void StreetCar::addEvent(const char* name, const char* severity, bool active, const std::string& message) {
  if (m_events.size() < kMaxWaitingEvents) m_events.push_back(carEvent(m_now, name, severity, active, message));
}

std::vector<CarMessage> StreetCar::takeEvents() {
  return std::exchange(m_events, {});
}

std::vector<CarMessage> StreetCar::takeReplies(TimePoint now) {
  return m_desk.takeReplies(now, m_drive.speedKmh() > 0);
}

}  // namespace carport::sim
