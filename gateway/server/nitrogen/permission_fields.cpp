#include "gateway/server/nitrogen/permission_fields.h"

#include "gateway/api/json_codec.h"
#include "gateway/api/json_fields.h"
#include "gateway/api/message_filter.h"
#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/nitrogen/nitrogen_words.h"
#include "gateway/server/nitrogen/profile_fields.h"

#include <fmt/format.h>

namespace carport::nitrogen {

namespace {

using Json = nlohmann::json;
using Kind = api::Selector::Kind;

tl::unexpected<NitrogenReply> bad(std::string_view sentence) {
  return nitrogenRefuse(nitrogenFailure(http::status::bad_request, sentence));
}

/// The selector for the principal that a field names; everybody where it is absent.
NitrogenAsked<api::Selector> readSelector(const NitrogenCall& call, const Json& json, const char* name) {
  const auto id = readText(json, name, NitrogenIds::kIdChars);
  if (!id) return nitrogenRefuse(id.error());
  if (id->empty()) return api::Selector{};
  const auto named = call.principal(*id);
  if (!named) return bad(fmt::format("'{}' names nobody who is here", name));
  return api::Selector{named->type == api::PrincipalType::group ? Kind::group : Kind::principal, named->id};
}

NitrogenAsked<void> readWhom(const NitrogenCall& call, const Json& json, api::Rule& rule) {
  auto who = readSelector(call, json, "issued_to");
  if (!who) return nitrogenRefuse(who.error());
  auto about = readSelector(call, json, "principal_for");
  if (!about) return nitrogenRefuse(about.error());
  // What somebody has about himself never lets him administer, in the words that the rules have for that.
  if (who->kind == Kind::principal && *who == *about) *about = {Kind::self, {}};
  rule.who = std::move(*who);
  rule.about = std::move(*about);
  return {};
}

NitrogenAsked<void> readTimesAndPriority(const NitrogenCall& call, const Json& json, api::Rule& rule) {
  rule.priority = kNormalPriority;
  if (const auto priority = json.find("priority"); priority != json.end() && !priority->is_null()) {
    api::FieldReader fields(json);
    if (!fields.integer("priority", rule.priority).finish()) {
      return bad("'priority' must be a whole number of 32 bits");
    }
  }
  const auto expires = readText(json, "expires", 64);
  if (!expires) return nitrogenRefuse(expires.error());
  if (expires->empty()) return {};
  rule.expiresAt = parseIsoTime(*expires);
  if (rule.expiresAt && *rule.expiresAt > call.now()) return {};
  return bad("'expires' must be a time that is still to come");
}

/// JSON as text, as the service has it, or as an object.
NitrogenAsked<void> readFilter(const Json& json, api::Rule& rule) {
  const auto field = json.find("filter");
  if (field == json.end() || field->is_null() || field->empty()) return {};
  if (!field->is_string() && !field->is_object()) return bad("'filter' must be a condition on messages, as JSON");
  const std::string text = field->is_string() ? field->get<std::string>() : api::toText(*field);
  if (text.empty()) return {};
  const auto parsed = api::parseJson(text);
  if (!parsed || !parsed->is_object()) return bad("'filter' must be a condition on messages, as JSON");
  if (parsed->empty()) return {};
  const std::string written = api::toText(*parsed);
  if (const auto filter = api::MessageFilter::parse(written); !filter) return bad(filter.error().message());
  if (rule.action != api::Action::command && rule.action != api::Action::subscribe) {
    return bad("A permission with a 'filter' is about messages: its 'action' is send or subscribe");
  }
  rule.filter = written;
  return {};
}

}  // namespace

NitrogenAsked<api::Rule> readPermission(const NitrogenCall& call, const Json& json) {
  if (!json.is_object()) return bad("A permission is an object");
  api::Rule rule;
  rule.organisation = std::string(call.who().organisation());
  if (const auto read = readWhom(call, json, rule); !read) return nitrogenRefuse(read.error());
  const auto action = readText(json, "action", 32);
  if (!action) return nitrogenRefuse(action.error());
  if (!action->empty()) {
    rule.action = actionOfNitrogen(*action);
    if (!rule.action) return bad("'action' must be admin, impersonate, send, subscribe or view");
  }
  const auto authorized = json.find("authorized");
  if (authorized == json.end() || !authorized->is_boolean()) return bad("'authorized' must be true or false");
  rule.allow = authorized->get<bool>();
  if (const auto read = readFilter(json, rule); !read) return nitrogenRefuse(read.error());
  if (const auto read = readTimesAndPriority(call, json, rule); !read) return nitrogenRefuse(read.error());
  return rule;
}

}  // namespace carport::nitrogen
