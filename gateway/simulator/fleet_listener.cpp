#include "gateway/simulator/fleet_listener.h"

#include "gateway/protocol/mqtt/client_connection.h"
#include "gateway/simulator/sim_errc.h"

#include <boost/asio.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace carport::sim {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::uint16_t kListenerKeepAliveSeconds = 60;
constexpr Milliseconds kLookEvery{50};
constexpr Milliseconds kRetryAfter{200};
/// Who is not let in for so long is told why; a gateway that is being started again is waited for.
constexpr Milliseconds kPatience{20'000};
constexpr std::size_t kReadBytes = 256 * 1024;
/// Reads in a row before the timer has its turn.
constexpr int kMaxReadsInARow = 16;

/// The `ts` of a telemetry message; none where it has none in front.
std::optional<std::int64_t> timeIn(std::string_view payload) {
  constexpr std::string_view kKey = R"("ts":)";
  const auto at = payload.substr(0, 64).find(kKey);
  if (at == std::string_view::npos) return std::nullopt;
  std::int64_t ts = 0;
  const auto* begin = payload.data() + at + kKey.size();
  const auto parsed = std::from_chars(begin, payload.data() + payload.size(), ts);
  return parsed.ec == std::errc() ? std::optional(ts) : std::nullopt;
}

}  // namespace

/// The listener itself. Owner: listen(); its thread.
class FleetListener final : private mqtt::ClientHandler {
 public:
  FleetListener(const ListenOptions& options, asio::ip::tcp::endpoint gateway, const std::function<bool()>& shouldStop,
                const std::function<void()>& subscribed)
      : m_options(options), m_gateway(std::move(gateway)), m_shouldStop(shouldStop), m_subscribed(subscribed) {
    m_readBuffer.resize(kReadBytes);
  }

