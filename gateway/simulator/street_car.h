#pragma once

#include "gateway/simulator/car_energy.h"
#include "gateway/simulator/car_source.h"
#include "gateway/simulator/car_telemetry.h"
#include "gateway/simulator/command_desk.h"
#include "gateway/simulator/fault_timer.h"
#include "gateway/simulator/random.h"
#include "gateway/simulator/road_drive.h"
#include "gateway/simulator/route_finder.h"
#include "gateway/simulator/street_world.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace carport::sim {

/// A car with a working day on real streets: leaves its depot, drives from stop to stop, has a break, comes back and
/// charges; and has the faults that the fleet asks for. What it measures while it has no network it sends afterwards,
/// with the times of then. The same world, seed and calls give the same car. Owner: the fleet's worker; one thread. The
/// world and the route finder, which the cars of a worker share, must outlive it.
class StreetCar final : public CarSource {
 public:
  /// Below this many per cent of charge or fuel the car raises an alarm; above the second one it clears it.
  static constexpr double kLowPercent = 15;
  static constexpr double kLowClearedPercent = 25;
  /// Messages of then in one message of now.
  static constexpr std::size_t kMaxBatch = 100;
  static constexpr std::size_t kMaxWaitingEvents = 16;
  /// After a longer silence (the computer slept) the car takes up its day where it should be by then.
  static constexpr Milliseconds kLongestGap = std::chrono::minutes(30);
  /// Between two samples of its history.
  static constexpr Milliseconds kHistoryStepDriving = std::chrono::seconds(2);
  static constexpr Milliseconds kHistoryStepStanding = std::chrono::seconds(10);

  struct Options {
    std::uint64_t seed = 1;
    Microseconds interval{1'000'000};  ///< between two messages; 0: whenever asked
    Microseconds phase{0};             ///< of the first message
    /// What it reports at first, as fast as it is taken: its drive up to the present, as long as this.
    Milliseconds history{0};
  };

  StreetCar(const StreetWorld& world, RouteFinder& finder, const Options& options);

  std::optional<Microseconds> nextDue() const override { return m_nextDue; }
  CarMessage takeTelemetry(TimePoint now, Microseconds sinceStart) override;
  std::uint64_t skipped() const override { return m_skipped; }
  std::vector<CarMessage> takeEvents() override;
  void receiveCommand(std::string_view payload, TimePoint now) override { m_desk.receive(payload, now); }
  /// None while it has no network.
  bool hasPendingReplies() const override { return !m_backlogNext && m_desk.hasPending(); }
  std::vector<CarMessage> takeReplies(TimePoint now) override;

  /// Lets the car live until `now`; takeTelemetry() does it by itself.
  void advanceTo(TimePoint now);
  CarReadout readout() const;
  bool hasFix() const { return m_hasFix; }
  bool ignition() const;
  bool isBroken() const { return m_stage == Stage::broken; }
  const RoadDrive& drive() const { return m_drive; }
  const DayPlan& plan() const { return m_plan; }
  const CarEnergy& energy() const { return m_energy; }
  VehicleKind kind() const { return m_kind; }

 private:
  enum class Stage : std::uint8_t { home, travelling, stopping, limping, broken };

  void takeUpTheDay(TimePoint now);
  std::int64_t dayOf(TimePoint now) const;
  TimePoint leaveTime(std::int64_t day) const;
  void planDay(std::int64_t day);
  void liveDriving(TimePoint until);
  void liveStanding(TimePoint until);
  void arrive();
  void depart();
  void headFor(std::size_t stop);
  void standAt(RoadPosition place, Stage stage, TimePoint until);
  double chargeKw() const;
  void lookForFaults();
  void receiverNoise(double seconds);
  void noteEvents();
  void addEvent(const char* name, const char* severity, bool active, const std::string& message);
  void appendMessage(std::string& json, std::int64_t ts) const;
  void appointNext(TimePoint now, Microseconds sinceStart);
  CarMessage takeBacklog(TimePoint now, Microseconds sinceStart);
  /// Between two samples that are sent afterwards.
  Milliseconds backlogStep() const;

  const StreetWorld& m_world;
  RouteFinder& m_finder;
  const std::uint64_t m_seed;
  const Microseconds m_interval;
  Random m_random;
  const VehicleKind m_kind;
  const RoadPosition m_home;
  RoadDrive m_drive;
  CarEnergy m_energy;
  CommandDesk m_desk;
  FaultTimer m_noFix;
  FaultTimer m_outage;
  FaultTimer m_engine;
  Microseconds m_nextDue;
  TimePoint m_now{};    // epoch: has not lived yet
  TimePoint m_until{};  // of standing
  Stage m_stage = Stage::home;
  std::int64_t m_day = -1;
  DayPlan m_plan;
  std::size_t m_stop = 0;     // that the car heads for or stands at; plan().stops.size(): home
  bool m_charges = false;     // at a station in town
  bool m_engineRuns = false;  // at a short stop
  bool m_faultOn = false;
  bool m_hasFix = true;
  Milliseconds m_history;                  // to be reported with the first message; 0: has been, or is under way
  bool m_tellsHistory = false;             // the backlog is its history
  std::optional<TimePoint> m_backlogNext;  // what was measured from then on has not been sent
  std::int64_t m_lastTs = 0;
  double m_odometerStartKm = 0;
  double m_noiseNorth = 0;  // metres
  double m_noiseEast = 0;
  bool m_low = false;
  bool m_toldLow = false;
  bool m_toldFault = false;
  std::uint64_t m_skipped = 0;
  std::vector<CarMessage> m_events;
};

}  // namespace carport::sim
