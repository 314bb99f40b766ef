#pragma once

#include "gateway/transport/http_message.h"

#include <boost/asio/awaitable.hpp>

namespace carport {

/// Serves one connection until it ends: request after request (HTTP/1.1 keep-alive, pipelined or not), within `limits`.
/// `service` and `limits` live longer than the connection. Runs on the stream's io_context.
boost::asio::awaitable<void> serveHttp(HttpStream stream, HttpService& service, const HttpLimits& limits);

/// Refuses a connection without reading from it, and closes it.
boost::asio::awaitable<void> refuseHttp(HttpStream stream, HttpService& service, http::status status,
                                        std::string_view sentence);

/// Writes `answer` and closes the stream.
boost::asio::awaitable<void> writeHttpAnswer(HttpStream stream, HttpResponse answer);

}  // namespace carport
