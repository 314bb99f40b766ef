#include "gateway/transport/websocket_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket.hpp>

#include <utility>

namespace carport {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

namespace {
constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
/// A close reason fits one control frame (RFC 6455 §5.5).
constexpr std::size_t kMaxReasonBytes = 120;
}  // namespace

WebSocketConnection::WebSocketConnection(HttpStream stream, WebSocketLimits limits)
    : m_stream(std::move(stream)),
      m_wake(m_stream.get_executor(), asio::steady_timer::time_point::max()),
      m_limits(limits) {
  websocket::stream_base::timeout timeout{};
  timeout.handshake_timeout = std::chrono::seconds(30);
  timeout.idle_timeout = limits.idleTimeout;
  timeout.keep_alive_pings = true;
  m_stream.set_option(timeout);
  m_stream.read_message_max(limits.maxMessageBytes);
}

asio::awaitable<WebSocketConnection::Pointer> WebSocketConnection::accept(HttpStream stream, HttpRequest request,
                                                                          WebSocketLimits limits) {
  Pointer connection(new WebSocketConnection(std::move(stream), limits));
  const auto [ec] = co_await connection->m_stream.async_accept(request, kToken);
  if (ec) co_return nullptr;
  asio::co_spawn(connection->m_stream.get_executor(), connection->writeAll(connection), asio::detached);
  co_return connection;
}

void WebSocketConnection::send(std::string message, bool binary) {
  if (m_closing || m_ended) return;
  if (m_waitingBytes + message.size() > m_limits.maxWaitingBytes) {
    close(websocket::close_code::policy_error, "You read too slowly: too much waits for you");
    return;
  }
  m_waitingBytes += message.size();
  m_waiting.push_back({std::move(message), binary});
  m_wake.cancel();
}

void WebSocketConnection::close(websocket::close_code code, std::string reason) {
  if (m_closing || m_ended) return;
  reason.resize(std::min(reason.size(), kMaxReasonBytes));
  m_closing.emplace(code, reason);
  m_waiting.clear();
  m_wake.cancel();
  asio::co_spawn(m_stream.get_executor(), cutOffLater(shared_from_this()), asio::detached);
}

asio::awaitable<std::optional<std::string>> WebSocketConnection::receive() {
  const auto [ec, bytes] = co_await m_stream.async_read(m_input, kToken);
  if (ec) {
    m_ended = true;
    m_waiting.clear();
    m_wake.cancel();
    co_return std::nullopt;
  }
  std::string message = beast::buffers_to_string(m_input.data());
  m_input.consume(m_input.size());
  co_return message;
}

asio::awaitable<void> WebSocketConnection::writeAll([[maybe_unused]] Pointer self) {
  while (!m_ended && !m_closing) {
    if (m_waiting.empty()) {
      co_await m_wake.async_wait(kToken);
      continue;
    }
    const Message message = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_stream.binary(message.binary);
    const auto [ec, bytes] = co_await m_stream.async_write(asio::buffer(message.text), kToken);
    m_waitingBytes -= std::min(m_waitingBytes, message.text.size());
    if (ec) co_return;
  }
  if (m_closing && !m_ended) {
    const websocket::close_reason reason = *m_closing;
    co_await m_stream.async_close(reason, kToken);
  }
}

asio::awaitable<void> WebSocketConnection::cutOffLater([[maybe_unused]] Pointer self) {
  asio::steady_timer timer(m_stream.get_executor(), m_limits.closeTimeout);
  co_await timer.async_wait(kToken);
  beast::get_lowest_layer(m_stream).close();
}

}  // namespace carport
