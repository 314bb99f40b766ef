#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The fields of packets as bytes (MQTT 5.0 §1.5), appended to a buffer.
namespace carport::mqtt::wire {

inline void appendByte(std::string& out, unsigned value) {
  out.push_back(static_cast<char>(value));
}

inline void appendInteger(std::string& out, std::size_t value) {
  appendByte(out, static_cast<unsigned>(value >> 8 & 0xFF));
  appendByte(out, static_cast<unsigned>(value & 0xFF));
}

inline void appendLongInteger(std::string& out, std::uint32_t value) {
  appendInteger(out, value >> 16);
  appendInteger(out, value & 0xFFFF);
}

inline void appendVariable(std::string& out, std::size_t value) {
  do {
    const auto low = static_cast<unsigned>(value & 0x7F);
    value >>= 7;
    appendByte(out, value != 0 ? low | 0x80 : low);
  } while (value != 0);
}

inline void appendField(std::string& out, std::string_view bytes) {
  appendInteger(out, bytes.size());
  out.append(bytes);
}

inline std::size_t variableBytes(std::size_t value) {
  std::size_t bytes = 1;
  while (value >>= 7) ++bytes;
  return bytes;
}

inline std::size_t fieldBytes(std::string_view bytes) {
  return 2 + bytes.size();
}

}  // namespace carport::mqtt::wire
