#pragma once

#include "gateway/transport/secure_stream.h"

#include <boost/asio/async_result.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace carport {

/// What HTTP and its WebSockets are spoken over: TCP, or TLS on it. One type, so that nothing above has to know which.
/// Beast takes it for an AsyncStream. Owner: the coroutine that serves the connection; thread: that of its io_context.
class HttpStream {
 public:
  using ErrorCode = boost::system::error_code;
  using Socket = boost::asio::ip::tcp::socket;
  using executor_type = boost::asio::any_io_executor;

  explicit HttpStream(Socket socket) : m_stream(std::in_place_type<boost::beast::tcp_stream>, std::move(socket)) {}
  HttpStream(Socket socket, const TlsContext& context)
      : m_stream(std::make_shared<SecureStream>(std::move(socket), context)) {}

  /// Prepares the socket. Once, first of all.
  ErrorCode start();
  executor_type get_executor() { return socket().get_executor(); }
  bool isSecure() const { return std::holds_alternative<Secure>(m_stream); }
  /// The other side's address, without port; empty where it has gone already.
  std::string remoteAddress() const;

  /// Why its handshake or encryption failed, as a sentence without a subject; empty where it did not. For whoever gave
  /// the stream away: asks what it shares.
  std::function<std::string()> failure() const;

  /// How long what happens on it may take from now on; then it ends with an error.
  void expires_after(std::chrono::steady_clock::duration duration);
  void expires_never();
  /// Says that no more will be written. Nothing happens to one that was moved away.
  void endSending();
  void close();
  /// Ends what is under way on it; it can be used on.
  void cancel();

  template <class Token>
  using Answer = typename boost::asio::async_result<std::decay_t<Token>, void(ErrorCode, std::size_t)>::return_type;

  template <class Buffers, class Token>
  Answer<Token> async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [](auto handler, HttpStream* self, const Buffers& rooms) {
          auto* plain = std::get_if<boost::beast::tcp_stream>(&self->m_stream);
          plain ? plain->async_read_some(rooms, std::move(handler))
                : std::get<Secure>(self->m_stream)->asyncRead(rooms, std::move(handler));
        },
        token, this, buffers);
  }
  template <class Buffers, class Token>
  Answer<Token> async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [](auto handler, HttpStream* self, const Buffers& bytes) {
          auto* plain = std::get_if<boost::beast::tcp_stream>(&self->m_stream);
          plain ? plain->async_write_some(bytes, std::move(handler))
                : std::get<Secure>(self->m_stream)->asyncWrite(bytes, std::move(handler));
        },
        token, this, buffers);
  }

  /// How Beast's WebSocket ends a connection at once, and in order.
  friend void beast_close_socket(HttpStream& stream) { stream.close(); }
  template <class Handler>
  friend void async_teardown(boost::beast::role_type role, HttpStream& stream, Handler&& handler) {
    stream.endSending();
    using boost::beast::websocket::async_teardown;
    async_teardown(role, stream.socket(), std::forward<Handler>(handler));
  }

 private:
  using Secure = std::shared_ptr<SecureStream>;

  Socket& socket();
  const Socket& socket() const { return const_cast<HttpStream*>(this)->socket(); }

  std::variant<boost::beast::tcp_stream, Secure> m_stream;
};

}  // namespace carport
