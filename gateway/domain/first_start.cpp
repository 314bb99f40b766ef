#include "gateway/domain/first_start.h"

#include "gateway/domain/access.h"
#include "gateway/domain/credentials.h"
#include "gateway/domain/domain_errc.h"

#include <fmt/format.h>

#include <algorithm>

namespace carport {

namespace {

constexpr int kMaxAdministratorNames = 100;

bool canAdminister(const PrincipalRecord& record) {
  const api::Principal& principal = record.principal;
  // An organisation's administrator administers that alone, not the gateway.
  return principal.type == api::PrincipalType::user && principal.role == api::kAdministratorRole &&
         principal.organisation().empty() && !principal.blocked && !record.passwordHash.empty();
}

Result<std::string> freeAdministratorId(const RegistrySnapshot& snapshot) {
  for (int i = 1; i <= kMaxAdministratorNames; ++i) {
    std::string id = i == 1 ? "admin" : fmt::format("admin-{}", i);
    const bool taken = std::any_of(snapshot.principals.begin(), snapshot.principals.end(),
                                   [&](const PrincipalRecord& record) { return record.principal.id == id; });
    if (!taken) return id;
  }
  return fail(DomainErrc::idTaken, "No administrator can be made: the names admin to admin-100 are all taken");
}

Result<std::size_t> addDefaultRules(RegistryStore& store, const RegistrySnapshot& snapshot) {
  if (!snapshot.rules.empty()) return std::size_t{0};
  const std::vector<api::Rule> rules = defaultRules();
  for (const api::Rule& rule : rules) {
    if (auto added = store.addRule(rule); !added) return failFrom(added);
  }
  return rules.size();
}

}  // namespace

Result<std::size_t> ensureDefaultRules(RegistryStore& store) {
  const auto snapshot = store.load();
  if (!snapshot) return failFrom(snapshot);
  return addDefaultRules(store, *snapshot);
}

Result<std::optional<FirstAdministrator>> ensureAdministrator(RegistryStore& store) {
  const auto snapshot = store.load();
  if (!snapshot) return failFrom(snapshot);
  if (auto rules = addDefaultRules(store, *snapshot); !rules) return failFrom(rules);
  if (std::any_of(snapshot->principals.begin(), snapshot->principals.end(), canAdminister)) {
    return std::optional<FirstAdministrator>();
  }
  auto id = freeAdministratorId(*snapshot);
  if (!id) return failFrom(id);
  FirstAdministrator administrator{std::move(*id), makeOneTimePassword()};
  auto hash = hashPassword(administrator.password);
  if (!hash) return failFrom(hash);
  PrincipalRecord record;
  record.principal.id = administrator.id;
  record.principal.name = "Administrator";
  record.principal.type = api::PrincipalType::user;
  record.principal.role = api::kAdministratorRole;
  record.passwordHash = std::move(*hash);
  record.mustChangePassword = true;
  if (auto added = store.addPrincipal(std::move(record)); !added) return failFrom(added);
  return std::optional(std::move(administrator));
}

}  // namespace carport
