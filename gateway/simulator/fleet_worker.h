#pragma once

#include "gateway/simulator/acknowledged_log.h"
#include "gateway/simulator/car_link.h"
#include "gateway/simulator/car_login.h"
#include "gateway/simulator/car_source.h"
#include "gateway/simulator/fleet_counts.h"
#include "gateway/simulator/pacing_wheel.h"

#include <boost/asio.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace carport::sim {

/// What a worker needs to know about its part of the fleet.
struct WorkerOptions {
  boost::asio::ip::tcp::endpoint gateway;
  std::shared_ptr<const TlsContext> tls;  ///< null: without TLS
  std::string host;                       ///< whom the gateway's certificate must be about
  mqtt::Qos qos = mqtt::Qos::atLeastOnce;
  std::size_t inFlightLimit = 16;
  double connectionsPerSecond = 1000;             ///< of this worker; 0: no limit
  double messagesPerSecond = 0;                   ///< expected of all its cars; decides how fine the pacing is
  std::shared_ptr<AcknowledgedLog> acknowledged;  ///< may be null
  std::uint64_t seed = 1;
};

/// One thread with its share of the cars: connects them, sends for each when it is due, answers commands. Owner:
/// FleetRun. Public functions are for the owner's thread, counts() for any.
class FleetWorker {
 public:
  explicit FleetWorker(WorkerOptions options);
  ~FleetWorker();
  FleetWorker(const FleetWorker&) = delete;
  FleetWorker& operator=(const FleetWorker&) = delete;

  /// Before start() only.
  void addCar(CarLogin login, std::unique_ptr<CarSource> source);
  /// Starts the thread; the cars connect, and are silent until begin().
  void start();
  /// The cars' time starts.
  void begin();
  /// No further telemetry; acknowledgements still come in.
  void endSending();
  /// Disconnects every car and joins; waits at most kMaxGoodbye for the gateway.
  void stop();

  /// As they were at most a tenth of a second ago; exact once stopped.
  FleetCounts counts() const;

  static constexpr Milliseconds kMaxGoodbye{1000};
  /// Messages that one car sends in a row before others have their turn.
  static constexpr int kMaxInARow = 32;
  /// Cars whose time-outs and replies are looked at in one go, at least; of a larger fleet a tenth at a time.
  static constexpr std::size_t kMinLookedAt = 1000;

 private:
  class Car;

  enum class Phase : std::uint8_t { connecting, sending, ended };

  void run();
  void onPacingTick();
  void onHousekeeping();
  void lookAfterSome(SteadyPoint now);
  void connectSome(SteadyPoint now);
  void sayGoodbye();
  void publishCounts();
  /// How far the run has got at m_context.now.
  Microseconds sinceBegin() const;
  /// The wall clock at m_context.now.
  TimePoint wallNow() const;

  const WorkerOptions m_options;
  boost::asio::io_context m_io{1};
  LinkContext m_context;
  boost::asio::steady_timer m_pacing{m_io};
  boost::asio::steady_timer m_housekeeping{m_io};
  PacingWheel m_wheel;
  std::vector<std::unique_ptr<Car>> m_cars;
  Phase m_phase = Phase::connecting;
  SteadyPoint m_begin{};
  std::optional<SteadyPoint> m_goodbyeUntil;
  double m_connectBudget = 1;
  SteadyPoint m_lastBudget{};
  std::size_t m_nextToConnect = 0;
  std::size_t m_nextToLookAfter = 0;
  // One moment on both clocks, taken often, so that messages need not ask the wall clock.
  SteadyPoint m_steadyThen{};
  TimePoint m_wallThen{};
  std::thread m_thread;

  // Guards m_published. A post would make whoever asks wait for a busy worker.
  mutable std::mutex m_publishedMutex;
  FleetCounts m_published;
};

}  // namespace carport::sim
