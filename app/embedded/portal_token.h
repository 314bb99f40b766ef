#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/domain/registry_store.h"

#include <cstdint>
#include <string>

namespace carport {

/// Makes a token of an administrator for the window that embeds the gateway, and takes those of earlier runs away.
/// Valid for a month at most: as long as one window may stay open.
Result<std::string> makePortalToken(RegistryStore& store, TimePoint now);
/// Takes every such token away.
Result<void> removePortalTokens(RegistryStore& store);

/// A token that something else than a person uses, in an administrator's name.
struct LentToken {
  std::int64_t number = 0;
  std::string text;
};
/// A token of an administrator of the house.
Result<LentToken> lendToken(RegistryStore& store, const std::string& label, TimePoint now, Milliseconds life);

}  // namespace carport
