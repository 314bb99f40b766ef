#include "gateway/domain/base64.h"
#include "gateway/server/http/encoded.h"
#include "gateway/server/http/entity_tag_list.h"
#include "gateway/server/http/origin.h"
#include "gateway/server/http/target.h"
#include "tests/fuzz/fuzz_input.h"

#include <string>

using namespace carport;

/// What headers and cursors hold: cursors come back as they were, what is put into an address comes out of it again, a
/// tag that is found is in the list, and an origin that is let in can stand in a header.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::asText(data, size);
  fuzz::require(fromBase64Url(toBase64Url(text)) == std::string(text), "a cursor comes back");
  if (const auto bytes = fromBase64Url(text)) fuzz::require(toBase64Url(*bytes) == text, "one text for one cursor");
  if (!text.empty()) {
    const auto target = Target::parse("/x?a=" + percentEncoded(text));
    fuzz::require(target && target->parameters.find("a")->second == text, "a parameter comes back");
  }
  for (const auto comparison : {TagComparison::weak, TagComparison::strong}) {
    anyEntityTag(text, comparison, [&](std::string_view tag) {
      fuzz::require(text.find('"' + std::string(tag) + '"') != std::string_view::npos, "a tag is in its list");
      return false;
    });
  }
  if (checkOrigin(text))
    fuzz::require(text.find_first_of("\r\n \"/*", 8) == std::string_view::npos, "an origin is plain");
  return 0;
}
