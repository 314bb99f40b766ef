#include "gateway/protocol/mqtt/reason_text.h"

#include "gateway/base/utf8_prefix.h"
#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/utf8.h"

namespace carport::mqtt {

std::string_view reasonText(std::string_view text) {
  text = utf8Prefix(text, kMaxReasonBytes);
  return isMqttUtf8(text) ? text : std::string_view();
}

}  // namespace carport::mqtt
