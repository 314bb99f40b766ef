#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// RFC 4648 §5 without padding: safe in addresses.
std::string toBase64Url(std::string_view bytes);
/// None where it is not wholly that.
std::optional<std::string> fromBase64Url(std::string_view text);
/// RFC 4648 §4, padded; none where it is not wholly that.
std::optional<std::string> fromBase64(std::string_view text);

}  // namespace carport
