#pragma once

#include "gateway/api/retention.h"
#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace carport {

/// How much of what a car sent on one day is kept; each has less than the one before it.
enum class StoredDetail : std::uint8_t { raw, minutes, hours, nothing };

/// Whether the policies make sense: names that exist once, periods in order. The sentence names the policy.
Result<void> checkRetention(const api::Retention& retention);

/// `wanted` as it is to be stored in the place of `stored`: policies that are the same keep who changed them and when,
/// the others were changed by `who` at `now`.
api::Retention signedBy(api::Retention wanted, const api::Retention& stored, const std::string& who, TimePoint now);
/// One sentence a policy that differs, and one about the budget, for the log: who reads it later knows what held when.
std::vector<std::string> describeChanges(const api::Retention& before, const api::Retention& after);

/// Which policies hold for which car. A car in groups of several policies is kept as the most generous of them says;
/// a car in none of those groups as the most generous policy without a group says; where there is none, for ever.
/// Immutable.
class RetentionPlan {
 public:
  /// `groupsOf`: the ids of every known car's groups. A car that is not in it is in none.
  RetentionPlan(const api::Retention& retention,
                const std::unordered_map<PrincipalNumber, std::vector<std::string>>& groupsOf);

  StoredDetail detailOf(PrincipalNumber car, std::int64_t ageDays) const;
  /// What is left for the car that is kept best, whichever cars there are: where this is `nothing`, a day's file goes.
  StoredDetail mostGenerous(std::int64_t ageDays) const;
  /// What is left for the car that is kept worst: where this is `raw`, there is nothing to do.
  StoredDetail leastGenerous(std::int64_t ageDays) const;

 private:
  struct Periods {
    std::int64_t raw = 0, minutes = 0, hours = 0;
    StoredDetail at(std::int64_t ageDays) const;
    /// The longer of each.
    void extend(const Periods& other);
  };
  static Periods periodsOf(const api::RetentionPolicy& policy);
  const Periods& periodsOf(PrincipalNumber car) const;

  Periods m_others;
  std::unordered_map<PrincipalNumber, Periods> m_cars;  // only those that a policy with a group is about
};

}  // namespace carport
