#pragma once

#include "gateway/api/message_filter.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace carport {

/// Payloads above this are not looked into by filters.
inline constexpr std::size_t kMaxFilteredPayloadBytes = 64 * 1024;

enum class FilterMatch : std::uint8_t { no, unknown, yes };

/// Whether a message meets every condition of the filter. Unknown where that cannot be told: the topic (empty) or the
/// payload (none) is not given, the payload is no JSON object or too long, `<` and its like meet something that is no
/// number, or of the objects in an array only some meet the filter.
/// A field that is not there is equal to nothing, `null` apart, and neither above nor below anything.
FilterMatch meets(const api::MessageFilter& filter, std::string_view topic, std::optional<std::string_view> payload);

}  // namespace carport
