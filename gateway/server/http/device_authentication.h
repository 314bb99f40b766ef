#pragma once

#include "gateway/server/http/call.h"
#include "gateway/server/http/reply.h"
#include "gateway/transport/http_message.h"

#include <string>

namespace carport {

struct ControlContext;

/// Who calls at a device's door: a device by `Authorization: Basic` with its id and secret (RFC 7617), at the price and
/// within the limits of signing in over MQTT, or anybody by a Bearer token. The failing side is 401, or 429 after too
/// many wrong tries; `claimedId` then has the id that it said, for the audit log. `address` is the client's, without
/// port.
Asked<Caller> authenticateAtDoor(const HttpHeader& header, ControlContext& control, const std::string& address,
                                 std::string& claimedId);

}  // namespace carport
