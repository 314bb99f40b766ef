#include "gateway/domain/rule_simulation.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace carport {

namespace {

using api::Action;
using api::Outcome;
using api::Principal;
using Kind = api::Selector::Kind;

constexpr std::array kActions{Action::view,    Action::subscribe,  Action::send,
                              Action::command, Action::administer, Action::impersonate};

Outcome outcomeOf(RuleVerdict verdict) {
  if (verdict == RuleVerdict::depends) return Outcome::depends;
  return verdict == RuleVerdict::allowed ? Outcome::allowed : Outcome::denied;
}

RuleSet changed(const RuleSet& rules, const RuleChange& change) {
  std::vector<api::Rule> all(rules.rules().begin(), rules.rules().end());
  if (change.before) {
    std::erase_if(all, [&](const api::Rule& rule) { return rule.number == change.before->number; });
  }
  if (change.after) {
    all.push_back(*change.after);
    // A new rule gets a number above all others.
    if (!change.before) all.back().number = RuleNumber{std::numeric_limits<std::int64_t>::max()};
  }
  return RuleSet(std::move(all));
}

/// Counts what turned, and lists the first of it.
class Tally {
 public:
  explicit Tally(api::RuleSimulation& simulation) : m_simulation(simulation) {}

  void add(const Principal& who, Action action, const Principal& about, Outcome before, Outcome after) {
    ++m_simulation.examined;
    if (before == after) return;
    ++m_simulation.turned;
    if (m_simulation.decisions.size() < api::RuleSimulation::kMaxDecisions) {
      m_simulation.decisions.push_back({who.id, action, about.id, before, after});
    }
    auto& principals = m_simulation.principals;
    if (principals.empty() || principals.back().who != who.id) {
      if (principals.size() >= api::RuleSimulation::kMaxPrincipals) return;
      principals.push_back({who.id, 0, 0});
    }
    if (before == Outcome::denied) ++principals.back().gained;
    if (after == Outcome::denied) ++principals.back().lost;
  }

 private:
  api::RuleSimulation& m_simulation;
};

}  // namespace

RuleSimulator::RuleSimulator(std::shared_ptr<const RuleSet> rules, RuleChange change)
    : m_before(std::move(rules)), m_after(changed(*m_before, change)), m_change(std::move(change)) {}

std::vector<const Principal*> RuleSimulator::selected(const std::vector<Principal>& principals, bool isWho) const {
  std::vector<const Principal*> found;
  const auto isSelectedBy = [isWho](const std::optional<api::Rule>& rule, const Principal& principal) {
    return rule && selects(isWho ? rule->who : rule->about, &principal, {});
  };
  for (const Principal& principal : principals) {
    if (isSelectedBy(m_change.before, principal) || isSelectedBy(m_change.after, principal))
      found.push_back(&principal);
  }
  return found;
}

bool RuleSimulator::concerns(Action action) const {
  const auto speaksOf = [action](const std::optional<api::Rule>& rule) {
    return rule && (!rule->action || *rule->action == action);
  };
  return speaksOf(m_change.before) || speaksOf(m_change.after);
}

std::vector<std::string> RuleSimulator::topics() const {
  std::vector<std::string> filters;
  for (const auto* rule : {&m_change.before, &m_change.after}) {
    if (!*rule) continue;
    const api::Selector& about = (*rule)->about;
    if (about.kind != Kind::topic && about.kind != Kind::anyone) continue;
    const std::string filter = about.kind == Kind::topic ? about.value : "#";
    if (std::find(filters.begin(), filters.end(), filter) == filters.end()) filters.push_back(filter);
  }
  return filters;
}

bool RuleSimulator::isAboutSelfAlone() const {
  const auto beyondSelf = [](const std::optional<api::Rule>& rule) {
    return rule && rule->who.kind != Kind::self && rule->about.kind != Kind::self;
  };
  return !beyondSelf(m_change.before) && !beyondSelf(m_change.after);
}

api::RuleSimulation RuleSimulator::run(const std::vector<Principal>& principals, TimePoint now) const {
  api::RuleSimulation simulation;
  simulation.topics = topics();
  const auto& after = m_change.after;
  const TimePoint when = after && after->validFrom ? std::max(now, *after->validFrom) : now;
  const bool isAboutSelf = isAboutSelfAlone();
  const auto everybody = selected(principals, false);
  Tally tally(simulation);
  for (const Principal* who : selected(principals, true)) {
    if (who->type == api::PrincipalType::group) continue;  // nobody signs in as one
    for (const Principal* whom : isAboutSelf ? std::vector{who} : everybody) {
      for (const Action action : kActions) {
        if (!concerns(action)) continue;
        if (simulation.examined >= kMaxExamined) {
          simulation.complete = false;
          return simulation;
        }
        const Resource resource{whom};
        tally.add(*who, action, *whom, outcomeOf(m_before->verdict(*who, action, resource, when)),
                  outcomeOf(m_after.verdict(*who, action, resource, when)));
      }
    }
  }
  return simulation;
}

}  // namespace carport
