#pragma once

#include "gateway/transport/http_message.h"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace carport {

/// Serves one connection until it ends: request after request (HTTP/1.1 keep-alive, pipelined or not), within `limits`.
/// `service` and `limits` live longer than the connection. Runs on the stream's io_context.
boost::asio::awaitable<void> serveHttp(boost::beast::tcp_stream stream, HttpService& service, const HttpLimits& limits);

/// Refuses a connection without reading from it, and closes it.
boost::asio::awaitable<void> refuseHttp(boost::beast::tcp_stream stream, HttpService& service, http::status status,
                                        std::string_view sentence);

/// Writes `answer` and closes the stream.
boost::asio::awaitable<void> writeHttpAnswer(boost::beast::tcp_stream stream, HttpResponse answer);

}  // namespace carport
