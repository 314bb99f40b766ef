#pragma once

#include "gateway/domain/access.h"

#include <string>
#include <string_view>

namespace carport {

/// Whether `who` may send this very command to `car`: rules may be about its name alone, and their filters find
/// `payload.name` and `payload.arguments`. `arguments`: a JSON object as text. Nothing but the deciding rule is filled
/// in.
api::Decision decideCommand(const RuleSet& rules, const api::Principal& who, const api::Principal& car,
                            std::string_view name, std::string_view arguments, TimePoint now);

/// What the filters of rules see of a command.
std::string commandSeenByFilters(std::string_view name, std::string_view arguments);

}  // namespace carport
