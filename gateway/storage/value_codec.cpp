#include "gateway/storage/value_codec.h"

#include "gateway/storage/integer_codec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace carport {

namespace {

constexpr std::uint8_t kBits = 255;
/// One value in so many may be no decimal of the column's places.
constexpr std::size_t kMinPerException = 16;
/// So many values are looked at first, to learn how many places a column has.
constexpr std::size_t kProbes = 64;

/// All of these are exact as doubles, so that a division by one of them is rounded correctly.
constexpr std::array<double, kMaxDecimals + 1> kPowers{1,   1e1, 1e2, 1e3,  1e4,  1e5, 1e6,
                                                       1e7, 1e8, 1e9, 1e10, 1e11, 1e12};

std::optional<int> decimalsOf(double value, int from) {
  for (int decimals = from; decimals <= kMaxDecimals; ++decimals) {
    if (asDecimal(value, decimals)) return decimals;
  }
  return std::nullopt;
}

std::size_t exceptionsAt(std::span<const double> values, int decimals) {
  std::size_t count = 0;
  for (const double value : values) count += asDecimal(value, decimals) ? 0 : 1;
  return count;
}

bool decodeDecimals(ByteReader& reader, int decimals, std::size_t count, std::vector<double>& values,
                    std::size_t wanted) {
  const auto exceptionCount = reader.varint();
  if (exceptionCount > count || exceptionCount > reader.left() / 9) return false;
  std::vector<std::pair<std::size_t, double>> exceptions;
  exceptions.reserve(exceptionCount);
  std::uint64_t index = 0;
  for (std::uint64_t i = 0; i < exceptionCount; ++i) {
    index += reader.varint();
    const double value = std::bit_cast<double>(reader.fixed(8));
    if (!reader.ok() || index >= count) return false;
    exceptions.emplace_back(index, value);
  }
  thread_local std::vector<std::int64_t> units;  // kept: a reader decodes many columns
  if (!decodeIntegers(reader, count, units, wanted)) return false;
  values.resize(units.size());
  const double power = kPowers[static_cast<std::size_t>(decimals)];
  for (std::size_t i = 0; i < units.size(); ++i) values[i] = static_cast<double>(units[i]) / power;
  for (const auto& [at, value] : exceptions) {
    if (at < values.size()) values[at] = value;
  }
  return true;
}

}  // namespace

std::optional<std::int64_t> asDecimal(double value, int decimals, double limit) {
  const double power = kPowers[static_cast<std::size_t>(decimals)], scaled = value * power;
  if (!(std::abs(scaled) <= limit)) return std::nullopt;  // neither where it is not a number
  const auto units = static_cast<std::int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
  const double back = static_cast<double>(units) / power;
  if (std::bit_cast<std::uint64_t>(back) != std::bit_cast<std::uint64_t>(value)) return std::nullopt;
  return units;
}

double fromDecimal(std::int64_t units, int decimals) {
  return static_cast<double>(units) / kPowers[static_cast<std::size_t>(decimals)];
}

std::optional<int> commonDecimals(std::span<const double> values) {
  int decimals = 0;
  const std::size_t step = std::max<std::size_t>(1, values.size() / kProbes);
  for (std::size_t i = 0; i < values.size(); i += step) decimals = decimalsOf(values[i], decimals).value_or(decimals);
  const std::size_t allowed = values.size() / kMinPerException;
  if (exceptionsAt(values, decimals) <= allowed) return decimals;
  // The probes met none of those with the most places.
  for (const double value : values) decimals = decimalsOf(value, decimals).value_or(decimals);
  if (exceptionsAt(values, decimals) <= allowed) return decimals;
  return std::nullopt;
}

void encodeDoubleBits(std::span<const double> values, std::string& out) {
  const std::size_t start = out.size(), count = values.size();
  out.resize(start + 8 * count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto bits = std::bit_cast<std::uint64_t>(values[i]);
    for (std::size_t plane = 0; plane < 8; ++plane)
      out[start + plane * count + i] = static_cast<char>(bits >> (8 * plane));
  }
}

bool decodeDoubleBits(ByteReader& reader, std::size_t count, std::vector<double>& values, std::size_t wanted) {
  if (count > reader.left() / 8) return false;
  const auto planes = reader.take(8 * count);
  values.resize(std::min(count, wanted));
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint64_t bits = 0;
    for (std::size_t plane = 0; plane < 8; ++plane)
      bits |= std::to_integer<std::uint64_t>(planes[plane * count + i]) << (8 * plane);
    values[i] = std::bit_cast<double>(bits);
  }
  return true;
}

void encodeValues(std::span<const double> values, std::string& out) {
  const auto decimals = commonDecimals(values);
  if (!decimals) {
    out.push_back(static_cast<char>(kBits));
    encodeDoubleBits(values, out);
    return;
  }
  out.push_back(static_cast<char>(*decimals));
  std::vector<std::int64_t> units;
  units.reserve(values.size());
  std::string exceptions;
  std::size_t exceptionCount = 0, previous = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto exact = asDecimal(values[i], *decimals);
    units.push_back(exact ? *exact : units.empty() ? 0 : units.back());
    if (exact) continue;
    putVarint(exceptions, i - previous);
    putFixed(exceptions, std::bit_cast<std::uint64_t>(values[i]), 8);
    previous = i;
    ++exceptionCount;
  }
  putVarint(out, exceptionCount);
  out += exceptions;
  encodeIntegers(units, out);
}

bool decodeValues(ByteReader& reader, std::size_t count, std::vector<double>& values, std::size_t wanted) {
  const unsigned form = reader.u8();
  if (!reader.ok()) return false;
  if (form == kBits) return decodeDoubleBits(reader, count, values, wanted);
  if (form > kMaxDecimals) return false;
  return decodeDecimals(reader, static_cast<int>(form), count, values, wanted);
}

double roundedTo(double value, double resolution) {
  const double steps = std::round(value / resolution);
  if (!std::isfinite(value) || !(std::abs(steps) < kMaxDecimalUnits)) return value;
  const auto decimals = decimalsOf(resolution, 0);
  if (!decimals) return steps * resolution;
  const double units = steps * resolution * kPowers[static_cast<std::size_t>(*decimals)];
  if (!(std::abs(units) < kMaxDecimalUnits)) return value;
  return fromDecimal(std::llround(units), *decimals);
}

}  // namespace carport
