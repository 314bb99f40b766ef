#include "gateway/transport/http_server.h"

#include "gateway/transport/http_connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <utility>

namespace carport {

namespace {

namespace asio = boost::asio;
constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
/// How long accepting pauses where the machine has no descriptor left.
constexpr std::chrono::milliseconds kAcceptPause{200};

}  // namespace

HttpServer::HttpServer(Listener listener, HttpService& service, HttpLimits limits, Log log)
    : m_listener(std::move(listener)), m_service(service), m_limits(limits), m_log(std::move(log)) {}

void HttpServer::start() {
  asio::co_spawn(m_listener.acceptor().get_executor(), acceptAll(), asio::detached);
}

asio::awaitable<void> HttpServer::acceptAll() {
  auto& acceptor = m_listener.acceptor();
  while (acceptor.is_open()) {
    auto [ec, socket] = co_await acceptor.async_accept(kToken);
    if (ec == asio::error::operation_aborted || !acceptor.is_open()) break;
    if (ec) {
      m_log.warning("cannot accept a connection", {{"reason", ec.message()}});
      asio::steady_timer pause(acceptor.get_executor(), kAcceptPause);
      co_await pause.async_wait(kToken);
      continue;
    }
    asio::co_spawn(acceptor.get_executor(), serve(boost::beast::tcp_stream(std::move(socket))), asio::detached);
  }
}

asio::awaitable<void> HttpServer::serve(boost::beast::tcp_stream stream) {
  struct Counted {
    std::size_t& count;
    explicit Counted(std::size_t& c) : count(c) { ++count; }
    ~Counted() { --count; }
  } counted(m_connections);
  try {
    if (m_connections > m_limits.maxConnections) {
      m_log.warning("too many HTTP connections", {{"limit", m_limits.maxConnections}});
      co_await refuseHttp(std::move(stream), m_service, http::status::service_unavailable,
                          "Too many connections are open; try again in a while");
    } else {
      co_await serveHttp(std::move(stream), m_service, m_limits);
    }
  } catch (const std::exception& e) {
    // Libraries throw where memory ends or a peer vanishes at a bad moment: this connection ends, the others go on.
    m_log.error("an HTTP connection failed", {{"reason", std::string_view(e.what())}});
  }
}

}  // namespace carport
