#include "gateway/transport/tcp_channel.h"

#include <boost/asio/buffer.hpp>

#include <array>
#include <utility>

namespace carport {

namespace asio = boost::asio;

TcpChannel::ErrorCode TcpChannel::start() {
  return prepareSocket(m_socket);
}

std::size_t TcpChannel::read(std::span<char> room, ErrorCode& ec) {
  return m_socket.read_some(asio::buffer(room.data(), room.size()), ec);
}

std::size_t TcpChannel::writeTwo(std::string_view head, std::string_view body, ErrorCode& ec) {
  if (head.empty()) return m_socket.write_some(asio::buffer(body), ec);
  return m_socket.write_some(std::array{asio::buffer(head), asio::buffer(body)}, ec);
}

void TcpChannel::waitReadable(std::shared_ptr<ByteChannelUser> user) {
  waitFor(m_socket, asio::socket_base::wait_read, std::move(user), &ByteChannelUser::onReadable);
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
