#pragma once

#include "gateway/simulator/car_motion.h"
#include "gateway/simulator/car_source.h"
#include "gateway/simulator/car_telemetry.h"
#include "gateway/simulator/command_desk.h"

#include <cstdint>
#include <vector>

namespace carport::sim {

/// A made-up car: drives through the town, uses energy, warms up, raises events, carries out commands, and tells of it
/// at a fixed rate. The same map, seed and calls give the same car. Owner: the fleet's worker; one thread. The map must
/// outlive it.
class SimulatedCar final : public CarSource {
 public:
  /// Below this many per cent of charge or fuel the car raises an alarm; above the second one it clears it.
  static constexpr double kLowPercent = 15;
  static constexpr double kLowClearedPercent = 25;

  struct Options {
    std::uint64_t seed = 1;
    Microseconds interval{1'000'000};  ///< between two messages; 0: whenever asked
    Microseconds phase{0};             ///< of the first message
  };

  SimulatedCar(const StreetMap& map, const Options& options);

  std::optional<Microseconds> nextDue() const override { return m_nextDue; }
  CarMessage takeTelemetry(TimePoint now, Microseconds sinceStart) override;
  std::uint64_t skipped() const override { return m_skipped; }
  std::vector<CarMessage> takeEvents() override;
  void receiveCommand(std::string_view payload, TimePoint now) override { m_desk.receive(payload, now); }
  bool hasPendingReplies() const override { return m_desk.hasPending(); }
  std::vector<CarMessage> takeReplies(TimePoint now) override;

  /// Lets the car live until `now`; takeTelemetry() does it by itself.
  void advanceTo(TimePoint now);
  CarReadout readout() const;
  const CarMotion& motion() const { return m_motion; }
  const CommandDesk& desk() const { return m_desk; }
  VehicleKind kind() const { return m_kind; }
  bool isElectric() const { return m_kind != VehicleKind::deliveryVan; }

 private:
  void useEnergy(double seconds, double metres);
  void warm(double seconds);
  void receiverNoise(double seconds);
  void noteEvents(TimePoint now);
  void addEvent(TimePoint now, const char* name, const char* severity, bool active, const std::string& message);
  std::string telemetryJson(std::int64_t ts, TimePoint now) const;

  const GeoPoint m_centre;
  const Microseconds m_interval;
  Random m_random;
  VehicleKind m_kind;
  CarMotion m_motion;
  CommandDesk m_desk;
  Microseconds m_nextDue;
  TimePoint m_now{};  // epoch: has not lived yet
  std::int64_t m_lastTs = 0;
  double m_percent = 0;
  double m_motorCelsius = 18;
  double m_odometerStartKm = 0;
  double m_noiseNorth = 0;  // metres
  double m_noiseEast = 0;
  bool m_low = false;
  std::uint32_t m_harshBrakingsTold = 0;
  std::uint64_t m_skipped = 0;
  std::vector<CarMessage> m_events;
};

}  // namespace carport::sim
