#include "gateway/domain/car_topics.h"

#include "gateway/api/principal.h"

namespace carport {

std::optional<CarTopic> CarTopic::parse(std::string_view topic) {
  constexpr std::string_view kPrefix = "cars/";
  if (!topic.starts_with(kPrefix)) return std::nullopt;
  std::string_view rest = topic.substr(kPrefix.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos || !api::isValidPrincipalId(rest.substr(0, slash))) return std::nullopt;

  CarTopic result;
  result.car = rest.substr(0, slash);
  rest.remove_prefix(slash + 1);
  if (rest == "telemetry") {
    result.kind = CarTopicKind::telemetry;
  } else if (rest == "event") {
    result.kind = CarTopicKind::event;
  } else if (rest == "command") {
    result.kind = CarTopicKind::command;
  } else {
    constexpr std::string_view kCommand = "command/", kReply = "/reply";
    if (rest.size() > kCommand.size() + kReply.size() && rest.starts_with(kCommand) && rest.ends_with(kReply)) {
      const std::string_view id = rest.substr(kCommand.size(), rest.size() - kCommand.size() - kReply.size());
      if (id.find('/') == std::string_view::npos) {
        result.kind = CarTopicKind::commandReply;
        result.commandId = id;
      }
    }
  }
  return result;
}

std::string telemetryTopic(std::string_view car) {
  return std::string("cars/").append(car).append("/telemetry");
}
std::string eventTopic(std::string_view car) {
  return std::string("cars/").append(car).append("/event");
}
std::string commandTopic(std::string_view car) {
  return std::string("cars/").append(car).append("/command");
}

std::string commandReplyTopic(std::string_view car, std::string_view commandId) {
  return commandTopic(car).append("/").append(commandId).append("/reply");
}

}  // namespace carport
