#include "gateway/server/mqtt/mqtt_connection.h"

#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/shard_core.h"

#include <boost/asio/buffer.hpp>
#include <fmt/format.h>

#include <exception>
#include <utility>

namespace carport {

namespace {

using boost::asio::ip::tcp;
using ErrorCode = boost::system::error_code;

/// A write buffer that has grown beyond this is given back after use.
constexpr std::size_t kKeptWriteBytes = 16 * 1024;

std::string peerOf(const tcp::socket& socket) {
  ErrorCode ec;
  const auto remote = socket.remote_endpoint(ec);
  if (ec) return "unknown";
  return Endpoint{remote.address().to_string(), remote.port()}.toString();
}

bool wouldBlock(const ErrorCode& ec) {
  return ec == boost::asio::error::would_block || ec == boost::asio::error::try_again;
}

}  // namespace

MqttConnection::MqttConnection(ShardCore& core, ConnectionHost& host, tcp::socket socket, std::uint64_t number)
    : m_core(core),
      m_host(host),
      m_socket(std::move(socket)),
      m_number(number),
      m_peer(peerOf(m_socket)),
      m_protocol(core.context.connectionOptions, *this, core.steadyNow()) {}

void MqttConnection::start() {
  ErrorCode ec;
  m_socket.non_blocking(true, ec);
  if (!ec) m_socket.set_option(tcp::no_delay(true), ec);  // packets leave in whole writes already
  // A client that asked for no keep-alive of MQTT's may be gone for ever without a word; the system finds out.
  if (!ec) m_socket.set_option(boost::asio::socket_base::keep_alive(true), ec);
  if (ec) return close(kLost);
  readOn();
}

void MqttConnection::readOn() {
  if (m_waitsToRead || m_state != State::open || m_core.draining) return;
  if (!m_protocol.wantsBytes()) return;
  waitReadable();
}

void MqttConnection::waitReadable() {
  m_waitsToRead = true;
  // Waiting without a buffer: 18,000 quiet cars hold no read buffers, the thread's one serves them all.
  m_socket.async_wait(tcp::socket::wait_read,
                      [self = shared_from_this()](const ErrorCode& ec) { self->onReadable(ec); });
}

void MqttConnection::onReadable(const ErrorCode& failed) {
  m_waitsToRead = false;
  if (m_state == State::gone || (m_core.draining && m_state == State::open)) return;
  ErrorCode ec = failed;
  const auto bytes = ec ? 0 : m_socket.read_some(boost::asio::buffer(m_core.readBuffer), ec);
  if (m_state == State::lingering) return ec && !wouldBlock(ec) ? drop() : waitReadable();
  if (ec && !wouldBlock(ec)) return close(kLost);
  if (bytes > 0) take({m_core.readBuffer.data(), bytes});
  if (m_state == State::open) readOn();
}

void MqttConnection::take(std::string_view bytes) {
  try {
    m_protocol.feed(bytes, m_core.steadyNow());
    if (m_protocol.outputBytes() > 0) writeLater();
  } catch (const std::exception& e) {  // no memory, or a mistake of ours: one client's, not everybody's
    close(fmt::format("an internal error ({})", e.what()));
  }
}

void MqttConnection::onPublish(const mqtt::Publish& publish) {
  MqttTally::count(m_core.context.tally.received);
  switch (m_host.onPublish(*this, publish)) {
    case Routed::taken:
      break;
    case Routed::later:
      m_parked = std::make_unique<Parked>(Parked{std::string(publish.topic), std::string(publish.payload), publish});
      m_parked->publish.topic = m_parked->topic;
      m_parked->publish.payload = m_parked->payload;
      m_protocol.pause();
      m_host.onParked(*this);
      break;
    case Routed::refused:
      close("it published where it may not");
      break;
  }
}

bool MqttConnection::retryParked() {
  if (!m_parked || m_state != State::open) return true;
  const auto routed = m_host.onPublish(*this, m_parked->publish);
  if (routed == Routed::later) return false;
  m_parked.reset();
  if (routed == Routed::refused) {
    close("it published where it may not");
    return true;
  }
  m_protocol.resume(m_core.steadyNow());
  if (m_state != State::open) return true;
  if (m_protocol.outputBytes() > 0) writeLater();
  readOn();
  return true;
}

std::uint64_t MqttConnection::addAcknowledgement(mqtt::PacketId packetId, std::uint8_t waits) {
  const auto ticket = m_acks.add(packetId, waits);
  if (waits == 0) sendAcknowledgements();
  return ticket;
}

void MqttConnection::committed(std::uint64_t ticket) {
  m_acks.complete(ticket);
  sendAcknowledgements();
}

void MqttConnection::sendAcknowledgements() {
  if (m_state != State::open) return;
  m_acks.release([this](mqtt::PacketId packetId) { m_protocol.sendPuback(packetId); });
  writeLater();
}

void MqttConnection::writeLater() {
  if (m_writeScheduled || m_waitsToWrite || m_state != State::open) return;
  m_writeScheduled = true;
  m_core.writeLater(shared_from_this());
}

void MqttConnection::write() {
  m_writeScheduled = false;
  if (m_waitsToWrite || m_broken || m_state != State::open) return;
  while (true) {
    if (m_written == m_writing.size()) {
      m_writing.clear();
      m_written = 0;
      if (m_writing.capacity() > kKeptWriteBytes) m_writing.shrink_to_fit();
      m_protocol.takeOutput(m_writing);
      if (m_writing.empty()) break;
    }
    ErrorCode ec;
    m_written += m_socket.write_some(boost::asio::buffer(m_writing) + m_written, ec);
    if (wouldBlock(ec)) return waitWritable();
    if (ec) {
      m_broken = true;
      return close(kLost);
    }
  }
  if (session) session->outputTaken();
  readOn();  // a client that did not read was not read from either
}

void MqttConnection::waitWritable() {
  m_waitsToWrite = true;
  m_stalledSince = m_core.steadyNow();
  m_socket.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const ErrorCode& ec) {
    self->m_waitsToWrite = false;
    if (ec || self->m_state != State::open) return;
    self->write();
  });
}

void MqttConnection::close(const std::string& reason, bool clean) {
  if (m_state != State::open) return;
  write();  // a CONNACK that refuses, acknowledgements that are due; what the socket does not take now is lost
  if (m_state != State::open) return;
  m_protocol.close();
  m_state = State::lingering;
  m_parked.reset();
  const auto self = shared_from_this();
  m_host.onClosed(*this, reason, clean);
  linger();
}

void MqttConnection::linger() {
  // Closing at once with unread bytes makes TCP throw away what was written last, so: our end first, theirs next.
  ErrorCode ec;
  m_socket.shutdown(tcp::socket::shutdown_send, ec);
  if (ec) return drop();
  m_lingersUntil = m_core.steadyNow() + kLingerTime;
  if (!m_waitsToRead) waitReadable();
}

void MqttConnection::drop() {
  m_state = State::gone;
  ErrorCode ignored;
  m_socket.close(ignored);
}

void MqttConnection::onTime(SteadyPoint now) {
  if (m_state == State::lingering && now >= m_lingersUntil) return drop();
  if (m_state != State::open) return;
  if (m_waitsToWrite && now - m_stalledSince > kMaxWriteStall) return close("it does not read what it is sent");
  if (const auto deadline = m_protocol.nextDeadline(); deadline && *deadline <= now) m_protocol.onTime(now);
}

}  // namespace carport
