#include "gateway/server/nitrogen/group_members.h"

#include "gateway/server/http/unless_changed.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace carport::nitrogen {

namespace {

using Json = nlohmann::json;
using Numbers = std::set<PrincipalNumber>;

NitrogenAsked<Numbers> readNumbers(const NitrogenCall& call, const Json& list) {
  if (!list.is_array() || list.size() > kMaxGroupMembers) {
    return nitrogenRefuse(http::status::bad_request,
                          fmt::format("'members' must be a list of at most {} ids", kMaxGroupMembers));
  }
  Numbers numbers;
  for (const Json& id : list) {
    const auto member = call.principal(id.is_string() ? id.get<std::string>() : std::string());
    if (!member) return nitrogenRefuse(http::status::bad_request, "'members' names somebody who is not here");
    if (member->type == api::PrincipalType::group) {
      return nitrogenRefuse(http::status::bad_request, "A group cannot be a member of a group");
    }
    numbers.insert(member->number);
  }
  return numbers;
}

/// Rules about the group and rules of the group will speak of the newcomer.
NitrogenAsked<PrincipalRecord> broughtIn(const NitrogenCall& call, PrincipalNumber number, const std::string& group) {
  auto record = call.registry().record(number);
  if (!record || !call.mayAdminister(record->principal)) {
    return nitrogenRefuse(http::status::forbidden, "You may put only those into a group whom you administer");
  }
  const bool didAdminister = call.rights().mayAdministerGateway(record->principal);
  record->principal.groups.push_back(group);
  if (record->principal.groups.size() > api::kMaxPrincipalGroups) {
    return nitrogenRefuse(http::status::bad_request,
                          fmt::format("One principal is in {} groups at most", api::kMaxPrincipalGroups));
  }
  if (!didAdminister && call.rights().mayAdministerGateway(record->principal)) {
    return nitrogenRefuse(
        http::status::forbidden,
        fmt::format("{} would come to administer himself, which means the gateway", record->principal.id));
  }
  return std::move(*record);
}

}  // namespace

NitrogenAsked<std::vector<PrincipalRecord>> readMembers(const NitrogenCall& call, const Json& json,
                                                        const std::string& group) {
  std::vector<PrincipalRecord> changed;
  const auto field = json.find("members");
  if (field == json.end() || field->is_null()) return changed;
  auto wanted = readNumbers(call, *field);
  if (!wanted) return nitrogenRefuse(wanted.error());
  for (const api::Principal& member : call.registry().membersOf(group)) {
    if (wanted->erase(member.number) > 0) continue;
    auto record = call.registry().record(member.number);
    if (!record) continue;
    std::erase(record->principal.groups, group);
    changed.push_back(std::move(*record));
  }
  for (const PrincipalNumber number : *wanted) {
    auto record = broughtIn(call, number, group);
    if (!record) return nitrogenRefuse(record.error());
    changed.push_back(std::move(*record));
  }
  return changed;
}

DurableLog::RegistryChange withMembers(const NitrogenCall& call, std::vector<PrincipalRecord> records,
                                       DurableLog::RegistryChange change) {
  const auto seen = call.registry().sequence();
  std::vector<PrincipalNumber> numbers;
  for (const PrincipalRecord& record : records) numbers.push_back(record.principal.number);
  DurableLog::RegistryChange all = [records = std::move(records),
                                    change = std::move(change)](RegistryStore& store) -> Result<void> {
    if (auto done = change(store); !done) return done;
    for (const PrincipalRecord& record : records) {
      if (auto done = store.updatePrincipal(record); !done) return done;
    }
    return {};
  };
  for (const PrincipalNumber number : numbers) all = unlessChanged(seen, number, std::move(all));
  return all;
}

}  // namespace carport::nitrogen
