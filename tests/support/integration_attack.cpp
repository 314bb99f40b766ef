#include "tests/support/integration_attack.h"

#include "gateway/protocol/mqtt/encoder.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <utility>

namespace carport::test {

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kBetweenBytes{400};
/// So that an attacker that is turned away does nothing else than to come again, but not nothing else than that.
constexpr std::chrono::milliseconds kBetweenAttempts{20};
constexpr std::size_t kMostPumped = 300 * 1024 * 1024;
constexpr std::size_t kMegabyte = 1000 * 1000;
constexpr std::size_t kLongestTopic = 65'535;

awaitable<void> pause(Clock::duration time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(kToken);
}

/// A new connection; where there is none to be had, one that is closed.
awaitable<tcp::socket> connected(AttackScene& scene, const Endpoint& to) {
  co_await pause(kBetweenAttempts);
  tcp::socket socket(co_await asio::this_coro::executor);
  const tcp::endpoint endpoint(asio::ip::make_address(to.host), to.port);
  const auto [ec] = co_await socket.async_connect(endpoint, kToken);
  ++scene.attempts;
  if (ec) socket.close();
  co_return socket;
}

awaitable<bool> write(tcp::socket& socket, std::string_view bytes) {
  const auto [ec, written] = co_await asio::async_write(socket, asio::buffer(bytes), kToken);
  co_return !ec;
}

/// Reads until the gateway closes.
awaitable<void> readAll(tcp::socket& socket) {
  std::array<char, 16 * 1024> scrap;
  while (true) {
    const auto [ec, bytes] = co_await socket.async_read_some(asio::buffer(scrap), kToken);
    if (ec) co_return;
  }
}

/// The same beside what else is done with the socket.
void readBeside(const std::shared_ptr<tcp::socket>& socket) {
  asio::co_spawn(
      socket->get_executor(), [socket]() -> awaitable<void> { co_await readAll(*socket); }, asio::detached);
}

/// Zeros until the gateway has enough of them.
awaitable<void> pump(tcp::socket& socket) {
  const std::string zeros(64 * 1024, '\0');
  for (std::size_t sent = 0; sent < kMostPumped; sent += zeros.size()) {
    const bool written = co_await write(socket, zeros);
    if (!written) co_return;
  }
}

std::string connectPacket(std::string_view user, std::string_view clientId, std::string_view password) {
  mqtt::Connect connect;
  connect.clientId = clientId;
  connect.userName = user;
  connect.password = password;
  std::string bytes;
  mqtt::encode(connect, bytes, mqtt::ProtocolLevel::v311);
  return bytes;
}

std::string publishPacket(std::string_view topic, std::string_view payload, mqtt::Qos qos, bool retain = false) {
  mqtt::Publish publish;
  publish.topic = topic;
  publish.payload = payload;
  publish.qos = qos;
  publish.retain = retain;
  publish.packetId = qos == mqtt::Qos::atMostOnce ? mqtt::PacketId{0} : mqtt::PacketId{1};
  std::string bytes;
  mqtt::encode(publish, bytes, mqtt::ProtocolLevel::v311);
  return bytes;
}

std::string subscribePacket(const std::vector<std::string>& filters) {
  std::vector<mqtt::TopicRequest> wishes;
  for (const auto& filter : filters) wishes.push_back({filter, mqtt::Qos::atLeastOnce});
  mqtt::Subscribe subscribe;
  subscribe.packetId = 1;
  subscribe.topics = wishes;
  std::string bytes;
  mqtt::encode(subscribe, bytes, mqtt::ProtocolLevel::v311);
  return bytes;
}

std::string repeated(std::string_view what, std::size_t size) {
  std::string text;
  while (text.size() + what.size() <= size) text += what;
  return text;
}

/// Signed in; closed where that failed.
awaitable<std::shared_ptr<tcp::socket>> signedIn(AttackScene& scene, std::string car, std::string clientId,
                                                 std::string password) {
  auto socket = std::make_shared<tcp::socket>(co_await connected(scene, scene.mqtt));
  const auto packet = connectPacket(car, clientId, password);
  std::array<char, 4> answer{};
  const bool sent = co_await write(*socket, packet);
  const auto [ec, bytes] = co_await asio::async_read(*socket, asio::buffer(answer), kToken);
  if (!sent || ec || answer[3] != 0) socket->close();
  co_return socket;
}

/// Sends packets one after the other until the gateway closes, and takes the answers.
awaitable<void> sendAll(AttackScene& scene, std::string car, std::string password, std::vector<std::string> packets) {
  const auto socket = co_await signedIn(scene, car, car, password);
  if (!socket->is_open()) co_return;
  readBeside(socket);
  for (const auto& packet : packets) {
    const bool written = co_await write(*socket, packet);
    if (!written) break;
  }
  co_await pause(kBetweenAttempts);
  boost::system::error_code ignored;
  socket->close(ignored);
}

}  // namespace

Attack::Attack(Endpoint mqtt, Endpoint http) : m_scene{std::move(mqtt), std::move(http)} {}

Attack::~Attack() {
  stop();
}

void Attack::start(const std::vector<Step>& steps) {
  for (const auto& step : steps) {
    // The coroutine keeps the step, whose captures it refers to.
    auto again = [this, step]() -> awaitable<void> {
      while (true) co_await step(m_scene);
    };
    asio::co_spawn(m_io, std::move(again), asio::detached);
  }
  m_thread = std::thread([this] { m_io.run(); });
}

