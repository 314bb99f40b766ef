#pragma once

#include "gateway/server/http/reply.h"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace carport {

/// How somebody stands against a limit.
struct RateLimit {
  std::string_view name;               ///< letters, digits and dashes; the same for each answer
  std::int64_t quota = 0;              ///< so many in the window
  std::chrono::seconds window{0};      ///< 0: the limit is not one of time
  std::int64_t remaining = 0;          ///< left of the quota
  std::chrono::seconds wholeAgain{0};  ///< until the quota is whole again, or a further one is let in
};

/// Says it in the answer's RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers); a further limit is
/// added behind those that are told already.
void tellRateLimit(Reply& reply, const RateLimit& limit);

}  // namespace carport
