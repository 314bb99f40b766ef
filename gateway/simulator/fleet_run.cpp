#include "gateway/simulator/fleet_run.h"

#include "gateway/simulator/fleet_cars.h"
#include "gateway/simulator/fleet_worker.h"
#include "gateway/simulator/sim_errc.h"
#include "gateway/transport/tls_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace carport::sim {

namespace asio = boost::asio;

namespace {
constexpr Milliseconds kFleetLookEvery{50};

Result<void> check(const FleetOptions& options) {
  const auto refuse = [](std::string sentence) { return fail(SimErrc::badOptions, std::move(sentence)); };
  if (options.cars < 1 || options.cars > kMaxCars) return refuse(fmt::format("A fleet has 1 to {} cars", kMaxCars));
  if (options.mqtt.port == 0) return refuse("The gateway's MQTT address needs a port");
  if (!(options.rate >= 0 && options.rate <= FleetOptions::kMaxRate)) {
    return refuse(fmt::format("The rate is 0 to {} messages a second and car", FleetOptions::kMaxRate));
  }
  if (options.qos < 0 || options.qos > 2) return refuse("The quality of service is 0, 1 or 2");
  if (!(options.speedup >= 0)) return refuse("The speed-up is 0 or more");
  if (!(options.seconds >= 0)) return refuse("The duration is 0 or more seconds");
  if (!(options.lingerSeconds >= 0)) return refuse("The cars stay 0 or more seconds");
  if (options.threads < 1 || options.threads > FleetOptions::kMaxThreads) {
    return refuse(fmt::format("The number of threads is 1 to {}", FleetOptions::kMaxThreads));
  }
  if (options.inFlightLimit < 1 || options.inFlightLimit > 256) {
    return refuse("The number of messages in flight is 1 to 256");
  }
  if (options.logins.empty() && !options.provisioning) {
    return refuse(
        "The cars need a way to sign in: let the gateway add them (its HTTP address and a token), or give a "
        "file with their ids and passwords");
  }
  if (!options.faults.isPlausible()) {
    return refuse(
        fmt::format("Faults come 0 to {} times an hour, outages last 0 to {} s, a receiver errs by 0 to {} m, "
                    "and the share of nearly empty cars is 0 to 1",
                    FaultOptions::kMaxPerHour, FaultOptions::kMaxOutageSeconds, FaultOptions::kMaxNoiseMetres));
  }
  if (!(options.historyHours >= 0 && options.historyHours <= FleetOptions::kMaxHistoryHours)) {
    return refuse(fmt::format("Cars have driven for 0 to {} hours already", FleetOptions::kMaxHistoryHours));
  }
  if (!options.tls && !options.authority.empty()) return refuse("An authority proves a gateway over TLS alone");
  if (!options.logins.empty() && options.logins.size() < options.cars) {
    return refuse(fmt::format("There are passwords for {} cars only, not for {}", options.logins.size(), options.cars));
  }
  return {};
}
}  // namespace

const char* toText(FleetPhase phase) {
  static constexpr std::array kNames{"idle",     "provisioning", "connecting", "sending",
                                     "draining", "drained",      "finished",   "failed"};
  return kNames[static_cast<std::size_t>(phase)];
}

/// The run itself. Its thread goes through the phases; the workers have threads of their own.
class FleetRun::Impl {
 public:
  explicit Impl(FleetOptions options, std::shared_ptr<AcknowledgedLog> acknowledged)
      : m_options(std::move(options)), m_acknowledged(std::move(acknowledged)) {
    m_thread = std::thread([this] { run(); });
  }

  ~Impl() {
    requestStop();
    m_thread.join();
  }

  void requestStop() {
    {
      const std::lock_guard lock(m_mutex);
      m_stopRequested = true;
    }
    m_changed.notify_all();
  }

