#pragma once

#include "gateway/base/result.h"

#include <cstddef>
#include <string_view>

namespace carport {

/// Most origins that may be let in.
inline constexpr std::size_t kMaxCrossOrigins = 32;

/// Fails with a sentence where this is no origin as browsers send it: `https://host` or `http://host:port`, nothing
/// behind it, no wildcard.
Result<void> checkOrigin(std::string_view origin);

}  // namespace carport
