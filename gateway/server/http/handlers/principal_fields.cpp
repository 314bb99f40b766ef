#include "gateway/server/http/handlers/principal_fields.h"

#include <memory>

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
    if (!group || group->type != api::PrincipalType::group) {
      fields.wrong("groups", fmt::format("ids of groups; '{}' is none", id.substr(0, 64)));
    }
  }
}

void readRole(api::FieldReader& fields, api::Principal& out) {
  std::string role = out.role.str();
  fields.text("role", role, api::Need::optional, api::kMaxRoleIdBytes);
  out.role = std::move(role);
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
