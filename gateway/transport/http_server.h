#pragma once

#include "gateway/base/log.h"
#include "gateway/transport/http_message.h"
#include "gateway/transport/listener.h"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace carport {

/// How HTTP comes in at a port.
enum class HttpSecurity : std::uint8_t { plain, tls };

/// Accepts HTTP connections on its ports and serves them; the limits hold for all ports together. Owner and thread:
/// whoever runs the listeners' io_context; must live until that io_context is gone, because its connections refer to
/// it.
class HttpServer {
 public:
  HttpServer(HttpService& service, HttpLimits limits, Log log);

  std::size_t connections() const { return m_connections; }

  /// What new TLS connections are made from; before the first port that needs it, and again whenever it changes.
  void useTls(std::shared_ptr<const TlsContext> tls) { m_tls = std::move(tls); }
  /// Accepts from this port, too.
  void serveAt(Listener listener, HttpSecurity security);
  /// Accepts no more; connections end as their clients do, or with the io_context.
  void close();

 private:
  struct Door {
    Listener listener;
    HttpSecurity security;
  };
  class Counted;

  boost::asio::awaitable<void> acceptAll(Door& door);
  boost::asio::awaitable<void> serve(HttpStream stream);
  boost::asio::awaitable<void> refuse(HttpStream stream);
  void tellFailure(const std::string& address, const std::string& failure);

  HttpService& m_service;
  const HttpLimits m_limits;
  Log m_log;
  std::vector<std::unique_ptr<Door>> m_doors;
  std::shared_ptr<const TlsContext> m_tls;
  std::size_t m_connections = 0;
  std::unordered_map<std::string, std::size_t> m_ofAddress;  // only addresses with open connections
  bool m_toldFull = false;
  std::chrono::steady_clock::time_point m_toldFailure;
};

}  // namespace carport
