#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/domain/registry_store.h"

#include <string>

namespace carport {

/// Makes a token of an administrator for the window that embeds the gateway, and takes those of earlier runs away.
/// Valid for a month at most: as long as one window may stay open.
Result<std::string> makePortalToken(RegistryStore& store, TimePoint now);
/// Takes every such token away.
Result<void> removePortalTokens(RegistryStore& store);

}  // namespace carport
