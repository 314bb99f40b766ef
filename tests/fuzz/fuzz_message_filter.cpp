#include "gateway/domain/filter_match.h"
#include "tests/fuzz/fuzz_input.h"

using namespace carport;

/// A filter, a line feed, and the payload that it is tried on.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::asText(data, size);
  const auto end = std::min(text.find('\n'), text.size());
  const auto filter = api::MessageFilter::parse(text.substr(0, end));
  if (!filter) {
    fuzz::require(!filter.error().message().empty(), "every error has a sentence");
    return 0;
  }
  fuzz::require(filter->conditions.empty() == (filter->document != nullptr), "a filter has one of two forms");
  const auto again = api::MessageFilter::parse(filter->toString());
  fuzz::require(again && *again == *filter, "what is written reads as the same");
  const auto payload = end < text.size() ? text.substr(end + 1) : std::string_view();
  const auto match = meets(*filter, {"cars/car-1/telemetry", payload});
  // Knowing less never settles what was open, nor turns an answer round.
  const auto blind = meets(*filter, {{}, {}});
  fuzz::require(blind == FilterMatch::unknown || blind == match, "what is not told settles nothing");
  return 0;
}
