#pragma once

#include <string_view>

namespace carport {

/// Label of the tokens that POST /session makes: what signed in with a one-time password may only change it.
inline constexpr std::string_view kSessionLabel = "session";

}  // namespace carport
