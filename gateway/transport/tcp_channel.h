#pragma once

#include "gateway/transport/byte_channel.h"
#include "gateway/transport/socket_steps.h"

namespace carport {

/// Plain TCP. Owner and thread: see ByteChannel.
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
  boost::asio::ip::tcp::socket m_socket;
};

}  // namespace carport
