#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// The limits of Carport's MQTT, each by its name. Those that start with kDefault can be set per connection.
namespace carport::mqtt {

/// Longest UTF-8 string or binary field: its length travels in two bytes (MQTT 5.0 §1.5.4).
inline constexpr std::size_t kMaxStringBytes = 65'535;
/// Largest Remaining Length that four bytes can say (§2.2.3).
inline constexpr std::uint32_t kMaxRemainingLength = 268'435'455;
/// Largest packet, its fixed header included, that a connection accepts.
inline constexpr std::size_t kDefaultMaxPacketBytes = 256 * 1024;
/// Largest CONNECT, its fixed header included: nobody is known yet, so less is lent.
inline constexpr std::size_t kDefaultMaxConnectBytes = 64 * 1024;
/// Most levels of a topic name or filter.
inline constexpr std::size_t kMaxTopicLevels = 128;
/// Longest client identifier. The format allows kMaxStringBytes, a server need not (§3.1.3.1).
inline constexpr std::size_t kMaxClientIdBytes = 256;
/// Most topic filters in one SUBSCRIBE or UNSUBSCRIBE.
inline constexpr std::size_t kMaxFiltersPerPacket = 256;
/// Most QoS 1 and 2 messages that were sent and not yet acknowledged; a 5.0 peer may want fewer (receive maximum).
inline constexpr std::size_t kDefaultInFlightWindow = 256;
/// Most QoS 1 and 2 messages that a 5.0 peer may have sent and that were not acknowledged (§3.2.2.3.3). One more ends
/// the connection.
inline constexpr std::uint16_t kDefaultReceiveMaximum = 1024;
/// Most topic aliases that the other side may set up (§3.2.2.3.8).
inline constexpr std::uint16_t kDefaultTopicAliasMaximum = 16;
/// Most topic aliases that this side sets up, where the other allows as many.
inline constexpr std::uint16_t kDefaultMaxAssignedAliases = 64;
/// Longest reason string that is sent; a longer one is cut.
inline constexpr std::size_t kMaxReasonBytes = 256;
/// Bytes that may wait to be written. Above it a connection takes no further message and wants no further bytes.
inline constexpr std::size_t kDefaultMaxOutputBytes = 1024 * 1024;
/// A connection that has sent no CONNECT after this long is closed (§3.1.4 leaves "a reasonable amount of time" open).
inline constexpr std::chrono::seconds kDefaultConnectTimeout{10};
/// A client that gets no PINGRESP or CONNACK in this time gives the connection up (§3.1.2.10).
inline constexpr std::chrono::seconds kDefaultReplyTimeout{10};
/// A buffer for a packet that came in parts is given back after use where it has grown beyond this.
inline constexpr std::size_t kKeptBufferBytes = 4 * 1024;

}  // namespace carport::mqtt
