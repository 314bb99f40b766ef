#pragma once

#include <string_view>

namespace carport::mqtt {

/// True where `text` is what MQTT calls a UTF-8 encoded string: well-formed, shortest form, no surrogates
/// [MQTT-1.5.3-1] and no U+0000 [MQTT-1.5.3-2]. Does not look at its length.
bool isMqttUtf8(std::string_view text);

}  // namespace carport::mqtt
