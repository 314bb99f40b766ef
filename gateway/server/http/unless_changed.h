#pragma once

#include "gateway/domain/durable_log.h"
#include "gateway/domain/registry_store.h"

#include <cstdint>

namespace carport {

/// A change that was worked out from what the registry said of a principal or a rule, and fails with
/// DomainErrc::changed, without doing anything, where that is no longer so once it is its turn: another administrator,
/// or a command line beside the gateway, was quicker, and must not be overwritten. `seen` is Registry::sequence() in
/// the step that read the registry; the change itself runs on the writer thread.
DurableLog::RegistryChange unlessChanged(std::int64_t seen, PrincipalNumber principal,
                                         DurableLog::RegistryChange change);
DurableLog::RegistryChange unlessChanged(std::int64_t seen, const api::Rule& rule, DurableLog::RegistryChange change);

DurableLog::RegistryChange unlessChanged(std::int64_t seen, const api::Organisation& organisation,
                                         DurableLog::RegistryChange change);
DurableLog::RegistryChange unlessChanged(std::int64_t seen, const api::Role& role, DurableLog::RegistryChange change);
DurableLog::RegistryChange unlessChanged(std::int64_t seen, const api::Limit& limit, DurableLog::RegistryChange change);
DurableLog::RegistryChange unlessChanged(std::int64_t seen, const FenceRecord& fence,
                                         DurableLog::RegistryChange change);

}  // namespace carport
