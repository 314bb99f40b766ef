#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carport {

/// A number of bytes as people write it: 1048576, 500M, 20G, 2T (powers of 1,024). None where it is none of these.
std::optional<std::uint64_t> parseSizeText(std::string_view text);
/// A number of bytes as people read it: “12 bytes”, “1.5 GiB”.
std::string sizeText(std::uint64_t bytes);

}  // namespace carport
