#include "gateway/simulator/car_energy.h"

#include <algorithm>
#include <cmath>

namespace carport::sim {

namespace {
constexpr double kOutsideCelsius = 18;
constexpr double kGravity = 9.81;       // m/s²
constexpr double kRolling = 0.011;      // rolling resistance
constexpr double kAirDensity = 1.2;     // kg/m³
constexpr double kElectricLoss = 1.12;  // from battery to wheel
constexpr double kRecovered = 0.6;      // of what braking gives
constexpr double kEngineEfficiency = 0.3;
constexpr double kDieselKwhPerLitre = 9.8;
constexpr double kIdleLitresPerHour = 0.8;
constexpr double kElectronicsKw = 0.45;
constexpr double kBatteryKwh = 52;
constexpr double kTankLitres = 70;
constexpr double kPumpPercentPerSecond = 0.6;
constexpr double kFullCharge = 90;  // where chargers stop, to spare the battery
constexpr double kEmptiest = 2;     // something is always left
}  // namespace

CarEnergy::CarEnergy(VehicleKind kind, double percent, bool warm)
    : m_kind(kind), m_percent(percent), m_celsius(warm ? (isElectric() ? 46 : 86) : kOutsideCelsius) {}

void CarEnergy::use(double kilowatts, double seconds) {
  m_powerKw = kilowatts;
  double percent = 0;
  if (isElectric()) {
    percent = kilowatts * seconds / 3600 / kBatteryKwh * 100;
  } else {
    const double burnt = std::max(0.0, kilowatts) / kEngineEfficiency / kDieselKwhPerLitre + kIdleLitresPerHour;
    percent = burnt * seconds / 3600 / kTankLitres * 100;
  }
  m_percent = std::clamp(m_percent - percent, kEmptiest, 100.0);
}

void CarEnergy::drive(double seconds, double speedBefore, double speedAfter) {
  if (seconds <= 0) return;
  m_ignition = true;
  const double mass = isElectric() ? 1750 : 2600;
  const double drag = isElectric() ? 0.62 : 1.35;  // m², coefficient times front
  const double speed = (speedBefore + speedAfter) / 2;
  const double force = mass * ((speedAfter - speedBefore) / seconds + kGravity * kRolling * (speed > 0.1 ? 1 : 0)) +
                       0.5 * kAirDensity * drag * speed * speed;
  const double wheel = force * speed / 1000;
  const double battery = wheel > 0 ? wheel * kElectricLoss : wheel * kRecovered;
  use((isElectric() ? battery : std::max(0.0, wheel)) + kElectronicsKw, seconds);
  warm(seconds, isElectric() ? 46 + 0.9 * speed : 88 + 0.2 * speed);
}

void CarEnergy::stand(double seconds, bool ignition, double chargeKw) {
  m_ignition = ignition;
  if (chargeKw > 0 && m_percent < kFullCharge) {
    // Batteries take less and less beyond four fifths.
    const double taken = m_percent < 80 ? chargeKw : std::min(chargeKw, 11.0);
    m_powerKw = isElectric() ? -taken : 0;
    const double perSecond = isElectric() ? taken / 3600 / kBatteryKwh * 100 : kPumpPercentPerSecond;
    m_percent = std::min(kFullCharge, m_percent + seconds * perSecond);
  } else if (ignition) {
    use(kElectronicsKw, seconds);
  } else {
    m_powerKw = 0;
  }
  warm(seconds, ignition ? (isElectric() ? 40 : 88) : kOutsideCelsius);
}

void CarEnergy::warm(double seconds, double wanted) {
  const double lag = m_ignition ? 240 : 1800;  // seconds to come most of the way
  m_celsius += (wanted - m_celsius) * (1 - std::exp(-seconds / lag));
}

double CarEnergy::volts() const {
  if (isElectric()) return 342 + 0.58 * m_percent - 0.12 * m_powerKw;
  return m_ignition ? 14.1 - 0.004 * m_powerKw : 12.6;
}

double CarEnergy::secondsToReach(double percent) const {
  const double missing = std::max(0.0, percent - m_percent);
  return missing / (isElectric() ? kFastKw / 3600 / kBatteryKwh * 100 : kPumpPercentPerSecond);
}

}  // namespace carport::sim
