#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace carport::mqtt {

/// Reads a packet's fields one after the other (MQTT 3.1.1 §1.5); none where the packet ends too early. Owner: one
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
    const auto high = static_cast<std::uint8_t>(m_rest[0]);
    const auto low = static_cast<std::uint8_t>(m_rest[1]);
    m_rest.remove_prefix(2);
    return static_cast<std::uint16_t>(high << 8 | low);
  }

  /// Bytes with their length before them.
  std::optional<std::string_view> field() {
    const auto length = integer();
    if (!length || m_rest.size() < *length) return std::nullopt;
    const auto value = m_rest.substr(0, *length);
    m_rest.remove_prefix(*length);
    return value;
  }

  std::string_view rest() const { return m_rest; }
  bool atEnd() const { return m_rest.empty(); }

 private:
  std::string_view m_rest;
};

}  // namespace carport::mqtt
