#pragma once

#include "gateway/server/http/call.h"
#include "gateway/transport/http_message.h"

#include <string_view>

namespace carport {

/// The request's field that names whom to answer as, and the answer's field that says so.
inline constexpr std::string_view kSeeAsField = "Carport-See-As";
inline constexpr std::string_view kSeenAsField = "Carport-Seen-As";

/// Where the request asks to be answered as somebody else would be, puts that one in the caller's place and remembers
/// who really calls. Needs `impersonate` about that one, and only reads: GET and HEAD.
Asked<void> seeAs(Caller& caller, const HttpHeader& header, const Registry& registry, TimePoint now);

/// Whether what seeAs() once allowed still holds; true where the caller sees as nobody else.
bool mayStillSeeAs(const Caller& caller, const Registry& registry, TimePoint now);

}  // namespace carport
