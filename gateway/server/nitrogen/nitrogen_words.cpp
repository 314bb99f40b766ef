#include "gateway/server/nitrogen/nitrogen_words.h"

#include "gateway/api/json_codec.h"
#include "gateway/domain/nitrogen_message.h"

#include <array>
#include <utility>

namespace carport {

namespace {

using Kind = api::Selector::Kind;
using Json = nlohmann::json;

constexpr std::pair<api::Action, std::string_view> kActions[] = {
    {api::Action::view, "view"},    {api::Action::subscribe, "subscribe"},
    {api::Action::command, "send"}, {api::Action::administer, "admin"},
    {api::Action::send, "publish"}, {api::Action::impersonate, "impersonate"}};

/// Fields of a profile that everybody may see who may see the principal, and those for administrators.
constexpr const char* kShown[] = {"nickname", "tags", "sensors", "public_key", "updated_at"};
constexpr const char* kShownInFull[] = {"api_key", "claim_code", "last_ip", "last_connection"};

/// Whom a selector names, as an id; empty for everybody. False where Nitrogen has no words for it.
bool putSelector(const NitrogenContext& context, const api::Selector& selector, const char* field, Json& out) {
  if (selector.kind == Kind::anyone) return true;
  if (selector.kind != Kind::principal && selector.kind != Kind::group) return false;
  const auto named = context.registry().find(selector.value);
  if (named) out[field] = context.ids.idOf(named->number);
  return named.has_value();
}

/// On which messages it is about; false where Nitrogen has no words for that.
bool putFilter(const NitrogenContext& context, const api::Rule& rule, Json& out) {
  const bool isForLater = rule.validFrom && context.now() < *rule.validFrom;
  const bool isOfNitrogen = rule.filter.empty() || rule.filter.starts_with('{');
  if (isForLater || !isOfNitrogen || (!rule.command.empty() && !rule.filter.empty())) return false;
  if (!rule.filter.empty()) out["filter"] = rule.filter;
  if (!rule.command.empty()) out["filter"] = api::toText({{"type", rule.command}});
  return true;
}

}  // namespace

std::string nitrogenTypeOf(const NitrogenContext& context, const api::Principal& principal) {
  switch (principal.type) {
    case api::PrincipalType::device:
      return "device";
    case api::PrincipalType::user:
      return "user";
    case api::PrincipalType::service:
      return "service";
    case api::PrincipalType::group:
      return "group";
    case api::PrincipalType::application:
      break;
  }
  const Json* profile = context.book.profile(principal.number);
  return profile != nullptr ? profile->value("type", "app") : "app";
}

Json principalJson(const NitrogenContext& context, const api::Principal& principal, bool inFull) {
  Json json{{"id", context.ids.idOf(principal.number)},
            {"type", nitrogenTypeOf(context, principal)},
            {"name", principal.name.empty() ? principal.id : principal.name},
            {"carport_id", principal.id},
            {"created_at", isoTime(principal.createdAt)},
            {"updated_at", isoTime(principal.createdAt)},
            {"tags", Json::array()},
            {"sensors", Json::array()}};
  if (principal.type == api::PrincipalType::user) json["email"] = principal.id;
  if (principal.type == api::PrincipalType::group) {
    Json members = Json::array();
    for (const auto& member : context.registry().membersOf(principal.id)) {
      members.push_back(context.ids.idOf(member.number));
    }
    json["members"] = std::move(members);
  }
  const Json* profile = context.book.profile(principal.number);
  if (profile == nullptr) return json;
  for (const char* name : kShown) {
    if (const auto field = profile->find(name); field != profile->end()) json[name] = *field;
  }
  if (!inFull) return json;
  if (principal.type == api::PrincipalType::user) {
    const auto keys = context.book.keysOf(principal.number);
    if (!keys.empty()) json["api_key"] = context.ids.idOf(NitrogenKind::apiKey, keys.front().number);
  }
  for (const char* name : kShownInFull) {
    if (const auto field = profile->find(name); field != profile->end()) json[name] = *field;
  }
  return json;
}

std::optional<Json> permissionJson(const NitrogenContext& context, const api::Rule& rule) {
  Json json{{"id", context.ids.idOf(rule.number)}, {"priority", rule.priority}, {"authorized", rule.allow}};
  const bool isAboutHimself = rule.about.kind == Kind::self && rule.who.kind == Kind::principal;
  const api::Selector& about = isAboutHimself ? rule.who : rule.about;
  if (!putSelector(context, rule.who, "issued_to", json) || !putSelector(context, about, "principal_for", json)) {
    return std::nullopt;
  }
  if (!putFilter(context, rule, json)) return std::nullopt;
  if (rule.action) {
    for (const auto& [action, word] : kActions) {
      if (action == *rule.action) json["action"] = word;
    }
  }
  if (rule.expiresAt) json["expires"] = isoTime(*rule.expiresAt);
  if (!rule.note.empty()) json["note"] = rule.note;
  return json;
}

std::optional<api::Action> actionOfNitrogen(std::string_view word) {
  for (const auto& [action, known] : kActions) {
    // To speak for somebody is not Nitrogen's to give.
    if (known == word && action != api::Action::send) return action;
  }
  return std::nullopt;
}

std::string serviceId(const NitrogenContext& context) {
  return context.ids.idOf(PrincipalNumber{});
}

}  // namespace carport
