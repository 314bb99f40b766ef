#include "gateway/api/limit.h"

#include "gateway/api/api_errc.h"
#include "gateway/api/enum_names.h"
#include "gateway/api/principal.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace carport::api {

namespace {

using TargetKind = LimitTarget::Kind;

constexpr std::array<std::pair<TargetKind, std::string_view>, 4> kTargetPrefixes{
    {{TargetKind::principal, "principal:"},
     {TargetKind::group, "group:"},
     {TargetKind::organisation, "organisation:"},
     {TargetKind::address, "address:"}}};

bool isTargetValueFor(TargetKind kind, std::string_view value) {
  switch (kind) {
    case TargetKind::principal:
    case TargetKind::group:
      return isValidPrincipalId(value);
    case TargetKind::organisation:
      return isValidOrganisationId(value);
    case TargetKind::address:
      return Network::parse(value).has_value();
    case TargetKind::everyone:
      break;
  }
  return false;
}

tl::unexpected<Error> wrong(std::string_view field, std::string_view sentence) {
  return fail(ApiErrc::badField, fmt::format("The field '{}' {}", field, sentence));
}

/// Who signs in is nobody yet: then there is an address, or a principal that has proved right, never both.
Result<void> checkSignIns(const Limit& limit) {
  const bool isOfAddresses = limit.whom.kind == TargetKind::address || limit.per == LimitPer::address;
  if (!isOfAddresses) return {};
  if (!limit.organisation.empty()) {
    return wrong("whom", "of signInsPerMinute is about addresses, which only the house can limit");
  }
  const bool isAboutOthers = limit.whom.kind != TargetKind::address && limit.whom.kind != TargetKind::everyone;
  const bool isPerOthers = limit.per == LimitPer::principal || limit.per == LimitPer::organisation;
  if (isAboutOthers || isPerOthers) {
    return wrong("per",
                 "of signInsPerMinute goes by address only with everybody (*) or an address: before the sign-in "
                 "nobody has proved to be anybody");
  }
  return {};
}

}  // namespace

Result<LimitTarget> LimitTarget::parse(std::string_view text) {
  if (text == "*") return LimitTarget{};
  for (const auto& [kind, prefix] : kTargetPrefixes) {
    if (!text.starts_with(prefix)) continue;
    const std::string_view value = text.substr(prefix.size());
    if (isTargetValueFor(kind, value)) return LimitTarget{kind, std::string(value)};
    if (kind == TargetKind::address) return failFrom(Network::parse(value));
    return fail(ApiErrc::badSelector, fmt::format("'{}' cannot stand after '{}'", value.substr(0, 64), prefix));
  }
  return fail(ApiErrc::badSelector, "Say * for everybody, principal:ID, group:ID, organisation:ID or address:NETWORK");
}

std::string LimitTarget::toString() const {
  for (const auto& [candidate, prefix] : kTargetPrefixes) {
    if (candidate == kind) return std::string(prefix) + value;
  }
  return "*";
}

Result<void> checkLimit(const Limit& limit) {
  if (limit.most < 1 || limit.most > kMaxLimitAmount) {
    return wrong("most", fmt::format("must be a whole number from 1 to {}", kMaxLimitAmount));
  }
  if (limit.burst && (*limit.burst < 1 || *limit.burst > kMaxLimitAmount)) {
    return wrong("burst", fmt::format("must be a whole number from 1 to {}", kMaxLimitAmount));
  }
  const bool isCount = limit.measure == LimitMeasure::connections;
  if (limit.burst && isCount) return wrong("burst", "means nothing to connections");
  if (limit.reaction == LimitReaction::slow && (isCount || limit.measure == LimitMeasure::commandsPerHour)) {
    return wrong("reaction", fmt::format("cannot be slow with {}; say reject or count", nameOf(limit.measure)));
  }
  if (!limit.organisation.empty()) {
    if (limit.whom.kind == TargetKind::organisation || limit.per == LimitPer::organisation) {
      return wrong("whom", "names organisations; the limits of one are about its own people and cars alone");
    }
    const bool isNamed = limit.whom.kind == TargetKind::principal || limit.whom.kind == TargetKind::group;
    if (isNamed && !idIsIn(limit.whom.value, limit.organisation)) {
      return wrong("whom", fmt::format("names {}, who is not in {}", limit.whom.value, limit.organisation));
    }
  }
  return limit.measure == LimitMeasure::signInsPerMinute ? checkSignIns(limit) : Result<void>();
}

}  // namespace carport::api
