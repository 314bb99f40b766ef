#pragma once

#include "gateway/domain/access.h"

#include <string>

namespace carport {

/// What people call a principal: its name, or its id where it has none.
std::string displayName(const api::Principal& principal);

/// What a rule says, without its number: “allows operators to view cars”.
std::string describeRule(const api::Rule& rule);

/// One sentence for a dispatcher: “Anna may see car-7, because rule 12 allows operators to view cars (priority 2000).”
std::string explainDecision(const api::Decision& decision, const api::Principal& who, api::Action action,
                            const Resource& about);

}  // namespace carport
