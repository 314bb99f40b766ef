#include "gateway/domain/credentials.h"
#include "gateway/server/http/entity_tag.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/list_filters.h"
#include "gateway/server/http/handlers/own_tokens.h"
#include "gateway/server/http/handlers/principal_fields.h"
#include "gateway/server/http/keep_administrable.h"
#include "gateway/server/http/page.h"
#include "gateway/server/http/unless_changed.h"

#include <array>

namespace carport::handlers {

namespace {

using api::PrincipalType;

constexpr std::string_view kOwnDoor = "Cars have calls of their own: /api/v2/cars";

/// The record that the path names, which is no car, once the caller may administer it.
Asked<PrincipalRecord> administered(const Call& call) {
  auto record = call.record(call.variable("id"));
  if (!record) return record;
  if (const auto allowed = call.demand(api::Action::administer, record->principal); !allowed) {
    return refuse(allowed.error());
  }
  if (record->principal.type == PrincipalType::device) return refuse(replyFailure(ErrorKind::invalid, kOwnDoor));
  return record;
}

/// The types in the order in which they are listed.
constexpr std::array kListed{PrincipalType::device, PrincipalType::user, PrincipalType::service, PrincipalType::group,
                             PrincipalType::application};

struct ListFilter {
  PrincipalFilter principal;
  std::optional<PrincipalType> type;
  std::optional<std::string> role;

