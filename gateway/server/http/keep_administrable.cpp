#include "gateway/server/http/keep_administrable.h"

#include "gateway/domain/administration.h"
#include "gateway/domain/domain_errc.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace carport {

namespace {

RegistrySnapshot usersAndRules(const Registry& registry) {
  RegistrySnapshot out;
  out.sequence = registry.sequence();
  for (const api::Principal& user : registry.all(api::PrincipalType::user)) {
    if (auto record = registry.record(user.number)) out.principals.push_back(std::move(*record));
  }
  const auto rules = registry.rules();
  out.rules.assign(rules->rules().begin(), rules->rules().end());
  return out;
}

/// `before` with everything that the store holds by now.
Result<RegistrySnapshot> afterwards(RegistryStore& store, const RegistrySnapshot& before) {
  auto changes = store.changesSince(before.sequence);
  if (!changes) return failFrom(changes);
  if (changes->reloadEverything) return store.load();
  RegistrySnapshot after = before;
  const auto forget = [&](PrincipalNumber number) {
    std::erase_if(after.principals, [&](const PrincipalRecord& known) { return known.principal.number == number; });
  };
  for (const PrincipalNumber number : changes->removedPrincipals) forget(number);
  for (PrincipalRecord& record : changes->principals) {
    forget(record.principal.number);
    after.principals.push_back(std::move(record));
  }
  if (changes->rules) after.rules = std::move(*changes->rules);
  return after;
}

}  // namespace

DurableLog::RegistryChange keepAdministrable(const Registry& registry, TimePoint now,
                                             DurableLog::RegistryChange change) {
  auto before = std::make_shared<const RegistrySnapshot>(usersAndRules(registry));
  if (!administratorsCanAdminister(*before, now)) return change;
  return [before, now, change = std::move(change)](RegistryStore& store) -> Result<void> {
    if (auto changed = change(store); !changed) return changed;
    const auto after = afterwards(store, *before);
    if (!after) return failFrom(after);
    if (!administratorsCanAdminister(*after, now)) return fail(DomainErrc::lastAdministrator);
    return {};
  };
}

}  // namespace carport
