#pragma once

#include "gateway/base/clock.h"
#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/packets.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace carport::mqtt {

/// Limits of one connection; many connections share one object, which must live longer than they do.
struct ConnectionOptions {
  std::size_t maxPacketBytes = kDefaultMaxPacketBytes;
  std::size_t maxConnectBytes = kDefaultMaxConnectBytes;  ///< server side
  std::size_t inFlightWindow = kDefaultInFlightWindow;
  std::uint16_t receiveMaximum = kDefaultReceiveMaximum;        ///< announced to 5.0 peers; at least 1
  std::uint16_t topicAliasMaximum = kDefaultTopicAliasMaximum;  ///< announced to 5.0 peers
  std::uint16_t maxAssignedAliases = kDefaultMaxAssignedAliases;
  std::size_t maxOutputBytes = kDefaultMaxOutputBytes;
  Milliseconds connectTimeout = kDefaultConnectTimeout;  ///< server side
  Milliseconds replyTimeout = kDefaultReplyTimeout;      ///< client side
};

/// A message on its way out of a connection.
struct OutgoingMessage {
  std::string_view topic;  ///< a valid topic name
  std::string_view payload;
  Qos qos = Qos::atMostOnce;
  bool retain = false;
  // Left out in 3.1.1:
  Properties properties = {};                           ///< those that all receivers get: see appendForwarded()
  std::optional<std::uint32_t> expirySeconds = {};      ///< what is left of its message expiry interval
  std::span<const std::uint32_t> subscriptionIds = {};  ///< of the subscriptions that it is sent for
};

}  // namespace carport::mqtt
