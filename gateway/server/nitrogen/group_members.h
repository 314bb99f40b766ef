#pragma once

#include "gateway/server/nitrogen/nitrogen_call.h"

#include <cstddef>
#include <string>
#include <vector>

namespace carport::nitrogen {

/// Most members that a group is given by this API.
inline constexpr std::size_t kMaxGroupMembers = 1000;

/// Reads the list `members` of a group (its id is Carport's; the group may be one that is only to be): the records of
/// everybody who comes in or goes, as they are to become. The caller must administer whoever comes in, and nobody may
/// come to administer himself, which means the gateway. Empty where the field is absent or changes nobody.
NitrogenAsked<std::vector<PrincipalRecord>> readMembers(const NitrogenCall& call, const nlohmann::json& json,
                                                        const std::string& group);

/// `change`, and then these records; nothing of it where one of them is no longer as it was.
DurableLog::RegistryChange withMembers(const NitrogenCall& call, std::vector<PrincipalRecord> records,
                                       DurableLog::RegistryChange change);

}  // namespace carport::nitrogen
