#include "gateway/server/http/unless_changed.h"

#include "gateway/domain/domain_errc.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace carport {

namespace {

using Concerns = std::function<bool(const RegistryChanges&)>;

DurableLog::RegistryChange unless(std::int64_t sequence, Concerns concerns, DurableLog::RegistryChange change) {
  return [sequence, concerns = std::move(concerns), change = std::move(change)](RegistryStore& store) -> Result<void> {
    const auto since = store.changesSince(sequence);
    if (!since) return failFrom(since);
    if (since->reloadEverything || concerns(*since)) return fail(DomainErrc::changed);
    return change(store);
  };
}

/// Whether all of a kind were read again, and it is not among them as it was.
template <class Thing>
bool isMissing(const std::optional<std::vector<Thing>>& all, const Thing& thing) {
  return all && std::find(all->begin(), all->end(), thing) == all->end();
}

}  // namespace

DurableLog::RegistryChange unlessChanged(std::int64_t seen, PrincipalNumber principal,
                                         DurableLog::RegistryChange change) {
  Concerns concerns = [principal](const RegistryChanges& since) {
    const auto isIt = [&](const PrincipalRecord& record) { return record.principal.number == principal; };
    return std::any_of(since.principals.begin(), since.principals.end(), isIt) ||
           std::find(since.removedPrincipals.begin(), since.removedPrincipals.end(), principal) !=
               since.removedPrincipals.end();
  };
  return unless(seen, std::move(concerns), std::move(change));
}

DurableLog::RegistryChange unlessChanged(std::int64_t seen, const api::Rule& rule, DurableLog::RegistryChange change) {
  Concerns concerns = [rule](const RegistryChanges& since) { return isMissing(since.rules, rule); };
  return unless(seen, std::move(concerns), std::move(change));
}

DurableLog::RegistryChange unlessChanged(std::int64_t seen, const api::Organisation& organisation,
                                         DurableLog::RegistryChange change) {
  Concerns concerns = [organisation](const RegistryChanges& since) {
    return isMissing(since.organisations, organisation);
  };
  return unless(seen, std::move(concerns), std::move(change));
}

DurableLog::RegistryChange unlessChanged(std::int64_t seen, const api::Role& role, DurableLog::RegistryChange change) {
  Concerns concerns = [role](const RegistryChanges& since) { return isMissing(since.roles, role); };
  return unless(seen, std::move(concerns), std::move(change));
}

DurableLog::RegistryChange unlessChanged(std::int64_t seen, const api::Limit& limit,
                                         DurableLog::RegistryChange change) {
  Concerns concerns = [limit](const RegistryChanges& since) { return isMissing(since.limits, limit); };
  return unless(seen, std::move(concerns), std::move(change));
}

DurableLog::RegistryChange unlessChanged(std::int64_t seen, const FenceRecord& fence,
                                         DurableLog::RegistryChange change) {
  Concerns concerns = [fence](const RegistryChanges& since) {
    const auto& removed = since.removedFences;
    if (std::find(removed.begin(), removed.end(), fence.row) != removed.end()) return true;
    return std::any_of(since.fences.begin(), since.fences.end(),
                       [&](const FenceRecord& now) { return now.row == fence.row && now != fence; });
  };
  return unless(seen, std::move(concerns), std::move(change));
}

}  // namespace carport
