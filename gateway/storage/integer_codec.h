#pragma once

#include "gateway/storage/varint.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace carport {

/// Whole numbers as the differences that are smallest, in bytes that a general compressor makes short work of:
///
///     u8 form     low four bits: order, 0 to 2: how often differences were taken; high four bits: width, 0 or 1 to 8
///     width 0     one byte a number: its zigzagged residual, or 255, and then, in the numbers' order, a varint of
///                 (residual - 255) for each 255
///     width w     w byte planes: all lowest bytes of the zigzagged residuals, all second bytes, …
///
/// The residual of order 0 is the number itself; of order 1 its difference to the one before it (the first: to 0); of
/// order 2 the difference of that difference to the one before it (the first: to 0). Arithmetic wraps around, so every
/// number comes back as it was.
inline constexpr unsigned kMaxDifferenceOrder = 2;

/// Appends `values` to `out` in the order and the width that come out smallest.
void encodeIntegers(std::span<const std::int64_t> values, std::string& out);

/// Reads `count` numbers into `values`, which is replaced; false where the bytes make no sense. With `wanted` only the
/// first of them are read: the reader is then somewhere behind them.
bool decodeIntegers(ByteReader& reader, std::size_t count, std::vector<std::int64_t>& values,
                    std::size_t wanted = SIZE_MAX);

}  // namespace carport
