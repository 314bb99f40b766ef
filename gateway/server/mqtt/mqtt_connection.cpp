#include "gateway/server/mqtt/mqtt_connection.h"

#include "gateway/protocol/mqtt/mqtt_errc.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace carport {

namespace {

using ErrorCode = boost::system::error_code;

/// A write buffer that has grown beyond this is given back after use.
constexpr std::size_t kKeptWriteBytes = 16 * 1024;

const Closing kPublishedWrongly{"it published where it may not", mqtt::ReasonCode::notAuthorised};

MessageResult resultOf(Routed routed) {
  switch (routed) {
    case Routed::shed:
      return MessageResult::shed;
    case Routed::denied:
    case Routed::refused:
      return MessageResult::denied;
    case Routed::unusable:
      return MessageResult::unusable;
    case Routed::limited:
      return MessageResult::limited;
    default:
      return MessageResult::accepted;
  }
}

}  // namespace

MqttConnection::MqttConnection(ShardCore& core, ConnectionHost& host, std::unique_ptr<ByteChannel> channel,
                               MqttTransport transport, std::uint64_t number)
    : m_core(core),
      m_host(host),
      m_channel(std::move(channel)),
      m_number(number),
      m_transport(transport),
      m_peer(m_channel->peer()),
      m_protocol(core.context.connectionOptions, *this, core.steadyNow()) {}

void MqttConnection::start() {
  if (const auto failed = m_channel->start()) return closeLost(failed);
  readOn();
}

void MqttConnection::readOn() {
  if (m_waitsToRead || m_state != State::open || m_core.draining || m_leaving) return;
  if (!m_protocol.wantsBytes()) return;
  waitReadable();
}

void MqttConnection::waitReadable() {
  m_waitsToRead = true;
  // Waiting first: 18,000 quiet cars hold no large read buffers, the thread's one serves them all.
  m_channel->waitReadable(shared_from_this());
}

void MqttConnection::onReadable(const ErrorCode& failed) {
  m_waitsToRead = false;
  if (m_state == State::gone || ((m_core.draining || m_leaving) && m_state == State::open)) return;
  ErrorCode ec = failed;
  const auto bytes = ec ? 0 : m_channel->read(m_core.readBuffer, ec);
  if (m_state == State::lingering) return ec && !ByteChannel::wouldBlock(ec) ? drop() : waitReadable();
  if (ec && !ByteChannel::wouldBlock(ec)) return closeLost(ec);
  if (bytes > 0) {
    figures.bytesIn += bytes;
    m_core.traffic.of(m_transport).bytesReceived.add(bytes);
    take({m_core.readBuffer.data(), bytes});
  }
  if (m_state == State::open) readOn();
}

void MqttConnection::closeLost(const ErrorCode& failed) {
  const auto why = m_channel->failure();
  Closing closing{why.empty() ? kLost : why};
  closing.ending = api::ConnectionEnding::lost;
  if (why.empty() && failed != boost::asio::error::eof) closing.detail = failed.message();
  close(closing);
}

void MqttConnection::take(std::string_view bytes) {
  try {
    limits.readAt = m_core.steadyNow();
    m_protocol.feed(bytes, limits.readAt);
    if (m_protocol.outputBytes() > 0) writeLater();
  } catch (const std::exception& e) {  // no memory, or a mistake of ours: one client's, not everybody's
    close({fmt::format("an internal error ({})", e.what()), mqtt::ReasonCode::implementationError});
  }
}

void MqttConnection::onPublish(const mqtt::Publish& publish) {
  const auto routed = m_host.onPublish(*this, publish);
  if (routed != Routed::later) return settle(routed);
  m_parked = std::make_unique<Parked>(Parked{std::string(publish.topic), std::string(publish.payload),
                                             std::string(publish.properties.encoded), publish});
  m_parked->publish.topic = m_parked->topic;
  m_parked->publish.payload = m_parked->payload;
  m_parked->publish.properties = {m_parked->properties};
  m_protocol.pause();
  m_host.onParked(*this);
}

void MqttConnection::settle(Routed routed) {
  ++figures.messagesIn;
  m_core.traffic.of(m_transport).messages[static_cast<std::size_t>(resultOf(routed))].add();
  if (routed == Routed::refused) close(kPublishedWrongly);
}

bool MqttConnection::retryParked() {
  if (!m_parked || m_state != State::open) return true;
  const auto routed = m_host.onPublish(*this, m_parked->publish);
  if (routed == Routed::later) return false;
  m_parked.reset();
  settle(routed);
  if (m_state != State::open) return true;
  if (m_leaving) {
    closeWhenSettled();
    return true;
  }
  limits.readAt = m_core.steadyNow();
  m_protocol.resume(limits.readAt);
  if (m_state != State::open) return true;
  if (m_protocol.outputBytes() > 0) writeLater();
  readOn();
  return true;
}

std::uint64_t MqttConnection::addAcknowledgement(mqtt::PacketId packetId, mqtt::Qos qos, std::uint8_t waits,
                                                 Verdict verdict, bool isRemembered) {
  const bool isRecorded = recordsAs && qos == mqtt::Qos::exactlyOnce;
  const auto ticket = m_acks.add(packetId, qos, waits, isRecorded, isRemembered);
  if (verdict.reason != mqtt::ReasonCode::success) m_acks.judge(ticket, std::move(verdict));
  if (waits > 0) return ticket;
  if (isRecorded) recordReceived(ticket);
  sendAcknowledgements();
  return ticket;
}

void MqttConnection::committed(std::uint64_t ticket) {
  if (m_acks.complete(ticket)) recordReceived(ticket);
  sendAcknowledgements();
}

