#include "gateway/server/mqtt/mqtt_front.h"

#include "gateway/domain/car_topics.h"
#include "gateway/server/mqtt/mqtt_context.h"
#include "gateway/server/mqtt/mqtt_shard.h"
#include "gateway/transport/listener.h"

#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <optional>
#include <thread>
#include <utility>

namespace carport {

namespace {

/// After a failed accept (no file descriptors left): how long to wait before the next.
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

struct MqttFront::Impl {
  Impl(MqttFrontParts parts, MqttLimits limits, std::size_t ioThreads) : context(std::move(parts), limits) {
    if (ioThreads == 0) ioThreads = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t i = 0; i < ioThreads; ++i) shards.push_back(std::make_unique<MqttShard>(context, i));
    for (const auto& shard : shards) context.shards.push_back(shard.get());
  }

  void acceptNext();
  void accepted(MqttShard& shard, boost::asio::ip::tcp::socket socket);
  void closeListener();

  MqttContext context;
  std::vector<std::unique_ptr<MqttShard>> shards;
  std::optional<Listener> listener;  // on the first shard's thread once that runs
  std::optional<boost::asio::steady_timer> acceptTimer;
  bool running = false;
  bool warnedFull = false;
};

MqttFront::MqttFront(MqttFrontParts parts, MqttLimits limits, std::size_t ioThreads)
    : m_impl(std::make_unique<Impl>(std::move(parts), limits, ioThreads)) {}

MqttFront::~MqttFront() {
  stop();
}

Result<Endpoint> MqttFront::listen(const Endpoint& wanted, bool mayMove) {
  auto& io = m_impl->shards.front()->ioContext();
  auto listener = Listener::open(io, wanted, mayMove ? PortChoice::nextFreePort : PortChoice::exact);
  if (!listener) return failFrom(listener);
  if (listener->moved()) {
    m_impl->context.parts.log.warning(
        fmt::format("Port {} is in use; MQTT listens on {} instead", wanted.port, listener->endpoint().toString()));
  }
  m_impl->listener.emplace(std::move(*listener));
  m_impl->acceptTimer.emplace(io);
  return m_impl->listener->endpoint();
}

void MqttFront::start(std::vector<RetainedMessage> retained) {
  const auto& registry = m_impl->context.parts.registry;
  m_impl->context.retained.load(std::move(retained), [&registry](std::string_view topic) {
    const auto parsed = CarTopic::parse(topic);
    const auto car = parsed ? registry.find(parsed->car) : std::nullopt;
    return car ? car->number : PrincipalNumber{};
  });
  m_impl->running = true;
  if (m_impl->listener) m_impl->acceptNext();
  for (const auto& shard : m_impl->shards) shard->start();
}

void MqttFront::Impl::acceptNext() {
  if (!listener->acceptor().is_open()) return;
  auto& shard = **std::min_element(shards.begin(), shards.end(),
                                   [](const auto& a, const auto& b) { return a->load() < b->load(); });
  listener->acceptor().async_accept(
      shard.ioContext(), [this, &shard](const boost::system::error_code& ec, boost::asio::ip::tcp::socket socket) {
        if (ec == boost::asio::error::operation_aborted) return;
        if (!ec) {
          accepted(shard, std::move(socket));
          return acceptNext();
        }
        context.parts.log.error(fmt::format("A client could not be accepted: {}", ec.message()));
        acceptTimer->expires_after(kAcceptPause);
        acceptTimer->async_wait([this](const boost::system::error_code& cancelled) {
          if (!cancelled) acceptNext();
        });
      });
}

void MqttFront::Impl::accepted(MqttShard& shard, boost::asio::ip::tcp::socket socket) {
  if (context.tally.connections.load(std::memory_order_relaxed) < context.limits.maxConnections) {
    warnedFull = false;
    return shard.adopt(std::move(socket));
  }
  MqttTally::count(context.tally.refusedConnections);
  if (!std::exchange(warnedFull, true)) {
    context.parts.log.warning(fmt::format(
        "{} MQTT connections are open, the most there can be; further ones are closed", context.limits.maxConnections));
  }
}

void MqttFront::Impl::closeListener() {
  if (!listener) return;
  if (acceptTimer) acceptTimer->cancel();
  listener->close();
}

void MqttFront::stop() {
  if (!m_impl->running) return;
  m_impl->running = false;
  // Shared, because a shard that drains too slowly may still call it when nobody waits any more.
  struct Drained {
    std::atomic<std::size_t> left;
    std::promise<void> all;
  };
  auto drained = std::make_shared<Drained>();
  drained->left = m_impl->shards.size();
  boost::asio::post(m_impl->shards.front()->ioContext(), [impl = m_impl.get()] { impl->closeListener(); });
  for (const auto& shard : m_impl->shards) {
    shard->drain([drained] {
      if (--drained->left == 0) drained->all.set_value();
    });
  }
  const auto limit = m_impl->context.limits.drainTimeout;
  if (drained->all.get_future().wait_for(limit) != std::future_status::ready) {
    m_impl->context.parts.log.warning(fmt::format(
        "The storage did not take everything within {} ms; what was not acknowledged is sent again by its sender",
        limit.count()));
  }
  for (const auto& shard : m_impl->shards) shard->stop();
}

void MqttFront::deliverCommand(api::Command command, std::string carId) {
  if (const auto shard = m_impl->context.directory.commandHome(command.car)) {
    m_impl->shards[*shard]->deliverCommand(std::move(command), std::move(carId));
  }
}

void MqttFront::registryChanged() {
  for (const auto& shard : m_impl->shards) shard->registryChanged();
}

MqttCounters MqttFront::counters() const {
  return m_impl->context.tally.read();
}

}  // namespace carport
