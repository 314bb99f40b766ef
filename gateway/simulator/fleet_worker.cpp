#include "gateway/simulator/fleet_worker.h"

#include "gateway/simulator/fleet_worker_car.h"
#include "gateway/transport/gathering_run.h"

#include <algorithm>
#include <utility>

namespace carport::sim {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {
constexpr Milliseconds kHousekeepingEvery{100};
constexpr double kFinePacingFrom = 500;       // messages a second, above which pacing goes by the millisecond
constexpr double kConnectBurstSeconds = 0.2;  // as many connections may begin at once as are due in this time

PacingWheel makeWheel(double messagesPerSecond) {
  return PacingWheel(messagesPerSecond > kFinePacingFrom ? Microseconds(1'000) : Microseconds(5'000));
}

mqtt::ConnectionOptions connectionOptions(const WorkerOptions& options) {
  mqtt::ConnectionOptions connection;
  // One more for the subscription, which needs a packet id too.
  connection.inFlightWindow = options.inFlightLimit + CarLink::kMaxOtherInFlight + 1;
  return connection;
}
}  // namespace

FleetWorker::FleetWorker(WorkerOptions options)
    : m_options(std::move(options)),
      m_context{m_io,
                m_options.gateway,
                connectionOptions(m_options),
                m_options.qos,
                m_options.inFlightLimit,
                {},
                {},
                {},
                {},
                0,
                m_options.tls,
                m_options.host},
      m_wheel(makeWheel(m_options.messagesPerSecond)) {}

FleetWorker::~FleetWorker() {
  stop();
}

void FleetWorker::addCar(CarLogin login, std::unique_ptr<CarSource> source) {
  const auto number = static_cast<std::uint32_t>(m_cars.size());
  m_cars.push_back(std::make_unique<Car>(*this, number, std::move(login), std::move(source), m_options.seed + number));
  ++m_context.counts.cars;
}

void FleetWorker::start() {
  publishCounts();
  m_lastBudget = std::chrono::steady_clock::now() - kHousekeepingEvery;
  asio::post(m_io, [this] { onHousekeeping(); });
  m_thread = std::thread([this] { run(); });
}

void FleetWorker::run() {
  runGathering(m_io);
}

void FleetWorker::begin() {
  asio::post(m_io, [this] {
    if (m_phase != Phase::connecting) return;
    m_phase = Phase::sending;
    m_context.now = m_begin = std::chrono::steady_clock::now();
    for (const auto& car : m_cars) car->begin();
    onPacingTick();
  });
}

void FleetWorker::endSending() {
  asio::post(m_io, [this] {
    m_phase = Phase::ended;
    m_context.counts.acknowledgedInTime = m_context.counts.acknowledged;
  });
}

void FleetWorker::stop() {
  if (!m_thread.joinable()) return;
  asio::post(m_io, [this] { sayGoodbye(); });
  m_thread.join();
  for (const auto& car : m_cars) m_context.counts.skipped += car->newlySkipped();
  publishCounts();
}

void FleetWorker::sayGoodbye() {
  m_phase = Phase::ended;
  m_goodbyeUntil = std::chrono::steady_clock::now() + kMaxGoodbye;
  m_context.counts.unacknowledged = 0;
  for (const auto& car : m_cars) {
    m_context.counts.unacknowledged += car->link().unacknowledged();
    car->link().close();
  }
}

Microseconds FleetWorker::sinceBegin() const {
  return std::chrono::duration_cast<Microseconds>(m_context.now - m_begin);
}

TimePoint FleetWorker::wallNow() const {
  return m_wallThen + std::chrono::duration_cast<Milliseconds>(m_context.now - m_steadyThen);
}

void FleetWorker::onPacingTick() {
  if (m_phase != Phase::sending) return;
  m_context.now = std::chrono::steady_clock::now();
  m_wheel.advance(sinceBegin(), [this](PacingWheel::Item number) { m_cars[number]->onDue(); });
  m_context.now = std::chrono::steady_clock::now();
  const Microseconds passed = sinceBegin();
  m_pacing.expires_at(m_begin + m_wheel.tick() * (passed / m_wheel.tick() + 1));
  m_pacing.async_wait([this](const error_code& failure) {
    if (!failure) onPacingTick();
  });
}

void FleetWorker::onHousekeeping() {
  const SteadyPoint now = std::chrono::steady_clock::now();
  m_context.now = m_steadyThen = now;
  m_wallThen = SystemClock().now();
  lookAfterSome(now);
  publishCounts();
  if (m_goodbyeUntil && (m_context.open == 0 || now >= *m_goodbyeUntil)) {
    m_io.stop();
    return;
  }
  if (!m_goodbyeUntil) connectSome(now);
  m_housekeeping.expires_after(m_goodbyeUntil ? kHousekeepingEvery / 10 : kHousekeepingEvery);
  m_housekeeping.async_wait([this](const error_code& failure) {
    if (!failure) onHousekeeping();
  });
}

void FleetWorker::lookAfterSome(SteadyPoint now) {
  const TimePoint wall = wallNow();
  for (auto left = std::min(m_cars.size(), std::max(kMinLookedAt, m_cars.size() / 10)); left > 0; --left) {
    m_nextToLookAfter = (m_nextToLookAfter + 1) % m_cars.size();
    Car& car = *m_cars[m_nextToLookAfter];
    car.link().onTime(now);
    if (m_phase != Phase::ended) car.sendReplies(wall);
    m_context.counts.skipped += car.newlySkipped();
  }
}

void FleetWorker::connectSome(SteadyPoint now) {
  if (m_context.open == m_cars.size()) {
    m_lastBudget = now;
    return;
  }
  const double seconds = std::chrono::duration<double>(now - m_lastBudget).count();
  m_lastBudget = now;
  m_connectBudget = m_options.connectionsPerSecond <= 0
                        ? static_cast<double>(m_cars.size())
                        : std::min(m_connectBudget + seconds * m_options.connectionsPerSecond,
                                   std::max(1.0, kConnectBurstSeconds * m_options.connectionsPerSecond));
  for (std::size_t looked = 0; looked < m_cars.size() && m_connectBudget >= 1; ++looked) {
    m_nextToConnect = (m_nextToConnect + 1) % m_cars.size();  // everybody's turn comes
    CarLink& link = m_cars[m_nextToConnect]->link();
    if (!link.wantsToConnect(now)) continue;
    link.connect(now);
    m_connectBudget -= 1;
  }
}

void FleetWorker::publishCounts() {
  const std::lock_guard lock(m_publishedMutex);
  m_published = m_context.counts;
}

FleetCounts FleetWorker::counts() const {
  const std::lock_guard lock(m_publishedMutex);
  return m_published;
}

}  // namespace carport::sim
