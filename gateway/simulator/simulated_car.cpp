#include "gateway/simulator/simulated_car.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace carport::sim {

namespace {
constexpr double kAmbientCelsius = 18;
constexpr double kPercentPerKmElectric = 100.0 / 290;  // a range of 290 km
constexpr double kPercentPerKmFuel = 100.0 / 820;
constexpr double kPercentPerIdleHour = 1.2;
constexpr double kChargePercentPerSecond = 0.045;  // about 100 kW into 60 kWh
constexpr double kFuelPercentPerSecond = 0.6;
constexpr double kFullPercent = 90;
constexpr double kSeekEnergyPercent = 13;
constexpr double kNoiseMetres = 1.6;
constexpr double kNoiseSeconds = 20;  // how long an error of the receiver lasts
constexpr std::size_t kMaxWaitingEvents = 16;

DrivingStyle styleOf(VehicleKind kind, Random& random) {
  DrivingStyle style;
  style.limitFactor = random.between(0.86, 1.06);
  style.acceleration = random.between(1.2, 2.2);
  style.braking = random.between(1.7, 2.3);
  if (kind == VehicleKind::deliveryVan) {
    style.pauseChance = 0.10;
    style.acceleration *= 0.8;
  } else if (kind == VehicleKind::taxi) {
    style.pauseChance = 0.05;
    style.harshBrakingChance = 0.0008;
  }
  return style;
}

VehicleKind kindOf(Random& random) {
  const double share = random.unit();
  if (share < 0.4) return VehicleKind::deliveryVan;
  return share < 0.65 ? VehicleKind::taxi : VehicleKind::electricCar;
}
}  // namespace

