#include "gateway/server/http/entity_tag.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/page.h"
#include "gateway/server/http/unless_changed.h"

#include <algorithm>
#include <memory>

namespace carport::handlers {

namespace {

/// Whether the caller may know of a role: the built-in ones and its organisation's; the house all of them.
bool seesRole(const Call& call, const api::Role& role) {
  const std::string_view own = call.who().organisation();
  return role.builtIn || own.empty() || role.organisation == own;
}

/// The role that the path names, once the caller may administer it.
Asked<api::Role> administeredRole(const Call& call) {
  const std::string& id = call.variable("id");
  auto role = call.registry().role(id);
  if (!role || !seesRole(call, *role)) {
    Reply reply = replyFailure(ErrorKind::notFound, fmt::format("There is no role '{}'", id.substr(0, 64)));
    reply.concealed = role.has_value();
    return refuse(std::move(reply));
  }
  if (role->builtIn) {
    return refuse(replyFailure(ErrorKind::conflict, fmt::format("The role '{}' is built in and stays as it is", id)));
  }
  if (role->organisation != call.who().organisation()) {
    return refuse(replyDenied(
        fmt::format("The role {} is {}'s own; only its administrators change it", role->id, role->organisation),
        std::nullopt));
  }
  if (const auto allowed = call.demandAdministration(); !allowed) return refuse(allowed.error());
  return std::move(*role);
}

void readTitle(api::FieldReader& fields, api::Role& out) {
  fields.text("name", out.name, api::Need::optional, api::kMaxTitleBytes)
      .text("note", out.note, api::Need::optional, api::kMaxNoteBytes);
}

/// The built-in roles stand first, then the others by id.
std::vector<std::string> placeOf(const api::Role& role) {
  return {role.builtIn ? "0" : "1", role.id};
}

std::vector<api::Role> inOrder(std::vector<api::Role> roles) {
  std::sort(roles.begin(), roles.end(), [](const api::Role& a, const api::Role& b) { return placeOf(a) < placeOf(b); });
  return roles;
}

}  // namespace

Answer listRoles(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto page = readPage(call, 2);
  if (!page) co_return page.error();
  PageBuilder roles(page->limit);
  for (const api::Role& role : inOrder(call.registry().roles())) {
    std::vector<std::string> place = placeOf(role);
    if (!seesRole(call, role) || (page->after && place <= *page->after)) continue;
    if (!roles.add(std::move(place), withRevision(api::toJson(role)))) break;
  }
  co_return roles.reply(call, "roles");
}

Answer addRole(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  const auto role = std::make_shared<api::Role>();
  role->organisation = call.who().organisation();
  api::FieldReader fields(*json);
  fields.noOthers({"id", "name", "note"}).text("id", role->id, api::Need::required, api::kMaxRoleIdBytes);
  readTitle(fields, *role);
  if (!api::isValidRoleId(role->id)) fields.wrong("id", "1 to 64 of A-Z a-z 0-9 . _ - that do not start with a dot");
  if (!api::idIsIn(role->id, role->organisation)) {
    fields.wrong("id", fmt::format("an id that begins with '{}.'", role->organisation));
  }
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  DurableLog::RegistryChange change = [role](RegistryStore& store) -> Result<void> {
    auto added = store.addRole(*role);
    if (!added) return failFrom(added);
    *role = std::move(*added);
    return {};
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyCreated(withRevision(api::toJson(*role))) : replyFailure(done.error());
}

Answer changeRole(Call& call) {
  auto role = administeredRole(call);
  if (!role) co_return role.error();
  if (const auto same = demandRevision(call, api::toJson(*role)); !same) co_return same.error();
  const api::Role seen = *role;
  const auto json = call.json();
  if (!json) co_return json.error();
  api::FieldReader fields(*json);
  fields.noOthers({"name", "note"});
  readTitle(fields, *role);
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  DurableLog::RegistryChange change = [changed = *role](RegistryStore& store) { return store.updateRole(changed); };
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), seen, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyThing(api::toJson(*role)) : replyFailure(done.error());
}

Answer removeRole(Call& call) {
  const auto role = administeredRole(call);
  if (!role) co_return role.error();
  if (const auto same = demandRevision(call, api::toJson(*role)); !same) co_return same.error();
  DurableLog::RegistryChange change = [id = role->id](RegistryStore& store) { return store.removeRole(id); };
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), *role, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
