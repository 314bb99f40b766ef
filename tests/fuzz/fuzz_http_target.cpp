#include "gateway/server/http/target.h"
#include "tests/fuzz/fuzz_input.h"

#include <string>

using namespace carport;

namespace {

std::string escaped(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

}  // namespace

/// A target that is taken apart is the same when it is put together with every byte escaped; no segment leads upwards.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto target = Target::parse(fuzz::asText(data, size));
  if (!target) return 0;
  std::string again = target->segments.empty() ? "/" : "";
  for (const auto& segment : target->segments) {
    fuzz::require(!segment.empty() && segment != "." && segment != "..", "a segment names something");
    again += "/" + escaped(segment);
  }
  fuzz::require(target->parameters.size() <= Target::kMaxParameters, "parameters are limited");
  char mark = '?';
  for (const auto& [name, value] : target->parameters) {
    again += mark + escaped(name) + "=" + escaped(value);
    mark = '&';
  }
  const auto back = Target::parse(again);
  if (target->segments.empty()) return 0;
  fuzz::require(back && back->segments == target->segments, "segments come back");
  fuzz::require(back->parameters.size() == target->parameters.size(), "parameters come back");
  for (const auto& [name, value] : target->parameters)
    fuzz::require(back->parameters.count(name) > 0, "by their names");
  return 0;
}
