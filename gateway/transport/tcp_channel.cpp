#include "gateway/transport/tcp_channel.h"

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace carport {

namespace asio = boost::asio;

TcpChannel::ErrorCode TcpChannel::start() {
  return prepareSocket(m_socket);
}

std::size_t TcpChannel::read(std::span<char> room, ErrorCode& ec) {
  ec = {};
  const auto first = takeFirst(room);
  if (first > 0 && (m_filled < kFirstBytes || first == room.size())) return first;
  const auto rest = room.subspan(first);
  const auto more = m_socket.read_some(asio::buffer(rest.data(), rest.size()), ec);
  if (first > 0) ec = {};  // where nothing more will come, the next read finds that out
  return first + more;
}

std::size_t TcpChannel::takeFirst(std::span<char> room) {
  const auto count = std::min(room.size(), m_filled - m_taken);
  std::copy_n(m_first.data() + m_taken, count, room.data());
  m_taken += count;
  return count;
}

std::size_t TcpChannel::writeTwo(std::string_view head, std::string_view body, ErrorCode& ec) {
  if (head.empty()) return m_socket.write_some(asio::buffer(body), ec);
  return m_socket.write_some(std::array{asio::buffer(head), asio::buffer(body)}, ec);
}

void TcpChannel::waitReadable(std::shared_ptr<ByteChannelUser> user) {
  if (m_taken < m_filled) return callSoon(std::move(user));
  // The user, whom the wait keeps alive, owns this channel.
  m_socket.async_read_some(asio::buffer(m_first),
                           [this, user = std::move(user)](const ErrorCode& ec, std::size_t bytes) {
                             m_taken = 0;
                             m_filled = bytes;
                             user->onReadable(ec);
                           });
}

void TcpChannel::waitWritable(std::shared_ptr<ByteChannelUser> user) {
  waitFor(m_socket, asio::socket_base::wait_write, std::move(user), &ByteChannelUser::onWritable);
}

bool TcpChannel::endSending() {
  ErrorCode ec;
  m_socket.shutdown(asio::socket_base::shutdown_send, ec);
  return !ec;
}

void TcpChannel::close() {
  ErrorCode ignored;
  m_socket.close(ignored);
}

std::string TcpChannel::peer() const {
  return peerOf(m_socket);
}

}  // namespace carport