SimulatedCar::SimulatedCar(const StreetMap& map, const Options& options)
    : m_centre(map.centre()),
      m_interval(options.interval),
      m_random(options.seed),
      m_kind(kindOf(m_random)),
      m_motion(map, styleOf(m_kind, m_random), m_random.next()),
      m_desk(m_random.next()),
      m_nextDue(options.phase) {
  m_percent = m_random.chance(0.05) ? m_random.between(14.6, 16) : m_random.between(22, 96);
  m_odometerStartKm = m_random.between(900, 84'000);
  m_motorCelsius = m_motion.ignition() ? m_random.between(38, 60) : kAmbientCelsius;
}

void SimulatedCar::advanceTo(TimePoint now) {
  if (m_now != TimePoint{} && now > m_now) {
    const double seconds = std::chrono::duration<double>(now - m_now).count();
    const double before = m_motion.drivenMetres();
    if (!m_desk.body().immobilised || m_motion.speedKmh() > 0) m_motion.advance(seconds);
    const double lived = std::min(seconds, CarMotion::kMaxAdvanceSeconds);
    useEnergy(lived, m_motion.drivenMetres() - before);
    warm(lived);
    receiverNoise(lived);
  }
  m_now = std::max(now, m_now);
}

void SimulatedCar::useEnergy(double seconds, double metres) {
  if (m_motion.phase() == MotionPhase::parked && m_percent < kFullPercent) {
    m_percent =
        std::min(kFullPercent, m_percent + seconds * (isElectric() ? kChargePercentPerSecond : kFuelPercentPerSecond));
    return;
  }
  const double perKm = isElectric() ? kPercentPerKmElectric : kPercentPerKmFuel;
  const double idle = m_motion.ignition() ? kPercentPerIdleHour * seconds / 3600 : 0;
  m_percent = std::max(2.0, m_percent - metres / 1000 * perKm - idle);
  if (m_percent < kSeekEnergyPercent) m_motion.parkAtNextStop(isElectric() ? 1400 : 150);
}

void SimulatedCar::warm(double seconds) {
  const double working = isElectric() ? 48 + 0.25 * m_motion.speedKmh() : 88 + 0.05 * m_motion.speedKmh();
  const double wanted = m_motion.ignition() ? working : kAmbientCelsius;
  const double lag = m_motion.ignition() ? 240 : 1800;  // seconds to come most of the way
  m_motorCelsius += (wanted - m_motorCelsius) * (1 - std::exp(-seconds / lag));
}

void SimulatedCar::receiverNoise(double seconds) {
  if (m_motion.speedKmh() <= 0) return;  // a receiver at rest holds its place
  const double keep = std::exp(-seconds / kNoiseSeconds);
  const double fresh = kNoiseMetres * std::sqrt(1 - keep * keep);
  m_noiseNorth = m_noiseNorth * keep + fresh * m_random.normal();
  m_noiseEast = m_noiseEast * keep + fresh * m_random.normal();
}

CarReadout SimulatedCar::readout() const {
  CarReadout out;
  out.place = moved(moved(m_motion.place(), 0, m_noiseNorth), 90, m_noiseEast);
  out.altitudeMetres = altitudeAt(out.place, m_centre);
  out.speedKmh = m_motion.speedKmh();
  out.heading = m_motion.heading();
  out.energyPercent = m_percent;
  out.motorCelsius = m_motorCelsius;
  out.odometerKm = m_odometerStartKm + m_motion.drivenMetres() / 1000;
  const double load = std::clamp(m_motion.acceleration(), -3.0, 3.0);
  if (isElectric()) {
    out.batteryVolts = 342 + 0.58 * m_percent - 6 * load;
  } else {
    out.batteryVolts = m_motion.ignition() ? 14.1 - 0.1 * load : 12.6;
  }
  return out;
}

CarMessage SimulatedCar::takeTelemetry(TimePoint now, Microseconds sinceStart) {
  advanceTo(now);
  noteEvents(now);
  const std::int64_t ts = std::max(toMs(now), m_lastTs + 1);  // no two messages with one time
  m_lastTs = ts;
  if (m_interval.count() > 0) {
    const std::int64_t missed = std::max<std::int64_t>(0, (sinceStart - m_nextDue).count() / m_interval.count());
    m_skipped += static_cast<std::uint64_t>(missed);
    m_nextDue += m_interval * (missed + 1);
  } else {
    m_nextDue = sinceStart;
  }
  return {"telemetry", telemetryJson(ts, now), ts};
}

std::string SimulatedCar::telemetryJson(std::int64_t ts, TimePoint now) const {
  const CarBody& body = m_desk.body();
  CarFlags flags;
  flags.electric = isElectric();
  flags.ignition = m_motion.ignition() && !body.immobilised;
  flags.locked = body.locked;
  // Told only once somebody has asked for them.
  if (body.hornUntil != TimePoint{}) flags.horn = now < body.hornUntil;
  if (body.lightsUntil != TimePoint{}) flags.lights = now < body.lightsUntil;
  std::string json;
  json.reserve(256);
  appendTelemetry(json, ts, readout(), flags);
  return json;
}

void SimulatedCar::noteEvents(TimePoint now) {
  const char* low = isElectric() ? "battery low" : "fuel low";
  if (!m_low && m_percent < kLowPercent) {
    m_low = true;
    addEvent(now, low, "alarm", true, fmt::format("{:.1f} % left", m_percent));
  } else if (m_low && m_percent > kLowClearedPercent) {
    m_low = false;
    addEvent(now, low, "alarm", false, fmt::format("{:.1f} % again", m_percent));
  }
  if (m_motion.harshBrakings() != m_harshBrakingsTold) {
    m_harshBrakingsTold = m_motion.harshBrakings();
    addEvent(now, "harsh braking", "warning", true, fmt::format("More than {:.0f} m/s²", CarMotion::kHarshBraking - 1));
  }
}

void SimulatedCar::addEvent(TimePoint now, const char* name, const char* severity, bool active,
                            const std::string& message) {
  if (m_events.size() >= kMaxWaitingEvents) return;
  m_events.push_back(carEvent(now, name, severity, active, message));
}

std::vector<CarMessage> SimulatedCar::takeEvents() {
  return std::exchange(m_events, {});
}

std::vector<CarMessage> SimulatedCar::takeReplies(TimePoint now) {
  return m_desk.takeReplies(now, m_motion.speedKmh() > 0);
}

}  // namespace carport::sim
