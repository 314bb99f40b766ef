#pragma once

#include "gateway/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace carport::payload {

/// Deepest nesting of arrays, maps and tags that is read.
inline constexpr std::size_t kMaxCborDepth = 32;

/// One CBOR item (RFC 8949) as JSON text, by the advice of its §6.1: byte strings become base64url, NaN, infinities,
/// undefined and simple values null, tags fall away. Everything behind a door reads JSON, and so CBOR means the same as
/// the JSON that a car would have sent in its place. Fails with PayloadErrc where it is not well formed, a key is not
/// text, text is no UTF-8, it nests too deeply, something follows, or the text would be longer than `maxBytes`.
Result<std::string> jsonFromCbor(std::string_view cbor, std::size_t maxBytes);

}  // namespace carport::payload
