#include "gateway/api/document_filter.h"
#include "gateway/api/json_codec.h"
#include "tests/fuzz/fuzz_input.h"

using namespace carport;
using carport::api::DocumentFilter;

/// "filter\ndocument": a filter that is read decides, and its opposite decides the opposite.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::asText(data, size);
  const auto newLine = text.find('\n');
  const auto filter = DocumentFilter::parse(text.substr(0, newLine));
  if (!filter) return 0;
  const auto document = api::parseJson(newLine == std::string_view::npos ? "{}" : text.substr(newLine + 1));
  if (!document) return 0;
  const bool fits = filter->matches(*document);
  const auto plain = api::parseJson(text.substr(0, newLine));
  const auto opposite = DocumentFilter::fromJson({{"$nor", nlohmann::json::array({*plain})}});
  if (opposite) fuzz::require(opposite->matches(*document) != fits, "$nor says the opposite");
  static_cast<void>(filter->requiredAt("type"));
  return 0;
}
