#pragma once

#include "gateway/api/rule_simulation.h"
#include "gateway/domain/access.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace carport {

/// A change of one rule: added, replaced, or removed.
struct RuleChange {
  std::optional<api::Rule> before;  ///< as it is; none: it is new
  std::optional<api::Rule> after;   ///< as it would be; none: it goes. Without a number: a new one
};

/// Finds out what a change of the rules would do before it is saved. A decision can turn only where the rule matches
/// before or afterwards, so only those whom it selects are tried. Pure; any thread.
class RuleSimulator {
 public:
  /// Decisions that are tried at most; beyond that the answer is incomplete and says so.
  static constexpr std::size_t kMaxExamined = 500'000;

  /// `rules`: as they are.
  RuleSimulator(std::shared_ptr<const RuleSet> rules, RuleChange change);

  /// Over these principals, at `now` or when the new rule begins to count.
  api::RuleSimulation run(const std::vector<api::Principal>& principals, TimePoint now) const;

 private:
  std::vector<const api::Principal*> selected(const std::vector<api::Principal>& principals, bool isWho) const;
  bool concerns(api::Action action) const;
  std::vector<std::string> topics() const;
  bool isAboutSelfAlone() const;

  std::shared_ptr<const RuleSet> m_before;
  RuleSet m_after;
  RuleChange m_change;
};

}  // namespace carport
