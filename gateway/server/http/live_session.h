#pragma once

#include "gateway/server/http/call.h"
#include "gateway/transport/http_stream.h"

#include <boost/asio/awaitable.hpp>

namespace carport {

/// Serves one client of `/api/v2/live` until it ends. The control thread.
boost::asio::awaitable<void> serveLive(HttpStream stream, HttpRequest request, Caller caller, ControlContext& control);

}  // namespace carport
