#include "gateway/protocol/mqtt/topic.h"
#include "tests/fuzz/fuzz_input.h"

#include <string>

using namespace carport;
using namespace carport::mqtt;

/// A shared subscription names a group without wildcards and a filter that can be subscribed to by itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::asText(data, size);
  const auto whole = std::string("$share/") + std::string(text);
  if (!text.starts_with("$share/")) {
    const auto plain = parseSharedFilter(text);
    fuzz::require(plain.has_value() && !plain->has_value(), "what does not begin so is an ordinary filter");
  }
  const auto shared = parseSharedFilter(whole);
  if (!shared) {
    fuzz::require(!shared.error().message().empty(), "every error has a sentence");
    return 0;
  }
  fuzz::require(shared->has_value(), "what begins so is shared");
  const auto& [group, filter] = **shared;
  fuzz::require(!group.empty() && !filter.empty(), "a group and a filter");
  fuzz::require(group.find_first_of("/+#") == std::string_view::npos, "the group is one level without wildcards");
  fuzz::require(whole == "$share/" + std::string(group) + "/" + std::string(filter), "nothing is lost");
  if (checkTopicFilter(whole)) fuzz::require(checkTopicFilter(filter).has_value(), "its filter can be subscribed to");
  return 0;
}
