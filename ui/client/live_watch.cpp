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
  if (!states.empty()) {
    auto& list = watch["states"] = nlohmann::json::array();
    for (std::size_t i = 0; i < std::min(states.size(), kMaxStates); ++i) list.push_back(states[i].value);
  }
  return QByteArray::fromStdString(nlohmann::json{{"watch", watch}}.dump());
}

}  // namespace carport::ui
