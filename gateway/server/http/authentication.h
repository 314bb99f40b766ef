#pragma once

#include "gateway/domain/session_label.h"
#include "gateway/server/http/call.h"
#include "gateway/server/http/reply.h"
#include "gateway/transport/http_message.h"

namespace carport {

struct ControlContext;

/// How long the tokens that POST /session makes live.
inline constexpr Milliseconds kSessionLife = std::chrono::hours(12);

/// Who calls, by `Authorization: Bearer TOKEN`; the failing side is 401 with a sentence that does not say more than
/// needed.
Asked<Caller> authenticate(const HttpHeader& header, const Registry& registry, TimePoint now);

/// The same for the control thread's callers: where nobody knows the token, the registry on disk is asked first,
/// because another process may just have made it.
Asked<Caller> authenticate(const HttpHeader& header, ControlContext& control);

/// Whether what authenticate() once found still holds: the token lives, its owner is not blocked, and a token of
/// Nitrogen's API was got with the password or secret of now.
bool isStillSignedIn(const Caller& caller, const Registry& registry, TimePoint now);

}  // namespace carport
