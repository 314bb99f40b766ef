#include "gateway/api/embedded_json.h"

#include <nlohmann/json.hpp>

namespace carport::api {

nlohmann::json parseEmbedded(std::string_view text) {
  using Event = nlohmann::json::parse_event_t;
  bool isTooDeep = false;
  const auto watch = [&isTooDeep](int around, Event event, const nlohmann::json&) {
    const bool isNested = event == Event::object_start || event == Event::array_start;
    isTooDeep = isTooDeep || (isNested && static_cast<std::size_t>(around) >= kMaxEmbeddedDepth);
    return !isTooDeep;
  };
  auto json = nlohmann::json::parse(text.begin(), text.end(), watch, false);
  return isTooDeep ? nlohmann::json(nlohmann::json::value_t::discarded) : json;
}

}  // namespace carport::api
