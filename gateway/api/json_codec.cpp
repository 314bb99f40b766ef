#include "gateway/api/json_codec.h"

#include "gateway/api/api_errc.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace carport::api {

namespace {

/// The deepest nesting in `text`; looks at brackets outside strings only.
std::size_t depthOf(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool inString = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inString) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        inString = false;
      }
    } else if (c == '"') {
      inString = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Result<nlohmann::json> parseJson(std::string_view text) {
  if (depthOf(text) > kMaxJsonDepth) {
    return fail(ApiErrc::badJson, fmt::format("The JSON is nested more than {} levels deep", kMaxJsonDepth));
  }
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& e) {
    return fail(ApiErrc::badJson, fmt::format("This is not JSON: it stops making sense at byte {}", e.byte));
  } catch (const nlohmann::json::exception&) {
    return fail(ApiErrc::badJson, "This is not JSON: a number in it is too large");
  }
}

std::string toText(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace carport::api
