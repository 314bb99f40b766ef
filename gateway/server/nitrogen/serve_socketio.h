#pragma once

#include "gateway/server/nitrogen/nitrogen_context.h"
#include "gateway/server/nitrogen/nitrogen_sign_in.h"
#include "gateway/transport/http_message.h"

#include <boost/asio/awaitable.hpp>

namespace carport {

/// Serves one client of Socket.IO until it ends. The control thread.
boost::asio::awaitable<void> serveSocketio(HttpStream stream, HttpRequest request, NitrogenCaller caller,
                                           NitrogenContext& context);

}  // namespace carport
