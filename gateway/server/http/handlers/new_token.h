#pragma once

#include "gateway/server/http/call.h"

#include <functional>
#include <optional>
#include <string>

namespace carport::handlers {

/// Most tokens of one owner, sessions included.
inline constexpr std::size_t kMaxTokensPerOwner = 100;

struct NewToken {
  PrincipalNumber owner;
  std::string label;
  std::optional<TimePoint> expiresAt{};
  std::optional<api::TokenScope> scope{};
  std::string address{};       ///< of a session
  std::string client{};        ///< of a session
  /// Of a session: what else has to be so, in the same transaction.
  std::function<Result<void>(RegistryStore&)> condition{};
  std::optional<Act> by{};  ///< who makes it, where that is not the caller but somebody who signs in
};

struct MadeToken {
  api::TokenInfo info;
  std::string text;  ///< given out this once
};

/// Makes and stores a token; clears the owner's expired ones away. A session that would be one too many ends the oldest
/// session; any other token that would be is refused.
boost::asio::awaitable<Result<MadeToken>> makeNewToken(Call& call, NewToken wanted);

}  // namespace carport::handlers
