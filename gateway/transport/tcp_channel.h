#pragma once

#include "gateway/transport/byte_channel.h"
#include "gateway/transport/socket_steps.h"

#include <array>

namespace carport {

/// Plain TCP. Waits with a buffer that takes a usual message: a wait without one costs a call of the system for each
/// message, which looks the socket up among all (epoll_ctl). Owner and thread: see ByteChannel.
class TcpChannel final : public ByteChannel {
 public:
  explicit TcpChannel(boost::asio::ip::tcp::socket socket) : m_socket(std::move(socket)) {}

  ErrorCode start() override;
  std::size_t read(std::span<char> room, ErrorCode& ec) override;
  std::size_t writeTwo(std::string_view head, std::string_view body, ErrorCode& ec) override;
  void waitReadable(std::shared_ptr<ByteChannelUser> user) override;
  void waitWritable(std::shared_ptr<ByteChannelUser> user) override;
  void callSoon(std::shared_ptr<ByteChannelUser> user) override { carport::callSoon(m_socket, std::move(user)); }
  bool endSending() override;
  void close() override;
  std::string peer() const override;

 private:
  /// A car's message with a dozen values; what is longer is read in a second step.
  static constexpr std::size_t kFirstBytes = 512;

  std::size_t takeFirst(std::span<char> room);

  boost::asio::ip::tcp::socket m_socket;
  std::array<char, kFirstBytes> m_first;  // m_taken to m_filled of it are still to be read
  std::size_t m_taken = 0;
  std::size_t m_filled = 0;
};

}  // namespace carport
