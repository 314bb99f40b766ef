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
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
/// How long accepting pauses where the machine has no descriptor left.
constexpr std::chrono::milliseconds kAcceptPause{200};
/// Failed handshakes that come faster than this are not all logged.
constexpr std::chrono::seconds kBetweenFailures{1};

}  // namespace

HttpServer::HttpServer(HttpService& service, HttpLimits limits, Log log)
    : m_service(service), m_limits(limits), m_log(std::move(log)) {}

void HttpServer::serveAt(Listener listener, HttpSecurity security) {
  m_doors.push_back(std::make_unique<Door>(Door{std::move(listener), security}));
  Door& door = *m_doors.back();
  asio::co_spawn(door.listener.acceptor().get_executor(), acceptAll(door), asio::detached);
}

void HttpServer::close() {
  for (const auto& door : m_doors) door->listener.close();
}

asio::awaitable<void> HttpServer::acceptAll(Door& door) {
  auto& acceptor = door.listener.acceptor();
  while (acceptor.is_open()) {
    auto [ec, socket] = co_await acceptor.async_accept(kAsTuple);
    if (ec == asio::error::operation_aborted || !acceptor.is_open()) break;
    if (ec) {
      m_log.warning("cannot accept a connection", {{"reason", ec.message()}});
      asio::steady_timer pause(acceptor.get_executor(), kAcceptPause);
      co_await pause.async_wait(kAsTuple);
      continue;
    }
    HttpStream stream =
        door.security == HttpSecurity::tls ? HttpStream(std::move(socket), *m_tls) : HttpStream(std::move(socket));
    asio::co_spawn(acceptor.get_executor(), serve(std::move(stream)), asio::detached);
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

asio::awaitable<void> HttpServer::serve(HttpStream stream) {
  const std::string address = stream.remoteAddress();
  const Counted counted(*this, address);
  const auto failure = stream.failure();
  try {
    if (counted.isTooMany()) {
      co_await refuse(std::move(stream));
    } else {
      co_await serveHttp(std::move(stream), m_service, m_limits);
    }
  } catch (const std::exception& e) {
    // Libraries throw where memory ends or a peer vanishes at a bad moment: this connection ends, the others go on.
    m_log.error("an HTTP connection failed", {{"reason", std::string_view(e.what())}});
  }
  tellFailure(address, failure());
}

void HttpServer::tellFailure(const std::string& address, const std::string& failure) {
  const auto now = std::chrono::steady_clock::now();
  if (failure.empty() || now - m_toldFailure < kBetweenFailures) return;
  m_toldFailure = now;
  m_log.info("An HTTPS client did not get in: " + failure, {{"client", address}});
}

asio::awaitable<void> HttpServer::refuse(HttpStream stream) {
  if (!std::exchange(m_toldFull, true)) {
    m_log.warning("too many HTTP connections; further ones are refused",
                  {{"limit", m_limits.maxConnections}, {"limit_of_an_address", m_limits.maxConnectionsPerAddress}});
  }
  // A handshake for the sake of a refusal would cost what a refusal is to save.
  if (stream.isSecure()) co_return;
  co_await refuseHttp(std::move(stream), m_service, http::status::service_unavailable,
                      "Too many connections are open; try again in a while");
}

}  // namespace carport
