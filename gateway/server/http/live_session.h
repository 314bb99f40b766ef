#pragma once

#include "gateway/server/http/call.h"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace carport {

/// Serves one client of `/api/v2/live` until it ends. The control thread.
boost::asio::awaitable<void> serveLive(boost::beast::tcp_stream stream, HttpRequest request, Caller caller,
                                       ControlContext& control);

}  // namespace carport
