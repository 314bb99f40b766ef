#pragma once

#include "gateway/storage/varint.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace carport {

/// The doubles of one metric, bit for bit. Decimals as cars send them (12.5, 47.559612) are found to be whole numbers
/// divided by a power of ten and kept as those; what is no such decimal keeps its bits.
///
///     u8 form     0 to 12: decimals of so many places; 255: bits
///     decimals    varint number of exceptions; of each a varint difference of its index to the one before it (the
///                 first: to 0) and its 8 bytes; then all values as integers (integer_codec.h); an exception has the
///                 integer of the value before it
///     bits        eight byte planes: all lowest bytes of the doubles, all second bytes, …
inline constexpr int kMaxDecimals = 12;
/// Larger decimals keep their bits.
inline constexpr double kMaxDecimalUnits = 70'368'744'177'664.0;  // 2^46

/// The integer i for which i / 10^decimals is `value`, bit for bit; none where there is none up to `limit`.
std::optional<std::int64_t> asDecimal(double value, int decimals, double limit = kMaxDecimalUnits);
/// i / 10^decimals.
double fromDecimal(std::int64_t units, int decimals);
/// The fewest places with which all but a few of `values` are decimals; none where many are no decimals.
std::optional<int> commonDecimals(std::span<const double> values);

/// Appends `values`, which may be anything that a double can be.
void encodeValues(std::span<const double> values, std::string& out);
/// Reads `count` values into `values`, which is replaced; false where the bytes make no sense. With `wanted` only the
/// first of them are read: the reader is then somewhere behind them.
bool decodeValues(ByteReader& reader, std::size_t count, std::vector<double>& values, std::size_t wanted = SIZE_MAX);

/// The form “bits” without its first byte, as version 1 of a block has it.
void encodeDoubleBits(std::span<const double> values, std::string& out);
bool decodeDoubleBits(ByteReader& reader, std::size_t count, std::vector<double>& values,
                      std::size_t wanted = SIZE_MAX);

/// The nearest multiple of `resolution` (above 0), as a decimal that encodeValues() finds; `value` where it is not
/// finite or far too large for that.
double roundedTo(double value, double resolution);

}  // namespace carport
