#include "gateway/api/json_codec.h"

#include "gateway/api/api_errc.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

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

/// Told of every part of a text while it is parsed, finds an object that has fewer members than names.
class RepeatedNameFinder {
 public:
  bool operator()(nlohmann::json::parse_event_t event, const nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start) m_names.push_back(0);
    if (event == Event::key) ++m_names.back();
    if (event == Event::object_end) {
      m_found = m_found || parsed.size() != m_names.back();
      m_names.pop_back();
    }
    return true;  // nothing is left out
  }
  bool found() const { return m_found; }

 private:
  std::vector<std::size_t> m_names;  // so many in each object that has begun
  bool m_found = false;
};

}  // namespace

Result<nlohmann::json> parseJson(std::string_view text, RepeatedNames repeated) {
  if (depthOf(text) > kMaxJsonDepth) {
    return fail(ApiErrc::badJson, fmt::format("The JSON is nested more than {} levels deep", kMaxJsonDepth));
  }
  // To the library that is the end, whatever comes behind it.
  if (const std::size_t at = text.find('\0'); at != std::string_view::npos) {
    return fail(ApiErrc::badJson, fmt::format("This is not JSON: it stops making sense at byte {}", at + 1));
  }
  try {
    RepeatedNameFinder finder;
    nlohmann::json::parser_callback_t watch;
    if (repeated == RepeatedNames::refused)
      watch = [&finder](int, auto event, auto& part) { return finder(event, part); };
    auto json = nlohmann::json::parse(text, watch);
    if (finder.found()) return fail(ApiErrc::badJson, "An object in this JSON has a name twice");
    return json;
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
