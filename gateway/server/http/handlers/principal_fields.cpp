#include "gateway/server/http/handlers/principal_fields.h"

#include "gateway/domain/credentials.h"
#include "gateway/server/http/entity_tag.h"

#include <memory>
#include <utility>

namespace carport::handlers {

void readNewPrincipal(api::FieldReader& fields, api::Principal& out) {
  fields.text("id", out.id, api::Need::required, api::kMaxPrincipalIdBytes)
      .text("name", out.name, api::Need::optional, api::kMaxPrincipalNameBytes);
  if (!api::isValidPrincipalId(out.id))
    fields.wrong("id", "1 to 64 of A-Z a-z 0-9 . _ - @ that do not start with a dot");
}

void readPrincipalChanges(api::FieldReader& fields, const Registry& registry, api::Principal& out) {
  fields.text("name", out.name, api::Need::optional, api::kMaxPrincipalNameBytes)
      .boolean("blocked", out.blocked, api::Need::optional)
      .texts("groups", out.groups, api::kMaxPrincipalGroups, api::Need::optional);
  for (const std::string& id : out.groups) {
    const auto group = registry.find(id);
    if (!group || group->type != api::PrincipalType::group || group->organisation() != out.organisation()) {
      fields.wrong("groups", fmt::format("ids of groups; '{}' is none", id.substr(0, 64)));
    }
  }
}

void readRole(api::FieldReader& fields, const Registry& registry, api::Principal& out) {
  if (!fields.has("role")) return;
  std::string id;
  fields.text("role", id, api::Need::optional, api::kMaxRoleIdBytes);
  const auto role = registry.role(id);
  const bool fits = id.empty() || (role && (role->builtIn || role->organisation == out.organisation()));
  if (!fits) fields.wrong("role", fmt::format("the id of a role; '{}' is none", id.substr(0, 64)));
  out.role = std::move(id);
}

void readAttributes(api::FieldReader& fields, api::Principal& out) {
  fields.value("attributes", out.attributes, api::Need::optional);
}

Asked<void> placeNew(const Call& call, api::Principal& out) {
  const std::string own(call.who().organisation());
  if (!own.empty()) {
    if (out.setOrganisation(own)) return {};
    return refuse(replyWrongField("/id", fmt::format("The field 'id' must be one that begins with '{}.'", own)));
  }
  const std::string_view first = std::string_view(out.id).substr(0, out.id.find('.'));
  if (first.size() == out.id.size() || !call.registry().organisation(first)) return {};
  out.setOrganisation(first);
  const api::Decision decision =
      call.registry().rules()->decide(call.who(), api::Action::administer, Resource{&out}, call.now());
  if (decision.allowed) return {};
  const auto rule = decision.rule ? std::optional(api::numberInOrganisation(*decision.rule)) : std::nullopt;
  return refuse(replyDenied(
      fmt::format("{} may not add anybody to the organisation {}: no rule of the house lets it", call.who().id, first),
      rule));
}

boost::asio::awaitable<Reply> addCarWith(Call& call, PrincipalRecord record, std::string secret) {
  record.principal.type = api::PrincipalType::device;
  const auto hashed = hashDeviceSecret(secret, call.control.parts.secretKey);
  if (!hashed) co_return replyFailure(hashed.error());
  record.secret = *hashed;
  auto adding = addToRegistry(call, std::move(record));
  const Result<PrincipalRecord> added = co_await std::move(adding);
  if (!added) co_return replyFailure(added.error());
  nlohmann::json answer = withRevision(call.tell(added->principal));
  answer["secret"] = secret;
  co_return replyCreated(answer);
}

boost::asio::awaitable<Result<PrincipalRecord>> addToRegistry(Call& call, PrincipalRecord record) {
  const auto added = std::make_shared<PrincipalRecord>(std::move(record));
  added->principal.createdAt = call.now();
  DurableLog::RegistryChange change = [added](RegistryStore& store) -> Result<void> {
    auto stored = store.addPrincipal(*added);
    if (!stored) return failFrom(stored);
    *added = std::move(*stored);
    return {};
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  if (!done) co_return failFrom(done);
  co_return *added;
}

}  // namespace carport::handlers
