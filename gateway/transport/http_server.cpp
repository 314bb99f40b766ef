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

/// Counts a connection as long as it lives.
class HttpServer::Counted {
 public:
  Counted(HttpServer& server, std::string address) : m_server(server), m_address(std::move(address)) {
    ++m_server.m_connections;
    ++m_server.m_ofAddress[m_address];
  }
  ~Counted() {
    --m_server.m_connections;
    const auto entry = m_server.m_ofAddress.find(m_address);
    if (--entry->second == 0) m_server.m_ofAddress.erase(entry);
    if (m_server.m_connections < m_server.m_limits.maxConnectionsPerAddress / 2) m_server.m_toldFull = false;
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  bool isTooMany() const {
    return m_server.m_connections > m_server.m_limits.maxConnections ||
           m_server.m_ofAddress[m_address] > m_server.m_limits.maxConnectionsPerAddress;
  }

 private:
  HttpServer& m_server;
  const std::string m_address;
};

asio::awaitable<void> HttpServer::serve(boost::beast::tcp_stream stream) {
  boost::system::error_code ignored;
  const Counted counted(*this, stream.socket().remote_endpoint(ignored).address().to_string());
  try {
    if (counted.isTooMany()) {
      if (!std::exchange(m_toldFull, true)) {
        m_log.warning("too many HTTP connections; further ones are refused",
                      {{"limit", m_limits.maxConnections}, {"limit_of_an_address", m_limits.maxConnectionsPerAddress}});
      }
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