  bool accepts(const api::Principal& other) const {
    return (!role || std::string_view(other.role) == *role) && principal.accepts(other);
  }
};

Asked<ListFilter> readListFilter(const Call& call) {
  auto principal = readPrincipalFilter(call);
  if (!principal) return refuse(principal.error());
  const auto type = readWord<PrincipalType>(call, "type", "device, user, service, group or application");
  if (!type) return refuse(type.error());
  return ListFilter{std::move(*principal), *type, call.parameter("role")};
}

/// Of a page that is being filled.
struct Filling {
  nlohmann::json items = nlohmann::json::array();
  std::vector<std::string> newest;
  std::optional<std::vector<std::string>> last;
};

/// Appends those of one type with numbers above `after`; false where the page is full.
bool append(const Call& call, PrincipalType type, const ListFilter& filter, std::int64_t after, std::size_t limit,
            Filling& out) {
  for (const api::Principal& principal : call.registry().all(type)) {
    if (principal.number.value <= after || !filter.accepts(principal) || !call.knowsOf(principal)) continue;
    if (out.items.size() == limit) {
      out.last = out.newest;
      return false;
    }
    out.newest = {std::to_string(static_cast<int>(type)), std::to_string(principal.number.value)};
    out.items.push_back(withRevision(call.tell(principal)));
  }
  return true;
}

}  // namespace

Answer listPrincipals(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto page = readPage(call, 2);
  if (!page) co_return page.error();
  const auto filter = readListFilter(call);
  if (!filter) co_return filter.error();
  const std::int64_t firstType = page->number(0).value_or(0);
  Filling filling;
  for (const PrincipalType type : kListed) {
    if (static_cast<std::int64_t>(type) < firstType || (filter->type && type != *filter->type)) continue;
    const bool isFirst = static_cast<std::int64_t>(type) == firstType;
    if (!append(call, type, *filter, isFirst ? page->number(1).value_or(0) : 0, page->limit, filling)) break;
  }
  co_return replyPage(call, "principals", std::move(filling.items), filling.last);
}

Answer addPrincipal(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  PrincipalRecord record;
  std::string password;
  api::FieldReader fields(*json);
  fields.noOthers({"type", "id", "name", "role", "attributes", "password"})
      .word("type", record.principal.type)
      .text("password", password, api::Need::optional, kMaxPasswordBytes);
  readNewPrincipal(fields, record.principal);
  readAttributes(fields, record.principal);
  const bool isGroup = record.principal.type == PrincipalType::group;
  if (record.principal.type == PrincipalType::device) fields.wrong("type", "user, service, group or application");
  if (isGroup && !password.empty()) fields.wrong("password", "absent: a group cannot sign in");
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  if (const auto placed = placeNew(call, record.principal); !placed) co_return placed.error();
  readRole(fields, call.registry(), record.principal);
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  const bool made = password.empty() && !isGroup;
  if (made) password = makeOneTimePassword();
  if (!isGroup) {
    auto hashing = call.hashPassword(password);
    const Result<std::string> hash = co_await std::move(hashing);
    if (!hash) co_return replyFailure(hash.error());
    record.passwordHash = *hash;
    record.mustChangePassword = made && record.principal.type == PrincipalType::user;
  }
  auto adding = addToRegistry(call, std::move(record));
  const Result<PrincipalRecord> added = co_await std::move(adding);
  if (!added) co_return replyFailure(added.error());
  nlohmann::json answer = withRevision(call.tell(added->principal));
  if (made) answer["password"] = password;
  co_return replyCreated(answer);
}

Answer getPrincipal(Call& call) {
  const auto record = administered(call);
  co_return record ? replyThing(call.tell(record->principal)) : record.error();
}

Answer changePrincipal(Call& call) {
  auto record = administered(call);
  if (!record) co_return record.error();
  if (const auto same = demandRevision(call, call.tell(record->principal)); !same) co_return same.error();
  const std::int64_t seen = call.registry().sequence();
  const auto json = call.json();
  if (!json) co_return json.error();
  std::string password;
  api::FieldReader fields(*json);
  fields.noOthers({"name", "role", "blocked", "groups", "attributes", "password"})
      .text("password", password, api::Need::optional, kMaxPasswordBytes);
  readPrincipalChanges(fields, call.registry(), record->principal);
  readRole(fields, call.registry(), record->principal);
  readAttributes(fields, record->principal);
  if (record->principal.number == call.who().number && record->principal.blocked) {
    fields.wrong("blocked", "false for yourself: you would lock yourself out");
  }
  if (fields.has("password") && record->principal.type == PrincipalType::group) {
    fields.wrong("password", "absent: a group cannot sign in");
  }
  // An unattended window or a stolen session must not become a password.
  if (fields.has("password") && record->principal.number == call.who().number && !record->passwordHash.empty()) {
    fields.wrong("password", "absent for yourself: POST /api/v2/session/password changes it and asks for the old one");
  }
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  if (fields.has("password")) {
    if (const auto unscoped = demandUnscoped(call); !unscoped) co_return unscoped.error();
    auto hashing = call.hashPassword(password);
    const Result<std::string> hash = co_await std::move(hashing);
    if (!hash) co_return replyFailure(hash.error());
    record->passwordHash = *hash;
    record->mustChangePassword = false;
  }
  DurableLog::RegistryChange change = [changed = *record](RegistryStore& store) {
    return store.updatePrincipal(changed);
  };
  // Whoever signed in with the old password has to sign in anew.
  if (fields.has("password")) {
    change = endingSessions(call, record->principal.number, call.caller->token.info.number, std::move(change));
  }
  change = keepAdministrable(call.registry(), call.now(), std::move(change));
  auto changing = call.changeRegistry(unlessChanged(seen, record->principal.number, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyThing(call.tell(record->principal)) : replyFailure(done.error());
}

Answer removePrincipal(Call& call) {
  const auto record = administered(call);
  if (!record) co_return record.error();
  if (const auto same = demandRevision(call, call.tell(record->principal)); !same) co_return same.error();
  const PrincipalNumber number = record->principal.number;
  if (number == call.who().number) {
    co_return replyFailure(ErrorKind::conflict, "You cannot remove yourself; ask another administrator");
  }
  DurableLog::RegistryChange change = [number](RegistryStore& store) { return store.removePrincipal(number); };
  change = keepAdministrable(call.registry(), call.now(), std::move(change));
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), number, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
