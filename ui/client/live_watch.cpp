#include "ui/client/live_watch.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace carport::ui {

QByteArray LiveWatch::toMessage() const {
  nlohmann::json watch{{"positions", positions},
                       {"events", events},
                       {"commands", commands},
                       {"status", status},
                       {"intervalMs", interval.count()}};
  const auto add = [&watch](const char* name, const std::vector<PrincipalNumber>& cars, std::size_t most) {
    if (cars.empty()) return;
    auto& list = watch[name] = nlohmann::json::array();
    for (std::size_t i = 0; i < std::min(cars.size(), most); ++i) list.push_back(cars[i].value);
  };
  add("states", states, kMaxStates);
  add("messages", messages, kMaxMessages);
  return QByteArray::fromStdString(nlohmann::json{{"watch", watch}}.dump());
}

}  // namespace carport::ui
