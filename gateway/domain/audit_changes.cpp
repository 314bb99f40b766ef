#include "gateway/domain/audit_changes.h"

#include "gateway/api/audit.h"
#include "gateway/api/json_codec.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace carport {

namespace {

using nlohmann::json;

std::string textOf(const json& object) {
  if (object.empty()) return {};
  std::string text = api::toText(object);
  if (text.size() <= api::kMaxAuditDetailBytes) return text;
  return api::toText({{"tooLong", text.size()}});
}

/// Credentials as the log may tell of them; `other` is the record that it is compared with.
void tellCredentials(const PrincipalRecord& record, const PrincipalRecord* other, bool isAfter, json& out) {
  const auto tell = [&](const char* name, bool there, bool differs) {
    if (there) out[name] = differs && other != nullptr && isAfter ? "changed" : "set";
  };
  tell("password", !record.passwordHash.empty(), other != nullptr && other->passwordHash != record.passwordHash);
  tell("secret", record.secret.has_value(), other != nullptr && other->secret != record.secret);
  if (record.mustChangePassword) out["mustChangePassword"] = true;
  if (record.retiring) out["oldSecretUntil"] = toMs(record.retiring->until);
}

json toJsonOf(const PrincipalRecord* record, const PrincipalRecord* other, bool isAfter) {
  if (record == nullptr) return {};
  json out = api::toJson(record->principal);
  for (const char* known : {"id", "createdAt"}) out.erase(known);  // the entry says them
  tellCredentials(*record, other, isAfter, out);
  return out;
}

json toJsonOf(const api::Rule* rule) {
  if (rule == nullptr) return {};
  json out = api::toJson(*rule);
  out.erase("number");
  return out;
}

}  // namespace

AuditChange changeBetween(const json& before, const json& after) {
  if (!before.is_object() || !after.is_object()) {
    return {before.is_object() ? textOf(before) : std::string(), after.is_object() ? textOf(after) : std::string()};
  }
  json was = json::object();
  json is = json::object();
  for (const auto& [name, value] : before.items()) {
    const auto same = after.find(name);
    if (same == after.end() || *same != value) was[name] = value;
  }
  for (const auto& [name, value] : after.items()) {
    const auto same = before.find(name);
    if (same == before.end() || *same != value) is[name] = value;
  }
  return {textOf(was), textOf(is)};
}

AuditChange changeBetween(const PrincipalRecord* before, const PrincipalRecord* after) {
  return changeBetween(toJsonOf(before, after, false), toJsonOf(after, before, true));
}

AuditChange changeBetween(const api::Rule* before, const api::Rule* after) {
  return changeBetween(toJsonOf(before), toJsonOf(after));
}

AuditChange changeBetween(const api::Retention& before, const api::Retention& after) {
  return changeBetween(api::toJson(before), api::toJson(after));
}

}  // namespace carport
