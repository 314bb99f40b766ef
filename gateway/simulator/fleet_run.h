#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/endpoint.h"
#include "gateway/base/result.h"
#include "gateway/simulator/car_login.h"
#include "gateway/simulator/fault_options.h"
#include "gateway/simulator/fleet_counts.h"
#include "gateway/simulator/provisioning.h"
#include "gateway/simulator/rate_series.h"
#include "gateway/simulator/recording.h"
#include "gateway/simulator/street_map.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace carport::sim {

/// A fleet to be driven. Cars sign in with `logins` where given; otherwise `provisioning` makes the gateway know them
/// first.
struct FleetOptions {
  Endpoint mqtt;
  bool tls = false;                 ///< `mqtt` is a port of MQTT over TLS
  std::filesystem::path authority;  ///< whose certificates prove the gateway, PEM; empty: those this computer knows
  std::size_t cars = 1;             ///< 1 to kMaxCars; each beyond the recordings repeats one of them
  std::string idPrefix = "car-";    ///< ids are the prefix and a number of at least four digits
  double rate = 1;                  ///< messages a second and car; 0: as fast as the gateway takes them
  int qos = 1;                      ///< of telemetry, 0 to 2
  double seconds = 0;               ///< of sending; 0: until stopped, or until the recordings end
  std::uint64_t seed = 1;
  TownOptions town;                   ///< of the plain cars that load a gateway
  std::filesystem::path streets;      ///< an extract (.osm.pbf): the cars have working days on its streets instead
  std::optional<double> secondOfDay;  ///< that their day is at when the run begins; none: by the sun
  FaultOptions faults;                ///< of cars on streets
  double historyHours = 0;            ///< of cars on streets: how long they have driven already; they report that first
  std::vector<std::shared_ptr<const Recording>> recordings;  ///< where any: cars replay instead of driving
  double speedup = 1;                                        ///< of recordings; 0: as fast as the gateway takes them
  std::vector<CarLogin> logins;                              ///< the first `cars` of them sign in
  std::optional<ProvisioningTarget> provisioning;
  std::size_t threads = 2;                 ///< 1 to kMaxThreads
  std::size_t inFlightLimit = 16;          ///< unacknowledged telemetry messages a car, 1 to 256
  double connectionsPerSecond = 2000;      ///< how fast cars connect; 0: no limit
  double startDelaySeconds = 0;            ///< between the last connection and the first message
  double lingerSeconds = 0;                ///< that the cars stay connected after the last acknowledgement
  std::filesystem::path acknowledgedFile;  ///< one line `car,ts` for every acknowledged message; empty: none

  static constexpr std::size_t kMaxThreads = 64;
  static constexpr double kMaxRate = 10'000;
  static constexpr double kMaxHistoryHours = 48;
};

enum class FleetPhase : std::uint8_t { idle, provisioning, connecting, sending, draining, drained, finished, failed };

/// "sending" and so on.
const char* toText(FleetPhase phase);

/// How a run stands.
struct FleetSnapshot {
  FleetPhase phase = FleetPhase::idle;
  std::string problem;        ///< why it failed, or the newest trouble with a connection; may be empty
  double connectSeconds = 0;  ///< until every car was let in or turned away
  double sendingSeconds = 0;
  std::optional<TimePoint> sendingSince;  ///< by the wall clock
  FleetCounts counts;
  std::vector<RatePoint> series;

  /// QoS 1 and 2 messages whose acknowledgement never came; meaningful once finished.
  std::uint64_t lost() const { return counts.unacknowledged; }
};

/// A fleet on threads of its own: provisions, connects, drives, waits for acknowledgements, reports. Used by
/// carport-sim and, for the demonstration, inside the portal. Owner: whoever started it; one thread, and snapshot()
/// from any.
class FleetRun {
 public:
  /// After sending, the run waits this long for acknowledgements.
  static constexpr Milliseconds kMaxDrain{10'000};
  /// Cars that are neither let in nor turned away this long after the last should have connected are not waited for.
  static constexpr Milliseconds kMaxConnectWait{15'000};

  FleetRun();
  ~FleetRun();
  FleetRun(const FleetRun&) = delete;
  FleetRun& operator=(const FleetRun&) = delete;

  /// Starts a run, or says what is wrong with the options. Returns at once; what goes wrong later is in the snapshot.
  Result<void> start(FleetOptions options);
  /// Ends sending, waits for acknowledgements (at most kMaxDrain) and the threads.
  void stop();
  /// Asks for the end without waiting for it.
  void requestStop();
  /// True once finished or failed; waits up to `timeout` for it.
  bool waitUntilOver(Milliseconds timeout);
  FleetSnapshot snapshot() const;

 private:
  class Impl;
  std::unique_ptr<Impl> m_impl;
};

}  // namespace carport::sim
