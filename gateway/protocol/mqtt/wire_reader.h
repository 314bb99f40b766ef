#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace carport::mqtt {

/// Reads a packet's fields one after the other (MQTT 5.0 §1.5); none where the packet ends too early. Owner: one
/// decoding function.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : m_rest(bytes) {}

  std::optional<std::uint8_t> byte() {
    if (m_rest.empty()) return std::nullopt;
    const auto value = static_cast<std::uint8_t>(m_rest.front());
    m_rest.remove_prefix(1);
    return value;
  }

  /// Two bytes, the more significant first.
  std::optional<std::uint16_t> integer() {
    if (m_rest.size() < 2) return std::nullopt;
    const auto value = static_cast<std::uint16_t>(at(0) << 8 | at(1));
    m_rest.remove_prefix(2);
    return value;
  }

  /// Four bytes, the most significant first.
  std::optional<std::uint32_t> longInteger() {
    if (m_rest.size() < 4) return std::nullopt;
    const std::uint32_t value = at(0) << 24 | at(1) << 16 | at(2) << 8 | at(3);
    m_rest.remove_prefix(4);
    return value;
  }

  /// One to four bytes of seven bits each, the least significant first (§1.5.5). Also none where there are more bytes
  /// than the value needs [MQTT-1.5.5-1].
  std::optional<std::uint32_t> variable() {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4 && i < m_rest.size(); ++i) {
      value |= (at(i) & 0x7F) << (7 * i);
      if ((at(i) & 0x80) != 0) continue;
      if (i > 0 && at(i) == 0) return std::nullopt;
      m_rest.remove_prefix(i + 1);
      return value;
    }
    return std::nullopt;
  }

  /// Bytes with their length before them.
  std::optional<std::string_view> field() {
    const auto length = integer();
    if (!length) return std::nullopt;
    return bytes(*length);
  }

  /// So many bytes.
  std::optional<std::string_view> bytes(std::size_t count) {
    if (m_rest.size() < count) return std::nullopt;
    const auto value = m_rest.substr(0, count);
    m_rest.remove_prefix(count);
    return value;
  }

  std::string_view rest() const { return m_rest; }
  bool atEnd() const { return m_rest.empty(); }

 private:
  std::uint32_t at(std::size_t i) const { return static_cast<std::uint8_t>(m_rest[i]); }

  std::string_view m_rest;
};

}  // namespace carport::mqtt
