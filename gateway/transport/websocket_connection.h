#pragma once

#include "gateway/transport/http_message.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace carport {

struct WebSocketLimits {
  std::size_t maxMessageBytes = 256 * 1024;       ///< of what the client sends
  std::size_t maxWaitingBytes = 4 * 1024 * 1024;  ///< of what the client has not read yet
  std::chrono::seconds idleTimeout{60};           ///< pinged at half of it, gone at the end of it
  std::chrono::seconds closeTimeout{5};           ///< until a client that does not read is cut off
};

/// The server's side of one WebSocket (RFC 6455): messages out through a bounded queue, messages in one at a time.
/// Owner: the coroutine that serves the client; thread: that of its io_context.
class WebSocketConnection : public std::enable_shared_from_this<WebSocketConnection> {
 public:
  using Pointer = std::shared_ptr<WebSocketConnection>;

  /// Answers the upgrade; null where the client went away over it.
  static boost::asio::awaitable<Pointer> accept(HttpStream stream, HttpRequest request, WebSocketLimits limits);

  /// Queues a message. One that does not fit ends the connection with a reason (policy violation, 1008).
  void sendText(std::string message) { send(std::move(message), false); }
  void sendBinary(std::string message) { send(std::move(message), true); }
  /// Bytes that the client has not taken yet.
  std::size_t waitingBytes() const { return m_waitingBytes; }
  bool isClosing() const { return m_closing.has_value(); }
  /// Ends the connection after what is being written; what waits is dropped.
  void close(boost::beast::websocket::close_code code, std::string reason);

  /// The next message; none once the connection has ended.
  boost::asio::awaitable<std::optional<std::string>> receive();

 private:
  struct Message {
    std::string text;
    bool binary = false;
  };

  WebSocketConnection(HttpStream stream, WebSocketLimits limits);
  void send(std::string message, bool binary);
  boost::asio::awaitable<void> writeAll(Pointer self);
  boost::asio::awaitable<void> cutOffLater(Pointer self);

  boost::beast::websocket::stream<HttpStream> m_stream;
  boost::asio::steady_timer m_wake;  // expires never; cancelled when there is something to write
  boost::beast::flat_buffer m_input;
  const WebSocketLimits m_limits;
  std::deque<Message> m_waiting;
  std::size_t m_waitingBytes = 0;
  std::optional<boost::beast::websocket::close_reason> m_closing;
  bool m_ended = false;
};

}  // namespace carport
