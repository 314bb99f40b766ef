#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace carport {

/// Appends `value` as a LEB128 varint: seven bits a byte, low ones first, the top bit set in all but the last.
inline void putVarint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>((value & 0x7f) | 0x80));
  out.push_back(static_cast<char>(value));
}

/// Small differences of either sign as small numbers: 0, -1, 1, -2 … become 0, 1, 2, 3 …
constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
}
/// a - b that wraps around instead of overflowing; added back by wrappingAdd.
constexpr std::int64_t wrappingSubtract(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
constexpr std::int64_t wrappingAdd(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

/// Reads bytes that may be damaged: never past their end. After a failure ok() is false and every read gives zero.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : m_bytes(bytes) {}

  bool ok() const { return m_ok; }
  std::size_t left() const { return m_bytes.size() - m_at; }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<std::uint64_t>(u8());
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return failed();
  }
  std::uint8_t u8() {
    if (left() == 0) return static_cast<std::uint8_t>(failed());
    return static_cast<std::uint8_t>(m_bytes[m_at++]);
  }
  /// `size` bytes, little-endian.
  std::uint64_t fixed(std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= static_cast<std::uint64_t>(u8()) << (8 * i);
    return value;
  }
  std::span<const std::byte> take(std::size_t size) {
    if (size > left()) {
      failed();
      return {};
    }
    const auto taken = m_bytes.subspan(m_at, size);
    m_at += size;
    return taken;
  }

 private:
  std::uint64_t failed() {
    m_ok = false;
    m_at = m_bytes.size();
    return 0;
  }

  std::span<const std::byte> m_bytes;
  std::size_t m_at = 0;
  bool m_ok = true;
};

/// Appends `size` bytes of `value`, little-endian.
inline void putFixed(std::string& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
}

}  // namespace carport