void MqttConnection::recordReceived(std::uint64_t ticket) {
  // Only now: were the id on disk before the message, the message sent again after a restart would look like an old
  // one.
  const auto packetId = m_acks.beginRecord(ticket, m_protocol.level() == mqtt::ProtocolLevel::v5);
  if (!packetId) return;
  m_core.journal.record(IncomingPut{recordsAs, *packetId});
  m_core.journal.whenCommitted([self = shared_from_this(), ticket] { self->committed(ticket); });
}

void MqttConnection::notCommitted(std::uint64_t ticket, const std::string& why) {
  m_acks.fail(ticket);
  m_core.closeLater(shared_from_this(), {why, mqtt::ReasonCode::implementationError});
  sendAcknowledgements();
}

void MqttConnection::sendAcknowledgements() {
  const bool isV5 = m_protocol.level() == mqtt::ProtocolLevel::v5;
  m_acks.release([&](const AckQueue::Entry& ack, std::string_view text) {
    if (ack.isRemembered) {
      // The session remembers the id, whether or not the client is still here to be told.
      const bool isTaken = !ack.failed && !(isV5 && mqtt::isFailure(ack.reason));
      isTaken ? received->stored(ack.packetId) : received->failed(ack.packetId);
    }
    if (ack.failed || m_state != State::open) return;
    if (ack.qos == mqtt::Qos::exactlyOnce) {
      m_protocol.sendPubrec(ack.packetId, ack.reason, text);
    } else {
      m_protocol.sendPuback(ack.packetId, ack.reason, text);
    }
  });
  writeLater();
  if (m_leaving) closeWhenSettled();
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
    const auto written = m_channel->write(std::string_view(m_writing).substr(m_written), ec);
    m_core.traffic.of(m_transport).bytesSent.add(written);
    figures.bytesOut += written;
    m_written += written;
    if (ByteChannel::wouldBlock(ec)) return waitWritable();
    if (ec) {
      m_broken = true;
      return closeLost(ec);
    }
  }
  if (session && session->outgoing().isWaiting()) session->outgoing().sendQueued();
  readOn();  // a client that did not read was not read from either
}

void MqttConnection::waitWritable() {
  m_waitsToWrite = true;
  m_stalledSince = m_core.steadyNow();
  m_channel->waitWritable(shared_from_this());
}

void MqttConnection::onWritable(const ErrorCode& failed) {
  m_waitsToWrite = false;
  if (failed || m_state != State::open) return;
  write();
}

void MqttConnection::onDisconnect(const mqtt::Disconnect& disconnect) {
  m_host.onDisconnect(*this, disconnect);
  const bool isWillVoid = disconnect.reason != mqtt::ReasonCode::disconnectWithWill;
  close({"it said goodbye", mqtt::ReasonCode::success, isWillVoid, true, {}, api::ConnectionEnding::goodbye});
}

void MqttConnection::onError(const Error& error) {
  // Who did not get as far as CONNECT in time did not, maybe, for a reason that lies below.
  const auto opening = m_channel->opening();
  Closing closing{opening.empty() ? error.message()
                                  : fmt::format("{} ({} was not finished)", error.message(), opening)};
  if (error.is(mqtt::MqttErrc::keepAliveTimeout)) closing.ending = api::ConnectionEnding::keepAlive;
  close(closing);
}

void MqttConnection::close(const Closing& closing) {
  if (m_state != State::open || std::exchange(m_ending, true)) return;
  if (closing.reason != mqtt::ReasonCode::success) {
    m_protocol.disconnect(closing.reason, closing.text, closing.otherServer);
  }
  // A CONNACK that refuses, acknowledgements that are due; what is not taken now is lost, and changes no reason.
  write();
  m_protocol.close();
  m_state = State::lingering;
  m_parked.reset();
  const auto self = shared_from_this();
  m_host.onClosed(*this, closing);
  linger();
}

void MqttConnection::letGo(const Closing& closing, SteadyPoint latest) {
  if (m_state != State::open || m_leaving) return;
  m_leaving = std::make_unique<Leaving>(Leaving{closing, latest});
  m_protocol.pause();
  closeWhenSettled();
}

void MqttConnection::closeWhenSettled() {
  // Later, because acknowledgements are handed out while somebody walks over connections.
  if (m_acks.size() == 0 && !m_parked) m_core.closeLater(shared_from_this(), m_leaving->closing);
}

void MqttConnection::linger() {
  // Closing at once with unread bytes makes TCP throw away what was written last, so: our end first, theirs next.
  if (!m_channel->endSending()) return drop();
  m_lingersUntil = m_core.steadyNow() + kLingerTime;
  if (!m_waitsToRead) waitReadable();
}

void MqttConnection::drop() {
  m_state = State::gone;
  m_channel->close();
}

void MqttConnection::onTime(SteadyPoint now) {
  m_channel->onTime();
  if (m_state == State::lingering && now >= m_lingersUntil) return drop();
  if (m_state != State::open) return;
  if (m_leaving && now >= m_leaving->latest) return close(m_leaving->closing);
  constexpr auto kTooSlow = api::ConnectionEnding::tooSlow;
  if (m_waitsToWrite && now - m_stalledSince > kMaxWriteStall) {
    return close({"it does not read what it is sent", mqtt::ReasonCode::success, false, false, {}, kTooSlow});
  }
  if (session && session->outgoing().isStuck(now)) {
    return close({"others waited for it, and it acknowledged nothing",
                  mqtt::ReasonCode::quotaExceeded,
                  false,
                  false,
                  {},
                  kTooSlow});
  }
  if (const auto deadline = m_protocol.nextDeadline(); deadline && *deadline <= now) m_protocol.onTime(now);
}

}  // namespace carport
