#include "gateway/server/http/known_to.h"

#include <algorithm>
#include <array>

namespace carport {

namespace {

using api::Action;

constexpr std::array kActions{Action::view,    Action::subscribe,  Action::send,
                              Action::command, Action::administer, Action::impersonate};

}  // namespace

bool isKnownTo(const RuleSet& rules, const api::Principal& who, const api::Principal& other, TimePoint now) {
  if (other.organisation() == who.organisation()) return true;
  if (!who.organisation().empty()) return false;
  return std::any_of(kActions.begin(), kActions.end(), [&](Action action) {
    const api::Decision decision = rules.decide(who, action, Resource{&other}, now);
    return decision.rule || decision.depends;
  });
}

}  // namespace carport
