#pragma once

#include <string_view>

namespace carport::mqtt {

/// The properties of an MQTT 5.0 packet (§2.2.2), as they are encoded, without their length. Always empty in 3.1.1.
struct Properties {
  std::string_view encoded;

  bool empty() const { return encoded.empty(); }
  bool operator==(const Properties&) const = default;
};

}  // namespace carport::mqtt
