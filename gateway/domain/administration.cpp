#include "gateway/domain/administration.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

namespace carport {

bool administratorsCanAdminister(std::span<const api::Principal> users, const RuleSet& rules, TimePoint now) {
  const auto somebodyMay = [&](TimePoint when) {
    return std::any_of(users.begin(), users.end(), [&](const api::Principal& user) {
      return user.type == api::PrincipalType::user && user.organisation().empty() &&
             rules.allows(user, api::Action::administer, {&user, {}}, when);
    });
  };
  // The house's rules alone decide about its users.
  for (std::optional<TimePoint> when = now; when; when = rules.nextChange(*when, {})) {
    if (!somebodyMay(*when)) return false;
  }
  return true;
}

bool administratorsCanAdminister(const RegistrySnapshot& registry, TimePoint now) {
  std::vector<api::Principal> users;
  for (const PrincipalRecord& record : registry.principals) {
    if (!record.passwordHash.empty()) users.push_back(record.principal);
  }
  return administratorsCanAdminister(users, RuleSet(registry.rules), now);
}

Result<bool> restoreAdministration(RegistryStore& store, TimePoint now) {
  const auto registry = store.load();
  if (!registry) return failFrom(registry);
  if (administratorsCanAdminister(*registry, now)) return false;
  const auto hasRole = [](const PrincipalRecord& record) {
    return record.principal.type == api::PrincipalType::user && record.principal.organisation().empty() &&
           record.principal.role == api::kAdministratorRole;
  };
  if (std::none_of(registry->principals.begin(), registry->principals.end(), hasRole)) return false;
  api::Rule rule = defaultRules().front();
  for (const api::Rule& other : registry->rules) {
    if (other.priority > std::numeric_limits<std::int32_t>::min()) {
      rule.priority = std::min(rule.priority, other.priority - 1);
    }
  }
  const auto added = store.addRule(std::move(rule));
  if (!added) return failFrom(added);
  return true;
}

}  // namespace carport
