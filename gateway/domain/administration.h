#pragma once

#include "gateway/api/principal.h"
#include "gateway/base/clock.h"
#include "gateway/domain/access.h"
#include "gateway/domain/registry_store.h"

#include <span>

namespace carport {

/// Whether some user of the house's who is not blocked may administer the gateway, now and whenever a rule begins to
/// count or expires from then on.
/// Everybody who changes rules, roles or blocks asks this about what the change would leave behind: a gateway that
/// nobody may administer cannot be repaired from within. `users`: principals; those of other types are passed over.
bool administratorsCanAdminister(std::span<const api::Principal> users, const RuleSet& rules, TimePoint now);
/// The same of a whole registry, in which only users count who can sign in (who have a password).
bool administratorsCanAdminister(const RegistrySnapshot& registry, TimePoint now);

/// Where nobody may administer although the registry has an administrator, lays the administrators' rule of the first
/// start down again, before all others. Returns whether it did.
Result<bool> restoreAdministration(RegistryStore& store, TimePoint now);

}  // namespace carport
