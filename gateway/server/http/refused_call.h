#pragma once

#include "gateway/server/http/call.h"
#include "gateway/server/http/reply.h"

namespace carport {

struct ControlContext;

/// Tells the audit log of a call that was refused: 403, 401 to a token that is not good, a sign-in that failed or came
/// too often, and what a reply conceals. Does nothing for any other reply. The control thread.
void enterRefusedCall(const Call& call, const Reply& reply);

/// The same of somebody who wanted a WebSocket.
void enterRefusedUpgrade(ControlContext& control, const HttpRequest& request, const Act& act, const Reply& reply);

}  // namespace carport
