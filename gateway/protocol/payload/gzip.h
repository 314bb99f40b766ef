#pragma once

#include "gateway/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace carport::payload {

/// What a gzip file holds (RFC 1952; several members one after the other as one). Never makes more than `maxBytes`, and
/// stops while inflating where there would be more: a few bytes can stand for gigabytes. Fails with PayloadErrc where
/// it is broken, ends too early, or holds too much.
Result<std::string> inflateGzip(std::string_view compressed, std::size_t maxBytes);

}  // namespace carport::payload
