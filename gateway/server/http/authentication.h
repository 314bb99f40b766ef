#pragma once

#include "gateway/server/http/call.h"
#include "gateway/server/http/reply.h"
#include "gateway/transport/http_message.h"

namespace carport {

/// Label of the tokens that POST /session makes, and how long they live.
inline constexpr std::string_view kSessionLabel = "session";
inline constexpr Milliseconds kSessionLife = std::chrono::hours(12);

/// Who calls, by `Authorization: Bearer TOKEN`; the failing side is 401 with a sentence that does not say more than
/// needed.
Asked<Caller> authenticate(const HttpHeader& header, const Registry& registry, TimePoint now);

/// Whether what authenticate() once found still holds: the token lives and its owner is not blocked.
bool isStillSignedIn(const Caller& caller, const Registry& registry, TimePoint now);

}  // namespace carport
