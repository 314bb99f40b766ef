#pragma once

#include "gateway/transport/byte_channel.h"
#include "gateway/transport/websocket_frames.h"
#include "gateway/transport/websocket_handshake.h"

#include <memory>
#include <string>

namespace carport {

/// The server's side of a WebSocket that carries a stream of bytes in binary messages, on top of TCP or TLS. One write
/// becomes one message. Owner and thread: see ByteChannel.
class WebSocketChannel final : public ByteChannel, private WebSocketControls {
 public:
  /// Own frames (pongs, closing) that may wait for the client to read; further pings are not answered then.
  static constexpr std::size_t kMaxWaitingControls = 1024;

  /// `offer` lives longer than the channel.
  WebSocketChannel(std::unique_ptr<ByteChannel> lower, const WebSocketOffer& offer);

  ErrorCode start() override { return m_lower->start(); }
  std::size_t read(std::span<char> room, ErrorCode& ec) override;
  std::size_t writeTwo(std::string_view head, std::string_view body, ErrorCode& ec) override;
  void waitReadable(std::shared_ptr<ByteChannelUser> user) override;
  void waitWritable(std::shared_ptr<ByteChannelUser> user) override { m_lower->waitWritable(std::move(user)); }
  void callSoon(std::shared_ptr<ByteChannelUser> user) override { m_lower->callSoon(std::move(user)); }
  void onTime() override;
  bool endSending() override;
  void close() override { m_lower->close(); }
  std::string peer() const override { return m_lower->peer(); }
  std::string_view opening() const override;
  std::string failure() const override;
  const PeerCertificate* certificate() const override { return m_lower->certificate(); }
  bool isFromForeignPage() const override { return m_fromForeignPage; }

 private:
  void onPing(std::string_view payload) override;
  void onClose(WebSocketClose code) override;
  std::size_t shakeHands(std::span<char> bytes, ErrorCode& ec);
  std::size_t decode(std::span<char> bytes, ErrorCode& ec);
  void sendControl(std::string frame);
  void sendClosing(WebSocketClose code);
  /// Writes what goes before the next payload. True once nothing of it is left.
  bool flush(ErrorCode& ec);

  const std::unique_ptr<ByteChannel> m_lower;
  std::unique_ptr<WebSocketHandshake> m_handshake;  // until it is done
  WebSocketFrameDecoder m_decoder;
  // What is written, in order: m_before, then m_left bytes of the frame that it announced, then m_after.
  std::string m_before;
  std::string m_after;
  std::size_t m_left = 0;
  std::string m_failure;
  bool m_fromForeignPage = false;
  bool m_ended = false;    // nothing more is taken from the other side
  bool m_toldEnd = false;  // and the user knows
  bool m_closing = false;  // a close frame has been sent or waits
};

}  // namespace carport
