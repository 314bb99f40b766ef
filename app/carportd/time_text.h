#pragma once

#include "gateway/base/clock.h"

#include <optional>
#include <string_view>

namespace carport {

/// A moment as people write it on a command line: milliseconds since 1970, or ISO 8601 like 2026-11-21,
/// 2026-11-21T06:15, 2026-11-21T06:15:00.250Z or 2026-11-21T07:15:00+01:00. Without a zone it is UTC.
/// None where it is neither.
std::optional<TimePoint> parseTimeText(std::string_view text);

}  // namespace carport