std::size_t Attack::stop() {
  m_io.stop();
  if (m_thread.joinable()) m_thread.join();
  return m_scene.attempts;
}

// What is sent is made before the coroutines: GCC 12 miscompiles braced lists inside of them.

Attack::Step slowOpening(bool overHttp) {
  const std::string opening = overHttp
                                  ? "GET /api/v2/health HTTP/1.1\r\nHost: carport\r\nX-Slow: " + repeated("x", 4096)
                                  : connectPacket("nobody", repeated("c", 4096), "nothing");
  return [overHttp, opening](AttackScene& scene) -> awaitable<void> {
    auto socket = co_await connected(scene, overHttp ? scene.http : scene.mqtt);
    for (std::size_t at = 0; at < opening.size() && socket.is_open(); ++at) {
      const std::string_view byte(opening.data() + at, 1);
      const bool written = co_await write(socket, byte);
      if (!written) break;
      co_await pause(kBetweenBytes);
    }
  };
}

Attack::Step floodOfConnects() {
  const auto known = connectPacket("bad-0", "x", "not the password"), unknown = connectPacket("nobody", "x", "nothing");
  return [known, unknown](AttackScene& scene) -> awaitable<void> {
    auto patient = co_await connected(scene, scene.mqtt);
    const bool written = co_await write(patient, known);
    if (written) co_await readAll(patient);
    for (int i = 0; i < 20; ++i) {
      auto hasty = co_await connected(scene, scene.mqtt);
      co_await write(hasty, unknown);
    }
  };
}

namespace {
/// One opening after the other, each followed by as much as is taken.
Attack::Step pumpAfter(std::vector<std::string> openings, bool overHttp) {
  return [openings, overHttp](AttackScene& scene) -> awaitable<void> {
    for (std::size_t i = 0; i < openings.size(); ++i) {
      auto socket = co_await connected(scene, overHttp ? scene.http : scene.mqtt);
      const bool written = co_await write(socket, openings[i]);
      if (written) co_await pump(socket);
    }
  };
}

/// Signs in anew for each of the lists.
Attack::Step sendEach(std::string car, std::string password, std::vector<std::vector<std::string>> lists) {
  return [car, password, lists](AttackScene& scene) -> awaitable<void> {
    for (std::size_t i = 0; i < lists.size(); ++i) co_await sendAll(scene, car, password, lists[i]);
  };
}
}  // namespace

Attack::Step hugeLengths() {
  const std::string length = "\xff\xff\xff\x7f";
  return pumpAfter({"\x10" + length, "\x30" + length, "\x82" + length}, false);
}

Attack::Step hugeHttpLengths() {
  const std::string post = "POST /api/v2/session HTTP/1.1\r\nHost: carport\r\nContent-Type: application/json\r\n";
  return pumpAfter(
      {post + "Content-Length: 4294967296\r\n\r\n", post + "Transfer-Encoding: chunked\r\n\r\nffffffff\r\n"}, true);
}

Attack::Step deepTopics(std::string car, std::string password) {
  const auto own = "cars/" + car + "/";
  std::vector<std::vector<std::string>> lists;
  for (const auto& topic :
       {repeated("/", kLongestTopic), own + repeated("a/", kLongestTopic - own.size()), own + repeated("a/", 200)}) {
    lists.emplace_back(20, publishPacket(topic, "x", mqtt::Qos::atLeastOnce, true));
  }
  for (const auto& filter : {repeated("+/", kLongestTopic), own + repeated("+/", 60'000), own + repeated("+/", 200)})
    lists.emplace_back(20, subscribePacket({filter + "#"}));
  return sendEach(std::move(car), std::move(password), std::move(lists));
}

Attack::Step largePayloads(std::string car, std::string password) {
  const auto own = "cars/" + car + "/";
  const auto telemetry = "[" + repeated(R"({"speed":1.5,"soc":81},)", kMegabyte) + R"({"speed":2}])";
  std::vector<std::string> packets;
  for (int i = 0; i < 5; ++i) {
    packets.push_back(publishPacket(own + "telemetry", telemetry, mqtt::Qos::atLeastOnce));
    packets.push_back(publishPacket(own + "note-" + std::to_string(i), telemetry, mqtt::Qos::atLeastOnce, true));
  }
  return sendEach(std::move(car), std::move(password), {std::move(packets)});
}

Attack::Step floodOfSubscriptions(std::string car, std::string password) {
  std::vector<std::string> packets;
  for (int packet = 0; packet < 20; ++packet) {
    std::vector<std::string> filters;
    for (int i = 0; i < 250; ++i)
      filters.push_back("cars/" + car + "/" + std::to_string(packet) + "/+/" + std::to_string(i) + "/#");
    packets.push_back(subscribePacket(filters));
  }
  return sendEach(std::move(car), std::move(password), {std::move(packets)});
}

Attack::Step neverReads(std::string car, std::string password) {
  const auto own = "cars/" + car + "/";
  const auto wish = subscribePacket({own + "#"});
  const std::vector<std::string> packets(
      2'000, publishPacket(own + "note", std::string(16 * 1024, 'x'), mqtt::Qos::atLeastOnce));
  return [car, password, wish, packets](AttackScene& scene) -> awaitable<void> {
    const std::string deafId = car + "-deaf";
    const auto deaf = co_await signedIn(scene, car, deafId, password);
    if (deaf->is_open()) co_await write(*deaf, wish);
    co_await sendAll(scene, car, password, packets);
  };
}

}  // namespace carport::test
