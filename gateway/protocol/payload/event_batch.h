#pragma once

#include "gateway/api/event.h"
#include "gateway/base/result.h"
#include "gateway/protocol/payload/refusal_report.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace carport::payload {

/// Most events in one payload's array.
inline constexpr std::size_t kMaxEventsPerPayload = 100;

/// One event (see decodeEvent) or a JSON array of them, appended to `out`; those that cannot be used are told in
/// `report` by their place. Fails, appending nothing, where the payload is not JSON, has too many, or nothing in it can
/// be used.
Result<void> decodeEvents(PrincipalNumber car, std::string_view payload, TimePoint arrival,
                          std::vector<api::Event>& out, RefusalReport& report);

}  // namespace carport::payload
