#pragma once

#include "gateway/transport/client_watch.h"
#include "gateway/transport/http_stream.h"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace carport {

namespace http = boost::beast::http;

using HttpHeader = http::request_header<>;
using HttpRequest = http::request<http::string_body>;
using HttpResponse = http::response<http::string_body>;

/// What one HTTP connection may take.
struct HttpLimits {
  std::uint32_t maxHeaderBytes = 16 * 1024;
  std::size_t maxConnections = 1000;
  std::size_t maxConnectionsPerAddress = 500;  ///< so that nobody alone can keep the others out
  std::chrono::seconds idleTimeout{60};        ///< until the header of the next request is whole
  std::chrono::seconds requestTimeout{30};     ///< for the body, once the header is there
  std::chrono::seconds writeTimeout{30};       ///< for one answer
};

/// Port: who answers. Every function is called on the thread of the io_context that the connections live on.
class HttpService {
 public:
  virtual ~HttpService() = default;

  /// The most bytes that the body of this request may have; asked before any of it is read.
  virtual std::size_t maxBodyBytes(const HttpHeader& header) = 0;
  /// HEAD comes as GET. `address` is the client's, without port; `client` says whether it still waits, and lives
  /// until the answer is there.
  virtual boost::asio::awaitable<HttpResponse> answer(HttpRequest request, std::string address,
                                                      ClientWatch& client) = 0;
  /// A request for WebSocket: the service accepts it or answers with writeHttpAnswer().
  virtual boost::asio::awaitable<void> upgrade(HttpStream stream, HttpRequest request, std::string address) = 0;
  /// The answer to what never became a request: too large, malformed, too many connections.
  virtual HttpResponse refuse(http::status status, std::string_view sentence) = 0;
};

}  // namespace carport
