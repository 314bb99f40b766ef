#include "gateway/server/mqtt/mqtt_front.h"

#include "gateway/domain/car_topics.h"
#include "gateway/domain/organisation_topics.h"
#include "gateway/server/mqtt/mqtt_context.h"
#include "gateway/server/mqtt/mqtt_door.h"
#include "gateway/server/mqtt/mqtt_shard.h"
#include "gateway/server/mqtt/raw_gathering.h"
#include "gateway/server/mqtt/stored_form.h"
#include "gateway/transport/listener.h"
#include "gateway/transport/tcp_channel.h"
#include "gateway/transport/tls_channel.h"
#include "gateway/transport/websocket_channel.h"

#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

namespace carport {

namespace {

/// How many more are accepted where one has come: a whole fleet may come back at once, and who is not accepted in time
/// tries again only seconds later.
constexpr int kAcceptsInARow = 64;
/// After a failed accept (no file descriptors left): how long to wait before the next.
constexpr std::chrono::milliseconds kAcceptPause{100};
/// How long stopping waits for clients to close their ends.
constexpr std::chrono::milliseconds kFarewellTime = 2 * MqttConnection::kLingerTime;

/// How long stopping waits for the disk to have that the clients have gone.
constexpr std::chrono::seconds kLastWords{2};

/// MQTT 5.0 §6; both paths are in use among clients.
const WebSocketOffer kWebSocketOffer{"mqtt", {"/mqtt", "/"}};

/// An open port. On the first shard's thread once that runs.
struct Door {
  MqttTransport transport;
  Listener listener;
  boost::asio::steady_timer pause;
};

}  // namespace

std::string_view toText(MqttTransport transport) {
  switch (transport) {
    case MqttTransport::tls:
      return "MQTT over TLS";
    case MqttTransport::webSocket:
      return "MQTT over WebSocket";
    case MqttTransport::secureWebSocket:
      return "MQTT over secure WebSocket";
    default:
      return "MQTT";
  }
}

struct MqttFront::Impl {
  Impl(MqttFrontParts parts, MqttLimits limits, std::size_t ioThreads) : context(std::move(parts), limits) {
    // The storage, its compaction and the control thread want a core too; on two cores a second I/O thread would only
    // pass messages on to the first.
    if (ioThreads == 0) ioThreads = std::max(2U, std::thread::hardware_concurrency()) - 1;
    for (std::size_t i = 0; i < ioThreads; ++i) shards.push_back(std::make_unique<MqttShard>(context, i));
    for (const auto& shard : shards) context.shards.push_back(shard.get());
  }

  void acceptNext(Door& door);
  void acceptMore(Door& door);
  MqttShard& quietestShard() const;
  void accepted(const Door& door, MqttShard& shard, boost::asio::ip::tcp::socket socket);
  std::unique_ptr<ByteChannel> channel(MqttTransport transport, boost::asio::ip::tcp::socket socket) const;
  void closeDoors();
  /// Those that are closed, all or none.
  Result<void> openDoors();
  void restore(const StoredSessions& sessions);
  /// Lets every shard do a step of stopping; false where they were not ready by then.
  bool allDo(void (MqttShard::*step)(std::function<void()>), std::chrono::steady_clock::time_point until);

