#include "gateway/server/nitrogen/profile_fields.h"

#include "gateway/api/json_codec.h"

#include <fmt/format.h>

#include <algorithm>

namespace carport {

namespace {

constexpr const char* kTexts[] = {"nickname", "public_key"};
constexpr const char* kLists[] = {"tags", "sensors"};
constexpr std::size_t kMaxListEntries = 64;
constexpr std::size_t kMaxPublicKeyBytes = 4096;

NitrogenReply bad(std::string_view sentence) {
  return nitrogenFailure(http::status::bad_request, sentence);
}

}  // namespace

NitrogenAsked<std::string> readText(const nlohmann::json& json, const char* name, std::size_t maxBytes) {
  const auto field = json.find(name);
  if (field == json.end() || field->is_null()) return std::string();
  if (field->is_string() && field->get_ref<const std::string&>().size() <= maxBytes) return field->get<std::string>();
  return nitrogenRefuse(bad(fmt::format("'{}' must be a text of at most {} bytes", name, maxBytes)));
}

NitrogenAsked<void> readProfile(const nlohmann::json& json, nlohmann::json& profile) {
  for (const char* name : kTexts) {
    if (!json.contains(name)) continue;
    const auto text = readText(json, name, kMaxPublicKeyBytes);
    if (!text) return nitrogenRefuse(text.error());
    profile[name] = *text;
  }
  for (const char* name : kLists) {
    const auto field = json.find(name);
    if (field == json.end() || field->is_null()) continue;
    if (!field->is_array() || field->size() > kMaxListEntries) {
      return nitrogenRefuse(bad(fmt::format("'{}' must be a list of at most {} entries", name, kMaxListEntries)));
    }
    profile[name] = *field;
  }
  if (api::toText(profile).size() > kMaxProfileBytes) {
    return nitrogenRefuse(bad(fmt::format("What a principal says of itself may have {} bytes", kMaxProfileBytes)));
  }
  return {};
}

}  // namespace carport
