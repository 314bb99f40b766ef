#pragma once

#include "gateway/server/nitrogen/nitrogen_call.h"

namespace carport::nitrogen {

/// Where people's own rules stand when they say nothing else, and the first place that they may take: behind all that
/// the fleet says.
inline constexpr std::int32_t kNormalPriority = 10'000'000;
inline constexpr std::int32_t kFirstOwnPriority = 10'000;

/// The access rule that a permission says, of the caller's organisation and without number and note. The failing side
/// is 400.
NitrogenAsked<api::Rule> readPermission(const NitrogenCall& call, const nlohmann::json& json);

}  // namespace carport::nitrogen
