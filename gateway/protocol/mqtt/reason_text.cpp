#include "gateway/protocol/mqtt/reason_text.h"

#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/utf8.h"

namespace carport::mqtt {

std::string_view reasonText(std::string_view text) {
  if (text.size() > kMaxReasonBytes) {
    std::size_t end = kMaxReasonBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not inside a character
    text = text.substr(0, end);
  }
  return isMqttUtf8(text) ? text : std::string_view();
}

}  // namespace carport::mqtt