  MqttContext context;
  MqttDoor door{context};
  std::vector<std::unique_ptr<MqttShard>> shards;
  std::vector<std::unique_ptr<Door>> doors;
  std::shared_ptr<const TlsContext> tls;  // on the first shard's thread once that runs
  bool running = false;
  bool warnedFull = false;
};

MqttFront::MqttFront(MqttFrontParts parts, MqttLimits limits, std::size_t ioThreads)
    : m_impl(std::make_unique<Impl>(std::move(parts), limits, ioThreads)) {}

MqttFront::~MqttFront() {
  stop();
}

Result<Endpoint> MqttFront::listen(MqttTransport transport, const Endpoint& wanted, bool mayMove) {
  auto& io = m_impl->shards.front()->ioContext();
  const auto& log = m_impl->context.parts.log;
  auto listener = Listener::open(io, wanted, mayMove ? PortChoice::nextFreePort : PortChoice::exact);
  if (!listener) return failFrom(listener);
  auto endpoint = listener->endpoint();
  if (listener->moved()) {
    log.warning(fmt::format("Port {} is in use; {} listens on {} instead", wanted.port, toText(transport),
                            endpoint.toString()));
  }
  const bool isSafe = transport == MqttTransport::tls || transport == MqttTransport::secureWebSocket;
  if (!isSafe && !endpoint.isLoopback()) {
    log.warning(
        fmt::format("{} listens on {}, which others can reach, WITHOUT TLS: passwords and everything that cars "
                    "say can be read and changed on the way. Use {} instead",
                    toText(transport), endpoint.toString(), transport == MqttTransport::tcp ? "--mqtts" : "--wss"));
  }
  m_impl->doors.push_back(std::make_unique<Door>(Door{transport, std::move(*listener), boost::asio::steady_timer(io)}));
  return endpoint;
}

void MqttFront::useTls(std::shared_ptr<const TlsContext> tls) {
  boost::asio::post(m_impl->shards.front()->ioContext(),
                    [impl = m_impl.get(), tls = std::move(tls)]() mutable { impl->tls = std::move(tls); });
}

void MqttFront::Impl::restore(const StoredSessions& sessions) {
  context.lastSession = sessions.newest.value;
  std::unordered_map<const SessionMessage*, MqttMessagePtr> known;  // many sessions may have the same message
  const auto messageOf = [&known](const SessionMessagePtr& stored) {
    auto& message = known[stored.get()];
    if (!message) message = fromStored(*stored);
    return message;
  };
  std::size_t next = 0;
  for (const auto& session : sessions.sessions) {
    auto& shard = *shards[next++ % shards.size()];
    auto who = context.parts.registry.find(session.principal);
    if (who && !who->blocked) {
      shard.restore(session, std::move(*who), messageOf);
    } else {
      shard.forget(session.number);
    }
  }
  if (sessions.droppedSessions + sessions.droppedMessages == 0) return;
  context.parts.log.warning(
      fmt::format("{} MQTT sessions and {} messages that waited in others were more than can be kept; they are dropped",
                  sessions.droppedSessions, sessions.droppedMessages));
}

void MqttFront::start(std::vector<RetainedMessage> retained, const StoredSessions& sessions,
                      std::int64_t newestConnection) {
  const auto& registry = m_impl->context.parts.registry;
  m_impl->context.retained.load(std::move(retained), [&registry](std::string_view topic) {
    const auto parsed = CarTopic::parse(topic);
    const auto car = parsed ? registry.find(parsed->car) : std::nullopt;
    if (car) return RetainedStore::Owner{car->number, car->organisationBytes};
    const std::size_t bytes = organisationOfTopic(topic).size();
    return RetainedStore::Owner{
        {}, bytes > api::kMaxOrganisationIdBytes ? std::uint8_t{0} : static_cast<std::uint8_t>(bytes)};
  });
  m_impl->restore(sessions);
  m_impl->context.lastConnection = newestConnection;
  m_impl->shards.front()->beginConnections(newestConnection);
  m_impl->running = true;
  for (const auto& door : m_impl->doors) m_impl->acceptNext(*door);
  for (const auto& shard : m_impl->shards) shard->start();
}

MqttShard& MqttFront::Impl::quietestShard() const {
  return **std::min_element(shards.begin(), shards.end(),
                            [](const auto& a, const auto& b) { return a->load() < b->load(); });
}

void MqttFront::Impl::acceptMore(Door& door) {
  auto& acceptor = door.listener.acceptor();
  boost::system::error_code ec;
  if (!acceptor.non_blocking()) acceptor.non_blocking(true, ec);
  for (int i = 0; i < kAcceptsInARow && !ec; ++i) {
    auto& shard = quietestShard();
    boost::asio::ip::tcp::socket socket(shard.ioContext());
    acceptor.accept(socket, ec);
    if (!ec) accepted(door, shard, std::move(socket));
  }
}

void MqttFront::Impl::acceptNext(Door& door) {
  auto& acceptor = door.listener.acceptor();
  if (!acceptor.is_open()) return;
  auto& shard = quietestShard();
  acceptor.async_accept(shard.ioContext(), [this, &door, &shard](const boost::system::error_code& ec,
                                                                 boost::asio::ip::tcp::socket socket) {
    if (ec == boost::asio::error::operation_aborted) return;
    if (!ec) {
      accepted(door, shard, std::move(socket));
      acceptMore(door);
      return acceptNext(door);
    }
    context.parts.log.error(fmt::format("A client could not be accepted: {}", ec.message()));
    door.pause.expires_after(kAcceptPause);
    door.pause.async_wait([this, &door](const boost::system::error_code& cancelled) {
      if (!cancelled) acceptNext(door);
    });
  });
}

void MqttFront::Impl::accepted(const Door& door, MqttShard& shard, boost::asio::ip::tcp::socket socket) {
  std::size_t open = 0;  // with those on their way to their threads
  for (const auto& each : shards) open += each->load();
  const bool isFull = open >= context.limits.maxConnections;
  if (isFull && !warnedFull) {
    context.parts.log.warning(
        fmt::format("{} MQTT connections are open, the most there can be. Those that have not signed in make room for "
                    "new ones, the "
                    "one that has waited longest first; where there is none, the new one is closed",
                    context.limits.maxConnections));
  }
  warnedFull = isFull || (warnedFull && open >= context.limits.maxConnections / 10 * 9);
  // Whoever fills the gateway with connections that never say who they are must not keep the cars out.
  shard.adopt(channel(door.transport, std::move(socket)), door.transport, isFull);
}

std::unique_ptr<ByteChannel> MqttFront::Impl::channel(MqttTransport transport,
                                                      boost::asio::ip::tcp::socket socket) const {
  std::unique_ptr<ByteChannel> made;
  if (transport == MqttTransport::tls || transport == MqttTransport::secureWebSocket) {
    made = std::make_unique<TlsChannel>(std::move(socket), *tls);
  } else {
    made = std::make_unique<TcpChannel>(std::move(socket));
  }
  if (transport == MqttTransport::webSocket || transport == MqttTransport::secureWebSocket) {
    made = std::make_unique<WebSocketChannel>(std::move(made), kWebSocketOffer);
  }
  return made;
}

void MqttFront::Impl::closeDoors() {
  for (const auto& door : doors) {
    door->pause.cancel();
    door->listener.close();
  }
}

Result<void> MqttFront::Impl::openDoors() {
  std::vector<Listener> opened;
  for (const auto& door : doors) {
    if (door->listener.acceptor().is_open()) continue;
    auto listener = Listener::open(shards.front()->ioContext(), door->listener.endpoint(), PortChoice::exact);
    if (!listener) return failFrom(listener);
    opened.push_back(std::move(*listener));
  }
  // Before anybody can come: whoever does stays.
  for (const auto& shard : shards) shard->resume();
  auto next = opened.begin();
  for (const auto& door : doors) {
    if (door->listener.acceptor().is_open()) continue;
    door->listener = std::move(*next++);
    acceptNext(*door);
  }
  return {};
}

void MqttFront::stop() {
  if (!m_impl->running) return;
  m_impl->running = false;
  boost::asio::post(m_impl->shards.front()->ioContext(), [impl = m_impl.get()] { impl->closeDoors(); });
  const auto until = std::chrono::steady_clock::now() + m_impl->context.limits.drainTimeout;
  if (!m_impl->allDo(&MqttShard::settle, until)) {
    m_impl->context.parts.log.warning(fmt::format(
        "The storage did not take everything within {} ms; what was not acknowledged is sent again by its sender",
        m_impl->context.limits.drainTimeout.count()));
  }
  m_impl->allDo(&MqttShard::closeAll, std::chrono::steady_clock::now() + kFarewellTime);
  m_impl->allDo(&MqttShard::writeSessions, std::chrono::steady_clock::now() + kLastWords);
  for (const auto& shard : m_impl->shards) shard->stop();
}

bool MqttFront::Impl::allDo(void (MqttShard::*step)(std::function<void()>),
                            std::chrono::steady_clock::time_point until) {
  // Shared, because a shard that is too slow may still call it when nobody waits any more.
  struct Progress {
    std::atomic<std::size_t> left;
    std::promise<void> all;
  };
  auto progress = std::make_shared<Progress>();
  progress->left = shards.size();
  for (const auto& shard : shards) {
    ((*shard).*step)([progress] {
      if (--progress->left == 0) progress->all.set_value();
    });
  }
  return progress->all.get_future().wait_until(until) == std::future_status::ready;
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
  const auto& context = m_impl->context;
  MqttCounters counters;
  for (const auto& shard : m_impl->shards) shard->addTo(counters);
  context.tally.addTo(counters);
  counters.maxConnections = context.limits.maxConnections;
  counters.maxPosts = context.limits.maxPosts;
  counters.subscriptions = context.listeners.load(std::memory_order_relaxed);
  counters.slowSubscribers =
      context.slowSubscribers.load(std::memory_order_relaxed) + context.slowInOrganisations.total();
  return counters;
}

void MqttFront::rawMessages(RawWish wish, std::function<void(RawAnswer)> done) {
  const auto car = m_impl->context.parts.registry.find(wish.car);
  gatherRaw(m_impl->context.shards, car ? car->organisation() : std::string_view(), wish, std::move(done));
}

void MqttFront::drain(DrainOrder order) {
  boost::asio::post(m_impl->shards.front()->ioContext(), [impl = m_impl.get(), order = std::move(order)] {
    impl->closeDoors();
    for (const auto& shard : impl->shards) shard->drain(order);
  });
}

void MqttFront::resume(std::function<void(Result<void>)> done) {
  boost::asio::post(m_impl->shards.front()->ioContext(),
                    [impl = m_impl.get(), done = std::move(done)] { done(impl->openDoors()); });
}

DeviceDoor& MqttFront::deviceDoor() {
  return m_impl->door;
}

}  // namespace carport
