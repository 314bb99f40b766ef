#include "gateway/simulator/car_link.h"

#include "gateway/simulator/car_link_channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace carport::sim {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {
constexpr std::uint16_t kKeepAliveSeconds = 60;
}  // namespace

CarLink::CarLink(LinkContext& context, CarLogin login, std::uint64_t seed, CarLinkHandler& handler)
    : m_context(context), m_handler(handler), m_login(std::move(login)), m_random(seed) {}

CarLink::~CarLink() {
  if (m_channel) m_channel->link = nullptr;
}

void CarLink::connect(SteadyPoint now) {
  m_attemptStarted = now;
  m_channel = std::make_shared<Channel>(m_context, *this);
  ++m_context.open;
  m_channel->socket.async_connect(m_context.gateway, [channel = m_channel](const error_code& failure) {
    if (channel->link) channel->link->onSocketOpen(failure);
  });
}

void CarLink::onSocketOpen(const error_code& failure) {
  if (failure) return drop(fmt::format("The gateway cannot be reached: {}", failure.message()));
  if (m_context.tls) return startTls();
  error_code ignored;  // slower without, but right
  m_channel->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  m_channel->socket.non_blocking(true, ignored);
  signIn();
}

void CarLink::signIn() {
  mqtt::Connect connect;
  connect.keepAliveSeconds = kKeepAliveSeconds;
  connect.clientId = m_login.id;
  connect.userName = m_login.id;
  connect.password = m_login.secret;
  if (const auto said = m_channel->connection.connect(connect, std::chrono::steady_clock::now()); !said) {
    return drop(said.error().message(), kLongestBackOff);
  }
  if (m_channel->tls) return onTlsReadable({});  // the handshake begins with reading
  waitReadable();
  flush();
}

void CarLink::waitReadable() {
  // With a buffer: a wait without one costs a call of the system for each acknowledgement.
  m_channel->socket.async_read_some(asio::buffer(m_channel->first),
                                    [channel = m_channel](const error_code& failure, std::size_t count) {
                                      if (channel->link) channel->link->onReadable(failure, count);
                                    });
}

void CarLink::onReadable(const error_code& failure, std::size_t count) {
  error_code problem = failure;
  m_context.now = std::chrono::steady_clock::now();
  const std::shared_ptr<Channel> channel = m_channel;  // feed() may make us give it up
  channel->connection.feed(std::string_view(channel->first.data(), count), m_context.now);
  if (m_channel != channel) return;
  if (!problem && count == channel->first.size()) {
    const auto more = channel->socket.read_some(asio::buffer(m_context.readBuffer), problem);
    if (problem == asio::error::would_block) problem = {};
    if (!problem) channel->connection.feed(std::string_view(m_context.readBuffer.data(), more), m_context.now);
    if (m_channel != channel) return;
  }
  if (problem) return drop(fmt::format("The gateway closed the connection of {}: {}", m_login.id, problem.message()));
  if (std::exchange(m_room, false)) m_handler.onRoom();
  if (m_channel != channel) return;
  flush();
  if (m_channel == channel) waitReadable();
}

void CarLink::flush() {
  if (!m_channel || m_channel->isWriting || m_channel->connection.outputBytes() == 0) return;
  Channel& channel = *m_channel;
  if (channel.tls && !channel.tls->opening().empty()) return;
  channel.connection.takeOutput(channel.writing);
  if (channel.tls) return writeTls();
  error_code problem;
  const std::size_t count = channel.socket.write_some(asio::buffer(channel.writing), problem);
  if (problem && problem != asio::error::would_block) {
    return drop(fmt::format("The gateway closed the connection of {}: {}", m_login.id, problem.message()));
  }
  if (count < channel.writing.size()) return continueWriting(count);
  channel.writing.clear();
}

