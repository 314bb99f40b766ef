#pragma once

#include "gateway/server/nitrogen/nitrogen_routes.h"

namespace carport::nitrogen {

/// Most groups that one principal makes by this API.
inline constexpr std::size_t kMaxGroupsOfOne = 100;

/// Makes a group, which its maker administers. Nobody signs in as a group, so there is no token with it.
Answer addGroup(NitrogenCall& call, const nlohmann::json& json);

}  // namespace carport::nitrogen
