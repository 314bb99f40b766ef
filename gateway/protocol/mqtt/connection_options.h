#pragma once

#include "gateway/base/clock.h"
#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/packets.h"

#include <cstddef>
#include <string_view>

namespace carport::mqtt {

/// Limits of one connection; many connections share one object, which must live longer than they do.
struct ConnectionOptions {
  std::size_t maxPacketBytes = kDefaultMaxPacketBytes;
  std::size_t maxConnectBytes = kDefaultMaxConnectBytes;  ///< server side
  std::size_t inFlightWindow = kDefaultInFlightWindow;
  std::size_t maxOutputBytes = kDefaultMaxOutputBytes;
  Milliseconds connectTimeout = kDefaultConnectTimeout;  ///< server side
  Milliseconds replyTimeout = kDefaultReplyTimeout;      ///< client side
};

/// A message on its way out of a connection.
struct OutgoingMessage {
  std::string_view topic;  ///< a valid topic name
  std::string_view payload;
  Qos qos = Qos::atMostOnce;  ///< at most atLeastOnce
  bool retain = false;
};

}  // namespace carport::mqtt