void CarLink::continueWriting(std::size_t from) {
  m_channel->isWriting = true;
  const auto rest = asio::buffer(m_channel->writing) + from;
  asio::async_write(m_channel->socket, rest, [channel = m_channel](const error_code& failure, std::size_t) {
    channel->isWriting = false;
    channel->writing.clear();
    CarLink* link = channel->link;
    if (!link) return;
    if (failure) return link->drop(fmt::format("The gateway closed the connection: {}", failure.message()));
    link->written();
  });
}

void CarLink::written() {
  flush();
  m_context.now = std::chrono::steady_clock::now();
  if (canSendTelemetry()) m_handler.onRoom();
}

void CarLink::drop(const std::string& why, Milliseconds atLeast) {
  if (!m_channel) return;
  m_channel->close();
  forgetChannel();
  FleetCounts& counts = m_context.counts;
  if (std::exchange(m_connected, false)) {
    --counts.connected;
    if (std::exchange(m_acknowledgedSinceConnect, false)) --counts.heard;
    if (!m_closed) ++counts.broken;
  }
  m_telemetryInFlight = 0;
  for (Unacknowledged& message : m_unacknowledged) {
    message.id = 0;
    m_telemetryInFlight += message.telemetry ? 1 : 0;
  }
  if (m_closed) return;
  counts.lastProblem = why;
  const Milliseconds pause = std::max(m_backOff, atLeast);
  const double spread = m_random.between(0.5, 1.0);  // so that a fleet does not come back in one moment
  m_retryAt =
      std::chrono::steady_clock::now() + Milliseconds(static_cast<std::int64_t>(spread * double(pause.count())));
  m_backOff = std::min(m_backOff * 2, kLongestBackOff);
}

void CarLink::forgetChannel() {
  m_channel->link = nullptr;
  m_channel.reset();
  --m_context.open;
}

void CarLink::onTime(SteadyPoint now) {
  if (!m_channel) return;
  if (!m_connected && now - m_attemptStarted > kConnectTimeout) {
    return drop(fmt::format("The gateway did not answer {} in time", m_login.id));
  }
  const std::shared_ptr<Channel> channel = m_channel;
  const auto deadline = channel->connection.nextDeadline();
  if (!deadline || now < *deadline) return;
  channel->connection.onTime(now);
  flush();
}

bool CarLink::canSendTelemetry() const {
  if (!m_connected || m_closed) return false;
  if (m_context.qos != mqtt::Qos::atMostOnce && m_telemetryInFlight >= m_context.inFlightLimit) return false;
  return m_channel->writing.size() + m_channel->connection.outputBytes() < kMaxWaitingBytes;
}

bool CarLink::canSendOther() const {
  return m_connected && !m_closed && m_unacknowledged.size() - m_telemetryInFlight < kMaxOtherInFlight &&
         m_channel->writing.size() + m_channel->connection.outputBytes() < 2 * kMaxWaitingBytes;
}

mqtt::OutgoingMessage CarLink::outgoing(const CarMessage& message, mqtt::Qos qos) {
  m_context.topic.assign("cars/").append(m_login.id).append("/").append(message.topicEnd);
  return {m_context.topic, message.payload, qos, false};
}

bool CarLink::send(CarMessage message, mqtt::Qos qos, SteadyPoint now) {
  if (!m_connected || m_closed) return false;
  const auto id = m_channel->connection.publish(outgoing(message, qos), now);
  if (!id) return false;
  const bool telemetry = message.topicEnd == "telemetry";
  ++(telemetry ? m_context.counts.sent : m_context.counts.otherSent);
  if (telemetry) m_context.counts.bytesSent += message.payload.size();
  if (qos == mqtt::Qos::atMostOnce) return true;
  if (telemetry) ++m_telemetryInFlight;
  ++m_context.counts.unacknowledged;
  m_unacknowledged.push_back({*id, telemetry, now, std::move(message)});
  return true;
}

