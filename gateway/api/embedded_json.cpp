#include "gateway/api/embedded_json.h"

#include <nlohmann/json.hpp>

namespace carport::api {

nlohmann::json parseEmbedded(std::string_view text) {
  // To the library a null byte is the end, whatever comes behind it.
  if (text.find('\0') != std::string_view::npos) return nlohmann::json(nlohmann::json::value_t::discarded);
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
