#pragma once

#include "gateway/domain/durable_log.h"
#include "gateway/domain/registry.h"

namespace carport {

/// A change of rules or of people that fails with DomainErrc::lastAdministrator, and is taken back by the store, where
/// after it no user could administer the gateway any more. Where nobody can even now, it is left alone: then it cannot
/// make things worse, and may repair them. Makes a copy of users and rules: call it on the control thread, which alone
/// changes `registry`; the change itself runs on the writer thread and sees what was stored in between.
DurableLog::RegistryChange keepAdministrable(const Registry& registry, TimePoint now,
                                             DurableLog::RegistryChange change);

}  // namespace carport
