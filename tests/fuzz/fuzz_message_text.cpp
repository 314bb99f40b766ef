#include "gateway/api/raw_message.h"
#include "tests/fuzz/fuzz_input.h"
#include "ui/models/message_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace carport;

namespace {

/// Longest line of indented JSON beside what the message itself has, in characters.
constexpr std::size_t kMaxIndentAndBreak = 65;

std::string withoutBlanks(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
  return text;
}

}  // namespace

/// What a car sent, as people read it: nothing of it is lost, and it grows only so far.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes = fuzz::asText(data, std::min(size, api::RawMessage::kMaxPayloadBytes));
  // A byte order mark is nothing that people read.
  while (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const std::string indented = ui::indentedJson(bytes).toStdString();
  fuzz::require(indented.empty() || nlohmann::json::accept(bytes.begin(), bytes.end()), "only JSON is indented");
  fuzz::require(indented.empty() || withoutBlanks(indented) == withoutBlanks(std::string(bytes)), "token for token");
  fuzz::require(indented.size() <= bytes.size() * (kMaxIndentAndBreak + 1), "lines are short");
  api::RawMessage message;
  message.payload = std::string(bytes);
  message.bytes = bytes.size();
  for (const bool isText : {true, false}) {
    message.isText = isText;
    fuzz::require(ui::firstLineOf(message).size() <= qsizetype(ui::kMaxFirstLineChars) + 1, "a first line is short");
    fuzz::require(ui::readablePayload(message).isEmpty() <= (bytes.empty() || isText), "every payload can be read");
  }
  message.topic = message.reason = std::string(bytes.substr(0, 200));
  message.properties = {{message.topic, message.reason}};
  fuzz::require(!ui::messageFacts(message).isEmpty(), "there are facts about every message");
  return 0;
}
