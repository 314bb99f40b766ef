#pragma once

#include <string_view>

namespace carport::mqtt {

/// As much of `text` as a reason string may have: at most kMaxReasonBytes, whole characters. Empty where it is not
/// valid UTF-8.
std::string_view reasonText(std::string_view text);

}  // namespace carport::mqtt