  Result<ListenCounts> run() {
    m_started = std::chrono::steady_clock::now();
    connect();
    lookLater();
    m_io.run();
    if (!m_since) {
      return fail(SimErrc::unreachable, m_counts.lastProblem.empty()
                                            ? fmt::format("The gateway at {} did not answer", m_options.mqtt.toString())
                                            : m_counts.lastProblem);
    }
    m_counts.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - *m_since).count();
    if (m_firstMessage != SteadyPoint{})
      m_counts.busySeconds = std::chrono::duration<double>(m_lastMessage - m_firstMessage).count();
    return std::move(m_counts);
  }

 private:
  void connect() {
    m_socket.emplace(m_io);
    m_writing.clear();
    m_isWriting = false;
    m_connection.emplace(m_mqttOptions, static_cast<mqtt::ClientHandler&>(*this));
    m_socket->async_connect(m_gateway, [this, number = ++m_attempt](const error_code& failure) {
      if (number != m_attempt || m_ended) return;
      if (failure) return drop(fmt::format("The gateway cannot be reached: {}", failure.message()));
      error_code ignored;  // slower without, but right
      m_socket->set_option(asio::ip::tcp::no_delay(true), ignored);
      m_socket->non_blocking(true, ignored);
      signIn();
    });
  }

  void signIn() {
    mqtt::Connect connect;
    connect.clientId = m_options.clientId;
    connect.userName = m_options.user;
    connect.password = m_options.secret;
    connect.cleanSession = !m_options.keepSession;
    connect.keepAliveSeconds = kListenerKeepAliveSeconds;
    if (const auto said = m_connection->connect(connect, std::chrono::steady_clock::now()); !said) {
      return drop(said.error().message());
    }
    waitReadable();
    flush();
  }

  void waitReadable() {
    m_socket->async_wait(asio::socket_base::wait_read, [this, number = m_attempt](const error_code& failure) {
      if (number != m_attempt || m_ended) return;
      onReadable(failure);
    });
  }

  void onReadable(const error_code& failure) {
    error_code problem = failure;
    for (int i = 0; i < kMaxReadsInARow && !problem; ++i) {
      const std::size_t count = m_socket->read_some(asio::buffer(m_readBuffer), problem);
      if (problem) break;
      m_now = std::chrono::steady_clock::now();
      m_wall = SystemClock().now();
      const auto attempt = m_attempt;
      m_connection->feed({m_readBuffer.data(), count}, m_now);
      if (attempt != m_attempt || m_isDown || m_ended) return;
      if (count < kReadBytes) break;
    }
    if (problem && problem != asio::error::would_block)
      return drop(fmt::format("The gateway closed the connection: {}", problem.message()));
    flush();
    if (!m_isDown && !m_ended) waitReadable();
  }

  void flush() {
    if (m_isDown || m_isWriting || m_connection->outputBytes() == 0) return;
    m_connection->takeOutput(m_writing);
    m_isWriting = true;
    asio::async_write(*m_socket, asio::buffer(m_writing),
                      [this, number = m_attempt](const error_code& failure, std::size_t) {
                        if (number != m_attempt || m_ended) return;
                        m_isWriting = false;
                        m_writing.clear();
                        if (failure)
                          return drop(fmt::format("The gateway closed the connection: {}", failure.message()));
                        flush();
                      });
  }

  void drop(std::string why) {
    if (std::exchange(m_isDown, true)) return;
    if (std::exchange(m_isIn, false)) ++m_counts.broken;
    m_counts.lastProblem = std::move(why);
    error_code ignored;
    m_socket->close(ignored);
    m_retryAt = std::chrono::steady_clock::now() + kRetryAfter;
  }

  void lookLater() {
    m_timer.expires_after(kLookEvery);
    m_timer.async_wait([this](const error_code& failure) {
      if (!failure) look();
    });
  }

  void look() {
    const auto now = std::chrono::steady_clock::now();
    const bool timeIsUp =
        m_since && m_options.seconds > 0 && now - *m_since >= std::chrono::duration<double>(m_options.seconds);
    const bool isEnough = m_options.expected > 0 && m_counts.received >= m_options.expected;
    const bool isHopeless = !m_since && now - m_started > kPatience;
    if (timeIsUp || isEnough || isHopeless || m_shouldStop()) return end();
    if (m_isDown && now >= m_retryAt) {
      m_isDown = false;
      connect();
    } else if (!m_isDown) {
      m_connection->onTime(now);
      if (!m_isDown) flush();
    }
    lookLater();
  }

  void end() {
    m_ended = true;
    if (!m_isDown && m_isIn) {
      m_connection->disconnect();
      m_connection->takeOutput(m_farewell);
      error_code ignored;
      if (!m_isWriting) m_socket->write_some(asio::buffer(m_farewell), ignored);
    }
    m_io.stop();
  }

  void onConnack(const mqtt::Connack& connack) override {
    if (connack.reason != mqtt::ReasonCode::success)
      return drop(fmt::format("The gateway turned {} away: {}", m_options.user, mqtt::toText(connack.reason)));
    m_isIn = true;
    ++m_counts.connections;
    const mqtt::TopicRequest wish{m_options.filter, static_cast<mqtt::Qos>(m_options.qos)};
    if (const auto asked = m_connection->subscribe({&wish, 1}, m_now); !asked) drop(asked.error().message());
  }

  void onPublish(const mqtt::Publish& publish) override {
    if (publish.qos == mqtt::Qos::atLeastOnce) m_connection->sendPuback(publish.packetId, m_now);
    if (publish.qos == mqtt::Qos::exactlyOnce) m_connection->sendPubrec(publish.packetId, m_now);
    if (m_counts.received++ == 0) m_firstMessage = m_now;
    m_lastMessage = m_now;
    m_counts.duplicates += publish.duplicate ? 1 : 0;
    m_counts.bytes += publish.payload.size();
    if (const auto ts = timeIn(publish.payload)) m_counts.latency.record(Milliseconds(toMs(m_wall) - *ts));
  }

  void onPuback(const mqtt::Puback&) override {}

  void onSuback(const mqtt::Suback& suback) override {
    if (std::any_of(suback.codes.begin(), suback.codes.end(), mqtt::isFailure))
      return drop(fmt::format("{} may not subscribe to {}", m_options.user, m_options.filter));
    if (m_since) return;
    m_since = std::chrono::steady_clock::now();
    m_subscribed();
  }

  void onUnsuback(const mqtt::Unsuback&) override {}
  void onError(const Error& error) override { drop(error.message()); }

  const ListenOptions& m_options;
  const asio::ip::tcp::endpoint m_gateway;
  const std::function<bool()>& m_shouldStop;
  const std::function<void()>& m_subscribed;
  asio::io_context m_io{1};
  asio::steady_timer m_timer{m_io};
  mqtt::ConnectionOptions m_mqttOptions;
  std::optional<asio::ip::tcp::socket> m_socket;
  std::optional<mqtt::ClientConnection> m_connection;
  std::string m_readBuffer;
  std::string m_writing;
  std::string m_farewell;
  std::uint64_t m_attempt = 0;  // tells what an earlier connection calls back from what this one does
  bool m_isWriting = false;
  bool m_isDown = false;
  bool m_isIn = false;
  bool m_ended = false;
  SteadyPoint m_now{};
  TimePoint m_wall{};
  SteadyPoint m_started{};
  SteadyPoint m_retryAt{};
  SteadyPoint m_firstMessage{};
  SteadyPoint m_lastMessage{};
  std::optional<SteadyPoint> m_since;
  ListenCounts m_counts;
};

Result<ListenCounts> listen(const ListenOptions& options, const std::function<bool()>& shouldStop,
                            const std::function<void()>& subscribed) {
  if (options.qos < 0 || options.qos > 2) return fail(SimErrc::badOptions, "The quality of service is 0, 1 or 2");
  if (options.mqtt.port == 0) return fail(SimErrc::badOptions, "The gateway's MQTT address needs a port");
  if (!(options.seconds >= 0)) return fail(SimErrc::badOptions, "The duration is 0 or more seconds");
  asio::io_context io;
  error_code problem;
  const auto places =
      asio::ip::tcp::resolver(io).resolve(options.mqtt.host, std::to_string(options.mqtt.port), problem);
  if (problem || places.empty()) {
    return fail(SimErrc::unreachable,
                fmt::format("The address {} cannot be found: {}", options.mqtt.toString(), problem.message()));
  }
  return FleetListener(options, places.begin()->endpoint(), shouldStop, subscribed).run();
}

}  // namespace carport::sim
