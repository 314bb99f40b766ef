#pragma once

#include <string>
#include <string_view>

namespace carport {

/// Everything but RFC 3986's unreserved characters as %XX.
std::string percentEncoded(std::string_view text);

}  // namespace carport
