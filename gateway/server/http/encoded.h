#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// RFC 4648 §5 without padding: safe in addresses.
std::string toBase64Url(std::string_view bytes);
/// None where it is not that.
std::optional<std::string> fromBase64Url(std::string_view text);

/// Everything but RFC 3986's unreserved characters as %XX.
std::string percentEncoded(std::string_view text);

}  // namespace carport
