#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// What a topic below `cars/` means.
enum class CarTopicKind : std::uint8_t { telemetry, event, command, commandReply, other };

/// `cars/{id}/telemetry`, `…/event`, `…/command`, `…/command/{commandId}/reply`, or anything else below `cars/{id}/`.
/// Points into the topic that it was made from.
struct CarTopic {
  CarTopicKind kind = CarTopicKind::other;
  std::string_view car;
  std::string_view commandId;  ///< of a commandReply

  /// None where the topic is not below `cars/{id}/`.
  static std::optional<CarTopic> parse(std::string_view topic);
};

std::string telemetryTopic(std::string_view car);
std::string eventTopic(std::string_view car);
std::string commandTopic(std::string_view car);
std::string commandReplyTopic(std::string_view car, std::string_view commandId);

}  // namespace carport
