#pragma once

#include "gateway/api/principal.h"
#include "gateway/base/clock.h"
#include "gateway/domain/access.h"

namespace carport {

/// Whether `who` may know at all that `other` is there: both are of one organisation, or `who` is the house's and a
/// rule of the house speaks of at least one thing that `who` may or may not do there. Whatever is answered about one
/// that is not known has to be what is answered about an id that nobody has.
bool isKnownTo(const RuleSet& rules, const api::Principal& who, const api::Principal& other, TimePoint now);

}  // namespace carport
