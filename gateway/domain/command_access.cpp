#include "gateway/domain/command_access.h"

#include "gateway/api/json_codec.h"
#include "gateway/domain/car_topics.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace carport {

std::string commandSeenByFilters(std::string_view name, std::string_view arguments) {
  return fmt::format(R"({{"name":{},"arguments":{}}})", api::toText(nlohmann::json(name)), arguments);
}

api::Decision decideCommand(const RuleSet& rules, const api::Principal& who, const api::Principal& car,
                            std::string_view name, std::string_view arguments, TimePoint now) {
  const std::string topic = commandTopic(car.id);
  const std::string payload = commandSeenByFilters(name, arguments);
  return rules.decide(who, api::Action::command, {&car, topic, name, payload}, now);
}

}  // namespace carport
