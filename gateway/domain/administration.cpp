#include "gateway/domain/administration.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace carport {

bool administratorsCanAdminister(std::span<const api::Principal> users, const RuleSet& rules, TimePoint now) {
  const auto somebodyMay = [&](TimePoint when) {
    return std::any_of(users.begin(), users.end(), [&](const api::Principal& user) {
      return user.type == api::PrincipalType::user && rules.allows(user, api::Action::administer, {&user, {}}, when);
    });
  };
  for (std::optional<TimePoint> when = now; when; when = rules.nextExpiry(*when)) {
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

}  // namespace carport