  bool waitUntilOver(Milliseconds timeout) {
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, timeout, [this] { return m_over; });
  }

  FleetSnapshot snapshot() const {
    const std::lock_guard lock(m_mutex);
    return m_snapshot;
  }

 private:
  void run() {
    std::string problem;
    try {
      if (const auto ran = runPhases(); !ran) problem = ran.error().message();
    } catch (const std::exception& failure) {
      problem = fmt::format("The simulated cars stopped: {}", failure.what());
    }
    m_workers.clear();
    {
      const std::lock_guard lock(m_mutex);
      m_snapshot.phase = problem.empty() ? FleetPhase::finished : FleetPhase::failed;
      if (!problem.empty()) m_snapshot.problem = problem;
      m_over = true;
    }
    m_changed.notify_all();
  }

  std::size_t workerCount() const { return std::min(m_options.threads, m_options.cars); }

  Result<void> runPhases() {
    auto cars = FleetCars::prepare(m_options, workerCount());
    if (!cars) return failFrom(cars);
    m_cars = std::move(*cars);
    if (m_options.logins.empty()) {
      enter(FleetPhase::provisioning);
      m_options.logins = makeLogins(m_options.cars, m_options.idPrefix);
      if (const auto done = provisionCars(*m_options.provisioning, m_options.logins); !done) return done;
    }
    enter(FleetPhase::connecting);
    if (const auto made = makeWorkers(); !made) return made;
    const SteadyPoint connecting = std::chrono::steady_clock::now();
    connectAll(connecting);
    if (pause(Milliseconds(static_cast<std::int64_t>(m_options.startDelaySeconds * 1000)))) return finish();
    enter(FleetPhase::sending);
    m_sendingSince = std::chrono::steady_clock::now();
    noteSendingSince(SystemClock().now());
    for (const auto& worker : m_workers) worker->begin();
    send();
    return finish();
  }

  void connectAll(SteadyPoint since) {
    for (const auto& worker : m_workers) worker->start();
    const double ramp =
        m_options.connectionsPerSecond > 0 ? static_cast<double>(m_options.cars) / m_options.connectionsPerSecond : 0;
    const auto patience = kMaxConnectWait + Milliseconds(static_cast<std::int64_t>(ramp * 1000));
    while (!pause(kFleetLookEvery / 5)) {
      gather();
      const auto waited = std::chrono::steady_clock::now() - since;
      const bool settled = allCounts().settled >= m_options.cars;
      if (!settled && waited < patience) continue;
      const std::lock_guard lock(m_mutex);
      m_snapshot.connectSeconds = std::chrono::duration<double>(waited).count();
      return;
    }
  }

  void send() {
    while (!pause(kFleetLookEvery)) {
      gather();
      const auto now = snapshot();
      if (m_options.seconds > 0 && now.sendingSeconds >= m_options.seconds) return;
      if (now.counts.finished >= m_options.cars) return;
    }
  }

  Result<void> finish() {
    gather();
    for (const auto& worker : m_workers) worker->endSending();
    enter(FleetPhase::draining);
    const SteadyPoint until = std::chrono::steady_clock::now() + kMaxDrain;
    // The workers' counts are a moment old: two looks in a row must agree.
    for (int quiet = 0; quiet < 6 && std::chrono::steady_clock::now() < until;) {
      std::this_thread::sleep_for(kFleetLookEvery);
      gather();
      quiet = allCounts().unacknowledged == 0 ? quiet + 1 : 0;
    }
    enter(FleetPhase::drained);
    pause(Milliseconds(static_cast<std::int64_t>(m_options.lingerSeconds * 1000)));
    for (const auto& worker : m_workers) worker->stop();
    gather();
    const std::lock_guard lock(m_mutex);
    if (m_snapshot.counts.connected == 0 && m_snapshot.counts.sent == 0 && !m_snapshot.counts.lastProblem.empty()) {
      return fail(SimErrc::unreachable, m_snapshot.counts.lastProblem);
    }
    return {};
  }

  Result<void> makeWorkers() {
    asio::io_context io;
    boost::system::error_code problem;
    const auto places =
        asio::ip::tcp::resolver(io).resolve(m_options.mqtt.host, std::to_string(m_options.mqtt.port), problem);
    if (problem || places.empty()) {
      return fail(SimErrc::unreachable,
                  fmt::format("The address {} cannot be found: {}", m_options.mqtt.toString(), problem.message()));
    }
    std::shared_ptr<const TlsContext> tls;
    if (m_options.tls) {
      auto made = TlsContext::forClients(m_options.authority);
      if (!made) return failFrom(made);
      tls = std::move(*made);
    }
    const std::size_t threads = workerCount();
    for (std::size_t i = 0; i < threads; ++i) {
      WorkerOptions worker;
      worker.gateway = places.begin()->endpoint();
      worker.tls = tls;
      worker.host = m_options.mqtt.host;
      worker.qos = static_cast<mqtt::Qos>(m_options.qos);
      worker.inFlightLimit = m_options.inFlightLimit;
      worker.connectionsPerSecond = m_options.connectionsPerSecond / static_cast<double>(threads);
      worker.messagesPerSecond = expectedRate() / static_cast<double>(threads);
      worker.acknowledged = m_acknowledged;
      worker.seed = m_options.seed * 7919 + i * kMaxCars;
      m_workers.push_back(std::make_unique<FleetWorker>(std::move(worker)));
    }
    for (std::size_t i = 0; i < m_options.cars; ++i) {
      m_workers[i % threads]->addCar(m_options.logins[i], m_cars->make(i));
    }
    return {};
  }

  /// Messages a second of the whole fleet, roughly; unpaced ones count as many.
  double expectedRate() const {
    const double perCar = m_options.recordings.empty() ? m_options.rate : m_options.speedup;
    return static_cast<double>(m_options.cars) * (perCar > 0 ? perCar : FleetOptions::kMaxRate);
  }

  void enter(FleetPhase phase) {
    const std::lock_guard lock(m_mutex);
    m_snapshot.phase = phase;
  }

  void noteSendingSince(TimePoint now) {
    const std::lock_guard lock(m_mutex);
    m_snapshot.sendingSince = now;
  }

  /// Waits; true where the end was asked for.
  bool pause(Milliseconds time) {
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, time, [this] { return m_stopRequested; });
  }

  FleetCounts allCounts() const {
    FleetCounts all;
    for (const auto& worker : m_workers) all.add(worker->counts());
    return all;
  }

  void gather() {
    FleetCounts all = allCounts();
    const std::lock_guard lock(m_mutex);
    if (!all.lastProblem.empty()) m_snapshot.problem = all.lastProblem;
    m_snapshot.counts = std::move(all);
    if (m_snapshot.phase != FleetPhase::sending) return;
    m_snapshot.sendingSeconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - m_sendingSince).count();
    m_series.note(m_snapshot.sendingSeconds, m_snapshot.counts.sent, m_snapshot.counts.acknowledged,
                  m_snapshot.counts.connected, m_snapshot.counts.heard);
    m_snapshot.series = m_series.points();
  }

  FleetOptions m_options;
  const std::shared_ptr<AcknowledgedLog> m_acknowledged;
  std::unique_ptr<FleetCars> m_cars;
  std::vector<std::unique_ptr<FleetWorker>> m_workers;  // after m_cars, which their cars use
  SteadyPoint m_sendingSince{};
  RateSeries m_series;

  // Guards the members below, which the owner's thread asks for while this one works; the owner may have no event loop.
  mutable std::mutex m_mutex;
  std::condition_variable m_changed;
  FleetSnapshot m_snapshot;
  bool m_stopRequested = false;
  bool m_over = false;
  std::thread m_thread;
};