void CarLink::sendAgain(SteadyPoint now) {
  for (Unacknowledged& waiting : m_unacknowledged) {
    const auto qos = waiting.telemetry ? m_context.qos : mqtt::Qos::atLeastOnce;
    const auto id = m_channel->connection.publish(outgoing(waiting.message, qos), now);
    if (!id) return drop(id.error().message());
    waiting.id = *id;
    ++m_context.counts.repeated;
  }
}

void CarLink::settle() {
  if (!std::exchange(m_settled, true)) ++m_context.counts.settled;
}

void CarLink::onConnack(const mqtt::Connack& connack) {
  settle();
  if (connack.reason != mqtt::ReasonCode::success) {
    ++m_context.counts.refused;
    return drop(fmt::format("The gateway turned {} away: {}", m_login.id, mqtt::toText(connack.reason)),
                kRefusedBackOff);
  }
  m_connected = true;
  m_backOff = kFirstBackOff;
  ++m_context.counts.connected;
  if (std::exchange(m_everConnected, true)) ++m_context.counts.reconnects;
  const SteadyPoint now = m_context.now;
  const std::string commands = fmt::format("cars/{}/command", m_login.id);
  const mqtt::TopicRequest wish{commands, mqtt::Qos::atLeastOnce};
  if (const auto asked = m_channel->connection.subscribe({&wish, 1}, now); !asked) return drop(asked.error().message());
  sendAgain(now);
  m_room = true;
}

void CarLink::onPublish(const mqtt::Publish& publish) {
  if (publish.qos == mqtt::Qos::atLeastOnce) {
    m_channel->connection.sendPuback(publish.packetId, m_context.now);
  }
  if (!publish.topic.ends_with("/command")) return;
  ++m_context.counts.commands;
  m_handler.onCommand(publish.payload);
}

void CarLink::onPuback(const mqtt::Puback& puback) {
  if (acknowledged(puback.packetId).value_or(false)) --m_telemetryInFlight;
}

void CarLink::onPubrec(const mqtt::Pubrec& pubrec) {
  // The gateway has it; the window is free again with PUBCOMP.
  acknowledged(pubrec.packetId);
}

void CarLink::onPubcomp(const mqtt::Pubcomp&) {
  --m_telemetryInFlight;  // nothing else is sent with QoS 2
  m_room = true;
}

/// The gateway has the message. True where it was telemetry; none where it is not known.
std::optional<bool> CarLink::acknowledged(mqtt::PacketId packetId) {
  const auto found = std::find_if(m_unacknowledged.begin(), m_unacknowledged.end(),
                                  [&](const Unacknowledged& one) { return one.id == packetId; });
  if (found == m_unacknowledged.end()) return std::nullopt;
  FleetCounts& counts = m_context.counts;
  --counts.unacknowledged;
  if (!std::exchange(m_acknowledgedSinceConnect, true)) ++counts.heard;
  const bool isTelemetry = found->telemetry;
  if (isTelemetry) {
    ++counts.acknowledged;
    const auto waited = m_context.now - found->firstSent;
    counts.latency.record(std::chrono::duration_cast<Microseconds>(waited));
    m_handler.onAcknowledged(found->message);
  } else {
    ++counts.otherAcknowledged;
  }
  m_unacknowledged.erase(found);
  m_room = true;
  return isTelemetry;
}

void CarLink::onSuback(const mqtt::Suback& suback) {
  if (std::any_of(suback.codes.begin(), suback.codes.end(), mqtt::isFailure)) {
    m_context.counts.lastProblem =
        fmt::format("{} may not receive commands: the gateway refused the subscription", m_login.id);
  }
}

void CarLink::onError(const Error& error) {
  drop(fmt::format("{}: {}", m_login.id, error.message()));
}

void CarLink::close() {
  m_closed = true;
  if (!m_channel) return;
  if (!m_connected) return drop({});
  m_channel->connection.disconnect();
  flush();
  if (!m_channel) return;
  m_channel->endSending();
}

}  // namespace carport::sim
