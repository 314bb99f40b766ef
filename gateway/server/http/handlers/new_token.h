#pragma once

#include "gateway/server/http/call.h"

#include <optional>
#include <string>

namespace carport::handlers {

/// Most tokens of one owner, sessions included.
inline constexpr std::size_t kMaxTokensPerOwner = 100;

struct NewToken {
  PrincipalNumber owner;
  std::string label;
  std::optional<TimePoint> expiresAt;
};

struct MadeToken {
  api::TokenInfo info;
  std::string text;  ///< given out this once
};

/// Makes and stores a token; clears the owner's expired ones away. A session that would be one too many ends the oldest
/// session; any other token that would be is refused.
boost::asio::awaitable<Result<MadeToken>> makeNewToken(Call& call, NewToken wanted);

}  // namespace carport::handlers
