#pragma once

#include "gateway/server/nitrogen/nitrogen_call.h"

#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// How long tokens live, and with how little life left the caller is given a new one.
inline constexpr Milliseconds kNitrogenTokenLife = std::chrono::hours(24 * 7);
inline constexpr Milliseconds kNitrogenRefreshBelow = std::chrono::hours(24);
/// Most tokens that one principal has, as in Carport's own API; the oldest session gives way.
inline constexpr std::size_t kMaxNitrogenTokens = 100;

/// Who has this token; none where it is not ours, over, revoked, or older than the owner's present password or secret.
std::optional<NitrogenCaller> nitrogenCallerOf(const NitrogenContext& context, std::string_view token);
/// Whether what that once found still holds.
bool isStillSignedIn(const NitrogenContext& context, const NitrogenCaller& caller);

/// Makes a token for `owner` in the name of `by`; JSON `{"id","principal","token","created_at","expires_at"}`.
boost::asio::awaitable<Result<nlohmann::json>> makeNitrogenToken(NitrogenCall& call, const api::Principal& owner,
                                                                 Act by, Milliseconds life);

}  // namespace carport
