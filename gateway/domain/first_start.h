#pragma once

#include "gateway/base/result.h"
#include "gateway/domain/registry_store.h"

#include <cstddef>
#include <optional>
#include <string>

namespace carport {

/// The administrator that the first start makes. The password is shown once and must be changed at the first sign-in.
struct FirstAdministrator {
  std::string id;
  std::string password;
};

/// Lays defaultRules() down where the registry has no rules at all: without any nobody may do anything, so that nobody
/// could add one. Returns how many were added. Blocks; call it off the I/O threads.
Result<std::size_t> ensureDefaultRules(RegistryStore& store);

/// Where no administrator is left who could sign in, makes the user `admin` (or admin-2, … where the id is taken) with
/// a one-time password. Also lays down the default rules. Blocks, and hashes a password; initCryptography() first.
Result<std::optional<FirstAdministrator>> ensureAdministrator(RegistryStore& store);

}  // namespace carport
