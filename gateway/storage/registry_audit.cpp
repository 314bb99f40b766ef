#include "gateway/storage/registry_audit.h"

#include "gateway/api/enum_names.h"
#include "gateway/api/json_codec.h"
#include "gateway/base/utf8_prefix.h"
#include "gateway/domain/session_label.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace carport {

namespace {

/// A sentence may be this many times as long as another text.
constexpr std::size_t kReasonTexts = 4;

void cut(std::string& text, std::size_t maxBytes = api::kMaxAuditTextBytes) {
  text.resize(utf8Prefix(text, maxBytes).size());
}

/// "car.add", "user.remove": what the first part of an action says of a principal's kind.
std::string actionFor(const api::Principal& principal, std::string_view verb) {
  const bool isCar = principal.type == api::PrincipalType::device;
  return fmt::format("{}.{}", isCar ? std::string_view("car") : api::nameOf(principal.type), verb);
}

std::string_view organisationOf(const api::Principal* principal) {
  return principal != nullptr ? principal->organisation() : std::string_view();
}

nlohmann::json toJsonOf(const api::TokenInfo& token, const api::Principal* owner) {
  nlohmann::json json = api::toJson(token);
  for (const char* told : {"number", "owner", "createdAt", "lastUsedAt", "address", "client"}) json.erase(told);
  if (owner != nullptr) json["owner"] = owner->id;
  return json;
}

}  // namespace

void RegistryAudit::enter(api::AuditEntry entry) {
  if (entry.time == TimePoint{}) entry.time = m_clock.now();
  for (std::string* text : {&entry.organisation, &entry.who, &entry.address, &entry.action, &entry.about}) cut(*text);
  cut(entry.reason, kReasonTexts * api::kMaxAuditTextBytes);
  m_table.append(std::move(entry));
  ++m_told;
}

std::size_t RegistryAudit::forgetBefore(const Act& act, TimePoint time) {
  const std::size_t gone = m_table.forgetBefore(time);
  if (gone == 0) return 0;
  // Part of the chain: an anchor that was moved without it is found.
  const AuditEnd anchor = m_table.anchor();
  auto entry = entryOf(act, std::string(kAuditForgotten));
  entry.after = api::toText({{"entries", gone}, {"through", anchor.number}, {"hash", toHex(anchor.hash)}});
  enter(std::move(entry));
  return gone;
}

bool RegistryAudit::isNothing(const AuditChange& change) {
  if (change.none()) ++m_told;
  return change.none();
}

void RegistryAudit::put(api::AuditEntry entry, AuditChange change, std::string_view organisation) {
  // What concerns an organisation belongs to it, whoever did it.
  if (!organisation.empty()) entry.organisation = organisation;
  entry.before = std::move(change.before);
  entry.after = std::move(change.after);
  enter(std::move(entry));
}

void RegistryAudit::principalAdded(const Act& act, const PrincipalRecord& record) {
  const api::Principal& who = record.principal;
  put(entryOf(act, actionFor(who, "add"), who.id), changeBetween(nullptr, &record), who.organisation());
}

void RegistryAudit::principalChanged(const Act& act, const PrincipalRecord& before, const PrincipalRecord& after) {
  AuditChange change = changeBetween(&before, &after);
  if (isNothing(change)) return;
  const api::Principal& who = after.principal;
  put(entryOf(act, actionFor(who, "change"), who.id), std::move(change), who.organisation());
}

void RegistryAudit::principalRemoved(const Act& act, const PrincipalRecord& record) {
  const api::Principal& who = record.principal;
  put(entryOf(act, actionFor(who, "remove"), who.id), changeBetween(&record, nullptr), who.organisation());
}

void RegistryAudit::ruleChanged(const Act& act, const api::Rule* before, const api::Rule* after) {
  const api::Rule& rule = after != nullptr ? *after : *before;
  const char* verb = before == nullptr ? "rule.add" : after == nullptr ? "rule.remove" : "rule.change";
  AuditChange change = changeBetween(before, after);
  if (isNothing(change)) return;
  put(entryOf(act, verb, fmt::format("rule {}", api::numberInOrganisation(rule))), std::move(change),
      rule.organisation);
}

void RegistryAudit::tokenAdded(const Act& act, const api::TokenInfo& token, const api::Principal* owner) {
  const bool isSession = token.label == kSessionLabel;
  changed(act, isSession ? "session.begin" : "token.add", fmt::format("token {}", token.number), organisationOf(owner),
          {}, toJsonOf(token, owner));
}

void RegistryAudit::tokenRemoved(const Act& act, const api::TokenInfo& token, const api::Principal* owner) {
  const bool isSession = token.label == kSessionLabel;
  changed(act, isSession ? "session.end" : "token.remove", fmt::format("token {}", token.number), organisationOf(owner),
          toJsonOf(token, owner), {});
}

void RegistryAudit::retentionChanged(const Act& act, const api::Retention& before, const api::Retention& after) {
  AuditChange change = changeBetween(before, after);
  if (isNothing(change)) return;
  put(entryOf(act, "retention.change"), std::move(change), {});
}

void RegistryAudit::commandGiven(const Act& act, const api::Command& command, const api::Principal* car) {
  const bool isCancelled = command.state == api::CommandState::cancelled;
  const nlohmann::json told{{"command", command.id}, {"name", command.name}, {"expiresAt", toMs(command.expiresAt)}};
  changed(act, isCancelled ? "command.cancel" : "command.send",
          car != nullptr ? car->id : fmt::format("car number {}", command.car.value), organisationOf(car), {}, told);
}

void RegistryAudit::changed(const Act& act, std::string action, std::string about, std::string_view organisation,
                            const nlohmann::json& before, const nlohmann::json& after) {
  AuditChange change = changeBetween(before, after);
  if (isNothing(change)) return;
  put(entryOf(act, std::move(action), std::move(about)), std::move(change), organisation);
}

}  // namespace carport
