#pragma once

#include "gateway/api/connection.h"
#include "gateway/base/clock.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace carport {

/// What happened to connections, on its way to the disk.
struct ConnectionNews {
  /// The gateway begins to serve: what is open of those up to this number ended without a goodbye when an earlier run
  /// was last heard of. 0: it serves already.
  std::int64_t leftOpenUpTo = 0;
  std::vector<api::Connection> connections;  ///< opened or ended, in order; the end says all that the beginning said
  std::vector<api::AttemptCount> attempts;   ///< to be added to what is counted already
  TimePoint at{};                            ///< when this was told
};

/// How many connections are kept after they ended; what is open stays. Beyond, the oldest go: where there are too many
/// in all, those of the organisation that has most (the house counts as one), and none has fewer left than its equal
/// part.
struct KeptConnections {
  static constexpr std::size_t kMaxOfPrincipal = 200;
  static constexpr std::size_t kMaxInAll = 500'000;
  static constexpr std::chrono::days kMaxAge{90};
  /// Most that one commit takes away for its age or for all, so that nothing else waits for it.
  static constexpr std::size_t kMaxForgottenAtOnce = 5'000;
};

/// Which connections of one principal.
struct ConnectionQuery {
  PrincipalNumber principal;
  /// Only those that were open at some time in [from, to).
  TimePoint from{};
  TimePoint to = fromMs(INT64_MAX);
  std::int64_t before = INT64_MAX;  ///< only those with smaller numbers: the next page
  std::size_t limit = 100;          ///< newest first
  static constexpr std::size_t kMaxLimit = KeptConnections::kMaxOfPrincipal;  ///< of a page
};

}  // namespace carport
