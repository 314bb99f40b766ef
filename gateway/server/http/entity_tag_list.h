#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace carport {

/// Whether weak tags (`W/"…"`) may match: RFC 9110 §8.8.3.2.
enum class TagComparison : std::uint8_t { weak, strong };

/// Whether `matches` says yes to a tag of the list in an If-Match or If-None-Match, or the list is `*`. Tags come
/// without their quotation marks; what is no tag is passed over.
bool anyEntityTag(std::string_view list, TagComparison comparison,
                  const std::function<bool(std::string_view)>& matches);

}  // namespace carport
