#pragma once

#include "gateway/server/http/call.h"

#include <cstddef>
#include <string_view>

namespace carport::handlers {

/// Longest one-time or recovery code that is looked at.
inline constexpr std::size_t kMaxCodeBytes = 32;

/// Says how many tries are left, of the id or of the address.
Reply withTriesLeft(const Call& call, std::string_view id, Reply reply);
/// 429 that says how long somebody has to wait who got it wrong too often.
Reply tooManyTries(const Call& call, std::string_view id, Milliseconds wait);

}  // namespace carport::handlers
