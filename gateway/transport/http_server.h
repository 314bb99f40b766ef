#pragma once

#include "gateway/base/log.h"
#include "gateway/transport/http_message.h"
#include "gateway/transport/listener.h"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace carport {

/// Accepts HTTP connections on one port and serves them. Owner and thread: whoever runs the listener's io_context; must
/// live until that io_context is gone, because its connections refer to it.
class HttpServer {
 public:
  HttpServer(Listener listener, HttpService& service, HttpLimits limits, Log log);

  const Endpoint& endpoint() const { return m_listener.endpoint(); }
  std::size_t connections() const { return m_connections; }

  /// Starts accepting.
  void start();
  /// Accepts no more; connections end as their clients do, or with the io_context.
  void close() { m_listener.close(); }

 private:
  class Counted;

  boost::asio::awaitable<void> acceptAll();
  boost::asio::awaitable<void> serve(boost::beast::tcp_stream stream);

  Listener m_listener;
  HttpService& m_service;
  const HttpLimits m_limits;
  Log m_log;
  std::size_t m_connections = 0;
  std::unordered_map<std::string, std::size_t> m_ofAddress;  // only addresses with open connections
  bool m_toldFull = false;
};

}  // namespace carport
