#pragma once

#include "gateway/base/result.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport::socketio {

/// What a packet of Socket.IO 0.9 ("protocol 1") is; the values are those on the wire.
enum class PacketType : std::uint8_t { disconnect, connect, heartbeat, message, json, event, ack, error, noop };

/// Longest packet that is read.
inline constexpr std::size_t kMaxPacketBytes = 64 * 1024;
/// Longest id and endpoint.
inline constexpr std::size_t kMaxIdDigits = 15;
inline constexpr std::size_t kMaxEndpointBytes = 256;
/// Longest name of an event, and most arguments.
inline constexpr std::size_t kMaxEventNameBytes = 256;
inline constexpr std::size_t kMaxEventArguments = 16;

/// One packet: `type ':' id '+'? ':' endpoint (':' data)?`, one a WebSocket text message.
struct Packet {
  PacketType type = PacketType::noop;
  std::optional<std::uint64_t> id;  ///< of a packet that is to be acknowledged
  bool wantsData = false;           ///< '+' behind the id: the acknowledgement is the application's
  std::string_view endpoint;        ///< empty: the one without a name
  std::string_view data;

  bool operator==(const Packet&) const = default;
};

/// Takes a packet apart; what it points to is `text`. The failure says what is wrong.
Result<Packet> parsePacket(std::string_view text);
std::string toText(const Packet& packet);

/// What a packet of type event carries: `{"name":"…","args":[…]}`.
struct Event {
  std::string name;
  std::vector<nlohmann::json> arguments;
};
Result<Event> parseEvent(std::string_view data);

/// A whole event packet with one argument that is JSON text already.
std::string eventPacket(std::string_view name, std::string_view argumentJson);
std::string connectPacket();
std::string heartbeatPacket();
/// Acknowledges the packet with this id.
std::string ackPacket(std::uint64_t id);
/// Says why something was refused; the client gives it to its error handler.
std::string errorPacket(std::string_view reason);

/// The answer to `GET /socket.io/1/`: session id, seconds until a silent side counts as gone, seconds until a closed
/// connection is given up, transports.
std::string handshakeText(std::string_view sessionId, unsigned heartbeatSeconds, unsigned closeSeconds);

}  // namespace carport::socketio
