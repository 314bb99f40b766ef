#include "gateway/storage/integer_codec.h"

#include <algorithm>
#include <array>
#include <bit>

namespace carport {

namespace {

constexpr std::uint64_t kEscape = 255;

/// Takes differences as a stream of numbers goes by.
struct Differencer {
  unsigned order = 0;
  std::int64_t previous = 0;
  std::int64_t slope = 0;

  std::int64_t residual(std::int64_t value) {
    if (order == 0) return value;
    const std::int64_t difference = wrappingSubtract(value, previous);
    previous = value;
    if (order == 1) return difference;
    const std::int64_t change = wrappingSubtract(difference, slope);
    slope = difference;
    return change;
  }
};

struct Shape {
  unsigned order = 0;
  unsigned width = 0;
};

/// The order with the fewest bits, and planes instead of escapes where many residuals need more than a byte.
Shape chooseShape(std::span<const std::int64_t> values) {
  std::array<std::uint64_t, kMaxDifferenceOrder + 1> bits{}, escapes{};
  std::array<int, kMaxDifferenceOrder + 1> widest{};
  std::array<Differencer, kMaxDifferenceOrder + 1> differencers{{{0}, {1}, {2}}};
  for (const std::int64_t value : values) {
    for (unsigned order = 0; order <= kMaxDifferenceOrder; ++order) {
      const std::uint64_t residual = zigzag(differencers[order].residual(value));
      const int width = static_cast<int>(std::bit_width(residual));
      bits[order] += static_cast<std::uint64_t>(width);
      widest[order] = std::max(widest[order], width);
      escapes[order] += residual >= kEscape ? 1 : 0;
    }
  }
  Shape shape;
  shape.order = static_cast<unsigned>(std::min_element(bits.begin(), bits.end()) - bits.begin());
  const bool many = escapes[shape.order] * 4 > values.size();
  if (many) shape.width = static_cast<unsigned>(widest[shape.order] + 7) / 8;
  return shape;
}

/// Undoes the differences of one order as residuals go by.
template <unsigned Order>
struct Integrator {
  std::int64_t previous = 0;
  std::int64_t slope = 0;

  std::int64_t value(std::int64_t residual) {
    if constexpr (Order == 2) residual = slope = wrappingAdd(slope, residual);
    if constexpr (Order >= 1) residual = previous = wrappingAdd(previous, residual);
    return residual;
  }
};

template <unsigned Order>
bool decodeBytes(ByteReader& reader, std::size_t count, std::vector<std::int64_t>& values) {
  const auto bytes = reader.take(count);
  if (!reader.ok()) return false;
  Integrator<Order> integrator;
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto residual = std::to_integer<std::uint64_t>(bytes[i]);
    if (residual == kEscape) residual += reader.varint();
    values[i] = integrator.value(unzigzag(residual));
  }
  return reader.ok();
}

template <unsigned Order>
bool decodePlanes(ByteReader& reader, unsigned width, std::size_t count, std::vector<std::int64_t>& values) {
  const auto planes = reader.take(width * count);
  if (!reader.ok()) return false;
  Integrator<Order> integrator;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint64_t residual = 0;
    for (std::size_t plane = 0; plane < width; ++plane)
      residual |= std::to_integer<std::uint64_t>(planes[plane * count + i]) << (8 * plane);
    values[i] = integrator.value(unzigzag(residual));
  }
  return true;
}

template <unsigned Order>
bool decodeResiduals(ByteReader& reader, unsigned width, std::size_t count, std::vector<std::int64_t>& values) {
  return width == 0 ? decodeBytes<Order>(reader, count, values) : decodePlanes<Order>(reader, width, count, values);
}

}  // namespace

void encodeIntegers(std::span<const std::int64_t> values, std::string& out) {
  const Shape shape = chooseShape(values);
  out.push_back(static_cast<char>(shape.order | shape.width << 4));
  Differencer differencer{shape.order};
  const std::size_t start = out.size(), count = values.size();
  out.resize(start + count * std::max(1U, shape.width));
  std::string wide;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t residual = zigzag(differencer.residual(values[i]));
    if (shape.width == 0) {
      out[start + i] = static_cast<char>(std::min(residual, kEscape));
      if (residual >= kEscape) putVarint(wide, residual - kEscape);
      continue;
    }
    for (std::size_t plane = 0; plane < shape.width; ++plane)
      out[start + plane * count + i] = static_cast<char>(residual >> (8 * plane));
  }
  out += wide;
}

bool decodeIntegers(ByteReader& reader, std::size_t count, std::vector<std::int64_t>& values, std::size_t wanted) {
  const unsigned form = reader.u8(), order = form & 15, width = form >> 4;
  // Every number takes at least a byte, so damage cannot ask for more memory than there are bytes for.
  if (!reader.ok() || order > kMaxDifferenceOrder || width > 8 || count > reader.left()) return false;
  values.resize(std::min(count, wanted));
  if (order == 0) return decodeResiduals<0>(reader, width, count, values);
  if (order == 1) return decodeResiduals<1>(reader, width, count, values);
  return decodeResiduals<2>(reader, width, count, values);
}

}  // namespace carport
