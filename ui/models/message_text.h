#pragma once

#include "gateway/api/raw_message.h"

#include <QString>

#include <cstddef>
#include <string_view>

/// Messages as they came, as text that people can read. Pure; any thread.
namespace carport::ui {

/// Longest first line: as much as the widest screen shows; a view cuts what it has no room for.
inline constexpr std::size_t kMaxFirstLineChars = 512;

/// JSON with a line for each member, its numbers and texts letter for letter; empty where it is no JSON.
QString indentedJson(std::string_view text);
/// 16 bytes a line: place, bytes, and the letters among them.
QString hexDump(std::string_view bytes);
/// The payload as it is best read: JSON indented, other text as it is, everything else as a dump.
QString readablePayload(const api::RawMessage& message);
/// The beginning of the payload in one line.
QString firstLineOf(const api::RawMessage& message);
/// "2 values stored", "Refused: the rules do not allow …".
QString outcomeWords(const api::RawMessage& message);
/// Topic, how it came, its properties and what became of it, a line each.
QString messageFacts(const api::RawMessage& message);

}  // namespace carport::ui