FleetRun::FleetRun() = default;
FleetRun::~FleetRun() = default;

Result<void> FleetRun::start(FleetOptions options) {
  if (m_impl && !m_impl->waitUntilOver(Milliseconds(0))) {
    return fail(SimErrc::badOptions, "The simulated cars are under way already. Stop them first");
  }
  if (const auto fine = check(options); !fine) return fine;
  std::shared_ptr<AcknowledgedLog> acknowledged;
  if (!options.acknowledgedFile.empty()) {
    const auto made = AcknowledgedLog::create(options.acknowledgedFile);
    if (!made) return failFrom(made);
    acknowledged = *made;
  }
  m_impl = std::make_unique<Impl>(std::move(options), std::move(acknowledged));
  return {};
}

void FleetRun::stop() {
  if (!m_impl) return;
  m_impl->requestStop();
  while (!m_impl->waitUntilOver(std::chrono::seconds(1))) {
  }
}

void FleetRun::requestStop() {
  if (m_impl) m_impl->requestStop();
}

bool FleetRun::waitUntilOver(Milliseconds timeout) {
  return !m_impl || m_impl->waitUntilOver(timeout);
}

FleetSnapshot FleetRun::snapshot() const {
  return m_impl ? m_impl->snapshot() : FleetSnapshot();
}

}  // namespace carport::sim
