#include "gateway/simulator/car_link_channel.h"

#include <fmt/format.h>

#include <utility>

namespace carport::sim {

using boost::system::error_code;

void CarLink::startTls() {
  m_channel->tls = std::make_unique<TlsChannel>(std::move(m_channel->socket), *m_context.tls);
  if (!m_channel->tls->connectTo(m_context.host)) {
    return drop(fmt::format("No certificate can be about “{}”", m_context.host), kLongestBackOff);
  }
  if (const error_code problem = m_channel->tls->start()) {
    return drop(fmt::format("The gateway cannot be reached: {}", problem.message()));
  }
  signIn();
}

void CarLink::onTlsReadable(const error_code& failure) {
  error_code problem = failure;
  m_context.now = std::chrono::steady_clock::now();
  const std::shared_ptr<Channel> channel = m_channel;  // feed() may make us give it up
  if (!problem) {
    const auto count = channel->tls->read(m_context.readBuffer, problem);
    if (count > 0) channel->connection.feed({m_context.readBuffer.data(), count}, m_context.now);
    if (m_channel != channel) return;
  }
  if (problem && !ByteChannel::wouldBlock(problem)) {
    const std::string known = channel->tls->failure();
    return drop(fmt::format("The connection of {} to the gateway ended: {}", m_login.id,
                            known.empty() ? problem.message() : known));
  }
  if (std::exchange(m_room, false)) m_handler.onRoom();
  if (m_channel != channel) return;
  flush();
  if (m_channel == channel) channel->tls->waitReadable(channel);
}

void CarLink::writeTls() {
  Channel& channel = *m_channel;
  const bool waited = std::exchange(channel.isWriting, true);
  error_code problem;
  channel.sent += channel.tls->write(std::string_view(channel.writing).substr(channel.sent), problem);
  if (problem && !ByteChannel::wouldBlock(problem)) {
    return drop(fmt::format("The gateway closed the connection of {}: {}", m_login.id, problem.message()));
  }
  if (channel.sent < channel.writing.size()) return channel.tls->waitWritable(m_channel);
  channel.writing.clear();
  channel.sent = 0;
  channel.isWriting = false;
  if (waited) written();
}

}  // namespace carport::sim
