#pragma once

#include "gateway/api/connection.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carport::api {

/// What the gateway made of a message.
enum class MessageOutcome : std::uint8_t {
  taken,     ///< stored or passed on
  dropped,   ///< of QoS 0, and there was no room
  denied,    ///< the rules do not allow it
  unusable,  ///< nobody can read it
  limited,   ///< over a limit
};

/// A message as it came in, byte for byte.
struct RawMessage {
  /// Of a longer payload the beginning is kept.
  static constexpr std::size_t kMaxPayloadBytes = 16 * 1024;
  static constexpr std::size_t kMaxReasonBytes = 200;
  /// Most properties of one message that are told.
  static constexpr std::size_t kMaxProperties = 64;

  TimePoint arrival{};
  std::string topic;
  std::string payload;
  bool isText = false;      ///< the payload is UTF-8
  std::uint64_t bytes = 0;  ///< of the whole payload
  std::uint8_t qos = 0;
  bool retain = false;
  bool duplicate = false;
  bool byAnother = false;  ///< somebody else sent it, on the car's topic
  Doorway doorway = Doorway::mqtt;
  /// MQTT 5.0's, by their names there, in their order: ("content type", "application/json").
  std::vector<std::pair<std::string, std::string>> properties;
  MessageOutcome outcome = MessageOutcome::taken;
  std::uint32_t samples = 0;  ///< that came of it
  std::uint32_t values = 0;   ///< metrics and attributes in them
  std::string reason;         ///< why it was refused, or the first thing in it that was; may be empty

  bool operator==(const RawMessage&) const = default;
};

/// What is told of a car's messages at once.
struct RawMessages {
  /// Most at once; of more, the newest.
  static constexpr std::size_t kMaxAtOnce = 20;

  PrincipalNumber car;
  std::vector<RawMessage> messages;  ///< in order of arrival
  std::uint64_t leftOut = 0;         ///< came since the last time, before those here, and are not told
};

std::string_view nameOf(MessageOutcome value);
template <>
std::optional<MessageOutcome> valueOf<MessageOutcome>(std::string_view name);

/// The payload is `text` where it is UTF-8, otherwise `hex`.
nlohmann::json toJson(const RawMessage& value);
nlohmann::json toJson(const RawMessages& value);
template <>
Result<RawMessage> fromJson<RawMessage>(const nlohmann::json& json);
template <>
Result<RawMessages> fromJson<RawMessages>(const nlohmann::json& json);

}  // namespace carport::api
