#include "gateway/protocol/socketio/socketio_packet.h"

#include "gateway/api/json_codec.h"
#include "gateway/base/base_errc.h"

#include <fmt/format.h>

#include <charconv>

namespace carport::socketio {

namespace {

tl::unexpected<Error> bad(std::string_view what) {
  return fail(BaseErrc::invalidArgument, fmt::format("This is no packet of Socket.IO 0.9: {}", what));
}

/// Takes what stands before the next colon off the front; false where there is no colon.
bool takePart(std::string_view& rest, std::string_view& part) {
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos) return false;
  part = rest.substr(0, colon);
  rest.remove_prefix(colon + 1);
  return true;
}

bool readId(std::string_view text, Packet& packet) {
  packet.wantsData = text.ends_with('+');
  if (packet.wantsData) text.remove_suffix(1);
  if (text.empty()) return !packet.wantsData;
  if (text.size() > kMaxIdDigits) return false;
  std::uint64_t id = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (ec != std::errc() || end != text.data() + text.size()) return false;
  packet.id = id;
  return true;
}

std::string plain(PacketType type, std::string_view data = {}) {
  Packet packet;
  packet.type = type;
  packet.data = data;
  return toText(packet);
}

}  // namespace

Result<Packet> parsePacket(std::string_view text) {
  if (text.size() > kMaxPacketBytes) return bad("it is too long");
  Packet packet;
  std::string_view type;
  std::string_view id;
  if (!takePart(text, type) || !takePart(text, id)) return bad("it has fewer than two colons");
  if (type.size() != 1 || type[0] < '0' || type[0] > '8') return bad("its type is not one of 0 to 8");
  packet.type = static_cast<PacketType>(type[0] - '0');
  if (!readId(id, packet)) return bad("its id is no number");
  const auto colon = text.find(':');
  packet.endpoint = text.substr(0, colon);
  if (packet.endpoint.size() > kMaxEndpointBytes) return bad("its endpoint is too long");
  if (colon != std::string_view::npos) packet.data = text.substr(colon + 1);
  return packet;
}

std::string toText(const Packet& packet) {
  std::string text = fmt::format("{}:", static_cast<unsigned>(packet.type));
  if (packet.id) text += fmt::format("{}{}", *packet.id, packet.wantsData ? "+" : "");
  text += ':';
  text += packet.endpoint;
  if (!packet.data.empty()) {
    text += ':';
    text += packet.data;
  }
  return text;
}

Result<Event> parseEvent(std::string_view data) {
  const auto json = api::parseJson(data);
  if (!json) return failFrom(json);
  if (!json->is_object()) return bad("an event is an object");
  const auto name = json->find("name");
  if (name == json->end() || !name->is_string()) return bad("an event has a name");
  Event event;
  event.name = name->get<std::string>();
  if (event.name.size() > kMaxEventNameBytes) return bad("the event's name is too long");
  const auto arguments = json->find("args");
  if (arguments == json->end()) return event;
  if (!arguments->is_array() || arguments->size() > kMaxEventArguments) {
    return bad(fmt::format("an event's args are a list of at most {}", kMaxEventArguments));
  }
  event.arguments.assign(arguments->begin(), arguments->end());
  return event;
}

std::string eventPacket(std::string_view name, std::string_view argumentJson) {
  const std::string quoted = api::toText(nlohmann::json(name));
  return plain(PacketType::event, fmt::format(R"({{"name":{},"args":[{}]}})", quoted, argumentJson));
}

std::string connectPacket() {
  return plain(PacketType::connect);
}

std::string heartbeatPacket() {
  return plain(PacketType::heartbeat);
}

std::string ackPacket(std::uint64_t id) {
  // The id goes into the data here: it is that of the packet which is acknowledged.
  return plain(PacketType::ack, fmt::format("{}", id));
}

std::string errorPacket(std::string_view reason) {
  return plain(PacketType::error, reason);
}

std::string handshakeText(std::string_view sessionId, unsigned heartbeatSeconds, unsigned closeSeconds) {
  return fmt::format("{}:{}:{}:websocket", sessionId, heartbeatSeconds, closeSeconds);
}

}  // namespace carport::socketio
