#include "gateway/domain/retention.h"

#include "gateway/base/base_errc.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

namespace carport {

namespace {
constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();

std::int64_t daysOf(const std::optional<std::uint32_t>& days) {
  return days ? std::int64_t{*days} : kForEver;
}

bool isName(const std::string& name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return !name.empty() && name.size() <= api::kMaxRetentionNameBytes && std::all_of(name.begin(), name.end(), fits);
}

Result<void> checkPolicy(const api::RetentionPolicy& policy) {
  if (!isName(policy.name)) {
    return fail(BaseErrc::invalidArgument,
                fmt::format("“{}” is no name for a retention policy: 1 to {} letters, digits, '-', '_' and '.'",
                            policy.name, api::kMaxRetentionNameBytes));
  }
  for (const auto& days : {policy.rawDays, policy.minuteDays, policy.hourDays}) {
    if (!days || (*days >= 1 && *days <= api::kMaxRetentionDays)) continue;
    return fail(BaseErrc::invalidArgument,
                fmt::format("The retention policy “{}” must name 1 to {} days", policy.name, api::kMaxRetentionDays));
  }
  if (daysOf(policy.rawDays) > daysOf(policy.minuteDays) || daysOf(policy.minuteDays) > daysOf(policy.hourDays)) {
    return fail(BaseErrc::invalidArgument,
                fmt::format("The retention policy “{}” must keep roll-ups a minute at least as long as samples, and "
                            "roll-ups an hour at least as long as those",
                            policy.name));
  }
  return {};
}
}  // namespace

StoredDetail RetentionPlan::Periods::at(std::int64_t ageDays) const {
  if (ageDays <= raw) return StoredDetail::raw;
  if (ageDays <= minutes) return StoredDetail::minutes;
  return ageDays <= hours ? StoredDetail::hours : StoredDetail::nothing;
}

void RetentionPlan::Periods::extend(const Periods& other) {
  raw = std::max(raw, other.raw);
  minutes = std::max(minutes, other.minutes);
  hours = std::max(hours, other.hours);
}

RetentionPlan::Periods RetentionPlan::periodsOf(const api::RetentionPolicy& policy) {
  return {daysOf(policy.rawDays), daysOf(policy.minuteDays), daysOf(policy.hourDays)};
}

Result<void> checkRetention(const api::Retention& retention) {
  std::set<std::string> names;
  if (retention.policies.size() > api::kMaxRetentionPolicies) {
    return fail(BaseErrc::invalidArgument,
                fmt::format("At most {} retention policies are kept", api::kMaxRetentionPolicies));
  }
  for (const api::RetentionPolicy& policy : retention.policies) {
    if (auto fine = checkPolicy(policy); !fine) return fine;
    if (!names.insert(policy.name).second) {
      return fail(BaseErrc::invalidArgument, fmt::format("There are two retention policies “{}”", policy.name));
    }
  }
  if (retention.diskBudgetBytes && *retention.diskBudgetBytes < api::kLeastDiskBudgetBytes) {
    return fail(BaseErrc::invalidArgument,
                fmt::format("The disk budget must be at least {} bytes", api::kLeastDiskBudgetBytes));
  }
  return {};
}

namespace {
const api::RetentionPolicy* find(const api::Retention& retention, const std::string& name) {
  const auto found = std::find_if(retention.policies.begin(), retention.policies.end(),
                                  [&](const api::RetentionPolicy& policy) { return policy.name == name; });
  return found == retention.policies.end() ? nullptr : &*found;
}

bool sayTheSame(const api::RetentionPolicy& a, const api::RetentionPolicy& b) {
  return a.name == b.name && a.group == b.group && a.rawDays == b.rawDays && a.minuteDays == b.minuteDays &&
         a.hourDays == b.hourDays;
}

std::string describe(const api::RetentionPolicy& policy) {
  const auto days = [](const std::optional<std::uint32_t>& count) {
    return count ? fmt::format("{} days", *count) : std::string("for ever");
  };
  return fmt::format("{}: samples {}, minutes {}, hours {}", policy.group ? "group " + *policy.group : "other cars",
                     days(policy.rawDays), days(policy.minuteDays), days(policy.hourDays));
}
}  // namespace

api::Retention signedBy(api::Retention wanted, const api::Retention& stored, const std::string& who, TimePoint now) {
  for (api::RetentionPolicy& policy : wanted.policies) {
    const auto* before = find(stored, policy.name);
    const bool same = before != nullptr && sayTheSame(*before, policy);
    policy.changedAt = same ? before->changedAt : now;
    policy.changedBy = same ? before->changedBy : who;
  }
  return wanted;
}

std::vector<std::string> describeChanges(const api::Retention& before, const api::Retention& after) {
  std::vector<std::string> changes;
  for (const api::RetentionPolicy& policy : after.policies) {
    const auto* old = find(before, policy.name);
    if (old == nullptr) {
      changes.push_back(fmt::format("policy “{}” added ({})", policy.name, describe(policy)));
    } else if (!sayTheSame(*old, policy)) {
      changes.push_back(
          fmt::format("policy “{}” changed from ({}) to ({})", policy.name, describe(*old), describe(policy)));
    }
  }
  for (const api::RetentionPolicy& policy : before.policies) {
    if (find(after, policy.name) != nullptr) continue;
    changes.push_back(fmt::format("policy “{}” removed ({})", policy.name, describe(policy)));
  }
  if (before.diskBudgetBytes != after.diskBudgetBytes) {
    const auto bytes = [](const std::optional<std::uint64_t>& budget) {
      return budget ? fmt::format("{} bytes", *budget) : std::string("none");
    };
    changes.push_back(
        fmt::format("disk budget changed from {} to {}", bytes(before.diskBudgetBytes), bytes(after.diskBudgetBytes)));
  }
  return changes;
}

RetentionPlan::RetentionPlan(const api::Retention& retention,
                             const std::unordered_map<PrincipalNumber, std::vector<std::string>>& groupsOf) {
  std::unordered_map<std::string, Periods> byGroup;
  std::optional<Periods> others;
  for (const api::RetentionPolicy& policy : retention.policies) {
    const Periods periods = periodsOf(policy);
    if (policy.group) {
      byGroup.try_emplace(*policy.group, periods).first->second.extend(periods);
    } else {
      if (!others) others = periods;
      others->extend(periods);
    }
  }
  m_others = others.value_or(Periods{kForEver, kForEver, kForEver});
  if (byGroup.empty()) return;
  for (const auto& [car, groups] : groupsOf) {
    for (const std::string& group : groups) {
      const auto found = byGroup.find(group);
      if (found != byGroup.end()) m_cars.try_emplace(car, found->second).first->second.extend(found->second);
    }
  }
}

const RetentionPlan::Periods& RetentionPlan::periodsOf(PrincipalNumber car) const {
  const auto found = m_cars.find(car);
  return found == m_cars.end() ? m_others : found->second;
}

StoredDetail RetentionPlan::detailOf(PrincipalNumber car, std::int64_t ageDays) const {
  return periodsOf(car).at(ageDays);
}

StoredDetail RetentionPlan::mostGenerous(std::int64_t ageDays) const {
  StoredDetail best = m_others.at(ageDays);
  for (const auto& [car, periods] : m_cars) best = std::min(best, periods.at(ageDays));
  return best;
}

StoredDetail RetentionPlan::leastGenerous(std::int64_t ageDays) const {
  StoredDetail worst = m_others.at(ageDays);
  for (const auto& [car, periods] : m_cars) worst = std::max(worst, periods.at(ageDays));
  return worst;
}

}  // namespace carport
