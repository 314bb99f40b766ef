#include "gateway/domain/credentials.h"
#include "gateway/server/http/entity_tag.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/principal_fields.h"
#include "gateway/server/http/page.h"
#include "gateway/server/http/unless_changed.h"

#include <memory>

namespace carport::handlers {

namespace {

/// The organisation that the path names; those that are not the caller's are as if they were not there.
Asked<api::Organisation> named(const Call& call) {
  const std::string& id = call.variable("id");
  const std::string_view own = call.who().organisation();
  auto found = call.registry().organisation(id);
  if (found && (own.empty() || own == id)) return std::move(*found);
  Reply reply = replyFailure(ErrorKind::notFound, fmt::format("There is no organisation '{}'", id.substr(0, 64)));
  reply.concealed = found.has_value();
  return refuse(std::move(reply));
}

void readTitle(api::FieldReader& fields, api::Organisation& out) {
  fields.text("name", out.name, api::Need::optional, api::kMaxTitleBytes)
      .text("note", out.note, api::Need::optional, api::kMaxNoteBytes);
}

/// Somebody who can administer a new organisation, with a password that is told once where it was made.
struct FirstUser {
  PrincipalRecord record;
  std::string password;
  bool made = false;
};

/// Reads `administrator`: `{"id"?, "name"?, "password"?}`. Without an id it is ORGANISATION.admin.
Asked<std::optional<FirstUser>> readAdministrator(const nlohmann::json& json, const api::Organisation& organisation) {
  const auto found = json.find("administrator");
  if (found == json.end() || found->is_null()) return std::optional<FirstUser>();
  FirstUser out;
  api::Principal& user = out.record.principal;
  user.id = organisation.id + ".admin";
  api::FieldReader fields(*found);
  fields.noOthers({"id", "name", "password"})
      .text("id", user.id, api::Need::optional, api::kMaxPrincipalIdBytes)
      .text("name", user.name, api::Need::optional, api::kMaxPrincipalNameBytes)
      .text("password", out.password, api::Need::optional, kMaxPasswordBytes);
  if (!api::isValidPrincipalId(user.id) || !user.setOrganisation(organisation.id)) {
    fields.wrong("id", fmt::format("an id that begins with '{}.'", organisation.id));
  }
  if (const auto read = fields.finish(); !read) {
    return refuse(replyInside("/administrator", replyFailure(read.error())));
  }
  user.type = api::PrincipalType::user;
  user.role = api::kAdministratorRole;
  out.made = out.password.empty();
  if (out.made) out.password = makeOneTimePassword();
  out.record.mustChangePassword = out.made;
  return std::optional(std::move(out));
}

/// Adds both or none.
DurableLog::RegistryChange addition(const std::shared_ptr<api::Organisation>& organisation,
                                    const std::optional<FirstUser>& administrator) {
  auto user = administrator ? std::optional(administrator->record) : std::nullopt;
  return [organisation, user = std::move(user)](RegistryStore& store) -> Result<void> {
    auto added = store.addOrganisation(*organisation);
    if (!added) return failFrom(added);
    *organisation = std::move(*added);
    if (!user) return {};
    const auto first = store.addPrincipal(*user);
    return first ? Result<void>() : failFrom(first);
  };
}

}  // namespace

Answer listOrganisations(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto page = readPage(call, 1);
  if (!page) co_return page.error();
  const std::string_view own = call.who().organisation();
  nlohmann::json items = nlohmann::json::array();
  std::optional<std::vector<std::string>> last;
  std::string newest;
  for (const api::Organisation& organisation : call.registry().organisations()) {
    if (!own.empty() && organisation.id != own) continue;
    if (page->after && organisation.id <= page->after->front()) continue;
    if (items.size() == page->limit) {
      last = {newest};
      break;
    }
    newest = organisation.id;
    items.push_back(withRevision(api::toJson(organisation)));
  }
  co_return replyPage(call, "organisations", std::move(items), last);
}

Answer addOrganisation(Call& call) {
  if (const auto allowed = call.demandHouse(); !allowed) co_return allowed.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  const auto organisation = std::make_shared<api::Organisation>();
  api::FieldReader fields(*json);
  fields.noOthers({"id", "name", "note", "administrator"})
      .text("id", organisation->id, api::Need::required, api::kMaxOrganisationIdBytes);
  readTitle(fields, *organisation);
  if (!api::isValidOrganisationId(organisation->id)) {
    fields.wrong("id", "1 to 24 of a-z 0-9 -, with a letter or digit at both ends");
  }
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  auto administrator = readAdministrator(*json, *organisation);
  if (!administrator) co_return administrator.error();
  if (*administrator) {
    auto hashing = call.hashPassword((*administrator)->password);
    const Result<std::string> hash = co_await std::move(hashing);
    if (!hash) co_return replyFailure(hash.error());
    (*administrator)->record.passwordHash = *hash;
  }
  auto changing = call.changeRegistry(addition(organisation, *administrator));
  const Result<void> done = co_await std::move(changing);
  if (!done) co_return replyFailure(done.error());
  nlohmann::json answer = withRevision(api::toJson(*organisation));
  if (*administrator) {
    answer["administrator"] = {{"id", (*administrator)->record.principal.id}};
    if ((*administrator)->made) answer["administrator"]["password"] = (*administrator)->password;
  }
  co_return replyCreated(answer);
}

Answer changeOrganisation(Call& call) {
  auto organisation = named(call);
  if (!organisation) co_return organisation.error();
  if (const auto allowed = call.demandHouse(); !allowed) co_return allowed.error();
  if (const auto same = demandRevision(call, api::toJson(*organisation)); !same) co_return same.error();
  const api::Organisation seen = *organisation;
  const auto json = call.json();
  if (!json) co_return json.error();
  api::FieldReader fields(*json);
  fields.noOthers({"name", "note"});
  readTitle(fields, *organisation);
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  DurableLog::RegistryChange change = [changed = *organisation](RegistryStore& store) {
    return store.updateOrganisation(changed);
  };
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), seen, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyThing(api::toJson(*organisation)) : replyFailure(done.error());
}

Answer removeOrganisation(Call& call) {
  const auto organisation = named(call);
  if (!organisation) co_return organisation.error();
  if (const auto allowed = call.demandHouse(); !allowed) co_return allowed.error();
  if (const auto same = demandRevision(call, api::toJson(*organisation)); !same) co_return same.error();
  DurableLog::RegistryChange change = [id = organisation->id](RegistryStore& store) {
    return store.removeOrganisation(id);
  };
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), *organisation, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
